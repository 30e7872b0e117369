"""A YAML text → nodes with places, or all that is wrong with it as YAML.

Only the composer of ruamel.yaml is used, never a constructor: a file can make nothing but texts, numbers, yes or no, lists
and mappings. Keys that stand twice are found here, all of them, which a constructor would stop at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import flowhost
from flowhost_plugins.rules.files.nodes import Entry, Listing, Node, Scalar, Table
from flowhost_plugins.rules.files.syntax_errors import syntax_problems

if TYPE_CHECKING:
    from ruamel.yaml.nodes import MappingNode, ScalarNode

MOST_NODES = (
    20_000  # of a file with its references followed; a few lines of them can stand for billions of values
)
LARGEST = 1_000_000  # characters of a file; a rule has some hundred

_TAG = "tag:yaml.org,2002:"
_OTHER_VERSION = re.compile(r"^%YAML(?!\s+1\.2\s*$)", re.MULTILINE)


def nodes_of(text: str, file: str) -> Node:
    """The one document of a text.

    Args:
        text: YAML 1.2.
        file: how places name the file.

    Raises:
        ConfigError: it cannot be read; has more documents or none; has keys twice, or what only YAML's references,
            tags and directives can say.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if len(text) > LARGEST:
        raise _wrong(f"has {len(text)} characters; expected at most {LARGEST}", file)
    if found := _OTHER_VERSION.search(text):
        place = flowhost.Place(file, text.count("\n", 0, found.start()) + 1, 1)
        raise flowhost.ConfigError(
            flowhost.Problem("a directive for another version; rules are YAML 1.2, leave it out", place)
        )
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        raise flowhost.ConfigError(syntax_problems(error, text, file)) from None
    except RecursionError:
        raise _wrong("is nested too deeply", file) from None
    if root is None:
        raise _wrong("is empty; expected a rule", file)
    return _Reading(file).whole(root)


class _Reading:
    """Turns the composer's nodes into ours."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[flowhost.Problem] = []
        self.around: set[int] = set()  # the nodes that are being read, to find those that hold themselves
        self.count = 0

    def whole(self, root: Any) -> Node:
        try:
            node = self.node(root)
        except RecursionError:
            raise _wrong("is nested too deeply", self.file) from None
        if self.problems:
            raise flowhost.ConfigError(self.problems)
        return node

    def node(self, raw: Any) -> Node:
        self.count += 1
        if self.count > MOST_NODES:
            raise _wrong(f"stands for more than {MOST_NODES} values", self.file)
        place = self.place(raw.start_mark)
        if raw.id == "scalar":
            return self.scalar(raw, place)
        if raw.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            self.note(f"the tag {_tag(raw.tag)!r} has no meaning in a rule; leave it out", place)
        if id(raw) in self.around:
            self.note("a reference to what it stands in", place)
            return Scalar(None, "", place, place)
        self.around.add(id(raw))
        try:
            if raw.id == "sequence":
                return Listing(tuple(self.node(item) for item in raw.value), place)
            return Table(tuple(self.entries(raw)), place)
        finally:
            self.around.discard(id(raw))

    def entries(self, raw: MappingNode) -> Iterable[Entry]:
        first: dict[str, flowhost.Place] = {}
        for key, value in raw.value:
            place = self.place(key.start_mark)
            if key.id != "scalar" or not key.value:
                self.note("a key must be a text", place)
                continue
            if key.tag == f"{_TAG}merge":
                self.note("'<<' has no meaning in YAML 1.2; write the keys themselves", place)
                continue
            if key.value in first:
                self.note(
                    f"the key {key.value!r} is there twice, first in line {first[key.value].line}", place
                )
                continue
            first[key.value] = place
            yield Entry(key.value, place, self.value_of(value, place))

    def value_of(self, raw: Any, key: flowhost.Place) -> Node:
        node = self.node(raw)
        if isinstance(node, Scalar) and node.value is None and not node.text:
            return Scalar(None, "", key, key)  # YAML has an empty value begin at the next line
        return node

    def scalar(self, raw: ScalarNode, place: flowhost.Place) -> Scalar:
        value: Any = raw.value
        kind = str(raw.tag).removeprefix(_TAG)
        try:
            value = _READERS[kind](raw.value)
        except KeyError:
            self.note(f"the tag {_tag(str(raw.tag))!r} has no meaning in a rule; leave it out", place)
        except (ValueError, OverflowError):
            self.note(f"{raw.value[:60]!r} is no number that can be used", place)
        return Scalar(value, raw.value, place, self.content(raw, place))

    def content(self, raw: ScalarNode, place: flowhost.Place) -> flowhost.Place:
        if raw.style in ("|", ">"):
            return flowhost.Place(self.file, place.line + 1)
        quote = 1 if raw.style in ("'", '"') else 0
        width = raw.end_mark.column - raw.start_mark.column
        if raw.start_mark.line != raw.end_mark.line or width != len(raw.value) + 2 * quote:
            return flowhost.Place(self.file, place.line)  # lines are joined, or something is escaped
        return flowhost.Place(self.file, place.line, place.column + quote)

    def place(self, mark: Any) -> flowhost.Place:
        return flowhost.Place(self.file, mark.line + 1, mark.column + 1)

    def note(self, message: str, place: flowhost.Place) -> None:
        self.problems.append(flowhost.Problem(message, place))


def _whole(text: str) -> int:
    plain = text.replace("_", "")
    return int(plain, 0) if re.match(r"[-+]?0[xob]", plain) else int(plain)


def _decimal(text: str) -> float:
    number = float(text.replace("_", ""))
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_READERS: dict[str, Any] = {
    "str": str,
    "timestamp": str,  # a day is a text here, as in JSON
    "int": _whole,
    "float": _decimal,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
}


def _tag(tag: str) -> str:
    return tag.replace(_TAG, "!!")


def _wrong(sentence: str, file: str) -> flowhost.ConfigError:
    return flowhost.ConfigError(flowhost.Problem(f"the file {sentence}", flowhost.Place(file)))
