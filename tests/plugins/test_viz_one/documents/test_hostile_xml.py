"""What is no XML, or XML that wants something: one clear sentence, and nothing is fetched or expanded."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost_plugins.viz_one.documents import (
    Document,
    DocumentError,
    Entry,
    Feed,
    ImportExport,
    Item,
    Model,
    Payload,
    PluginData,
    SearchDescription,
    ServiceDocument,
)

KINDS: list[type[Document]] = [
    Entry,
    Feed,
    ImportExport,
    Item,
    Model,
    Payload,
    PluginData,
    SearchDescription,
    ServiceDocument,
]
LAUGHS = "".join(
    f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(10))}">' if n else '<!ENTITY l0 "ha">'
    for n in range(10)
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "nothing to read"),
        (b" \r\n ", "nothing to read"),
        ("", "nothing to read"),
        (b"<entry", "cannot be read as"),
        (b"<entry><title>cut o", "cannot be read as"),
        (b"<a></b>", "mismatch"),
        (b"\x00\x01\x02", "cannot be read as"),
        (b"\xff\xfe\x00", "cannot be read as"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "cannot be read as"),
        ("<a>\ud800</a>", "surrogate"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "HTML page"),
        (b"<html><body>Sign in<br></body></html>", "HTML page"),
        (b"<!DOCTYPE a><a/>", "document type declaration"),
        (b"just words", "cannot be read as"),
    ],
)
def test_what_is_no_document_is_one_sentence(kind: type[Document], data: bytes | str, sentence: str) -> None:
    with pytest.raises(DocumentError, match=sentence) as caught:
        kind(data)
    assert "\n" not in str(caught.value)


def test_the_error_is_one_that_is_not_tried_again() -> None:
    assert issubclass(DocumentError, flowhost.Rejected)
    assert issubclass(DocumentError, flowhost.Permanent)


def test_the_sentence_names_the_place() -> None:
    with pytest.raises(DocumentError, match=r"mismatch.* at 2:"):
        Feed(b"<feed>\n<entry></feed>")


@pytest.mark.parametrize("kind", [Entry, Payload, ImportExport])
@pytest.mark.parametrize("where", ["<a>{}</a>", '<a b="{}"/>'], ids=["in text", "in an attribute"])
def test_an_entity_bomb_is_not_expanded(kind: type[Document], where: str) -> None:
    data = f"<!DOCTYPE a [{LAUGHS}]>{where.format('&l9;')}"
    with pytest.raises(DocumentError):
        kind(data)


def test_a_declared_entity_is_refused_even_when_it_is_not_used() -> None:
    with pytest.raises(DocumentError, match="document type declaration"):
        PluginData(b'<!DOCTYPE a [<!ENTITY x "y">]><a/>')


def test_a_file_is_not_read_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    with pytest.raises(DocumentError) as caught:
        ImportExport(f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a><id>&x;</id></a>')
    assert "s3cret" not in str(caught.value)


def test_an_external_dtd_is_not_loaded(tmp_path: Path) -> None:
    dtd = tmp_path / "a.dtd"
    dtd.write_text('<!ENTITY x "expanded">')
    with pytest.raises(DocumentError):
        ImportExport(f'<!DOCTYPE a SYSTEM "{dtd.as_uri()}"><a><id>&x;</id></a>')


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(DocumentError, match="cannot be read as"):
        Payload(b'<payload xmlns="http://www.vizrt.com/types">' + b"<field>" * 100_000)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [(Entry, "entry"), (Item, "entry"), (Feed, "feed"), (Payload, "payload"), (Model, "model"),
     (ServiceDocument, "service"), (SearchDescription, "OpenSearchDescription")],
)  # fmt: skip
def test_the_wrong_root_names_both(kind: type[Document], wanted: str) -> None:
    with pytest.raises(DocumentError, match=rf"is no {wanted}: its root element is '\{{x\}}other'"):
        kind(b'<other xmlns="x"/>')


@given(st.sampled_from(KINDS), st.binary(max_size=200))
def test_no_bytes_do_anything_else_than_a_document_error(kind: type[Document], data: bytes) -> None:
    try:
        kind(data)
    except DocumentError:
        return
    assert data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


@given(st.data())
def test_a_cut_off_document_is_an_error(data: st.DataObject) -> None:
    whole = b'<atom:entry xmlns:atom="http://www.w3.org/2005/Atom"><atom:id>a</atom:id></atom:entry>'
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(DocumentError):
        Entry(cut)
