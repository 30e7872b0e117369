"""The action ``import-file``."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import PurePath
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.actions.subject import item_of

NAMES = frozenset({"event"})
"""What the expressions of the action see."""

_ONE_AT_A_TIME = threading.Lock()
"""Held from the look for the item until its import is under way: two rules may be about the same event."""


class ImportFile:
    """Makes an item of the file that an event tells of, and imports the file as its media.

    For rules that react to a source such as ``watch-folder``. The item is made once for each event: what was made by a
    try before, or by another rule, is taken up. An event whose file was imported already is skipped. The library copies
    the file; the item is there for rules that react to new items, its media for those that react to jobs of the type
    ``IMPORT``.

    Raises:
        ConfigError: an expression uses another name than ``event``.
    """

    name: ClassVar[str] = "import-file"

    def __init__(
        self,
        *,
        file: Annotated[flowhost.Expression | None, "path of the file; event.data['path']"] = None,
        title: Annotated[flowhost.Expression | None, "title; the file's name without its suffix"] = None,
        fields: Annotated[
            Mapping[str, flowhost.Expression] | None,
            "field → expression of its value, or of a list of values",
        ] = None,
        assets: flowhost.MediaLibrary,
    ) -> None:
        self._file = file or flowhost.Expression("event.data['path']")
        self._title = title
        self._fields = dict(fields or {})
        self._assets = assets
        problems = [
            _problem(one) for one in (file, title, *self._fields.values()) if one and one.names - NAMES
        ]
        if problems:
            raise flowhost.ConfigError(problems)

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Make the item, or find the one made for this event, and start the import.

        Raises:
            ExpressionError: an expression cannot be worked out.
            Permanent: the file cannot be imported.
        """
        path = str(self._file.value({"event": context.event}))
        with _ONE_AT_A_TIME:
            item, is_new = self._item(context, path)
            live = [] if is_new or not item.placeholder else self._assets.live_jobs(item.id)
            # the import may have ended between both looks
            if not is_new and not live and not item_of(self._assets, item.id).placeholder:
                return flowhost.Outcome.skipped(f"{path} was imported before, as {item.id}")
            job = live[0] if live else self._assets.import_media(item.id, path)
        return flowhost.Outcome.waiting([job.id], note=f"imports {path} as {item.id}")

    def plan(self, context: flowhost.Context) -> str:
        """What would be imported."""
        return f"import {self._file.value({'event': context.event})}"

    def _item(self, context: flowhost.Context, path: str) -> tuple[flowhost.Item, bool]:
        external_id = f"import:{context.event.identity or context.identity}"
        if found := self._assets.item(external_id):
            return found, False
        names = {"event": context.event}
        title = str(self._title.value(names)) if self._title else PurePath(path).stem
        fields = {name: _texts(value.value(names)) for name, value in self._fields.items()}
        try:
            return self._assets.create_item(fields, title=title, external_id=external_id), True
        except flowhost.Conflict:  # another process was a moment faster
            found = self._assets.item(external_id)
            if found is None:
                raise
            return found, False


def _texts(value: object) -> list[str]:
    """The values of a field: those of a list; none of None."""
    several = value if isinstance(value, list | tuple) else [] if value is None else [value]
    return [str(one) for one in several]


def _problem(expression: flowhost.Expression) -> flowhost.Problem:
    name = min(expression.names - NAMES)
    said = f"the expression {expression.text!r} uses the name {name!r}; there is 'event'"
    return flowhost.Problem(said, expression.place)
