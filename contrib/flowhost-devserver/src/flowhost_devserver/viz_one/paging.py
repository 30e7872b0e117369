"""Feeds in pages: ``start`` counts from 1, ``num`` is how many; ``next`` and ``previous`` links lead on (RFC 5005)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from lxml import etree
from werkzeug.wrappers import Request

from flowhost_devserver.viz_one.answers import refuse
from flowhost_devserver.viz_one.atom import counts, link
from flowhost_devserver.viz_one.site import Site
from flowhost_devserver.viz_one.vocabulary import FEED_TYPE

DEFAULT_NUMBER = 20
LARGEST_NUMBER = 500

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Window(Generic[Thing]):
    """The part of a list that one page shows."""

    things: Sequence[Thing]
    total: int
    start: int
    number: int

    def links(self, site: Site, request: Request) -> list[etree._Element]:
        """The links of the page, and its counts."""
        found = [link("self", _url(site, request), FEED_TYPE)]
        if next_page := following(site, request, self):
            found.append(link("next", next_page, FEED_TYPE))
        if self.start > 1:
            before = max(1, self.start - self.number)
            found.append(link("previous", _url(site, request, before, self.number), FEED_TYPE))
        return [*found, *counts(self.total, self.start, self.number)]


def following(site: Site, request: Request, shown: Window[Any]) -> str | None:
    """The URL of the page after this one; None after the last."""
    start = shown.start + shown.number
    return _url(site, request, start, shown.number) if start <= shown.total else None


def window(request: Request, things: Sequence[Thing]) -> Window[Thing]:
    """The part of `things` that the request asks for.

    Raises:
        Problem: 400, its ``start`` or ``num`` is no number from 1 on.
    """
    start, number = _count(request, "start", 1), _count(request, "num", DEFAULT_NUMBER)
    number = min(number, LARGEST_NUMBER)
    return Window(things[start - 1 : start - 1 + number], len(things), start, number)


def _count(request: Request, name: str, default: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        refuse(400, f"the parameter {name!r} is {text!r}, expected a number from 1 on")
    return int(text)


def _url(site: Site, request: Request, start: int | None = None, number: int | None = None) -> str:
    arguments = [(name, value) for name, value in request.args.items(multi=True)]
    if start is not None:
        arguments = [(name, value) for name, value in arguments if name not in ("start", "num")]
        arguments += [("start", str(start)), ("num", str(number))]
    return site.link(request.path) + (f"?{urlencode(arguments)}" if arguments else "")
