"""Which part of the metadata an answer shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.metadata.merging import ALWAYS, Node, span_key


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for.

    Args:
        fields: name or pattern → what it is called in the answer; empty: all.
        without: names or patterns of fields that are left out.
        groups: names of groups; empty: all.
        interval: ``generic``: what is always; ``timed``: what is not; else everything.
        include: what is told of each field besides, e.g. ``type``, or a key of its key-values.
        defaults: whether fields without a value are there with that of their definition.
        terse: whether only values are wanted.
    """

    fields: Mapping[str, str]
    without: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    interval: str = "all"
    include: tuple[str, ...] = ()
    defaults: bool = False
    terse: bool = False

    def called(self, name: str) -> str | None:
        """What a field is called in the answer; None: it is not in it."""
        if any(fnmatchcase(name, one) for one in self.without):
            return None
        if not self.fields and not self.groups:
            return name
        for pattern, other in self.fields.items():
            if fnmatchcase(name, pattern):
                return other or name
        return None


EVERYTHING = Selection({})
"""All there is."""


def selection(call: Call) -> Selection:
    """What the parameters of a request ask for."""
    names = call.words("field")
    wanted = [one.partition(":") for one in names if not one.startswith("-")]
    return Selection(
        {name: other for name, _, other in wanted},
        tuple(one[1:] for one in names if one.startswith("-")),
        tuple(call.words("group")),
        call.text("interval", "all"),
        tuple(call.words("include")),
        call.flag("defaultValue"),
        call.flag("terse"),
    )


def selected_spans(spans: Iterable[Node], wanted: Selection) -> list[Node]:
    """The timespans, each with what is asked for; that of all the time is there even when it has none of it."""
    shown = []
    for span in spans:
        always = span_key(span) == ALWAYS
        if wanted.interval == ("timed" if always else "generic"):
            continue
        level = _level(span, wanted)
        if always or level["field"] or level["group"]:
            shown.append({"start": span["start"], "end": span["end"], **level})
    return shown


def _level(level: Mapping[str, Any], wanted: Selection) -> Node:
    """What is asked for of a timespan or group; both lists are always there, as clients walk through them."""
    fields = [
        {**one, "name": called}
        for one in level.get("field", ())
        if (called := wanted.called(one["name"])) is not None
    ]
    groups = [made for one in level.get("group", ()) if (made := _group(one, wanted))]
    return {"field": fields, "group": groups}


def _group(group: Node, wanted: Selection) -> Node | None:
    if group["name"] in wanted.groups:
        return {**group, **_level(group, EVERYTHING)}
    level = _level(group, wanted)
    if (wanted.fields or wanted.groups) and not level["field"] and not level["group"]:
        return None
    return {**group, **level}
