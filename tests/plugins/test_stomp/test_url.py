from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.stomp.url import Address, parse_url, parse_urls

PLAIN = st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"])
TEXT = st.text(PLAIN, max_size=12)
HOSTS = st.from_regex(r"\A[a-z0-9]([a-z0-9.-]{0,8}[a-z0-9])?\Z") | st.ip_addresses().map(str)
ADDRESSES = st.builds(
    Address,
    host=HOSTS,
    port=st.integers(1, 65535),
    destination=st.text(PLAIN, min_size=1, max_size=12),
    user=TEXT,
    password=TEXT,
    vhost=TEXT,
    tls=st.booleans(),
)


@given(ADDRESSES)
def test_an_address_survives_its_url(address: Address) -> None:
    assert parse_url(address.url()) == address


@given(st.lists(ADDRESSES, min_size=1, max_size=3), st.sampled_from([",", "\n", ", ", " ,\n\t"]))
def test_a_fail_over_list_survives(addresses: list[Address], separator: str) -> None:
    assert parse_urls(separator.join(address.url() for address in addresses) + ",\n") == addresses


SECRET = "zEcRet"


@given(ADDRESSES)
def test_the_password_is_never_shown(address: Address) -> None:
    secret = replace(address, password=SECRET)
    assert SECRET not in f"{secret} {secret!r} {secret.broker}"


@given(st.text(st.sampled_from("stomp:/+l@?#&=%.-1[] ") | PLAIN, max_size=30), st.integers(0, 30))
def test_any_text_is_an_address_or_a_sentence_without_the_password(text: str, place: int) -> None:
    url = f"stomp://user:{text[:place]}{SECRET}{text[place:]}@host/?destination=/queue/x"
    try:
        address = parse_url(url)
    except ValueError as error:
        assert SECRET not in str(error)
        assert "STOMP" in str(error)
    else:
        assert address.destination


def test_the_form_of_old_profiles() -> None:
    assert parse_url("stomp://host:61613/?destination=/queue/name") == Address("host", 61613, "/queue/name")
    assert parse_url("stomp://host?destination=/topic/name") == Address("host", 61613, "/topic/name")


def test_everything_at_once() -> None:
    address = parse_url("stomp+ssl://us%40er:p%3A%2F%23@[::1]:61614/?destination=/topic/a.%23&vhost=%2Fother")
    assert address == Address("::1", 61614, "/topic/a.#", "us@er", "p:/#", "/other", tls=True)
    assert str(address) == "stomp+ssl://[::1]:61614/topic/a.#"


def test_a_plus_is_a_plus() -> None:
    assert parse_url("stomp://h/?destination=/queue/a+b").destination == "/queue/a+b"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "is empty"),
        ("http://host/?destination=/queue/x", "no STOMP URL"),
        ("host:61613", "no STOMP URL"),
        ("stomp://host/", "names no destination"),
        ("stomp://host/?destination=", "names no destination"),
        ("stomp://host/queue/x", "no STOMP URL"),
        ("stomp:///?destination=/queue/x", "no host"),
        ("stomp://host:port/?destination=/queue/x", "no host and port"),
        ("stomp://host:0/?destination=/queue/x", "names port 0"),
        ("stomp://host:65536/?destination=/queue/x", "names port 65536"),
        ("stomp://u:p@ss@host/?destination=/queue/x", "percent-encoded"),
        ("stomp://u:p/ss@host/?destination=/queue/x", "no host and port|no STOMP URL"),
        ("stomp://host/?destination=/topic/a.#", "%23"),
        ("stomp://host/?destination=/queue/x&selector=a", "not destination or vhost"),
        ("stomp://host/?destination=/queue/x&destination=/queue/y", "twice"),
        ("stomp://host/?destination=/queue/100%", "hexadecimal"),
        ("stomp://host/?destination=/queue/%ff", "UTF-8"),
        ("stomp://u%0a:p@host/?destination=/queue/x", "the user in the STOMP URL has a control character"),
        (
            "stomp://u:p%00@host/?destination=/queue/x",
            "the password in the STOMP URL has a control character",
        ),
    ],
)
def test_what_is_wrong_is_said(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_url(url)
