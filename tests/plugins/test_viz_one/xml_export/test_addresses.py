from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.errors import FtpRefused


def test_all_parts() -> None:
    address = FtpAddress.parse("ftp://DOMAIN%2Bann:s3%40cr%2Fet@one.test:2121/in/my%20clip.mxf")
    assert (address.host, address.port) == ("one.test", 2121)
    assert (address.user, address.password) == ("DOMAIN+ann", "s3@cr/et")
    assert address.path == "/in/my clip.mxf"
    assert address.file == "my clip.mxf"
    assert not address.secure


def test_what_is_left_out() -> None:
    address = FtpAddress.parse("FTPS://one.test/clip.mxf")
    assert (address.port, address.user, address.secure) == (21, "anonymous", True)
    assert str(address) == "ftps://one.test:21/clip.mxf"


def test_signs_that_are_special_elsewhere_belong_to_the_path() -> None:
    assert FtpAddress.parse("ftp://one.test/a?b#c.mxf").path == "/a?b#c.mxf"
    assert FtpAddress.parse("ftp://one.test/clip.mxf;type=i").path == "/clip.mxf"
    assert FtpAddress.parse("ftp://one.test//home/clip.mxf").path == "//home/clip.mxf"


def test_a_password_that_was_not_encoded() -> None:
    address = FtpAddress.parse("ftp://ann:p@ss:word@one.test/clip.mxf")
    assert (address.user, address.password, address.host) == ("ann", "p@ss:word", "one.test")


def test_version_6() -> None:
    address = FtpAddress.parse("ftp://ann:x@[2001:db8::7]:2121/clip.mxf")
    assert (address.host, address.port) == ("2001:db8::7", 2121)
    assert str(address) == "ftp://[2001:db8::7]:2121/clip.mxf"


def test_beside() -> None:
    beside = FtpAddress.parse("ftp://ann:x@one.test/a%20b.mxf").beside(".xml")
    assert (beside.path, beside.url) == ("/a b.mxf.xml", "ftp://ann:x@one.test/a%20b.mxf.xml")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "an address of kind 'no URL' cannot be used"),
        ("/in/clip.mxf", "an address of kind 'no URL' cannot be used"),
        ("http://ann:secret@one.test/clip.mxf", "an address of kind 'http' cannot be used"),
        ("ftp:///clip.mxf", "an address of kind 'ftp' cannot be used"),
        ("ftp://ann:secret@one.test:port/clip.mxf", "an address of kind 'ftp' cannot be used"),
        (
            "ftp://ann:secret@one.test:65536/a",
            "the address on one.test has the port 65536, expected one up to",
        ),
        ("ftp://ann:secret@one.test", "the address on one.test names no file"),
        ("ftp://ann:secret@one.test/in/", "the address on one.test names no file"),
        ("ftp://ann:secret@one.test/a%0d%0aDELE%20b", "the address on one.test has a line break in it"),
        ("ftp://ann:se%0acret@one.test/a", "the address on one.test has a line break in it"),
    ],
)
def test_what_is_no_address(url: str, reason: str) -> None:
    with pytest.raises(FtpRefused) as caught:
        FtpAddress.parse(url)
    assert str(caught.value).startswith(reason)
    assert "secret" not in str(caught.value)


TEXT = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]), min_size=1)


@given(user=TEXT, password=TEXT, name=TEXT)
def test_encoded_parts_come_back_and_the_password_is_never_shown(user: str, password: str, name: str) -> None:
    path = f"/x{name}x"
    url = f"ftp://{quote(user, safe='')}:{quote(password, safe='')}@one.test{quote(path)}"
    address = FtpAddress.parse(url)
    assert (address.user, address.password, address.path) == (user, password, path)
    assert f":{quote(password, safe='')}@" not in str(address)
    assert "password=" not in repr(address)
    assert url not in address.masked(f"550 {url}: no such file")
