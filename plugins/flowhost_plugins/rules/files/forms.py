"""The forms of single values: how each is read from a node, and its JSON Schema. One table of forms says both.

A form's `read` raises ConfigError with all that is wrong with its node; `called` is what messages call the value.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import flowhost
from flowhost_plugins.rules.files.nodes import Listing, Node, Scalar, Table, wrong

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Schema = dict[str, Any]

_NO_CHARACTERS = r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"  # what lines, UTF-8 or XML cannot hold

LONGEST_TIME = 3_153_600_000.0  # seconds, a hundred years: no moment is beyond what a date can say

_WORDS = {"yes": True, "on": True, "no": False, "off": False}
YES_OR_NO: Schema = {
    "enum": [True, False, *(form(word) for word in _WORDS for form in (str, str.capitalize, str.upper))]
}
_LENGTH = r"^\s*\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*([Mm][Ss]|[Ss]([Ee][Cc])?|[Mm]([Ii][Nn])?|[Hh]|[Dd])?\s*$"


class Readable(Protocol[T_co]):
    """What can read a node."""

    def read(self, node: Node, called: str) -> T_co:
        """The value of a node."""


class Form(Readable[T_co], Protocol[T_co]):
    """How a value looks in a rule file."""

    def schema(self) -> Schema:
        """The JSON Schema of such a node."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one line that is not blank; a number is taken as it is written."""

    longest: int = 1000

    def read(self, node: Node, called: str) -> str:
        """The text."""
        text = _text(node)
        if text is None or not text.strip():
            raise wrong(node, called, "a text")
        if len(text) > self.longest or re.search(_NO_CHARACTERS, text.strip()):
            raise wrong(node, called, f"a text of one line and at most {self.longest} characters")
        return text.strip()

    def schema(self) -> Schema:
        """See `Form`."""
        return {"type": ["string", "number"], "pattern": r"\S", "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class Prose:
    """A text of any number of lines."""

    def read(self, node: Node, called: str) -> str:
        """The text, without blanks around it."""
        text = _text(node)
        if text is None:
            raise wrong(node, called, "a text")
        return text.strip()

    def schema(self) -> Schema:
        """See `Form`."""
        return {"type": ["string", "number"]}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text, number, or yes or no, as text: what a variable of a notification must be."""

    def read(self, node: Node, called: str) -> str:
        """The text."""
        if not isinstance(node, Scalar) or node.value is None:
            raise wrong(node, called, "a text, perhaps with '*'")
        return node.text.lower() if isinstance(node.value, bool) else node.text

    def schema(self) -> Schema:
        """See `Form`."""
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no."""

    def read(self, node: Node, called: str) -> bool:
        """Whether it is yes."""
        if isinstance(node, Scalar):
            if isinstance(node.value, bool):
                return node.value
            if node.value in YES_OR_NO["enum"] and isinstance(node.value, str):
                return _WORDS[node.value.lower()]
        raise wrong(node, called, "yes or no")

    def schema(self) -> Schema:
        """See `Form`."""
        return YES_OR_NO


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    least: int
    most: int = 1_000_000_000

    def read(self, node: Node, called: str) -> int:
        """The number."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            quotes = " without quotes" if isinstance(value, str) and value.strip("+-").isdecimal() else ""
            raise wrong(node, called, f"a whole number{quotes}")
        if not self.least <= value <= self.most:
            raise wrong(node, called, f"a whole number from {self.least} to {self.most}")
        return value

    def schema(self) -> Schema:
        """See `Form`."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: seconds, or with a unit."""

    least: float = 0.0
    why: str = ""

    def read(self, node: Node, called: str) -> float:
        """The seconds."""
        expected = "a length of time such as '30 s', '5 min', '2 h' or '1 d'"
        value = node.value if isinstance(node, Scalar) else None
        if value is None or isinstance(value, bool):
            raise wrong(node, called, expected)
        seconds = _seconds(value)
        if seconds is None:
            raise wrong(node, called, expected)
        if not self.least <= seconds <= LONGEST_TIME:
            limit = f"at least {self.least:g} s" if seconds < self.least else "at most 36500 d"
            raise wrong(node, called, f"{limit}{self.why if seconds < self.least else ''}")
        return seconds

    def schema(self) -> Schema:
        """See `Form`."""
        number = {"type": "number", "minimum": self.least, "maximum": LONGEST_TIME}
        return {"anyOf": [number, {"type": "string", "pattern": _LENGTH}]}


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """A text that a function turns into a value.

    Args:
        convert: raises ValueError with the end of a sentence: what was expected.
        keywords: of the schema, besides its type.
    """

    convert: Callable[[str], T]
    keywords: Mapping[str, Any]

    def read(self, node: Node, called: str) -> T:
        """The value."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            raise wrong(node, called, self.expected())
        try:
            return self.convert(node.value)
        except ValueError as error:
            raise wrong(node, called, str(error)) from None

    def expected(self) -> str:
        """What a message says was expected of a value that is no text."""
        try:
            self.convert("")
        except ValueError as error:
            return str(error)
        return "a text"

    def schema(self) -> Schema:
        """See `Form`."""
        return {"type": "string", **self.keywords}


@dataclass(frozen=True, slots=True)
class Several(Generic[T]):
    """A list of such values, or one of them alone; not empty."""

    form: Form[T]

    def read(self, node: Node, called: str) -> tuple[T, ...]:
        """The values."""
        if not isinstance(node, Listing):
            return (self.form.read(node, called),)
        if not node.items:
            raise flowhost.ConfigError(flowhost.Problem(f"{called} is an empty list", node.place))
        return each(self.form, node, called)

    def schema(self) -> Schema:
        """See `Form`."""
        one = self.form.schema()
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


@dataclass(frozen=True, slots=True)
class Either(Generic[T]):
    """One form for a mapping, another for everything else."""

    plain: Form[T]
    table: Form[T]

    def read(self, node: Node, called: str) -> T:
        """The value."""
        return (self.table if isinstance(node, Table) else self.plain).read(node, called)

    def schema(self) -> Schema:
        """See `Form`."""
        return {"anyOf": [self.plain.schema(), self.table.schema()]}


def each(form: Readable[T], node: Listing, called: str) -> tuple[T, ...]:
    """What a form makes of each element of a list.

    Raises:
        ConfigError: with what is wrong with any of them.
    """
    values, problems = [], list[flowhost.Problem]()
    for number, item in enumerate(node.items, start=1):
        try:
            values.append(form.read(item, f"{called} no. {number}"))
        except flowhost.ConfigError as error:
            problems += error.problems
    if problems:
        raise flowhost.ConfigError(problems)
    return tuple(values)


def _text(node: Node) -> str | None:
    if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, bool):
        return None
    return node.text


@functools.cache
def _length_reader() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(flowhost.Seconds)


def _seconds(value: str | float) -> float | None:
    """The seconds, read as the options of all parts are; None when it is no length of time."""
    try:
        return float(_length_reader().validate_python(value))
    except (ValueError, OverflowError):
        return None
