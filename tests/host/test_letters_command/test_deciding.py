"""``flowhost dead-letters requeue`` and ``drop``: what a person decides about letters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowhost.commands import letter_choice
from flowhost_plugins.database import Database

Run = Callable[..., str]
Park = Callable[..., int]


@pytest.mark.parametrize("command", ["show", "requeue", "drop"])
def test_a_number_that_is_none(run: Run, ledger: Database, park: Park, command: str) -> None:
    number = park()
    assert run(command, 99, code=78) == f"there is no letter 99 in {ledger.location}"
    if command != "show":
        run(command, number, 99, code=78)
    assert ledger.letter(number).state == "dead"


def test_letters_are_requeued_by_number(run: Run, ledger: Database, park: Park) -> None:
    a, b, waiting = park(), park(), park("waiting")
    assert run("requeue", a) == "1 letter requeued.\n"
    assert (ledger.letter(a).state, ledger.letter(b).state) == ("waiting", "dead")
    assert f"Letter {waiting} is waiting, so it cannot be requeued." in run(
        "requeue", b, waiting, errors=True
    )
    assert ledger.letter(b).state == "waiting"


def test_letters_are_dropped_by_number_unless_worked_on(run: Run, ledger: Database, park: Park) -> None:
    taken, waiting, dead = park("waiting"), park("waiting"), park()
    ledger.take("one", 1)
    assert f"Letter {taken} is taken, so it cannot be dropped." in run(
        "drop", taken, waiting, dead, errors=True
    )
    assert [letter.number for letter in ledger.letters()] == [taken]


def test_many_letters_are_dropped_after_a_question(
    run: Run, ledger: Database, park: Park, state: Path
) -> None:
    for number in range(5):
        park("dead" if number % 2 else "waiting", subject=f"clip {number}")
    run("drop", "--text", "clip", stdin="n\n", code=1)
    assert len(ledger.letters()) == 5
    said = run("drop", "--text", "clip", stdin="y\n")
    assert f"5 letters in {state}/one.db will be dropped. Go on? [y/N]: " in said
    assert said.endswith("5 letters dropped.\n")
    assert ledger.letters() == []


def test_all_letters_in_one_state(run: Run, ledger: Database, park: Park) -> None:
    dead, waiting = park(), park("waiting")
    assert run("drop", "--state", "waiting", "--yes") == "1 letter dropped.\n"
    assert ledger.letter(waiting) is None
    assert run("requeue", "--all", "--yes") == "1 letter requeued.\n"
    assert ledger.letter(dead).state == "waiting"
    assert run("requeue", "--all") == "0 letters requeued.\n"


def test_filters_choose_what_is_requeued(run: Run, ledger: Database, park: Park) -> None:
    a, b = park(in_="a"), park(in_="b")
    assert run("requeue", "--source", "a", "--yes") == "1 letter requeued.\n"
    assert (ledger.letter(a).state, ledger.letter(b).state) == ("waiting", "dead")


@pytest.mark.parametrize("arguments", [[], [1, "--all"], [1, "--text", "x"], [1, "--source", "in"]])
def test_letters_are_chosen_in_one_way(run: Run, ledger: Database, park: Park, arguments: list[Any]) -> None:
    number = park()
    for command in ("requeue", "drop"):
        assert "name letters either by number or by filters; --all means every one" in run(
            command, *arguments, code=2
        )
    assert ledger.letter(number).state == "dead"


def test_more_letters_than_are_fetched_at_once(run: Run, park: Park, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_choice, "AT_ONCE", 3)
    for _ in range(8):
        park()
    assert run("requeue", "--all", "--yes") == "8 letters requeued.\n"
    assert run("drop", "--all", "--yes") == "8 letters dropped.\n"


def test_a_daemon_at_work_does_not_make_a_requeue_endless(
    run: Run, ledger: Database, park: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_choice, "AT_ONCE", 3)
    requeue = Database.requeue

    def requeue_in_vain(self: Database, numbers: Any) -> int:
        done = requeue(self, numbers)
        for letter in ledger.take("one", 100):
            ledger.returned(letter.number, state="dead", error="again", attempts=letter.attempts + 1)
        return done

    monkeypatch.setattr(Database, "requeue", requeue_in_vain)
    for _ in range(8):
        park()
    assert run("requeue", "--all", "--yes") == "8 letters requeued.\n"
    assert [letter.attempts for letter in ledger.letters()] == [1] * 8
