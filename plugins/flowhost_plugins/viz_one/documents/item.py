"""Items: the entries of assets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from flowhost_plugins.viz_one.documents import choices, trees
from flowhost_plugins.viz_one.documents.acl import ASSET_ACL, MEDIA_ACL, Acl, read_acl, write_acl
from flowhost_plugins.viz_one.documents.described import DescribedEntry
from flowhost_plugins.viz_one.documents.entry import AtomCategory
from flowhost_plugins.viz_one.documents.feed import Feed
from flowhost_plugins.viz_one.documents.media_content import MediaContent, read_media
from flowhost_plugins.viz_one.documents.namespaces import VIZ_MEDIA, qualified


class Item(DescribedEntry):
    """An asset: what it is, who may use it, where its metadata and its media are."""

    materialtype_scheme: ClassVar[str] = choices.MATERIALTYPE_SCHEME
    category_scheme: ClassVar[str] = choices.CATEGORY_SCHEME
    rightscode_scheme: ClassVar[str] = choices.RIGHTSCODE_SCHEME
    keywords_scheme: ClassVar[str] = choices.KEYWORDS_SCHEME
    assetmediatype_scheme: ClassVar[str] = choices.ASSETMEDIATYPE_SCHEME
    identifier_tag: ClassVar[str] = choices.IDENTIFIER

    _acls: dict[str, Acl]

    @property
    def identifier(self) -> str:
        """The site identity: the id in somebody else's system; empty when there is none."""
        return trees.child_text(self._element, "{*}identifier")

    @identifier.setter
    def identifier(self, value: str) -> None:
        found = trees.child(self._element, "{*}identifier")
        tag = self.identifier_tag if found is None else found.tag
        trees.put_child_text(self._element, tag, value or None)

    @property
    def mediastatus(self) -> str:
        """What there is of the media: ``online``, ``empty``, ``deleted`` ...; empty when the entry does not tell."""
        return trees.child_text(self._element, "{*}mediastatus")

    @mediastatus.setter
    def mediastatus(self, value: str) -> None:
        found = trees.child(self._element, "{*}mediastatus")
        tag = choices.MEDIASTATUS if found is None else found.tag
        trees.put_child_text(self._element, tag, value or None)

    @property
    def assetmediatype(self) -> str:
        """``placeholder``, ``video``, ``audio`` ...; empty when the entry does not tell."""
        found = self._term(self.assetmediatype_scheme) or trees.child_text(self._element, "{*}assetmediatype")
        return found or trees.child_text(self._element, qualified(VIZ_MEDIA, "media"))

    @assetmediatype.setter
    def assetmediatype(self, value: str) -> None:
        self._set_terms(self.assetmediatype_scheme, [value] if value else [])

    @property
    def placeholder(self) -> bool:
        """Whether it waits for its media."""
        kind = self.assetmediatype
        return kind == choices.PLACEHOLDER if kind else self.mediastatus in choices.EMPTY_MEDIASTATUSES

    @property
    def acl(self) -> Acl:
        """Who may use the asset. Its changes go into the tree when this object is generated or copied."""
        return self._acl(ASSET_ACL)

    @acl.setter
    def acl(self, value: Acl) -> None:
        self._acls[ASSET_ACL] = value

    @property
    def mediaacl(self) -> Acl:
        """Who may use the media. Its changes go into the tree when this object is generated or copied."""
        return self._acl(MEDIA_ACL)

    @mediaacl.setter
    def mediaacl(self, value: Acl) -> None:
        self._acls[MEDIA_ACL] = value

    @property
    def materialtype(self) -> str | None:
        """The material type, None when there is none."""
        return self._term(self.materialtype_scheme)

    @materialtype.setter
    def materialtype(self, value: str | None) -> None:
        self._set_terms(self.materialtype_scheme, [value] if value else [])

    @property
    def category(self) -> str | None:
        """The category, None when there is none."""
        return self._term(self.category_scheme)

    @category.setter
    def category(self, value: str | None) -> None:
        self._set_terms(self.category_scheme, [value] if value else [])

    @property
    def rightscode(self) -> str | None:
        """The rights code, None when there is none."""
        return self._term(self.rightscode_scheme)

    @rightscode.setter
    def rightscode(self, value: str | None) -> None:
        self._set_terms(self.rightscode_scheme, [value] if value else [])

    @property
    def keywords(self) -> list[str]:
        """The keywords; to change them, set the whole list."""
        return self._terms(self.keywords_scheme)

    @keywords.setter
    def keywords(self, values: Iterable[str]) -> None:
        self._set_terms(self.keywords_scheme, list(values))

    @property
    def media_contents(self) -> list[MediaContent]:
        """The files of the asset, as far as the entry tells."""
        return read_media(self._element)

    def _terms(self, scheme: str) -> list[str]:
        return [category.term for category in self.categories if category.scheme == scheme]

    def _term(self, scheme: str) -> str | None:
        return next(iter(self._terms(scheme)), None)

    def _set_terms(self, scheme: str, terms: list[str]) -> None:
        if terms == self._terms(scheme):
            return
        others = [category for category in self.categories if category.scheme != scheme]
        self.categories = [*others, *(AtomCategory(scheme, term) for term in terms)]

    def _acl(self, tag: str) -> Acl:
        if tag not in self._acls:
            self._acls[tag] = read_acl(self._element, tag)
        return self._acls[tag]

    def _forget(self) -> None:
        self._acls = {}

    def _write_back(self) -> None:
        for tag, acl in self._acls.items():
            write_acl(self._element, tag, acl)


class ItemCollection(Feed[Item]):
    """A feed of items."""

    entry_class = Item
