"""The form of a mapping with known keys: each read by its own form, and everything that is wrong told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

import flowhost
from flowhost_plugins.rules.files.forms import Form, Schema
from flowhost_plugins.rules.files.nodes import Entry, Node, Table, wrong

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a mapping.

    Args:
        key: as rule files write it; blanks and underscores are read as hyphens.
        form: of its value.
        help: what it is for, for editors.
        parameter: of the record's builder; the key by default.
        required: whether it must be there.
    """

    key: str
    form: Form[Any]
    help: str
    parameter: str = ""
    required: bool = False

    @property
    def argument(self) -> str:
        """The builder's parameter."""
        return self.parameter or self.key.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """A mapping with known keys.

    Args:
        build: makes the value of what is there; raises ValueError when its parts do not fit together.
        fields: the keys.
        exactly_one: groups of keys of which one must be there, and one only.
        at_most_one: groups of keys of which no two may be there.
        others: the form of all other keys; None: there are none. They go to the parameter ``others``, as a dict.
    """

    build: Callable[..., T]
    fields: tuple[Field, ...]
    exactly_one: tuple[tuple[str, ...], ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()
    others: Form[Any] | None = None

    def read(self, node: Node, called: str) -> T:
        """The value.

        Raises:
            ConfigError: with every problem there is.
        """
        if not isinstance(node, Table):
            keys = ", ".join(field.key for field in self.fields)
            raise wrong(node, called, f"a mapping with keys such as {keys}")
        reading = _Reading(self, called)
        reading.entries(node)
        reading.problems += self._missing(set(reading.seen), node, called)
        if reading.problems:
            raise flowhost.ConfigError(reading.problems)
        try:
            return self.build(**reading.values)
        except ValueError as error:
            raise flowhost.ConfigError(flowhost.Problem(f"{called}: {error}", node.place)) from None

    def field(self, key: str) -> Field | None:
        """The field that a key of a file means."""
        return next((field for field in self.fields if spelled(field.key) == spelled(key)), None)

    def schema(self) -> Schema:
        """See `Form`."""
        schema: Schema = {
            "type": "object",
            "properties": {field.key: {**field.form.schema(), "description": field.help} for field in self.fields},
            "additionalProperties": self.others.schema() if self.others else False,
        }  # fmt: skip
        if required := [field.key for field in self.fields if field.required]:
            schema["required"] = required
        limits: list[Schema] = [{"oneOf": [{"required": [key]} for key in keys]} for keys in self.exactly_one]
        limits += [{"not": {"required": list(pair)}} for keys in self.at_most_one for pair in _pairs(keys)]
        return {**schema, "allOf": limits} if limits else schema

    def _missing(self, seen: set[str], node: Table, called: str) -> Iterator[flowhost.Problem]:
        for field in self.fields:
            if field.required and field.key not in seen:
                yield flowhost.Problem(f"{called} has no {field.key!r}", node.place)
        for keys in self.exactly_one:
            if not seen & set(keys):
                either = " or ".join(repr(key) for key in keys)
                yield flowhost.Problem(f"{called} has no {either}", node.place)
        for keys in (*self.exactly_one, *self.at_most_one):
            if len(there := [key for key in keys if key in seen]) > 1:
                both = " and ".join(repr(key) for key in there)
                yield flowhost.Problem(f"{called} has {both}, expected one of them", node.place)


class _Reading:
    """What is found in one mapping."""

    def __init__(self, record: Record[Any], called: str) -> None:
        self.record = record
        self.called = called
        self.values: dict[str, Any] = {} if record.others is None else {"others": {}}
        self.seen: dict[str, str] = {}
        self.problems: list[flowhost.Problem] = []

    def entries(self, node: Table) -> None:
        for entry in node.entries:
            field = self.record.field(entry.key)
            if field is None:
                self.other(entry)
            elif field.key in self.seen:
                first = self.seen[field.key]
                self.note(f"{entry.key!r} is the same key as {first!r}; keep one", entry.place)
            else:
                self.seen[field.key] = entry.key
                self.value(field.form, entry, self.values, field.argument)

    def other(self, entry: Entry) -> None:
        known = [field.key for field in self.record.fields]
        if self.record.others is not None and not _nearly(entry.key, known):
            self.value(self.record.others, entry, self.values["others"], entry.key)
            return
        near = flowhost.nearest(entry.key, known) or f"; expected {', '.join(known)}"
        self.note(f"{self.called} has the unknown key {entry.key!r}{near}", entry.place)

    def value(self, form: Form[Any], entry: Entry, values: dict[str, Any], name: str) -> None:
        try:
            values[name] = form.read(entry.value, repr(entry.key))
        except flowhost.ConfigError as error:
            self.problems += error.problems

    def note(self, message: str, place: flowhost.Place) -> None:
        self.problems.append(flowhost.Problem(message, place))


def spelled(key: str) -> str:
    """A key in the form in which two spellings of it are the same: ``max_matches``, ``max matches``, ``max-matches``."""
    return re.sub(r"[ _-]+", "-", key.strip())


def _nearly(key: str, known: Iterable[str]) -> bool:
    """Whether a key looks like a known one with a slip in it, rather than like a name of its own."""
    return bool(get_close_matches(spelled(key), [spelled(one) for one in known], n=1, cutoff=0.8))


def _pairs(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(left, right) for number, left in enumerate(keys) for right in keys[number + 1 :]]
