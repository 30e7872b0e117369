"""Dictionaries: feeds of terms, each a key with a label."""

# ruff: noqa: ARG001 - pages share one signature

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree
from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import document, refuse
from flowhost_devserver.viz_one.atom import entry, feed, link
from flowhost_devserver.viz_one.building import maker
from flowhost_devserver.viz_one.discovery import DICTIONARIES
from flowhost_devserver.viz_one.numbers import urn
from flowhost_devserver.viz_one.paging import window
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import ENTRY_TYPE, FEED_TYPE, PREFIXES, VDF

vdf = maker(VDF, PREFIXES)

KIND = "dictionary"


def add_dictionary(site: Site, name: str, terms: Mapping[str, str]) -> str:
    """Make a dictionary, or replace it; return its URL."""
    site.keeping.put(KIND, name, dict(terms))
    return dictionary_url(site, name)


def dictionary_url(site: Site, name: str) -> str:
    """The URL of a dictionary's feed."""
    return site.link(f"{DICTIONARIES}/~{name}")


def list_dictionaries(site: Site, request: Request) -> Response:
    """One entry for each dictionary; its ``down`` link leads to the terms."""
    shown = window(request, list(site.keeping.all(KIND)))
    entries = (
        entry(
            urn("dictionary", name),
            name,
            site.started,
            link("down", dictionary_url(site, name), FEED_TYPE),
            here=dictionary_url(site, name),
            media_type=FEED_TYPE,
        )
        for name in shown.things
    )
    links = shown.links(site, request)
    return document(feed(urn("feed", "dictionary"), "Dictionaries", site.started, links, *entries), FEED_TYPE)


def list_terms(site: Site, request: Request, name: str) -> Response:
    """The terms of a dictionary."""
    terms = list(_terms(site, name).items())
    shown = window(request, terms)
    entries = (_term_entry(site, name, key, label) for key, label in shown.things)
    made = feed(urn("dictionary", name), name, site.started, shown.links(site, request), *entries)
    return document(made, FEED_TYPE)


def read_term(site: Site, request: Request, name: str, key: str) -> Response:
    """One term of a dictionary."""
    terms = _terms(site, name)
    if key not in terms:
        refuse(404, f"the dictionary {name!r} has no term {key!r}")
    return document(_term_entry(site, name, key, terms[key]), ENTRY_TYPE)


def _term_entry(site: Site, name: str, key: str, label: str) -> etree._Element:
    """A term; that its key is an element of its own is a choice."""
    here = f"{dictionary_url(site, name)}/{key}"
    return entry(
        urn("dictionary", f"{name}:{key}"), label, site.started, vdf.key(key), vdf.value(label), here=here
    )


def _terms(site: Site, name: str) -> dict[str, str]:
    terms = site.keeping.get(KIND, name)
    if terms is None:
        refuse(
            404, f"there is no dictionary {name!r}; there are {', '.join(site.keeping.all(KIND)) or 'none'}"
        )
    return dict(terms)


ROUTES = (
    Route("GET", DICTIONARIES, list_dictionaries),
    Route("GET", f"{DICTIONARIES}/~<name>", list_terms),
    Route("GET", f"{DICTIONARIES}/~<name>/<key>", read_term),
)
