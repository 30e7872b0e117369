"""What is known of items and collections, read when a search asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import flowhost
from flowhost_devserver.vidispine import moments
from flowhost_devserver.vidispine.metadata.subjects import Subject, collection_subject, item_subject
from flowhost_devserver.vidispine.metadata.system_fields import system_values
from flowhost_devserver.vidispine.searching.criteria import Kind
from flowhost_devserver.vidispine.searching.field_kinds import FieldKinds
from flowhost_devserver.vidispine.searching.matching import Facts
from flowhost_devserver.vidispine.searching.part_facts import FileFacts, ShapeFacts
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import CatalogueItem, Collection, Group

LAST_MODIFIED = "__metadata_last_modified"
"""What those look for who want to know what changed."""

Fields = Mapping[str, tuple[str, ...]]


class _Owner:
    """What has fields and groups, some of which the server works out.

    Args:
        site: where it is.
        kinds: the fields there are.
    """

    def __init__(self, site: Site, kinds: FieldKinds) -> None:
        self._site = site
        self._kinds = kinds
        self._system: dict[str, tuple[str, ...]] = {}

    @cached_property
    def subject(self) -> Subject:
        """Itself, whole."""
        raise NotImplementedError

    @cached_property
    def _paths(self) -> Fields:
        """The fields with their groups before them."""
        return _flat(self.subject.fields, self.subject.groups)

    def _worked_out(self, name: str) -> tuple[str, ...]:
        """The values of a field that the server works out."""
        if name not in self._system:
            found = system_values(self._site, self.subject, name.__eq__)
            self._system[name] = next((values for _, values in found), ())
        return self._system[name]

    def values(self, name: str) -> tuple[str, ...]:
        """See `Facts`."""
        found = tuple(value for path, held in self._paths.items() if _means(name, path) for value in held)
        if not self._kinds.system(name):
            return found
        return found + self._worked_out(name)

    def texts(self) -> Iterator[str]:
        """See `Facts`."""
        for path, values in self._paths.items():
            if self._kinds.searchable(path):
                yield from values

    def groups(self, name: str) -> Iterator[Facts]:
        """See `Facts`."""
        return _named(self.subject.groups, name)


class ItemFacts(_Owner):
    """Those of an item; what a page of items has is there, the rest is read.

    Args:
        site: where it is.
        kinds: the fields there are.
        item: the item.
    """

    def __init__(self, site: Site, kinds: FieldKinds, item: flowhost.Item) -> None:
        super().__init__(site, kinds)
        self.id = item.id
        self._item = item

    @cached_property
    def record(self) -> CatalogueItem:
        """The item, whole."""
        return self._site.catalogue.record(self.id)

    @cached_property
    def subject(self) -> Subject:
        """The item."""
        return item_subject(self.record)

    @cached_property
    def _paths(self) -> Fields:
        return {path: tuple(values) for path, values in self._item.fields.items()}

    def values(self, name: str) -> tuple[str, ...]:
        """See `Facts`; many searches are for what a page of items has, so that nothing more is read."""
        if name == "itemId":
            return (self.id,)
        if name == LAST_MODIFIED and self._item.updated:
            return (moments.zulu(self._item.updated),)
        return super().values(name)

    def texts(self) -> Iterator[str]:
        """See `Facts`; external ids are among them, as in the catalogue."""
        yield from super().texts()
        if self._item.external_id is not None:
            yield from self.record.external_ids

    def related(self, kind: Kind) -> Iterable[Facts]:
        """See `Facts`."""
        if kind == "item":
            return [self]
        if kind == "shape":
            return [ShapeFacts(self, shape) for shape in self.record.shapes]
        if kind == "file":
            return [FileFacts(self, shape, file) for shape in self.record.shapes for file in shape.files]
        above = self._site.catalogue.collections_of(self.id)
        return [CollectionFacts(self._site, self._kinds, one) for one in above]


class CollectionFacts(_Owner):
    """Those of a collection.

    Args:
        site: where it is.
        kinds: the fields there are.
        record: the collection.
    """

    def __init__(self, site: Site, kinds: FieldKinds, record: Collection) -> None:
        super().__init__(site, kinds)
        self.id = record.id
        self.record = record

    @cached_property
    def subject(self) -> Subject:
        """The collection."""
        return collection_subject(self._site, self.record)

    def related(self, kind: Kind) -> Iterable[Facts]:
        """See `Facts`: its members of this kind."""
        if kind == "collection":
            return [self]
        members = [one.id for one in self._site.catalogue.members(self.id) if one.kind == "item"]
        items = [item for one in members if (item := self._site.catalogue.item(one)) is not None]
        owners = [ItemFacts(self._site, self._kinds, item) for item in items]
        return [one for owner in owners for one in owner.related(kind)]


class _GroupFacts:
    """Those of one instance of a group: its own fields, and the groups within."""

    def __init__(self, group: Group) -> None:
        self._group = group

    def values(self, name: str) -> tuple[str, ...]:
        """See `Facts`."""
        return tuple(self._group.fields.get(name, ()))

    def texts(self) -> Iterator[str]:
        """See `Facts`."""
        for values in _flat(self._group.fields, self._group.groups).values():
            yield from values

    def groups(self, name: str) -> Iterator[Facts]:
        """See `Facts`."""
        return _named(self._group.groups, name)

    def related(self, kind: Kind) -> Iterable[Facts]:  # noqa: ARG002  # others have some
        """See `Facts`."""
        return ()


def _named(groups: Iterable[Group], name: str) -> Iterator[Facts]:
    for one in groups:
        if one.name == name:
            yield _GroupFacts(one)
        yield from _named(one.groups, name)


def _flat(fields: Fields, groups: Iterable[Group]) -> Fields:
    found: dict[str, tuple[str, ...]] = {}
    for path, values in _walk("", fields, groups):
        found[path] = found.get(path, ()) + values
    return found


def _walk(above: str, fields: Fields, groups: Iterable[Group]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, values in fields.items():
        yield above + name, tuple(values)
    for group in groups:
        yield from _walk(f"{above}{group.name}/", group.fields, group.groups)


def _means(name: str, path: str) -> bool:
    """Whether a name means the field with this path, as in the catalogue."""
    return path == name or path.endswith(f"/{name}")
