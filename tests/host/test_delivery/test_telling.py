"""What errors say wherever people read them: no secrets."""

from __future__ import annotations

import time
from typing import Any

import pytest

from flowhost import Event, Permanent, StateUnavailable
from flowhost.delivery.telling import LONGEST_ERROR, told
from flowhost.logs.masking import masked
from flowhost.testing.ledger import MemoryLedger


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("stomp://u:s3cret@h:1/?destination=/q", "stomp://u:********@h:1/?destination=/q"),
        ("stomp://u:s3/cret@h:1/?destination=/q", "stomp://u:********@h:1/?destination=/q"),
        ("stomp://u:s3@cret@h", "stomp://u:********@h"),
        ("postgresql://h/db?user=u&password=s3cret", "postgresql://h/db?user=u&password=********"),
        ("GET /x?token=s3cret&page=2#top", "GET /x?token=********&page=2#top"),
        ("'http://h/?client_secret=s3cret' and more", "'http://h/?client_secret=********' and more"),
        ("http://h/?Api-Key=s3cret", "http://h/?Api-Key=********"),
        ("http://h:8080/a@b?page=2", "http://h:8080/a@b?page=2"),
        ("http://[::1]:8080/a@b", "http://[::1]:8080/a@b"),
        ("(stomp://h:61613,stomp://u@h2:61613)", "(stomp://h:61613,stomp://u@h2:61613)"),
        ("expected stomp://user:password@host", "expected stomp://user:password@host"),
    ],
)
def test_secrets_in_urls_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize("piece", ["://a:b/", "?token", "&a.password", "://"])
def test_a_long_text_takes_no_longer_for_its_content(piece: str) -> None:
    begun = time.monotonic()
    masked(piece * 50_000 + "=")
    assert time.monotonic() - begun < 30


def test_an_error_in_words() -> None:
    assert told(Permanent("the clip is gone")) == "the clip is gone"
    assert told(OSError("no route")) == "OSError: no route"
    assert told(ValueError()) == "ValueError"
    assert told(OSError("http://u:s3cret@h")) == "OSError: http://u:********@h"
    assert len(told(OSError("x" * 10_000))) == LONGEST_ERROR + 2


def test_a_failure_shows_no_secret_anywhere(
    make: Any,
    ledger: MemoryLedger,
    caplog: pytest.LogCaptureFixture,
    receipt: Any,
    worker_of: Any,
    failing: Any,
) -> None:
    delivery = make(worker_of(failing(1, Permanent("http://h/?token=s3cret said no"))))
    answer = receipt(delivery.emitter("in")(Event("test")))
    shown = "http://h/?token=******** said no"
    assert answer.error == shown
    assert [letter.error for letter in ledger.letters()] == [shown]
    assert [failure.error for failure in delivery.stats().last_errors] == [shown]
    assert not [message for message in caplog.messages if "s3cret" in message]


def test_why_the_ledger_is_down_shows_no_secret(
    make: Any, ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch, eventually: Any, worker_of: Any
) -> None:
    def claim(daemon: str, event_id: str) -> Any:
        raise StateUnavailable("postgresql://u:s3cret@h does not answer")

    monkeypatch.setattr(ledger, "claim", claim)
    delivery = make(worker_of())
    delivery.emitter("in")(Event("test", id="1"))
    eventually(lambda: delivery.stats().degraded)
    assert delivery.stats().degraded == "postgresql://u:********@h does not answer"
