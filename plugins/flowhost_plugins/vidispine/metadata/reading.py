"""From Vidispine's MetadataDocument to the tree, and to who changed what. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from flowhost_plugins.vidispine.documents import Metadata, MetadataFieldValues, MetadataGroup, found_time
from flowhost_plugins.vidispine.metadata.tree import Group, flat

TRANSIENT = "__"
"""What the names of fields begin with that Vidispine works out for each answer."""

LAST_MODIFIED = "__metadata_last_modified"
"""When any of the metadata changed last."""

ALWAYS = ("-INF", "+INF")


def tree_of(metadata: Metadata) -> Group:
    """What holds for the whole item; what is said of parts of it (timed metadata) is left out."""
    tree = Group()
    for span in metadata.timespan:
        if (span.start, span.end) == ALWAYS:
            tree = _level(tree, span.field, span.group)
    return tree


def fields_of(tree: Group) -> Mapping[str, tuple[str, ...]]:
    """Fields as `flowhost.Item.fields` has them: those that are kept."""
    kept = {name: values for name, values in flat(tree).items() if not name.startswith(TRANSIENT)}
    return MappingProxyType(kept)


def first(tree: Group, name: str) -> str:
    """The first value of a field outside any group; empty: it has none."""
    return next(iter(tree.fields.get(name, ())), "")


def moment_of(tree: Group, name: str) -> datetime | None:
    """The first value of a field as a moment."""
    return found_time(first(tree, name))


def changes_in(metadata: Metadata, *, names: Iterable[str] | None = None) -> frozenset[str]:
    """The ids of the change sets that what holds for the whole item comes from: nothing else is changed here.

    Args:
        metadata: of an item.
        names: only of the fields with these names, in groups or not; None: of everything.
    """
    wanted = None if names is None else frozenset(names)
    found: set[str] = set()
    for span in metadata.timespan:
        if (span.start, span.end) == ALWAYS:
            found.update(_changes(span.field, span.group, wanted))
    return frozenset(found)


def _level(above: Group, fields: Iterable[MetadataFieldValues], groups: Iterable[MetadataGroup]) -> Group:
    held = dict(above.fields)
    for one in fields:
        if values := tuple(value.value for value in one.value):
            held[one.name] = held.get(one.name, ()) + values
    inner = tuple(_level(Group(one.name, one.uuid or ""), one.field, one.group) for one in groups)
    return Group(above.name, above.uuid, held, above.groups + inner)


def _changes(
    fields: Iterable[MetadataFieldValues], groups: Iterable[MetadataGroup], names: frozenset[str] | None
) -> Iterator[str]:
    for one in fields:
        if names is None or one.name in names:
            yield from (change for change in (one.change, *(value.change for value in one.value)) if change)
    for group in groups:
        if names is None and group.change:
            yield group.change
        yield from _changes(group.field, group.group, names)
