"""Taking a field or group out of all metadata, because it is defined no more: what is read can always be written back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from flowhost_devserver.vidispine.metadata.kept import KIND, change_metadata, kept_metadata
from flowhost_devserver.vidispine.metadata.merging import Node
from flowhost_devserver.vidispine.metadata.subjects import Subject, subject_of
from flowhost_devserver.vidispine.refusals import Refusal
from flowhost_devserver.vidispine.searching.criteria import Every, FieldIs, GroupHas
from flowhost_devserver.vidispine.searching.walking import Search
from flowhost_devserver.vidispine.site import Site

What: TypeAlias = Literal["field", "group"]


def clear(site: Site, what: What, name: str, user: str) -> None:
    """Remove the values of a field, or the instances of a group, from every item and collection.

    Args:
        site: where.
        what: which of the two.
        name: its name.
        user: who removes them.
    """
    for subject in _subjects(site, what, name):
        try:
            found = _removals(kept_metadata(site, subject)["timespan"], what, name)
            if found:
                change_metadata(site, subject, {"timespan": found}, user)
        except Refusal as error:
            if error.status != 404:  # it is gone meanwhile
                raise


def _subjects(site: Site, what: What, name: str) -> Iterator[Subject]:
    """Whatever may have it: by the catalogue, and by what is kept of parts of the time."""
    criterion = FieldIs(name) if what == "field" else GroupHas(name, Every())
    search = Search(site, criterion)
    facts = [*(fact for fact, _ in search.items()), *search.collections()]
    found = {fact.subject.key: fact.subject for fact in facts}
    yield from found.values()
    for key, kept in site.keeping.all(KIND).items():
        if key not in found and any(_nodes(kept["timespan"], what, name)):
            kind, _, id_ = key.partition(" ")
            try:
                yield subject_of(site, "collection" if kind == "collection" else "item", id_)
            except Refusal:
                continue  # it is gone


def _removals(spans: Iterable[Node], what: What, name: str) -> list[Node]:
    """The timespans of a document that removes every one of them by its uuid."""
    document = []
    for span in spans:
        gone = [{"uuid": one["uuid"], "mode": "remove"} for one in _nodes([span], what, name)]
        if gone:
            document.append({"start": span["start"], "end": span["end"], what: gone})
    return document


def _nodes(levels: Iterable[Mapping[str, Any]], what: What, name: str) -> Iterator[Node]:
    """The fields or groups of this name, on any level; not those within a group that is one of them."""
    for level in levels:
        yield from (one for one in level.get(what, ()) if one["name"] == name)
        inner = level.get("group", ())
        yield from _nodes((one for one in inner if what == "field" or one["name"] != name), what, name)
