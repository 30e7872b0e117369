"""What the expressions of a rule see: ``item``, ``event``, ``now`` and ``tags``."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

import flowhost
from flowhost_plugins.rules.matching.item_facts import ItemFacts
from flowhost_plugins.rules.matching.library import Library

NAMES = ("item", "event", "now", "tags")
"""The names an expression of a rule may use."""


class Facts(Mapping[str, Any]):
    """Name → what it stands for, for one item and one event.

    ``item`` is an `ItemFacts`, or None when the rule is about no item; ``event`` the event with its ``type``,
    ``source``, ``subject``, ``id``, ``key``, ``time``, ``data`` and ``headers``; ``now`` the time of day in UTC;
    ``tags['x']`` what ``${x}`` stands for, empty when there is no value.

    Args:
        event: the event.
        item_id: id of the item; None: about none.
        library: where the item is.
        now: the time of day.
        variables: what tags stand for besides, e.g. the variables of a notification.
    """

    __slots__ = ("_found", "_library", "_variables")

    def __init__(
        self,
        event: flowhost.Event,
        item_id: str | None,
        library: Library,
        now: datetime,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        item = None if item_id is None else ItemFacts(item_id, library)
        self._found: dict[str, Any] = {"item": item, "event": event, "now": now}
        self._library = library
        self._variables = variables or {}

    @property
    def item(self) -> ItemFacts | None:
        """The item; None when the rule is about none."""
        found: ItemFacts | None = self._found["item"]
        return found

    @property
    def now(self) -> datetime:
        """The time of day."""
        found: datetime = self._found["now"]
        return found

    @property
    def event(self) -> flowhost.Event:
        """The event."""
        found: flowhost.Event = self._found["event"]
        return found

    def tags(self) -> Mapping[str, Any]:
        """What ``${...}`` stands for, as `flowhost.Template` takes it: the item's own, then the variables."""
        item = self.item
        if item is None:
            return flowhost.item_tags(None, self._variables)
        own = flowhost.item_tags(item.load(), item.variables)
        # a job has a user and a status, too, but the tags are about the item
        return ChainMap(cast("dict[str, Any]", own), dict(self._variables))

    def __getitem__(self, name: str) -> Any:
        if name == "tags" and name not in self._found:
            self._found[name] = TagFacts(self)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


class TagFacts:
    """``tags`` in an expression: several values of one tag are joined by a comma and a blank, as in a text.

    Args:
        facts: the facts they are made of.
    """

    expression_names: ClassVar[frozenset[str]] = frozenset({"__getitem__", "__contains__", "get"})

    __slots__ = ("_facts", "_tags")

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._tags: Mapping[str, Any] | None = None

    def __getitem__(self, name: str) -> str:
        if self._tags is None:
            self._tags = self._facts.tags()
        value = self._tags.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else ", ".join(map(str, value))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self[name] != ""

    def get(self, name: str, default: str = "") -> str:
        """What a tag stands for, or the default when it has no value."""
        return self[name] or default

    def __repr__(self) -> str:
        return f"tags of {self._facts.item!r}"
