"""The ledger for tests behaves like a real one."""

from __future__ import annotations

import pytest

from flowhost import Claim, Event, Letter, StateUnavailable
from flowhost.testing.clock import FakeClock
from flowhost.testing.ledger import MemoryLedger


@pytest.fixture
def ledger(clock: FakeClock) -> MemoryLedger:
    ledger = MemoryLedger(clock=clock)
    ledger.enlist("d")
    return ledger


def claimed(ledger: MemoryLedger, event_id: str = "e1") -> Claim:
    claim = ledger.claim("d", event_id)
    assert isinstance(claim, Claim)
    return claim


def parked(ledger: MemoryLedger, subject: str = "a.mxf", state: str = "dead", **more: object) -> int:
    return ledger.park(Letter("d", "s", Event("file", subject=subject), state, **more))  # type: ignore[arg-type]  # given by the tests


def test_an_event_is_claimed_once_and_handled_once(ledger: MemoryLedger) -> None:
    claim = claimed(ledger)
    assert ledger.claim("d", "e1") == "busy"
    assert ledger.claim("other", "e1") != "busy", "every daemon handles for itself"
    assert ledger.settle(claim)
    assert ledger.claim("d", "e1") == "handled"
    assert not ledger.settle(claim), "once is enough"


def test_a_released_event_may_be_claimed_again(ledger: MemoryLedger) -> None:
    claim = claimed(ledger)
    ledger.release(claim)
    assert claimed(ledger).token > claim.token


def test_a_dead_owners_claim_passes_on_and_its_late_words_do_not_count(
    ledger: MemoryLedger, clock: FakeClock
) -> None:
    other = ledger.another_process()
    other.enlist("d")
    theirs = claimed(other)
    assert ledger.claim("d", "e1") == "busy"
    clock.advance(20)
    ledger.beat("d", {})
    clock.advance(20)
    ours = claimed(ledger)
    assert ours.token > theirs.token
    assert not other.settle(theirs)
    assert other.park(Letter("d", "s", Event("file"), "dead"), theirs) == 0
    assert ledger.letters() == []
    assert ledger.settle(ours)


def test_parking_handles_the_event(ledger: MemoryLedger) -> None:
    number = ledger.park(
        Letter("d", "s", Event("file", b"\0", id="e1"), "dead", "broken", 4), claimed(ledger)
    )
    assert ledger.claim("d", "e1") == "handled"
    kept = ledger.letter(number)
    assert kept is not None
    assert (kept.number, kept.event.data, kept.error, kept.attempts) == (number, b"\0", "broken", 4)


def test_an_event_that_is_no_json_is_refused(ledger: MemoryLedger) -> None:
    with pytest.raises(TypeError, match="set"):
        ledger.park(Letter("d", "s", Event("file", {1, 2}), "dead"))


def test_waiting_letters_are_taken_oldest_first_and_delivered(ledger: MemoryLedger) -> None:
    numbers = [parked(ledger, state="waiting") for _ in range(3)]
    parked(ledger, state="dead")
    assert [letter.number for letter in ledger.take("d", 2)] == numbers[:2]
    assert [letter.state for letter in ledger.letters()] == ["taken", "taken", "waiting", "dead"]
    ledger.delivered(numbers[0])
    ledger.returned(numbers[1], state="dead", error="no", attempts=4)
    assert [letter.number for letter in ledger.take("d", 9)] == [numbers[2]]
    assert ledger.letter(numbers[0]) is None
    returned = ledger.letter(numbers[1])
    assert returned is not None
    assert (returned.state, returned.error, returned.attempts) == ("dead", "no", 4)


def test_what_a_dead_process_had_taken_waits_again(ledger: MemoryLedger, clock: FakeClock) -> None:
    other = ledger.another_process()
    other.enlist("d")
    number = parked(ledger, state="waiting")
    other.take("d", 1)
    ledger.enlist("d")
    assert ledger.take("d", 1) == [], "its taker lives"
    clock.advance(31)
    ledger.enlist("d")
    assert [letter.number for letter in ledger.take("d", 1)] == [number]
    other.delivered(number)
    assert ledger.letter(number) is not None, "a late word"


def test_leaving_gives_everything_back(ledger: MemoryLedger) -> None:
    claimed(ledger)
    number = parked(ledger, state="waiting")
    ledger.take("d", 1)
    ledger.leave("d")
    assert ledger.daemons() == []
    other = ledger.another_process()
    other.enlist("d")
    assert isinstance(other.claim("d", "e1"), Claim)
    assert [letter.number for letter in other.take("d", 1)] == [number]


def test_letters_are_found_requeued_and_dropped(ledger: MemoryLedger) -> None:
    clip = parked(ledger, "clip.mxf", error="No such server")
    sound = parked(ledger, "sound.wav", error="disk full")
    assert [letter.number for letter in ledger.letters(text="SERVER")] == [clip]
    assert [letter.number for letter in ledger.letters(text=".wav", state="dead", daemon="d")] == [sound]
    assert ledger.letters(source="other") == ledger.letters(daemon="other") == []
    assert len(ledger.letters(limit=1)) == 1
    assert ledger.requeue([clip, 99]) == 1
    assert ledger.requeue([clip]) == 0, "it waits already"
    assert ledger.drop([clip, sound, 99]) == 2
    assert ledger.letters() == []


def test_the_record_of_a_daemon_tells_its_status(ledger: MemoryLedger, clock: FakeClock) -> None:
    clock.advance(5)
    ledger.beat("d", {"queue": 3})
    [record] = ledger.daemons()
    assert (record.daemon, record.owner, dict(record.status)) == ("d", "process-1", {"queue": 3})
    assert (record.alive_until - record.started).total_seconds() == 35


def test_it_can_be_down(ledger: MemoryLedger) -> None:
    ledger.unavailable = "the disk is full"
    for call in (lambda: ledger.claim("d", "x"), lambda: ledger.take("d", 1), lambda: ledger.letters()):
        with pytest.raises(StateUnavailable, match="the disk is full"):
            call()
    ledger.unavailable = None
    claimed(ledger, "x")
