"""Lists of URIs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost_plugins.viz_one.documents import DocumentError, UriList


def test_a_list_is_a_line_each() -> None:
    uris = UriList(["http://one.test/a", "urn:b"])
    uris.append("ftp://one.test/c d")
    assert uris.generate() == b"http://one.test/a\r\nurn:b\r\nftp://one.test/c d\r\n"
    assert uris.content_type == "text/uri-list"
    assert UriList().generate() == b""


@pytest.mark.parametrize(
    "data",
    [
        b"# comment\r\nhttp://one.test/a\r\n\r\nurn:b",
        "http://one.test/a\nurn:b\n",
        "http://one.test/a\rurn:b\r#end",
        b"\xef\xbb\xbf  http://one.test/a \n\turn:b",
        SimpleNamespace(content=b"http://one.test/a\r\nurn:b\r\n"),
        flowhost.Message({}, b"http://one.test/a\r\nurn:b\r\n"),
    ],
)
def test_comments_blank_lines_and_line_ends(data: object) -> None:
    assert UriList.parse(data) == ["http://one.test/a", "urn:b"]


def test_an_empty_list() -> None:
    assert UriList.parse(b"") == UriList.parse("# nothing\r\n") == []


@pytest.mark.parametrize("uri", ["", "  ", "#fragment", "a\nb", "a\rb"])
def test_what_is_no_line_cannot_be_written(uri: str) -> None:
    with pytest.raises(DocumentError, match="cannot stand in a list of URIs"):
        UriList([uri]).generate()


@pytest.mark.parametrize("data", [b"\xff\xfe", 3, None])
def test_what_is_no_text_cannot_be_read(data: object) -> None:
    with pytest.raises(DocumentError, match="list of URIs"):
        UriList.parse(data)


@given(st.lists(st.text(min_size=1)))
def test_what_is_written_is_read_or_refused(uris: list[str]) -> None:
    clean = [uri.strip() for uri in uris]
    try:
        data = UriList(clean).generate()
    except (DocumentError, UnicodeEncodeError):
        assert any(
            not uri or uri[0] == "#" or set(uri) & set("\r\n") or not uri.isprintable() for uri in clean
        )
        return
    assert UriList.parse(data) == clean
