"""What the pages take and give, read from their code, so that the description cannot lag behind it.

A page asks its `Call` for parameters and documents by literal names, in itself or in functions of this package that it
uses. Names that are worked out are not found.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from types import FunctionType, ModuleType
from typing import Any

PACKAGE = __name__.partition(".openapi")[0]

PARAMETERS = {"text": "string", "texts": "array", "words": "string", "flag": "boolean", "number": "integer"}
"""Methods of `Call` that read a parameter → its type."""

SKIPPED = ("answers", "call", "forms", "xml_form", "conforming", "routing", "refusals")
"""Modules that every page uses; they say nothing of one."""

SUCCESSES = range(200, 400)


@dataclass(slots=True)
class Exchange:
    """What is sent to a page and back.

    Args:
        parameters: name → type, of matrix or query parameters.
        takes: names of documents in the body.
        gives: names of documents it answers with.
        statuses: with which it may answer when all is well.
        texts: whether it may answer with a text.
    """

    parameters: dict[str, str] = field(default_factory=dict)
    takes: set[str] = field(default_factory=set)
    gives: set[str] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    texts: bool = False


def exchange(page: Callable[..., Any]) -> Exchange:
    """What a page takes and gives."""
    found = Exchange()
    for function in _reachable(page):
        for node in _nodes(function):
            if isinstance(node, ast.Call):
                _note(node, found, function.__globals__)
    return found


def _note(node: ast.Call, found: Exchange, known: Mapping[str, Any]) -> None:
    words = [text for one in node.args if isinstance(text := _value(one, known), str)]
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        if node.func.value.id == "call" and words:
            if node.func.attr in PARAMETERS:
                found.parameters[words[0]] = PARAMETERS[node.func.attr]
            elif node.func.attr == "document":
                found.takes.add(words[0])
        return
    if not isinstance(node.func, ast.Name):
        return
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    numbers = [one.value for one in values if isinstance(one, ast.Constant) and type(one.value) is int]
    if node.func.id in ("document", "json_document", "plain", "empty", "Response", "redirect"):
        found.statuses |= {number for number in numbers if number in SUCCESSES}
        found.texts |= node.func.id == "plain"
    if node.func.id == "document" and words:
        found.gives.add(words[0])
    if node.func.id == "uri_list":
        found.gives.add("URIListDocument")


def _value(node: ast.AST, known: Mapping[str, Any]) -> object:
    """What stands there: a literal, a constant of the module, or one in a tuple of it."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Subscript):
        whole, place = _value(node.value, known), _value(node.slice, known)
        return whole[place] if isinstance(whole, tuple) and isinstance(place, int) else None
    return None


def _reachable(page: Callable[..., Any]) -> Iterator[FunctionType]:
    """The page and the functions of this package that it uses, directly or not."""
    waiting, seen = [_function(page)], set[FunctionType]()
    while waiting:
        function = waiting.pop()
        if function is None or function in seen:
            continue
        seen.add(function)
        yield function
        waiting += [_function(cell.cell_contents) for cell in function.__closure__ or ()]
        waiting += [_function(used) for used in _used(function)]


def _function(used: object) -> FunctionType | None:
    while isinstance(used, partial):
        used = used.func
    if isinstance(used, type):
        used = vars(used).get("__init__")
    if not isinstance(used, FunctionType) or not used.__module__.startswith(PACKAGE):
        return None
    return None if used.__module__.removeprefix(PACKAGE + ".") in SKIPPED else used


@cache
def _used(function: FunctionType) -> tuple[object, ...]:
    """The values of the global names in a function, and of names in modules."""
    found = []
    for node in _nodes(function):
        if isinstance(node, ast.Name):
            found.append(function.__globals__.get(node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = function.__globals__.get(node.value.id)
            if isinstance(module, ModuleType):
                found.append(getattr(module, node.attr, None))
    return tuple(found)


@cache
def _nodes(function: FunctionType) -> tuple[ast.AST, ...]:
    try:
        return tuple(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))))
    except (SyntaxError, OSError):  # a lambda's source begins anywhere in its line; generated code has none
        return ()
