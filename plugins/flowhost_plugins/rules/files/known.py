"""What rules name, held against what a library has: searches, collections, formats, storages, fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import flowhost
from flowhost_plugins.rules.files.nodes import Path
from flowhost_plugins.rules.files.uses import fields_used
from flowhost_plugins.rules.rule import (
    FromSource,
    InCollection,
    Rule,
    SavedSearch,
    Schedule,
    Signal,
    StepSpec,
    Trigger,
)

ITEM_TAGS = ("title", "itemId", "mediaType", "originalFilename", "user")
"""Tags that every library has, besides its fields."""

STORAGES = {"move-copy-files": "targets"}
"""Actions that name storages of the library: which parameter does."""

LOCATIONS = {"export": "location"}
"""Actions that name export locations: which parameter does."""

POLICIES = {"archive": "policy"}
"""Actions that name policies of the archive: which parameter does."""

LISTS = ("targets", "formats")
"""Parameters that take several names, also in one text with commas."""

FORMATS = {"move-copy-files": "formats", "export": "format", "transcode": "format"}
"""Actions that name formats: which parameter does."""


class LibraryCheck:
    """Checks rules against one library, which is asked once for each kind of thing.

    Args:
        library: it must be open.

    Raises:
        Unavailable: it cannot be reached.
    """

    def __init__(self, library: flowhost.MediaLibrary) -> None:
        self._library = library
        self._formats = {"original", *(tag.name for tag in library.shape_tags())}
        self._fields = {name: name for name in library.field_names()}
        self._fields |= {name.rpartition("/")[2]: name for name in self._fields}
        self._notifications = library.notification_names()
        self.storage_ids = {storage.name: storage.id for storage in library.storages()}

    def problems(self, rule: Rule) -> Iterator[flowhost.Problem]:
        """What a rule names and there is not."""
        for trigger, place in zip(rule.triggers, rule.trigger_places, strict=True):
            yield from self._trigger(trigger, place)
        for expression in (*rule.conditions, *(step.when for step in rule.steps if step.when)):
            for use in fields_used(expression):
                yield from self._field(use.what, "a condition asks for", use.place)
        for step in rule.steps:
            yield from self._named(step)
        if not any(isinstance(trigger, Signal | FromSource) for trigger in rule.triggers):
            for (
                step
            ) in rule.steps:  # those of a notification also have its variables, which nobody knows before
                yield from self._tags(step)

    def _trigger(self, trigger: Trigger, place: flowhost.Place) -> Iterator[flowhost.Problem]:
        for ask, name in self._asked(trigger):
            try:
                ask(name)
            except flowhost.Permanent as error:  # there is no such thing, or the query cannot be read
                yield flowhost.Problem(str(error), place)
        if isinstance(trigger, Signal):
            if self._notifications and trigger.name not in self._notifications:
                near = flowhost.nearest(trigger.name, self._notifications)
                yield flowhost.Problem(f"there is no notification {trigger.name!r}{near}", place)
            for name in trigger.fields:
                yield from self._field(name, "the trigger names", place)

    def _asked(self, trigger: Trigger) -> Iterator[tuple[Callable[[str], Any], str]]:
        """What the library can be asked about a trigger: how, and for what."""
        library = self._library
        match trigger:
            case SavedSearch(search=query, is_query=True) | Schedule(query=query) if query:
                yield partial(library.search_ids, number=1), query
            case SavedSearch(search=search) | Schedule(search=search) if search:
                yield library.saved_query, search
            case InCollection(collection=collection):
                yield partial(library.collection_ids, number=1), collection
            case _:
                return

    def _format(self, name: str, place: flowhost.Place) -> Iterator[flowhost.Problem]:
        """Only what looks like a slip: media can be imported with tags that nothing is transcoded to."""
        if name not in self._formats and (near := flowhost.nearest(name, self._formats)):
            yield flowhost.Problem(f"there is no format {name!r}{near}", place)

    def _named(self, step: StepSpec) -> Iterator[flowhost.Problem]:
        """What a step names by the parameters that `STORAGES` and its like tell; a format distribution has one, too."""
        ways: tuple[tuple[Mapping[str, str], Callable[[str], object]], ...] = (
            (STORAGES, self._library.storage),
            (LOCATIONS, self._library.check_export_location),
            (POLICIES, self._library.check_archive_policy),
        )
        for parameters, ask in ways:
            for name, place in _values(step, parameters):
                try:
                    ask(name)
                except flowhost.Permanent as error:
                    yield flowhost.Problem(str(error), place)
        for name, place in _values(step, FORMATS):
            yield from self._format(name, place)

    def _field(self, name: str, who: str, place: flowhost.Place | None) -> Iterator[flowhost.Problem]:
        if self._fields and name not in self._fields:
            near = flowhost.nearest(name, self._fields)
            yield flowhost.Problem(f"{who} the field {name!r}, which no item has{near}", place)

    def _tags(self, step: StepSpec) -> Iterator[flowhost.Problem]:
        for text, path in _texts_of(step.parameters, ()):
            for name in sorted(_tag_names(text)):
                if self._fields and name not in self._fields and name not in ITEM_TAGS:
                    near = flowhost.nearest(name, {*self._fields, *ITEM_TAGS})
                    message = f"action {step.action!r} has the tag ${{{name}}}, which no item has{near}"
                    yield flowhost.Problem(message, step.places.get(path, step.place))


def _values(step: StepSpec, parameters: Mapping[str, str]) -> Iterator[tuple[str, flowhost.Place]]:
    """The values of the parameter that counts for the action of a step, each with its place."""
    parameter = parameters.get(step.action, "")
    for text, path in _texts_of(step.parameters.get(parameter), (parameter,)):
        names = text.split(",") if parameter in LISTS else [text]
        for name in filter(None, map(str.strip, names)):
            yield name, step.places.get(path, step.place)


def _texts_of(value: Any, path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(value, str):
        yield value, path
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts_of(one, (*path, number))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts_of(one, (*path, key))


def _tag_names(text: str) -> set[str]:
    """The tags of a text that have no default. What cannot be read is told by the action itself."""
    try:
        names = flowhost.Template(text).names
    except flowhost.TemplateError:
        return set()
    return {name for name in names if not re.search(rf"\$\{{\s*{re.escape(name)}\s*:-", text)}
