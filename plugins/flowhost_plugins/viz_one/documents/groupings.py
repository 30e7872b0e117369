"""Entries that gather others: folders, series, seasons, programs, and packages of items."""

from __future__ import annotations

from collections.abc import Iterable

from flowhost_plugins.viz_one.documents.described import DescribedEntry
from flowhost_plugins.viz_one.documents.entry import Content
from flowhost_plugins.viz_one.documents.feed import Feed
from flowhost_plugins.viz_one.documents.item import Item
from flowhost_plugins.viz_one.documents.uri_list import UriList


class Folder(DescribedEntry):
    """A folder; its members are behind ``down_link`` and are added at ``addmembers_link``."""


class Series(Folder):
    """A series of programs."""


class Season(Folder):
    """A season of a series."""


class Program(Folder):
    """A program."""


class ItemSet(Item):
    """A package: an asset that consists of other items, named in its content as a list of URIs."""

    @property
    def members(self) -> UriList:
        """The atom ids of its items; to change them, set the whole list."""
        return UriList.parse(self.content.text)

    @members.setter
    def members(self, uris: Iterable[str]) -> None:
        # line feeds, for a carriage return in XML would have to be written as a character reference
        text = UriList(uris).generate().decode().replace("\r\n", "\n")
        self.content = Content(type=UriList.content_type, text=text)


class Members(Feed[Item]):
    """A feed of the members of a folder, a series, a season or a program."""

    entry_class = Item
