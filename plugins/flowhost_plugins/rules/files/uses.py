"""What an expression uses of what it sees: names, attributes of ``item`` and ``event``, metadata fields; and where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

import flowhost

_BY_FIELD = ("first", "values", "has")


@dataclass(frozen=True, slots=True)
class Use:
    """Something that an expression uses, and where that stands: exact in an expression of one line."""

    what: str
    place: flowhost.Place | None


def names_used(expression: flowhost.Expression) -> Iterator[Use]:
    """The names whose values must come from outside, each where it is used first."""
    for name in sorted(expression.names):
        nodes = [node for node in _walk(expression) if isinstance(node, ast.Name) and node.id == name]
        yield Use(name, _place(expression, nodes[0].col_offset if nodes else 0))


def attributes_used(expression: flowhost.Expression, name: str) -> Iterator[Use]:
    """The attributes and methods that are asked of a name."""
    if name not in expression.names:  # a name of a comprehension is another thing
        return
    for node in _walk(expression):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            yield Use(node.attr, _place(expression, (node.end_col_offset or 0) - len(node.attr.encode())))


def fields_used(expression: flowhost.Expression) -> Iterator[Use]:
    """The metadata fields that are asked of ``item`` by a name that is written out."""
    if "item" not in expression.names:
        return
    for node in _walk(expression):
        match node:
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id="item"), attr="fields"),
                slice=ast.Constant(value=str(name), col_offset=at),
            ):
                yield Use(name, _place(expression, at))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="item"), attr=method),
                args=[ast.Constant(value=str(name), col_offset=at), *_],
            ) if method in _BY_FIELD:
                yield Use(name, _place(expression, at))
            case _:
                continue


def _walk(expression: flowhost.Expression) -> Iterator[ast.AST]:
    text = expression.text.strip()
    return ast.walk(ast.parse(f"({text}\n)" if "\n" in text else text, mode="eval"))


def _place(expression: flowhost.Expression, offset: int) -> flowhost.Place | None:
    """The place of a part of the expression that begins at this byte of its text."""
    place, text = expression.place, expression.text.strip()
    if place is None or not place.column or "\n" in text:
        return place
    before = len(expression.text) - len(expression.text.lstrip())
    return replace(place, column=place.column + before + len(text.encode()[:offset].decode(errors="ignore")))
