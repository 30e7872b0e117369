"""Which message about one state of a thing is which."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one.sources.occurrences import REMEMBERED, Occurrences

SAME = b"<entry/>"


def message(body: bytes = SAME, **headers: str) -> flowhost.Message:
    return flowhost.Message({name.replace("_", "-"): text for name, text in headers.items()}, body)


@pytest.fixture
def occurrences(store: Any) -> Occurrences:
    made = Occurrences(store, "key")
    made.load()
    made.connected()
    return made


@pytest.mark.parametrize("header", ["amqp-message-id", "message-id"])
def test_messages_with_lasting_ids(occurrences: Occurrences, header: str) -> None:
    first, second = (flowhost.Message({header: name}, SAME) for name in ("ID:1", "ID:2"))
    assert [occurrences.number("a", each) for each in (first, second, second, first)] == [1, 2, 2, 1]
    assert occurrences.number("b", second) == 1


def test_ids_of_a_delivery_do_not_last(occurrences: Occurrences) -> None:
    again = message(message_id="T_1@@x@@1")
    assert [occurrences.number("a", again) for _ in range(2)] == [1, 2]


def test_without_ids_what_comes_again_is_known_by_its_text(occurrences: Occurrences) -> None:
    other = message(b"<other/>")
    assert [occurrences.number("a", each) for each in (message(), other, message())] == [1, 2, 3]
    occurrences.done("a", 1)
    occurrences.connected()
    again = [message(SAME, redelivered="true"), message(b"<other/>", redelivered="true")]
    assert occurrences.number("a", again[1]) == 2
    assert occurrences.number("a", again[0]) == 3, "the first one was acknowledged"
    assert occurrences.number("a", again[0]) == 1, "its acknowledgement may have been lost"
    assert occurrences.number("a", again[0]) == 4, "there were three, so this is another one"


def test_what_is_kept_for_the_next_start(store: Any, occurrences: Occurrences) -> None:
    for number in range(3):
        occurrences.number("a", message(message_id=f"ID:{number}"))
    crashed = Occurrences(store, "key")
    crashed.load()
    assert crashed.number("a", message(message_id="ID:2")) == 3, "even when nobody said goodbye"
    occurrences.number("b", message(message_id="ID:9"))
    occurrences.save()
    restarted = Occurrences(store, "key")
    restarted.load()
    assert restarted.number("b", message(message_id="ID:10")) == 2
    assert restarted.number("b", message(message_id="ID:9")) == 1


def test_memory_is_bounded(store: Any, occurrences: Occurrences) -> None:
    for number in range(REMEMBERED + 10):
        occurrences.number(f"thing {number}", message())
    assert occurrences.number("thing 0", message()) == 1, "forgotten"
    assert occurrences.number(f"thing {REMEMBERED}", message()) == 2
    occurrences.save()
    assert len(store.values["key"]) == 1000
