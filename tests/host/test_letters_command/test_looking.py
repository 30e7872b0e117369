"""``flowhost dead-letters list`` and ``show``: what a daemon could not do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from flowhost_plugins.database import Database

Run = Callable[..., str]
Park = Callable[..., int]


def test_letters_are_listed(run: Run, park: Park) -> None:
    number = park(subject="clip [red].mxf", error="HTTP 503\nfrom \x1b[31mserver", attempts=5)
    park("waiting", in_="other", type="tick")
    heading, first, second = run("list").splitlines()
    assert " ".join(heading.split()) == "number daemon source state type subject tries kept since error"
    assert first.split()[:7] == [str(number), "one", "in", "dead", "file.settled", "clip", "[red].mxf"]
    assert "HTTP 503\\nfrom \\x1b[31mserver" in first
    assert second.split()[:5] == [str(number + 1), "one", "other", "waiting", "tick"]


def test_letters_as_json(run: Run, park: Park) -> None:
    number = park(subject="a", data=b"12345", error="e", attempts=2, id="x", headers={"h": "v"})
    (found,) = json.loads(run("list", "--json"))
    assert found["number"] == number
    assert (found["state"], found["attempts"], found["error"], found["size"]) == ("dead", 2, "e", 5)
    assert found["event"]["subject"] == "a"
    assert found["event"]["headers"] == {"h": "v"}
    assert not any(name.startswith("data") for name in found["event"])


def test_filters(run: Run, park: Park) -> None:
    a = park(subject="Clip")
    b = park("waiting", in_="other")
    c = park(daemon="two", error="boom")

    def numbers(*options: str) -> list[int]:
        return [found["number"] for found in json.loads(run("list", "--json", *options))]

    assert numbers() == [a, b, c]
    assert numbers("--state", "dead") == [a, c]
    assert numbers("--source", "other") == [b]
    assert numbers("--daemon", "two") == [c]
    assert numbers("--text", "CLIP") == [a]
    assert numbers("--app", "one") == [a, b]
    assert numbers("--app", "one", "--daemon", "two") == [c]
    assert "There are no such letters." in run("list", "--text", "nothing")
    assert "Perhaps there are more: --limit is 2." in run("list", "--limit", 2, errors=True)


def test_letters_of_every_daemon(run: Run, park: Park, second_ledger: Database) -> None:
    park()
    number = park(into=second_ledger, daemon="two")
    assert [found["daemon"] for found in json.loads(run("list", "--json"))] == ["one", "two"]
    assert "several databases, of one, two; choose one with --app NAME" in run("show", number, code=78)
    assert "daemon:      two" in run("show", number, "--app", "two")


def test_a_letter_with_text_is_shown(run: Run, park: Park) -> None:
    number = park(
        subject="a.xml",
        id="42",
        key="clip",
        source="stomp://host/queue",
        headers={"content-type": "text/xml"},
        data="<a>\n \u00e4 \x1b]0;owned\x07</a>".encode(),
        error="no such field",
        attempts=3,
    )
    shown = run("show", number)
    for line in (
        f"letter:      {number}",
        "source:      in (stomp://host/queue)",
        "state:       dead",
        "tries:       3",
        "error:       no such field",
        "id:          42",
        "  content-type: text/xml",
        "payload:     22 bytes",
    ):
        assert line in shown
    assert "\x1b" not in shown
    number = park(data="<a>\n \u00e4 \x1b</a>")
    assert run("show", number).endswith("payload:     13 bytes as text\n\n<a>\n \u00e4 \\x1b</a>\n")
    number = park(data=b"<a>\r\n\xc3\xa4</a>")
    assert run("show", number).endswith("payload:     11 bytes\n\n<a>\n\u00e4</a>\n")


def test_a_letter_with_json_or_nothing_is_shown(run: Run, park: Park) -> None:
    assert run("show", park(data={"a": ["\u00e4"]})).endswith('\n{\n  "a": [\n    "\u00e4"\n  ]\n}\n')
    assert run("show", park()).endswith("payload:     none\n")


def test_a_letter_with_bytes_is_shown_as_hex(run: Run, park: Park) -> None:
    shown = run("show", park(data=bytes(range(256)) * 4))
    assert "payload:     1024 bytes" in shown
    assert "00000040  40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f  @ABCDEFGHIJKLMNO" in shown
    assert shown.endswith("... and 512 bytes more; get them all with --raw\n")


def test_a_long_text_is_cut(run: Run, park: Park) -> None:
    shown = run("show", park(data="x" * 30_000))
    assert shown.endswith("xxx\n... and 10000 characters more; see them all with --raw\n")


@pytest.mark.parametrize(
    ("data", "raw"),
    [
        (b"\0\xff\r\n", b"\0\xff\r\n"),
        ("\u00e4\udc80", b"\xc3\xa4\x80"),
        ({"a": "\u00e4"}, b'{"a": "\xc3\xa4"}'),
        (None, b""),
    ],
)
def test_a_raw_payload(run: Run, park: Park, data: Any, raw: bytes) -> None:
    assert run("show", park(data=data), "--raw", raw=True) == raw
