"""Entries and their links."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from flowhost_plugins.viz_one.documents import AtomCategory, Content, DocumentError, Entry, Link, Payload

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


def entry(inner: str = "", namespaces: str = "") -> Entry:
    return Entry(f"<entry {ATOM} {namespaces}>{inner}</entry>")


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<id>urn:vme:default:asset:123</id>", "123"),
        ("<id>http://one.test/a:1</id>", "http://one.test/a:1"),
        ("<id>handle</id>", "handle"),
        ("<id> urn:vme:default:asset:123 </id>", "123"),
        ("", ""),
        ('<id>urn:vme:default:asset:1</id><c:ardomeIdentity name="id">9</c:ardomeIdentity>', "9"),
        ('<id>urn:vme:default:asset:1</id><c:ardomeIdentity name="mob">9</c:ardomeIdentity>', "1"),
        ('<id>urn:vme:default:asset:1</id><c:ardomeIdentity name="id"/>', "1"),
    ],
)
def test_the_short_id(inner: str, expected: str) -> None:
    assert entry(inner, 'xmlns:c="http://ns.vizrt.com/ardome/core"').id == expected


def test_ids_can_be_set() -> None:
    one = Entry()
    one.atom_id = "urn:vme:default:asset:1"
    assert one.id == "1"
    one.id = "2"
    one.id = "3"
    again = Entry(one.generate())
    assert (again.id, again.atom_id) == ("3", "urn:vme:default:asset:1")
    assert one.generate().count(b"ardomeIdentity ") == 1


def test_titles_of_every_type_are_text() -> None:
    xhtml = '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Less <b>is</b><!-- not --> more</div></title>'
    assert entry(xhtml).title == "Less is more"
    assert entry('<title type="html">a &lt;b&gt;c</title>').title == "a <b>c"
    assert entry().title == ""


def test_times() -> None:
    one = entry("<updated>2024-01-02T03:04:05+02:00</updated><published>2024-01-02T03:04:05.5Z</published>")
    assert one.updated == datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert one.published == datetime(2024, 1, 2, 3, 4, 5, 500_000, tzinfo=UTC)
    assert entry().updated is None
    one.updated = datetime(2025, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert b"<updated>2025-01-01T00:00:00Z</updated>" in one.generate()
    one.published = datetime(2025, 1, 1, tzinfo=UTC)
    assert Entry(one.generate()).published == datetime(2025, 1, 1, tzinfo=UTC)
    one.updated = None
    assert one.updated is None


def test_a_time_that_is_none_is_an_error_when_asked_for() -> None:
    one = entry("<updated>yesterday</updated><title>fine</title>")
    assert one.title == "fine"
    with pytest.raises(DocumentError, match="'yesterday' is no time"):
        _ = one.updated


def test_content() -> None:
    assert entry('<content src="http://one.test/x" type="video/mxf"/>').content == Content(
        "http://one.test/x", "video/mxf"
    )
    assert entry().content == Content()
    one = Entry()
    one.content = Content(type="text/plain", text="hello")
    assert Entry(one.generate()).content == Content(None, "text/plain", "hello")
    one.content = Content(src="clip.mxf")
    assert Entry(one.generate()).content == Content("clip.mxf")


def test_categories_are_read_and_set_as_a_whole() -> None:
    one = entry('<category scheme="s" term="a" label="A" x="kept"/><category term="b"/><category term="b"/>')
    assert one.categories == [AtomCategory("s", "a", "A"), AtomCategory(term="b"), AtomCategory(term="b")]
    one.categories = [AtomCategory("s", "a", "A"), AtomCategory("t", "c")]
    assert Entry(one.generate()).categories == [AtomCategory("s", "a", "A"), AtomCategory("t", "c")]
    assert b'x="kept"' in one.generate()


LINKED = """
<link rel="self" href="http://one.test/self"/>
<link rel="http://www.iana.org/assignments/relation/edit" href="http://one.test/edit"/>
<link rel="import-unmanaged" href="http://one.test/import"/>
<link rel="describedby" type="text/html" href="http://one.test/page"/>
<link rel="describedby" type="application/vnd.vizrt.payload+xml" href="http://one.test/metadata"/>
<link rel="models" type="application/atom+xml; type=&quot;feed&quot;" href="http://one.test/models"/>
<link rel="add last" href="http://one.test/last"/>
<link rel="ns:Odd.Thing" href="http://one.test/odd"/>
<link href="http://one.test/plain"/>
"""


@pytest.mark.parametrize(
    ("attribute", "end"),
    [
        ("self_link", "self"),
        ("edit_link", "edit"),
        ("import_unmanaged_link", "import"),
        ("describedby_link", "page"),
        ("models_link", "models"),
        ("addmembers_link", "last"),
        ("add_last_link", "last"),
        ("ns_odd_thing_link", "odd"),
        ("alternate_link", "plain"),
        ("delete_link", "edit"),
    ],
)
def test_links_are_attributes(attribute: str, end: str) -> None:
    assert getattr(entry(LINKED), attribute).href == f"http://one.test/{end}"


def test_a_link_by_rel_and_type() -> None:
    one = entry(LINKED)
    assert one.link("describedby", "application/vnd.vizrt.payload+xml").href == "http://one.test/metadata"
    assert one.link("models", "application/atom+xml;type=feed") is not None
    assert one.link("models", "application/atom+xml") is not None
    assert one.link("models", "application/atom+xml;type=entry") is None
    assert one.link("nothing") is None
    assert len(one.links) == 9


def test_a_missing_link_names_the_entry_and_what_it_has() -> None:
    one = entry('<id>urn:x:1</id><link rel="self" href="x"/><link rel="upload-task" href="x"/>')
    with pytest.raises(
        AttributeError, match=r"<Entry 'urn:x:1'> has no edit_link; it has self_link, upload_task_link"
    ):
        _ = one.edit_link
    with pytest.raises(AttributeError, match="no links at all"):
        _ = entry().self_link
    assert not hasattr(one, "edit_link")
    assert hasattr(one, "upload_task_link")


def test_another_attribute_is_no_link() -> None:
    with pytest.raises(AttributeError, match="Entry has no attribute 'titel'"):
        _ = entry(LINKED).titel


def test_a_link_of_the_extension_is_preferred_to_edit_for_deleting() -> None:
    one = entry('<link rel="edit" href="a"/><link rel="delete" href="b"/>')
    assert one.delete_link.href == "b"


def test_xml_base_counts() -> None:
    one = Entry(f'<entry {ATOM} xml:base="http://one.test/a/"><link rel="self" href="b?c=d"/></entry>')
    assert one.self_link.href == "http://one.test/a/b?c=d"
    assert entry('<link rel="self" href="b"/>').self_link.href == "b"


def test_an_address_that_is_none_is_an_error_when_asked_for() -> None:
    one = Entry(f'<entry {ATOM} xml:base="http://one.test/"><link rel="self" href="http://[x"/></entry>')
    with pytest.raises(DocumentError, match=r"the address 'http://\[x' cannot be read as a URL"):
        _ = one.self_link.href


def test_links_can_be_added_and_changed() -> None:
    one = Entry()
    one.add_link("self", "http://one.test/1", "text/plain").href = "http://one.test/2"
    again = Entry(one.generate())
    assert again.self_link == Link("http://one.test/2", rel="self", type="text/plain")
    assert again.self_link != Link("http://one.test/2", rel="edit", type="text/plain")


def test_a_link_of_its_own() -> None:
    link = Link("http://one.test/", rel="edit")
    assert (link.href, link.rel, link.type, link.metadata) == ("http://one.test/", "edit", None, None)
    assert Link().rel == "alternate"


def test_inline_metadata_is_part_of_its_link() -> None:
    one = entry('<link rel="describedby" href="m"><payload xmlns="http://www.vizrt.com/types"/></link>')
    one.describedby_link.metadata.set("asset.title", "T")
    assert Entry(one.generate()).describedby_link.metadata.get("asset.title") == "T"
    one.describedby_link.metadata = None
    assert Entry(one.generate()).describedby_link.metadata is None


def test_set_metadata_stays_connected_unless_it_belongs_elsewhere() -> None:
    one, other = entry('<link rel="describedby" href="m"/>'), entry('<link rel="describedby" href="m"/>')
    payload = Payload()
    one.describedby_link.metadata = payload
    payload.set("a", "1")
    other.describedby_link.metadata = payload
    payload.set("a", "2")
    assert one.describedby_link.metadata.get("a") == "2"
    assert other.describedby_link.metadata.get("a") == "1"


def test_metadata_set_to_itself_stays() -> None:
    one = entry('<link rel="describedby" href="m"/>')
    one.describedby_link.metadata = Payload(model="m")
    one.describedby_link.metadata = one.describedby_link.metadata
    assert one.describedby_link.metadata.model == "m"


def test_metadata_of_no_namespace_within_keeps_it() -> None:
    from lxml import etree

    one = entry('<link rel="describedby" href="m"/>')
    payload = Payload()
    payload.set("x", etree.fromstring("<plain><deep/></plain>"))
    one.describedby_link.metadata = payload
    again = Entry(one.generate()).describedby_link.metadata.get("x")
    assert (again.tag, again[0].tag) == ("plain", "deep")
