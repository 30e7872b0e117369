"""Where documents come from, and what all of them can."""

from __future__ import annotations

import copy
import subprocess
import sys
from types import SimpleNamespace

import pytest
from lxml import etree

import flowhost
from flowhost_plugins.viz_one.documents import Document, DocumentError, Entry, Feed, Item, Payload, PluginData

ENTRY = b'<entry xmlns="http://www.w3.org/2005/Atom"><title>One</title></entry>'


def test_lxml_is_imported_with_the_first_document_only() -> None:
    code = (
        "import sys\n"
        "from flowhost_plugins.viz_one.documents import Item\n"
        "assert 'lxml' not in sys.modules, 'imported too early'\n"
        "Item()\n"
        "assert 'lxml' in sys.modules\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    "source",
    [
        ENTRY,
        ENTRY.decode(),
        '<?xml version="1.0" encoding="latin-1"?>' + ENTRY.decode(),
        etree.fromstring(ENTRY),
        SimpleNamespace(content=ENTRY, headers={}),
        flowhost.Message(headers={"identity": "urn:x"}, body=ENTRY),
        Entry(ENTRY),
        b"\xef\xbb\xbf" + ENTRY,
        ENTRY.decode().encode("utf-16"),
    ],
)
def test_every_kind_of_source_is_read(source: object) -> None:
    assert Entry(source).title == "One"


@pytest.mark.parametrize("source", [3, object(), ["a"], SimpleNamespace(content=None)])
def test_another_source_is_an_error_that_names_its_type(source: object) -> None:
    with pytest.raises(DocumentError, match=type(source).__name__):
        Entry(source)


@pytest.mark.parametrize("name", ["ETag", "etag", "ETAG"])
def test_the_etag_comes_from_the_response(name: str) -> None:
    assert Entry(SimpleNamespace(content=ENTRY, headers={name: '"7"'})).response_etag == '"7"'


def test_without_a_response_there_is_no_etag() -> None:
    assert Entry(ENTRY).response_etag is None
    assert Entry().response_etag is None
    assert Entry(SimpleNamespace(content=ENTRY)).response_etag is None


def test_parse_keeps_nothing_of_the_old() -> None:
    item = Item(SimpleNamespace(content=ENTRY, headers={"ETag": "1"}))
    item.identifier = "old"
    item.acl.groupentries.clear()
    item.parse(ENTRY.replace(b"One", b"Two"))
    assert (item.title, item.identifier, item.response_etag) == ("Two", "", None)


def test_what_cannot_be_parsed_leaves_the_document_as_it_was() -> None:
    entry = Entry(ENTRY)
    with pytest.raises(DocumentError):
        entry.parse(b"<no")
    with pytest.raises(DocumentError):
        entry.parse(b"<no/>")
    assert entry.title == "One"


def test_parse_of_a_part_replaces_it_in_its_document() -> None:
    item = Item()
    item.metadata = Payload(model="http://one.test/form/a/r1")
    part = item.metadata
    part.parse(
        SimpleNamespace(content=Payload(model="http://one.test/form/b/r2").generate(), headers={"ETag": "2"})
    )
    assert part.form == "b"
    assert part.response_etag == "2"
    assert item.metadata == part


@pytest.mark.parametrize("copied", [Entry.copy, copy.copy, copy.deepcopy])
def test_a_copy_is_its_own_document(copied) -> None:
    entry = Entry(SimpleNamespace(content=ENTRY, headers={"ETag": "1"}))
    twin = copied(entry)
    twin.title = "Two"
    assert type(twin) is Entry
    assert (entry.title, twin.title, twin.response_etag) == ("One", "Two", "1")


def test_a_document_of_a_document_is_a_copy() -> None:
    entry = Entry(ENTRY)
    Item(entry).title = "Two"
    assert entry.title == "One"


def test_an_element_is_used_as_it_is() -> None:
    element = etree.fromstring(ENTRY)
    Entry(element).title = "Two"
    assert element[0].text == "Two"


def test_what_is_unknown_survives() -> None:
    data = (
        b'<atom:entry xmlns:atom="http://www.w3.org/2005/Atom" xmlns:x="urn:x" x:a="1" b="2">'
        b'<!-- a note --><?do it?><x:more x:deep="x:qname">text<x:and/>tail</x:more>'
        b"<plain>none</plain><atom:title>One</atom:title></atom:entry>"
    )
    entry = Entry(data)
    entry.title = "Two"
    assert etree.canonicalize(entry.generate().decode()) == etree.canonicalize(
        data.decode().replace("One", "Two")
    )


def test_the_generated_document_is_utf_8_and_says_so() -> None:
    entry = Entry()
    entry.title = "Blåbärsgröt \N{GRINNING FACE}"
    data = entry.generate()
    assert data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert Entry(data).title == "Blåbärsgröt \N{GRINNING FACE}"


def test_a_part_generates_a_document_of_its_own_without_what_follows_it() -> None:
    feed = Feed(
        b'<f:feed xmlns:f="http://www.w3.org/2005/Atom"><f:entry><f:id>a</f:id></f:entry> tail </f:feed>'
    )
    assert Entry(feed.entries[0].generate()).atom_id == "a"


@pytest.mark.parametrize("text", ["bell \x07", "null \x00", "half \ud83d", "\uffff"])
def test_a_character_that_xml_cannot_hold_is_an_error_and_changes_nothing(text: str) -> None:
    entry = Entry(ENTRY)
    with pytest.raises(DocumentError, match="XML cannot hold"):
        entry.title = text
    assert entry.title == "One"


def test_a_document_of_no_kind_has_no_empty_form() -> None:
    assert Document(b"<anything/>").generate().endswith(b"<anything/>")
    with pytest.raises(DocumentError, match="a Document has no empty form"):
        Document()


def test_plugin_data_of_any_root_is_read() -> None:
    assert PluginData(b"<whatever/>").sourceurl == ""
