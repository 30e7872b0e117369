"""Letters: what is parked comes back as it was, once, and a person can find, requeue and drop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

import flowhost

Make = Callable[..., flowhost.Letter]


@pytest.mark.parametrize(
    "data",
    [None, b"\0\xff<xml/>", "text \0 \u00e4 \udc80", {"a": [1, 2.5, None, True], "\u00e9": {}}, [], 0, ""],
    ids=repr,
)
def test_an_event_comes_back_as_it_was(site: Any, letter: Make, data: Any) -> None:
    event = flowhost.Event(
        "stomp.message",
        data=data,
        source="stomp://host/queue",
        subject="half\udc80 name \0",
        id="42",
        key="clip",
        time=datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC),
        headers={"content-type": "text/xml", "x": "\u00fc"},
    )
    parked = datetime(2026, 3, 4, 5, 6, 7, 123457, tzinfo=UTC)
    ledger = site.owner()
    number = ledger.park(flowhost.Letter("d", "in", event, "dead", "boom", 3, parked))
    assert ledger.letter(number) == flowhost.Letter("d", "in", event, "dead", "boom", 3, parked, number)


@pytest.mark.slow
def test_a_body_of_50_mb_is_kept(site: Any, letter: Make) -> None:
    body = bytes(range(256)) * (50 * 1024 * 1024 // 256)
    ledger = site.owner()
    number = ledger.park(letter(data=body))
    (taken,) = ledger.take("d", 1)
    assert taken.event.data == body
    ledger.delivered(number)
    assert ledger.letter(number) is None


def test_an_event_that_is_no_json_is_refused_and_nothing_kept(site: Any, letter: Make) -> None:
    ledger = site.owner()
    claim = ledger.claim("d", "1")
    with pytest.raises(
        TypeError, match=r"file.settled a.mxf cannot be kept: its data \(set\) is not bytes, text"
    ):
        ledger.park(letter(data={1}, subject="a.mxf"), claim)
    assert ledger.letters() == []
    assert ledger.settle(claim) is True


def test_parking_records_the_event_as_handled(site: Any, letter: Make) -> None:
    ledger = site.owner()
    number = ledger.park(letter(id="1"), ledger.claim("d", "1"))
    assert number > 0
    assert ledger.claim("d", "1") == "handled"


def test_parking_after_the_claim_came_free_again_keeps_the_letter(site: Any, letter: Make) -> None:
    ledger = site.owner()
    claim = ledger.claim("d", "1")
    ledger.release(claim)
    ledger.release(ledger.claim("d", "1"))
    assert ledger.park(letter(id="1"), claim) > 0
    assert ledger.claim("d", "1") == "handled"


def test_parking_what_somebody_else_handled_keeps_nothing(site: Any, letter: Make) -> None:
    ledger = site.owner()
    claim = ledger.claim("d", "1")
    ledger.release(claim)
    ledger.settle(ledger.claim("d", "1"))
    assert ledger.park(letter(id="1"), claim) == 0
    assert ledger.letters() == []


def test_waiting_letters_are_taken_oldest_first_and_once(site: Any, letter: Make) -> None:
    ledger = site.owner()
    numbers = [ledger.park(letter(subject=str(number))) for number in range(5)]
    ledger.park(letter(daemon="other"))
    ledger.park(letter("dead"))
    first = ledger.take("d", 3)
    assert [one.number for one in first] == numbers[:3]
    assert {one.state for one in first} == {"taken"}
    assert [one.event.subject for one in ledger.take("d", 3)] == ["3", "4"]
    assert ledger.take("d", 3) == []
    assert [one.number for one in ledger.letters(daemon="d", state="taken")] == numbers


def test_a_taken_letter_is_delivered_or_returned(site: Any, letter: Make) -> None:
    ledger = site.owner()
    done, again, dead = (ledger.park(letter()) for _ in range(3))
    ledger.take("d", 3)
    ledger.delivered(done)
    ledger.returned(again, state="waiting", error="", attempts=0)
    ledger.returned(dead, state="dead", error="still \0 broken", attempts=4)
    assert ledger.letter(done) is None
    assert ledger.letter(again).state == "waiting"
    found = ledger.letter(dead)
    assert (found.state, found.error, found.attempts) == ("dead", "still \\x00 broken", 4)
    with pytest.raises(ValueError, match="returned as 'taken', expected 'waiting' or 'dead'"):
        ledger.returned(dead, state="taken", error="", attempts=0)


def test_only_a_taken_letter_is_delivered_or_returned(site: Any, letter: Make) -> None:
    ledger = site.owner()
    number = ledger.park(letter())
    ledger.delivered(number)
    ledger.returned(number, state="dead", error="x", attempts=9)
    ledger.delivered(12345)
    found = ledger.letter(number)
    assert (found.state, found.error, found.attempts) == ("waiting", "", 0)


def test_what_a_dead_owner_had_taken_waits_again(site: Any, letter: Make) -> None:
    first = site.owner()
    number = first.park(letter())
    assert len(first.take("d", 9)) == 1
    site.kill(first)
    second = site.owner()
    assert [one.number for one in second.take("d", 9)] == [number]


def test_leaving_gives_back_what_was_taken(site: Any, letter: Make) -> None:
    ledger = site.owner()
    number = ledger.park(letter())
    ledger.take("d", 9)
    ledger.leave("d")
    assert ledger.letter(number).state == "waiting"


@pytest.mark.postgresql
def test_a_late_owner_does_not_end_another_s_letter(server_site: Any, letter: Make) -> None:
    late, other = server_site.owner(), server_site.owner()
    number = late.park(letter())
    late.take("d", 1)
    server_site.expire(late._tables.owner)
    other.beat("d", {})
    assert [one.number for one in other.take("d", 1)] == [number]
    late.delivered(number)
    late.returned(number, state="dead", error="late", attempts=1)
    assert other.letter(number).state == "taken"
    other.delivered(number)
    assert other.letter(number) is None


def test_many_takers_share_the_letters(site: Any, letter: Make) -> None:
    owners = [site.owner(), site.owner()]
    numbers = {owners[0].park(letter()) for _ in range(60)}
    taken: list[int] = []

    def work(ledger: Any) -> None:
        while some := ledger.take("d", 4):
            taken.extend(one.number for one in some)

    threads = [threading.Thread(target=work, args=(owners[number % 2],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == sorted(numbers)


def test_filters(site: Any, letter: Make) -> None:
    ledger = site.owner()
    a = ledger.park(letter("dead", source="in", subject="Clip_1.mxf", error="HTTP 503 \u00c4RGER"))
    b = ledger.park(letter("dead", source="other", subject="50% off", error="x"))
    c = ledger.park(letter("waiting", daemon="e", type="STOMP.message", subject="a_b"))

    def numbers(**filters: Any) -> list[int]:
        return [one.number for one in ledger.letters(**filters)]

    assert numbers() == [a, b, c]
    assert numbers(limit=2) == [a, b]
    assert numbers(state="dead") == [a, b]
    assert numbers(daemon="e") == [c]
    assert numbers(source="other") == [b]
    assert numbers(text="clip") == [a]
    assert numbers(text="\u00e4rger") == [a]
    assert numbers(text="stomp.MESSAGE") == [c]
    assert numbers(text="%") == [b]
    assert numbers(text="_") == [a, c]
    assert numbers(text="\\") == []
    assert numbers(text="503", source="other") == []


def test_a_returned_letter_is_found_by_its_new_error(site: Any, letter: Make) -> None:
    ledger = site.owner()
    number = ledger.park(letter(error="first"))
    ledger.take("d", 1)
    ledger.returned(number, state="dead", error="Second", attempts=2)
    assert ledger.letters(text="first") == []
    assert [one.number for one in ledger.letters(text="second")] == [number]


def test_requeue_meets_dead_letters_only_and_keeps_their_history(site: Any, letter: Make) -> None:
    ledger = site.owner()
    dead = [ledger.park(letter("dead", error="e", attempts=3)) for _ in range(2)]
    waiting = ledger.park(letter())
    assert ledger.requeue([*dead, waiting, 999, dead[0]]) == 2
    assert ledger.requeue(dead) == 0
    found = ledger.letter(dead[0])
    assert (found.state, found.error, found.attempts) == ("waiting", "e", 3)
    assert ledger.requeue([]) == 0


def test_drop_leaves_what_is_being_worked_on(site: Any, letter: Make) -> None:
    ledger = site.owner()
    taken = ledger.park(letter())
    ledger.take("d", 1)
    waiting, dead = ledger.park(letter()), ledger.park(letter("dead"))
    assert ledger.drop(range(1, 2000)) == 2
    assert [one.number for one in ledger.letters()] == [taken]
    assert ledger.drop([waiting, dead]) == 0


def test_a_number_is_never_used_again(site: Any, letter: Make) -> None:
    ledger = site.owner()
    number = ledger.park(letter("dead"))
    ledger.drop([number])
    assert ledger.park(letter("dead")) > number
