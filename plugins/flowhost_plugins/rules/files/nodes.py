"""What a YAML text is made of, each part with its place. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import flowhost

_SHOWN = 60  # characters of a wrong value: enough to recognise it, and the message stays one line


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value.

    Args:
        value: what YAML 1.2 takes it for.
        text: as it is written, without its quotes.
        place: where it begins.
        content: where its text begins, after a quote; without column when columns of the text are not those of the file.
    """

    value: str | int | float | bool | None
    text: str
    place: flowhost.Place
    content: flowhost.Place


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    items: tuple[Node, ...]
    place: flowhost.Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping, its place, and what it stands for."""

    key: str
    place: flowhost.Place
    value: Node


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order of the file."""

    entries: tuple[Entry, ...]
    place: flowhost.Place


Node: TypeAlias = Scalar | Listing | Table

Path: TypeAlias = tuple[str | int, ...]


def data_of(node: Node) -> Any:
    """The node as texts, numbers, yes or no, lists and dicts."""
    match node:
        case Scalar():
            return node.value
        case Listing():
            return [data_of(item) for item in node.items]
        case Table():
            return {entry.key: data_of(entry.value) for entry in node.entries}


def places_of(node: Node, path: Path = ()) -> dict[Path, flowhost.Place]:
    """The place of each value in a node, by its path of keys and indexes; of a text where its first character is."""
    places = {path: node.content if isinstance(node, Scalar) else node.place}
    for key, inner in _inner(node):
        places |= places_of(inner, (*path, key))
    return places


def shown(node: Node) -> str:
    """What a message says that a node is."""
    match node:
        case Scalar(value=None):
            return "empty"
        case Scalar():
            text = node.text if len(node.text) <= _SHOWN else node.text[: _SHOWN - 3] + "..."
            return repr(text)
        case Listing():
            return "a list"
        case Table():
            return "a mapping"


def wrong(node: Node, called: str, expected: str) -> flowhost.ConfigError:
    """The error for a node that is not what was expected."""
    return flowhost.ConfigError(
        flowhost.Problem(f"{called} is {shown(node)}, expected {expected}", node.place)
    )


def _inner(node: Node) -> Sequence[tuple[str | int, Node]]:
    match node:
        case Listing():
            return list(enumerate(node.items))
        case Table():
            return [(entry.key, entry.value) for entry in node.entries]
        case Scalar():
            return []
