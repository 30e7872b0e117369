"""Items: identity, access, categories, metadata, media; and what gathers them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.viz_one.documents import (
    Acl,
    AclEntry,
    AtomCategory,
    DocumentError,
    Folder,
    Item,
    ItemSet,
    MediaContent,
    Payload,
    Program,
    Season,
    Series,
    UriList,
)

SAMPLE = """
<atom:entry xmlns:atom="http://www.w3.org/2005/Atom" xmlns:core="http://ns.vizrt.com/ardome/core"
    xmlns:mam="http://www.vizrt.com/2010/mam" xmlns:acl="http://www.vizrt.com/2012/acl"
    xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/">
  <atom:id>urn:vme:default:asset:2101700000000000001</atom:id>
  <atom:title>Sample</atom:title><atom:updated>2024-01-02T03:04:05Z</atom:updated>
  <core:ardomeIdentity name="id">2101700000000000001</core:ardomeIdentity>
  <dcterms:identifier>SITE-42</dcterms:identifier>
  <mam:mediastatus>empty</mam:mediastatus>
  <atom:link rel="describedby" type="application/vnd.vizrt.payload+xml" href="http://one.test/metadata">
    <payload xmlns="http://www.vizrt.com/types" model="http://one.test/api/metadata/form/hubitem/r1">
      <field name="asset.title"><value>Sample</value></field></payload>
  </atom:link>
  <media:thumbnail url="http://one.test/t.jpg"/>
  <media:group><media:content url="http://one.test/a.mxf" type="video/mxf" fileSize="9" width="1920" height="1080"
     original="true"><atom:link rel="x" href="y"/></media:content>
     <media:content url="http://one.test/a.mp4" isDefault="1"/></media:group>
  <acl:asset note="kept"><acl:group name="Administrators" read="1" write="1" admin="1" since="2020"/>
     <acl:group name="Readers" read="1" write="0" admin="0"/></acl:asset>
  <acl:media><acl:group name="Administrators" read="1" write="1" admin="0"/></acl:media>
</atom:entry>
"""


def test_an_item_as_it_is_read() -> None:
    item = Item(SAMPLE)
    assert (item.id, item.identifier, item.title, item.mediastatus) == (
        "2101700000000000001", "SITE-42", "Sample", "empty",
    )  # fmt: skip
    assert item.metadata is not None
    assert (item.metadata.form, item.metadata.get("asset.title")) == ("hubitem", "Sample")
    assert item.media_contents == [
        MediaContent("http://one.test/a.mxf", 9, "video/mxf", 1920, 1080, original=True),
        MediaContent("http://one.test/a.mp4", is_default=True),
    ]
    assert item.acl == Acl([AclEntry("Administrators", True, True, True), AclEntry("Readers", True)])
    assert item.mediaacl == Acl([AclEntry("Administrators", True, True, False)])


def test_a_new_item_has_nothing() -> None:
    item = Item()
    assert (item.id, item.identifier, item.title, item.mediastatus, item.assetmediatype) == ("",) * 5
    assert (item.metadata, item.materialtype, item.category, item.rightscode) == (None,) * 4
    assert (item.keywords, item.media_contents, item.acl, item.placeholder) == ([], [], Acl(), False)


@pytest.mark.parametrize("tag", ["<identifier xmlns=''>S</identifier>", "<identifier>S</identifier>"])
def test_an_identifier_of_any_namespace_is_read_and_changed_in_place(tag: str) -> None:
    item = Item(f'<entry xmlns="http://www.w3.org/2005/Atom">{tag}</entry>')
    assert item.identifier == "S"
    item.identifier = "T"
    again = Item(item.generate())
    assert again.identifier == "T"
    assert item.generate().count(b"<identifier") == 1


def test_the_identifier_can_be_set_and_taken_away() -> None:
    item = Item()
    item.identifier = "S"
    assert b"http://purl.org/dc/terms/" in item.generate()
    assert Item(item.generate()).identifier == "S"
    item.identifier = ""
    assert b"identifier" not in item.generate()


def test_acl_entries_can_be_changed_added_and_removed() -> None:
    item = Item(SAMPLE)
    item.acl.groupentries[0].write = False
    item.acl.groupentries.append(AclEntry("Editors", read=True, write=True))
    del item.acl.groupentries[1]
    item.mediaacl.groupentries.clear()
    again = Item(item.generate())
    assert again.acl == Acl([AclEntry("Administrators", True, False, True), AclEntry("Editors", True, True)])
    assert again.mediaacl == Acl()
    assert b'since="2020"' in item.generate()
    assert b'note="kept"' in item.generate()
    assert b'<acl:group name="Editors" read="1" write="1" admin="0"/>' in item.generate()


def test_an_acl_can_be_set() -> None:
    item, other = Item(), Item(SAMPLE)
    item.acl = Acl([AclEntry("A", read=True)])
    item.mediaacl = other.mediaacl
    item.mediaacl.groupentries.append(AclEntry("B"))
    again = Item(item.generate())
    assert again.acl == Acl([AclEntry("A", True)])
    assert again.mediaacl == Acl([AclEntry("Administrators", True, True), AclEntry("B")])
    assert Item(other.generate()).mediaacl == again.mediaacl


def test_an_item_that_was_only_looked_at_is_written_unchanged() -> None:
    item = Item(SAMPLE)
    before = item.generate()
    _ = item.acl, item.mediaacl, Item().acl
    assert item.generate() == before
    assert b"acl" not in Item().generate()


def test_acl_lookup_and_truth() -> None:
    acl = Acl([AclEntry("A"), AclEntry("B", read=True), AclEntry("B")])
    assert acl.entry("B") == AclEntry("B", read=True)
    assert acl.entry("C") is None
    assert [entry.name for entry in acl] == ["A", "B", "B"]
    assert bool(acl)
    assert not Acl()


@pytest.mark.parametrize("name", ["materialtype", "category", "rightscode"])
def test_categories_with_a_name(name: str) -> None:
    item = Item()
    item.categories = [AtomCategory("http://site.test/tag", "mine")]
    setattr(item, name, "one")
    setattr(item, name, "two")
    again = Item(item.generate())
    assert getattr(again, name) == "two"
    assert again.categories[0] == AtomCategory("http://site.test/tag", "mine")
    assert again.categories[1].scheme == getattr(Item, f"{name}_scheme")
    setattr(again, name, None)
    assert getattr(again, name) is None
    assert len(again.categories) == 1


def test_keywords() -> None:
    item = Item()
    item.keywords = ["b", "a"]
    assert Item(item.generate()).keywords == ["b", "a"]
    item.keywords = []
    assert item.categories == []


def test_a_site_may_have_another_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Item, "category_scheme", "http://site.test/category")
    item = Item()
    item.category = "news"
    assert item.categories == [AtomCategory("http://site.test/category", "news")]


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("placeholder", "online", True),
        ("placeholder", "", True),
        ("video", "empty", False),
        ("", "empty", True),
        ("", "online", False),
        ("", "", False),
    ],
)
def test_a_placeholder(kind: str, status: str, expected: bool) -> None:
    item = Item()
    item.assetmediatype, item.mediastatus = kind, status
    again = Item(item.generate())
    assert (again.assetmediatype, again.mediastatus, again.placeholder) == (kind, status, expected)


@pytest.mark.parametrize(
    "element",
    [
        '<assetmediatype xmlns="http://www.vizrt.com/2010/mam">video</assetmediatype>',
        '<media xmlns="http://www.vizrt.com/opensearch/mediatype">video</media>',
    ],
)
def test_the_media_type_in_an_element(element: str) -> None:
    item = Item(f'<entry xmlns="http://www.w3.org/2005/Atom">{element}</entry>')
    assert (item.assetmediatype, item.placeholder) == ("video", False)


def test_metadata_of_an_item_without_a_link() -> None:
    item = Item()
    item.metadata = None
    assert item.links == []
    item.metadata = Payload(model="m")
    assert Item(item.generate()).metadata == Payload(model="m")


@pytest.mark.parametrize("kind", [Folder, Series, Season, Program])
def test_folders_have_metadata_and_members(kind: type[Folder]) -> None:
    folder = kind(
        '<entry xmlns="http://www.w3.org/2005/Atom"><link rel="down" href="d"/><link rel="addmembers" href="a"/>'
        '<link rel="describedby" href="m"><payload xmlns="http://www.vizrt.com/types" model="x"/></link></entry>'
    )
    assert (folder.down_link.href, folder.addmembers_link.href) == ("d", "a")
    assert folder.metadata == Payload(model="x")


def test_the_members_of_a_package() -> None:
    package = ItemSet()
    assert package.members == []
    package.members = ["urn:a", "urn:b"]
    again = ItemSet(package.generate())
    assert again.members == UriList(["urn:a", "urn:b"])
    assert again.content.type == "text/uri-list"
    with pytest.raises(DocumentError):
        package.members = ["two\nlines"]


words = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
acls = st.lists(st.builds(AclEntry, words, st.booleans(), st.booleans(), st.booleans())).map(Acl)


@given(acls, acls, st.lists(words.filter(bool)))
def test_any_access_list_is_read_as_it_was_written(acl: Acl, changed: Acl, keywords: list[str]) -> None:
    item = Item()
    item.acl, item.mediaacl, item.keywords = acl, changed, keywords
    again = Item(item.generate())
    assert (again.acl, again.mediaacl, again.keywords) == (acl, changed, keywords)
    again.acl.groupentries[:] = changed.groupentries
    again.keywords = keywords[::-1]
    final = Item(again.generate())
    assert (final.acl, final.keywords) == (changed, keywords[::-1])
