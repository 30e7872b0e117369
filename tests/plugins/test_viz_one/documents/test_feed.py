"""Feeds, and the kinds of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.viz_one.documents import (
    Dictionary,
    DictionaryTerm,
    DocumentError,
    Entry,
    Feed,
    IncomingCollection,
    Item,
    ItemCollection,
    LocationCollection,
    MediaContent,
    Members,
    MetadataFormCollection,
    Tombstone,
    TransferRequestCollection,
    UnmanagedFile,
    UnmanagedFileCollection,
)

NAMESPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:v="http://www.vizrt.com/atom-ext"'
)


def feed(kind, inner: str = ""):
    return kind(f"<feed {NAMESPACES}>{inner}</feed>")


def test_a_page_of_a_feed() -> None:
    page = feed(
        Feed,
        "<title>All</title><o:totalResults>41</o:totalResults><o:itemsPerPage>20</o:itemsPerPage>"
        '<o:startIndex>21</o:startIndex><link rel="next" href="http://one.test/?start=41"/>'
        '<link rel="monitor" href="stomp://one.test:61613/?destination=/topic/a"/>'
        "<entry><id>a</id></entry><!-- between --><entry><id>b</id></entry>",
    )
    assert (page.title, page.total_results, page.items_per_page, page.start_index) == ("All", 41, 20, 21)
    assert page.next_link.href == "http://one.test/?start=41"
    assert page.monitor_link.href.startswith("stomp://")
    assert [entry.id for entry in page.entries] == ["a", "b"]
    assert type(page.entries[0]) is Entry


def test_what_a_feed_does_not_tell_is_none() -> None:
    page = feed(Feed)
    assert (page.total_results, page.items_per_page, page.start_index, page.entries, page.deleted) == (
        None, None, None, [], [],
    )  # fmt: skip
    with pytest.raises(AttributeError, match="no next_link"):
        _ = page.next_link


def test_a_count_that_is_no_number_is_an_error() -> None:
    with pytest.raises(DocumentError, match="totalResults of the feed is 'many'"):
        _ = feed(Feed, "<o:totalResults>many</o:totalResults>").total_results


def test_tombstones() -> None:
    page = feed(
        Feed,
        '<at:deleted-entry ref="urn:a" when="2024-01-02T03:04:05Z"/><at:deleted-entry ref="urn:b"/>'
        '<at:deleted-entry ref="urn:c" when="long ago"/>',
    )
    when = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert page.deleted == [Tombstone("urn:a", when), Tombstone("urn:b"), Tombstone("urn:c")]
    assert page.entries == []


@pytest.mark.parametrize(
    "kind",
    [ItemCollection, UnmanagedFileCollection, LocationCollection, Members, IncomingCollection,
     MetadataFormCollection, TransferRequestCollection],
)  # fmt: skip
def test_each_feed_has_its_kind_of_entry(kind) -> None:
    page = feed(kind, "<entry><title>x</title></entry>")
    assert type(page.entries[0]) is kind.entry_class
    assert page.entries[0].title == "x"


def test_a_changed_entry_changes_the_feed() -> None:
    page = feed(ItemCollection, "<entry><title>x</title></entry>")
    page.entries[0].title = "y"
    assert ItemCollection(page.generate()).entries[0].title == "y"


def test_entries_and_links_can_be_added() -> None:
    page, item = ItemCollection(), Item()
    item.title = "x"
    page.append(item)
    item.title = "not in the feed"
    page.add_link("monitor", "stomp://one.test")
    again = ItemCollection(page.generate())
    assert [each.title for each in again.entries] == ["x"]
    assert again.monitor_link.href == "stomp://one.test"


titles = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
)


@given(st.lists(st.tuples(titles, titles)))
def test_what_goes_into_a_feed_comes_out_of_it(texts: list[tuple[str, str]]) -> None:
    page = Feed()
    for atom_id, title in texts:
        entry = Entry()
        entry.atom_id, entry.title = atom_id, title
        page.append(entry)
    again = Feed(page.generate())
    assert [(each.atom_id, each.title) for each in again.entries] == [
        (atom_id.strip(), title.strip()) for atom_id, title in texts
    ]


def file(inner: str) -> UnmanagedFile:
    return UnmanagedFile(f"<entry {NAMESPACES}><title>clip.xml</title>{inner}</entry>")


@pytest.mark.parametrize(
    ("inner", "media", "size"),
    [
        ('<media:content url="u" fileSize="812" type="text/xml"/>', MediaContent("u", 812, "text/xml"), 812),
        ('<media:content url="u"/>', MediaContent("u"), 0),
        ('<media:content url="u" fileSize="growing"/>', MediaContent("u"), 0),
        ('<media:content url="u" fileSize=""/>', MediaContent("u"), 0),
        ('<media:content url="u" fileSize="-1"/>', MediaContent("u"), 0),
        (f'<media:content url="u" fileSize="{"9" * 5000}"/>', MediaContent("u"), 0),
        ('<media:group><media:content url="u" fileSize="1"/></media:group>', MediaContent("u", 1), 1),
        ('<content src="u" type="video/mxf"/>', MediaContent("u", None, "video/mxf"), 0),
    ],
)
def test_the_media_of_an_unmanaged_file(inner: str, media: MediaContent, size: int) -> None:
    assert (file(inner).media, file(inner).size) == (media, size)


def test_an_unmanaged_file_without_media() -> None:
    assert file("").size == 0
    with pytest.raises(DocumentError, match=r"<UnmanagedFile 'clip.xml'> does not tell where its file is"):
        _ = file("").media


def test_the_media_of_an_unmanaged_file_can_be_set() -> None:
    one = UnmanagedFile()
    one.media = MediaContent("u", 5, "text/xml")
    one.media = MediaContent("v", 6)
    assert UnmanagedFile(one.generate()).media == MediaContent("v", 6)


@pytest.mark.parametrize(
    ("inner", "term"),
    [
        ('<id>urn:vme:default:dictionary:cat:news</id><title>News</title><link rel="self" href="h"/>', ("news", "News", "h")),
        ("<id>urn:x:1</id><v:key>k</v:key><title>Label</title>", ("k", "Label", "")),
        ("<v:value>k</v:value>", ("k", "k", "")),
        ("<title>Only</title>", ("Only", "Only", "")),
    ],
)  # fmt: skip
def test_the_terms_of_a_dictionary(inner: str, term: tuple[str, str, str]) -> None:
    assert feed(Dictionary, f"<entry>{inner}</entry>").entries == [DictionaryTerm(*term)]


def test_a_term_by_its_key_is_the_first() -> None:
    terms = feed(
        Dictionary,
        "<entry><v:key>a</v:key><title>1</title></entry><entry><v:key>a</v:key><title>2</title></entry>",
    )
    assert terms.term("a") == DictionaryTerm("a", "1")
    assert terms.term("A") is None
    terms.parse(Dictionary().generate())
    assert terms.term("a") is None


@pytest.mark.parametrize(
    ("inner", "name"),
    [
        (
            '<title>Item</title><link rel="self" href="http://one.test/api/metadata/form/hubitem/r12?qId=1"/>',
            "hubitem",
        ),
        ('<v:name>series</v:name><title>Series</title><link rel="self" href="x/form/other/r1"/>', "series"),
        ("<title>qcitem</title>", "qcitem"),
        ('<title>Odd</title><link rel="self" href="http://one.test/models/a%20b/r1"/>', "a b"),
    ],
)
def test_the_name_of_a_form(inner: str, name: str) -> None:
    page = feed(MetadataFormCollection, f"<entry>{inner}</entry>")
    assert page.entries[0].name == name
    assert page.form(name).title == page.entries[0].title


def test_an_unknown_form_names_those_there_are() -> None:
    page = feed(
        MetadataFormCollection, "<entry><title>hubitem</title></entry><entry><title>qcitem</title></entry>"
    )
    with pytest.raises(
        DocumentError, match=r"no form 'hubitme'; did you mean 'hubitem'\?; there are: hubitem, qcitem"
    ):
        page.form("hubitme")
