"""lxml's element builder, with types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol, cast

from lxml import etree
from lxml.builder import ElementMaker  # type: ignore[import-not-found]  # lxml-stubs leave it out

_FORBIDDEN = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Maker(Protocol):
    """Makes elements of one namespace: ``maker.name(...)``, or ``maker("name", ...)``.

    Arguments are texts and elements for the content, keywords and dictionaries for attributes.
    """

    def __getattr__(self, name: str) -> Callable[..., etree._Element]: ...

    def __call__(self, name: str, *inside: object, **attributes: str) -> etree._Element:
        """Make an element."""


def maker(namespace: str, prefixes: Mapping[str | None, str]) -> Maker:
    """A maker for elements of this namespace, written with these prefixes."""
    return cast("Maker", ElementMaker(namespace=namespace, nsmap=dict(prefixes), typemap={str: _add_text}))


def _add_text(element: etree._Element, text: str) -> None:
    """Set the text of an element; names of files may have characters that XML cannot hold (XML 1.0, 2.2)."""
    element.text = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
