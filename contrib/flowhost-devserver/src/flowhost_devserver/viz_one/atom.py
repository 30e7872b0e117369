"""Atom documents (RFC 4287), built from plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree

from flowhost_devserver.viz_one.building import maker
from flowhost_devserver.viz_one.vocabulary import (
    ATOM,
    DCTERMS,
    ENTRY_TYPE,
    MEDIA,
    OPENSEARCH,
    PREFIXES,
    TOMBSTONES,
)

atom = maker(ATOM, PREFIXES)
dcterms = maker(DCTERMS, PREFIXES)
media = maker(MEDIA, PREFIXES)
opensearch = maker(OPENSEARCH, PREFIXES)
tombstones = maker(TOMBSTONES, PREFIXES)

AUTHOR = "flowhost development server"


def written(time: datetime) -> str:
    """The time as RFC 3339 wants it, in UTC with microseconds."""
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def link(rel: str, href: str, media_type: str = "", *inside: etree._Element) -> etree._Element:
    """A link; `inside` is its content, such as what it leads to."""
    attributes = {"rel": rel, "href": href}
    if media_type:
        attributes["type"] = media_type
    return atom.link(attributes, *inside)


def category(scheme: str, term: str, label: str = "") -> etree._Element:
    """A category; a scheme or label that is empty is left out."""
    attributes = {"scheme": scheme, "term": term, "label": label}
    return atom.category({name: value for name, value in attributes.items() if value or name == "term"})


def entry(
    urn: str,
    title: str,
    updated: datetime,
    *more: etree._Element,
    here: str,
    published: datetime | None = None,
    content: tuple[str, str] | None = None,
    media_type: str = ENTRY_TYPE,
) -> etree._Element:
    """An entry with all that RFC 4287 (4.1.2) demands.

    Args:
        urn: its id.
        title: its title.
        updated: when it last changed.
        *more: links, categories and extensions.
        here: URL of the entry; it is its own alternate when it has no content.
        published: when it was made.
        content: URL and media type of what the entry is about.
        media_type: of what is found at `here`.
    """
    made = atom.entry(atom.id(urn), atom.title(title), atom.updated(written(updated)))
    if published:
        made.append(atom.published(written(published)))
    made.append(atom.author(atom.name(AUTHOR)))
    made.append(link("self", here, media_type))
    if content:
        made.append(atom.summary(title))  # demanded where the content is elsewhere
        made.append(atom.content(src=content[0], type=content[1]))
    else:
        made.append(link("alternate", here, media_type))
    made.extend(more)
    return made


def feed(
    urn: str, title: str, updated: datetime, links: Iterable[etree._Element], *more: etree._Element
) -> etree._Element:
    """A feed with all that RFC 4287 (4.1.1) demands; `more` are entries and extensions."""
    made = atom.feed(atom.id(urn), atom.title(title), atom.updated(written(updated)))
    made.append(atom.author(atom.name(AUTHOR)))
    made.extend(links)
    made.extend(more)
    return made


def tombstone(urn: str, when: datetime) -> etree._Element:
    """What is left of a deleted entry (RFC 6721)."""
    return tombstones("deleted-entry", ref=urn, when=written(when))


def counts(total: int, start: int, number: int) -> list[etree._Element]:
    """The response elements of OpenSearch 1.1; `start` counts from 1."""
    return [
        opensearch.totalResults(str(total)),
        opensearch.startIndex(str(start)),
        opensearch.itemsPerPage(str(number)),
    ]
