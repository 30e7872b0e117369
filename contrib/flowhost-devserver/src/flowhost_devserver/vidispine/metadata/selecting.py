"""Which part of the metadata an answer shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.fields.registry import is_transient
from flowhost_devserver.vidispine.metadata.intervals import EVERY_TIME, Interval, read_interval
from flowhost_devserver.vidispine.metadata.merging import ALWAYS, Node, span_key
from flowhost_devserver.vidispine.metadata.tracks import wants_track
from flowhost_devserver.vidispine.refusals import invalid_input


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for.

    Args:
        fields: name or pattern → what it is called in the answer; empty: all.
        without: names or patterns of fields that are left out.
        groups: name of a group → what it is called in the answer; empty: all.
        deep: those of the groups that come with the groups in them.
        without_groups: names of groups that are left out.
        interval: of which time.
        include: what is told of each field besides, e.g. ``type``, or a key of its key-values.
        defaults: whether fields without a value are there with that of their definition.
        terse: whether only values are wanted.
        transient: whether fields are wanted that are worked out for every answer.
        languages: patterns of languages, or ``none`` for values without any; empty: all.
        values: whether the definition of a field has the values it may be given.
        tracks: words for tracks, see `wants_track`; empty: all.
    """

    fields: Mapping[str, str]
    without: tuple[str, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    deep: tuple[str, ...] = ()
    without_groups: tuple[str, ...] = ()
    interval: Interval = EVERY_TIME
    include: tuple[str, ...] = ()
    defaults: bool = False
    terse: bool = False
    transient: bool = True
    languages: tuple[str, ...] = ()
    values: bool = False
    tracks: tuple[str, ...] = ()

    def called(self, name: str) -> str | None:
        """What a field is called in the answer; None: it is not in it."""
        if any(fnmatchcase(name, one) for one in self.without):
            return None
        if not self.transient and is_transient(name):
            return None
        if not self.fields and not self.groups:
            return name
        for pattern, other in self.fields.items():
            if fnmatchcase(name, pattern):
                return other or name
        return None

    def speaks(self, value: Mapping[str, Any]) -> bool:
        """Whether a value is in one of the languages."""
        lang = value.get("lang") or "none"
        return not self.languages or any(fnmatchcase(lang, one) for one in self.languages)


EVERYTHING = Selection({})
"""All there is."""


def selection(call: Call) -> Selection:
    """What the parameters of a request ask for."""
    names, groups = call.words("field"), call.words("group")
    shown = [one.partition(":") for one in groups if not one.startswith("-")]
    languages = tuple(call.words("language"))
    wanted = [one.partition(":") for one in names if not one.startswith("-")]
    return Selection(
        {name: other for name, _, other in wanted},
        tuple(one[1:] for one in names if one.startswith("-")),
        {name.removesuffix("+"): other for name, _, other in shown},
        tuple(name.removesuffix("+") for name, _, _ in shown if name.endswith("+")),
        tuple(one[1:] for one in groups if one.startswith("-")),
        _interval(call),
        tuple(call.words("include")),
        call.flag("defaultValue"),
        call.flag("terse"),
        call.flag("includeTransientMetadata", default=True),
        () if "all" in languages else languages,
        call.flag("includeValues"),
        tuple(call.words("track")),
    )


def _interval(call: Call) -> Interval:
    try:
        return read_interval(call.words("interval"))
    except ValueError as error:
        told = "expected all, generic, timed, or a span such as 0@PAL-250@PAL"
        raise invalid_input("interval", explanation=told, value=str(error)) from None


def selected_spans(spans: Iterable[Node], wanted: Selection) -> list[Node]:
    """The timespans, each with what is asked for; that of all the time is there even when it has none of it."""
    shown = []
    for span in spans:
        always = span_key(span) == ALWAYS
        if not (wanted.interval.generic if always else _in_time(span, wanted.interval)):
            continue
        level = _level(span, wanted)
        if always or level["field"] or level["group"]:
            shown.append({"start": span["start"], "end": span["end"], **level})
    return shown


def _in_time(span: Mapping[str, Any], interval: Interval) -> bool:
    try:
        return interval.wants(*span_key(span))
    except ValueError:  # a time that nobody can read is told when all are asked for
        return interval.spans == EVERY_TIME.spans


def _level(level: Mapping[str, Any], wanted: Selection) -> Node:
    """What is asked for of a timespan or group; both lists are always there, as clients walk through them."""
    fields = [
        {**one, "name": called}
        for one in level.get("field", ())
        if wants_track(wanted.tracks, one.get("track", "")) and (called := wanted.called(one["name"]))
    ]
    if wanted.languages:
        spoken = [
            {**one, "value": [value for value in one["value"] if wanted.speaks(value)]} for one in fields
        ]
        fields = [one for one in spoken if one["value"]]
    groups = [made for one in level.get("group", ()) if (made := _group(one, wanted))]
    return {"field": fields, "group": groups}


def _group(group: Node, wanted: Selection) -> Node | None:
    name = group["name"]
    if name in wanted.without_groups:
        return None
    if name in wanted.groups:
        inner = _level(group, replace(EVERYTHING, without_groups=wanted.without_groups))
        if name not in wanted.deep:
            inner["group"] = []
        return {**group, "name": wanted.groups[name] or name, **inner}
    level = _level(group, wanted)
    if (wanted.fields or wanted.groups) and not level["field"] and not level["group"]:
        return None
    return {**group, **level}
