"""Dictionaries: feeds of the terms a field may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.entry import Entry
from flowhost_plugins.viz_one.documents.feed import Feed
from flowhost_plugins.viz_one.documents.term import DictionaryTerm

if TYPE_CHECKING:
    from lxml.etree import _Element


class Dictionary(Feed[DictionaryTerm]):
    """A dictionary, or a page of a large one."""

    _terms: dict[str, DictionaryTerm] | None

    def term(self, key: str) -> DictionaryTerm | None:
        """The first term with this key, None when there is none."""
        if self._terms is None:
            self._terms = {term.key: term for term in reversed(self.entries)}
        return self._terms.get(key)

    def _entry(self, element: _Element) -> DictionaryTerm:
        return term_of(Entry.of(element))

    def _forget(self) -> None:
        self._terms = None


def term_of(entry: Entry) -> DictionaryTerm:
    """The term that this entry describes.

    Where the key stands is not public: an element ``key`` or ``value`` is taken, else the short id, else the title.
    """
    key = trees.child_text(entry.element, "{*}key") or trees.child_text(entry.element, "{*}value")
    link = entry.link("self") or entry.link("alternate")
    return DictionaryTerm(key or entry.id or entry.title, entry.title or key, link.href if link else "")
