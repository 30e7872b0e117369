"""What is where on the server: found from the service document, by keywords and link relations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import quote

import flowhost
from flowhost.http_client import Remembered
from flowhost_plugins.viz_one.client.links import link_of
from flowhost_plugins.viz_one.client.paging import next_page
from flowhost_plugins.viz_one.client.settings import Settings
from flowhost_plugins.viz_one.client.verbs import Verbs
from flowhost_plugins.viz_one.documents import (
    Dictionary,
    DictionaryTerm,
    DocumentError,
    Entry,
    Feed,
    Item,
    ItemCollection,
    Link,
    LocationCollection,
    Model,
    SearchDescription,
    ServiceDocument,
    UnmanagedFileCollection,
    UrlTemplate,
)
from flowhost_plugins.viz_one.documents.link import joined

E = TypeVar("E")
F = TypeVar("F", bound="Feed[Any]")

ASSETS = "asset"
"""Keyword of the collection of assets in the service document."""

_ATOM_ID = re.compile(r"urn:vme:[^:]*:asset:(.+)")

NEW_TERM_SECONDS = 10.0
"""A term that a dictionary does not have may be new: a copy older than this is read again before that is believed."""


class Library(Verbs):
    """The assets, dictionaries, forms and storages of a server.

    Args:
        settings: how to talk to the server.
        clock: tells the time, and waits.
    """

    def __init__(self, settings: Settings, clock: flowhost.Clock) -> None:
        super().__init__(settings, clock)
        self._services = Remembered(self._read_service, settings.lifetime, clock)
        self._dictionaries = Remembered(self._read_terms, settings.lifetime, clock)
        self._searches = Remembered(self._read_search, settings.lifetime, clock)
        self._models = Remembered(lambda url: self.read(Model, url), settings.lifetime, clock)

    def probe(self) -> None:
        """Read the service document and the first page of assets; nothing with ``enabled = no``.

        Raises:
            Unavailable, HTTPClientError: the server cannot be reached, or refuses the user.
        """
        if self.settings.enabled:
            self._services.forget()
            self.asset_feed()

    @property
    def service(self) -> ServiceDocument:
        """The service document; read again when it is older than the dictionaries may be."""
        return self._services.get(self.settings.start)

    def resolve(self, keyword: str, template_id: str, **values: str) -> str:
        """The URL that a resolve template of the service document makes.

        Args:
            keyword: of the collection.
            template_id: of the template.
            values: what its variables stand for; ``**{"vizid:application": "x"}`` for names with a colon.

        Raises:
            DocumentError: there is no such collection or template, or a variable has no value.
        """
        return joined(
            self.settings.start, self.service.collection(keyword).resolve(template_id).expand(values)
        )

    def feed(self, link: Link | str, feed_class: type[Feed[E]]) -> Iterator[E]:
        """The entries of a feed, page by page; a page is read when its first entry is asked for.

        Args:
            link: the first page.
            feed_class: class of the pages.

        Raises:
            Unavailable: a page leads to one that was read before.
        """
        url = joined(self.settings.start, link if isinstance(link, str) else link.href)
        for page, _ in self.pages(url, feed_class):
            yield from page.entries

    def pages(self, url: str, feed_class: type[F]) -> Iterator[tuple[F, str]]:
        """The pages of a feed, each with its URL; see `feed`."""
        seen = set()
        following: str | None = url
        while following is not None:
            seen.add(following)
            page = self.read(feed_class, following)
            yield page, following
            here, following = following, next_page(page, following)
            if following in seen:
                raise flowhost.Unavailable(f"the page {here} leads to {following}, which was read before")

    # -- assets

    def asset(self, asset_id: str, *, inline: bool = True) -> Item:
        """An asset.

        Args:
            asset_id: its id, site identity, atom id or URL.
            inline: whether its metadata is to come with it, as ``describedby_link.metadata``.

        Raises:
            NotFound: there is none.
        """
        return self.read(Item, self.asset_url(asset_id), inline=("describedby",) if inline else ())

    def asset_url(self, asset_id: str) -> str:
        """Where an asset is: as the service document's template ``asset`` says, or else beneath the collection."""
        if "://" in asset_id and self._wire.trusts(asset_id):
            return asset_id
        atom_id = _ATOM_ID.fullmatch(asset_id)
        short = atom_id[1] if atom_id else asset_id  # a site identity may be a URN or a URL of its own
        if not short.strip("/. "):
            raise flowhost.Permanent(f"{asset_id!r} is no id of an asset")
        try:
            return self.resolve(ASSETS, ASSETS, id=short)
        except DocumentError:  # the template is a convenience that a server need not have
            endpoint = self.service.collection(ASSETS).endpoint.href
            return f"{joined(self.settings.start, endpoint).rstrip('/')}/{quote(short, safe='')}"

    def asset_feed(self) -> ItemCollection:
        """The first page of the collection of assets, with its monitor link."""
        return self.read(ItemCollection, self.service.collection(ASSETS).endpoint)

    def assets(self, text: str = "", **search: str | int) -> Iterator[Item]:
        """The assets that a search finds, page by page.

        Args:
            text: what they contain; all assets when it is empty.
            search: other variables of the server's OpenSearch description: ``count`` (of a page), ``sort``, ``media``,
                or ``**{"vizsort:sort": "-title"}``.
        """
        return self.feed(self.search_url(text, **search), ItemCollection)

    def search_url(self, text: str = "", **search: str | int) -> str:
        """The first page of a search; see `assets`."""
        values = {name: str(value) for name, value in search.items() if value not in ("", None)}
        if text:
            values["searchTerms"] = text
        collection = self.service.collection(ASSETS)
        description = collection.link("search")
        if description is not None and values:
            return joined(self.settings.start, self._searches.get(description.href).expand(values))
        if wanted := sorted(values.keys() - {"count"}):
            raise flowhost.Permanent(
                f"the collection of assets of {self.settings.host} has no link 'search', so its assets can only be "
                f"listed, not searched by {', '.join(wanted)}"
            )
        return joined(self.settings.start, collection.endpoint.href)

    # -- storages

    def location(self, handle: str) -> UnmanagedFileCollection:
        """The files of an import storage that belong to no asset: the first page, with its monitor link.

        Raises:
            ConfigError: no storage has this handle; the sentence names those there are.
        """
        return self.read(UnmanagedFileCollection, self.location_url(handle))

    def location_url(self, handle: str) -> str:
        """Where the files of an import storage are; see `location`."""
        locations = list(self.feed(self._locations(), LocationCollection))
        for location in locations:
            if handle in (location.id, location.atom_id):
                return joined(self.settings.start, link_of(location, "down_link").href)
        handles = [location.id for location in locations]
        there = f"there are {', '.join(map(repr, handles))}" if handles else "there are none"
        hint = flowhost.nearest(handle, handles)
        raise flowhost.ConfigError(
            f"no import storage of {self.settings.host} has the handle {handle!r}{hint}; {there}"
        )

    def _locations(self) -> Link:
        return self.service.collection(self.settings.location_keyword).endpoint

    # -- dictionaries and forms

    def terms(self, source: str) -> Dictionary:
        """A dictionary, all pages of it; kept for the `dictionary_lifetime`.

        Args:
            source: its URL.

        Raises:
            Unavailable: it cannot be read just now.
        """
        return self._dictionaries.get(self._dictionary_url(source))

    def look_up(self, source: str, key: str) -> DictionaryTerm | None:
        """The term with this key in the dictionary at the URL `source`, or None when it has no such term."""
        url = self._dictionary_url(source)
        term = self._dictionaries.get(url).term(key)
        if term is None:
            term = self._dictionaries.get(url, younger_than=NEW_TERM_SECONDS).term(key)
        return term

    def model(self, url: str) -> Model:
        """The model of a form, kept for the `dictionary_lifetime`; do not change it."""
        return self._models.get(joined(self.settings.start, url))

    def _dictionary_url(self, source: str) -> str:
        if not source.startswith(("http://", "https://", "/")):
            raise flowhost.Permanent(
                f"the dictionary {source!r} is no link; the dictionaries of Viz One are feeds, "
                "e.g. /api/metadata/dictionary/~NAME; for a file set 'lookup' to a resource of type 'dictionary-file'"
            )
        return joined(self.settings.start, source)

    def _read_terms(self, url: str) -> Dictionary:
        (first, _), *others = self.pages(url, Dictionary)
        for page, _ in others:
            first.element.extend(page.element.iterchildren(Entry.root))
        first.term("")  # makes the index, before several threads ask for it
        return first

    # -- the service document

    def _read_service(self, url: str) -> ServiceDocument:
        service = self.read(ServiceDocument, url)
        for collection in service.collections:
            self._wire.trust(joined(url, collection.endpoint.href))
        return service

    def _read_search(self, url: str) -> UrlTemplate:
        return self.read(SearchDescription, url).url(type=Feed.content_type)
