"""Import/Export documents."""

from __future__ import annotations

import pytest

from flowhost_plugins.viz_one.documents import ImportExport

ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:c="http://ns.vizrt.com/ardome/core" xmlns:d="http://purl.org/dc/terms/"'
PAYLOAD = (
    '<payload xmlns="http://www.vizrt.com/types" model="http://one.test/form/hubitem/r1">'
    '<field name="asset.title"><value>T</value></field></payload>'
)


def read(inner: str) -> ImportExport:
    return ImportExport(f"<entry {ATOM}>{inner}</entry>")


def test_a_whole_one() -> None:
    order = read(
        f'<id>SITE-1</id><title>T</title><content src="clip.mxf"/><link rel="describedby">{PAYLOAD}</link>'
    )
    assert (order.id, order.title, order.media) == ("SITE-1", "T", "clip.mxf")
    assert order.metadata is not None
    assert (order.metadata.form, order.metadata.get("asset.title")) == ("hubitem", "T")


def test_everything_is_optional() -> None:
    for order in (ImportExport(), read(""), read('<id/><content/><link rel="describedby"/>')):
        assert (order.id, order.title, order.media, order.metadata) == (None, "", None, None)


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<id> SITE-1 </id>", "SITE-1"),
        ("<id>urn:vme:default:asset:123</id>", "123"),
        ("<id>urn:uuid:1</id><d:identifier>SITE-2</d:identifier>", "SITE-2"),
        ("<id>urn:uuid:1</id>", None),
        ("<id>urn:isan:7</id>", "urn:isan:7"),
        ('<id>SITE-1</id><c:ardomeIdentity name="id">9</c:ardomeIdentity>', "9"),
        ('<id>SITE-1</id><c:ardomeIdentity name="mob">9</c:ardomeIdentity>', "SITE-1"),
        ("<identifier>SITE-3</identifier>", "SITE-3"),
    ],
)
def test_the_id(inner: str, expected: str | None) -> None:
    assert read(inner).id == expected


@pytest.mark.parametrize(
    "inner", [PAYLOAD, f"<more>{PAYLOAD}</more>", f'<link rel="metadata">{PAYLOAD}</link>']
)
def test_metadata_is_found_wherever_it_is(inner: str) -> None:
    metadata = read(inner).metadata
    assert metadata is not None
    assert metadata.get("asset.title") == "T"


def test_any_root_and_any_namespace() -> None:
    order = ImportExport(f"<import><id>1</id><content src=' clip.mxf '/>{PAYLOAD}</import>")
    assert (order.id, order.media) == ("1", "clip.mxf")
    assert order.metadata is not None
