"""Changing metadata of an item that others may be changing, too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import flowhost
from flowhost_plugins.actions.subject import item_of

Fields = Mapping[str, tuple[str, ...]]

TRIES = 5
"""Of one change, each for the item as it is then. Whoever meets so many conflicts should wait, as the rule says."""


def edit(assets: flowhost.AssetSystem, item: str, change: Callable[[flowhost.Item], Fields]) -> Fields:
    """Change fields of an item; return those that were changed.

    Args:
        assets: where the item is.
        item: its id.
        change: of the item as it is, the fields that shall be different; called again when somebody was first.

    Raises:
        Conflict: others changed the item each time.
        Permanent: there is no such item, or the library refuses these values.
    """

    @flowhost.retry_on_conflict(TRIES)
    def write(*, conflict: bool) -> Fields:  # noqa: ARG001  # the item is fetched each time
        found = item_of(assets, item)
        changes = change(found)
        if changes:
            assets.set_metadata(item, changes, revision=found.revision or None)
        return changes

    return write()


def feeds_itself(templates: Iterable[flowhost.Template], fields: Iterable[str]) -> bool:
    """Whether a text has a tag of a field that it is written to, in whatever group that is.

    A second try would read what the first one wrote, and add to it. So the values are recorded before they are written:
    the action hands them to the engine as its memo, and sets them when it is called to finish.
    """
    written = {_last(name) for name in fields}
    return any(_last(name) in written for one in templates for name in one.names)


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def told(changes: Fields, nothing: str = "nothing to change") -> str:
    """What was changed, in a sentence."""
    sets = [f"{name} = {', '.join(values)}" for name, values in changes.items() if values]
    removed = [name for name, values in changes.items() if not values]
    parts = [f"set {'; '.join(sets)}"] * bool(sets) + [f"removed {', '.join(removed)}"] * bool(removed)
    return ", ".join(parts) or nothing
