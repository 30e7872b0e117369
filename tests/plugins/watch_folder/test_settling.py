"""When a file counts as settled."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from flowhost_plugins.watch_folder.settling import Settling, Stamp

QUIET, LIMIT = 2.0, 60.0
A, B = Stamp(1, 1), Stamp(2, 1)

pauses = st.floats(0.01, 100).map(lambda pause: round(pause, 2))
looks = st.lists(st.tuples(pauses, st.integers(0, 2), st.integers(0, 2)), max_size=30)


def follow(history: list[tuple[float, int, int]]) -> list[tuple[float, Stamp, str]]:
    """Observe one file after each of these pauses; give moment, stamp and state of each look."""
    settling, now, seen = Settling(QUIET, LIMIT), 0.0, []
    for pause, size, modified in history:
        now += pause
        stamp = Stamp(size, modified)
        seen.append((now, stamp, str(settling.observe("a", stamp, now))))
    return seen


unhurried = settings(deadline=None)  # other tests may keep the machine busy


@unhurried
@given(looks)
def test_a_settled_file_was_unchanged_for_the_quiet_period(
    history: list[tuple[float, int, int]],
) -> None:
    seen = follow(history)
    for index, (moment, stamp, state) in enumerate(seen):
        if state == "settled":
            same = [index]
            while same[-1] and seen[same[-1] - 1][1] == stamp:
                same.append(same[-1] - 1)
            assert moment - seen[same[-1]][0] >= QUIET


@unhurried
@given(looks)
def test_every_file_settles_once_it_is_left_alone(history: list[tuple[float, int, int]]) -> None:
    settling, now = Settling(QUIET, LIMIT), 0.0
    for pause, size, modified in history:
        now += pause
        settling.observe("a", Stamp(size, modified), now)
    settling.observe("a", A, now + 1)
    assert settling.observe("a", A, now + 1 + max(QUIET, LIMIT)) == "settled"


@unhurried
@given(looks)
def test_a_file_is_due_exactly_when_it_settles(history: list[tuple[float, int, int]]) -> None:
    settling, now = Settling(QUIET, LIMIT), 0.0
    for pause, size, modified in history:
        now += pause
        stamp = Stamp(size, modified)
        settling.observe("a", stamp, now)
        due = settling.next_due()
        assert (due is None) == (settling.observe("a", stamp, now) == "settled")
        if due is not None:
            assert due > now
            assert settling.due(now) == []
            assert settling.due(due) == ["a"]
    if (due := settling.next_due()) is not None:
        assert settling.observe("a", stamp, due) == "settled"


@unhurried
@given(st.floats(QUIET / 3, LIMIT / 3), st.integers(2, 20))
def test_a_writer_that_pauses_regularly_is_waited_for(gap: float, writes: int) -> None:
    settling = Settling(QUIET, LIMIT)
    for number in range(writes + 1):
        settling.observe("a", Stamp(number, number), number * gap)
    last = Stamp(writes, writes)
    assert settling.observe("a", last, (writes + 2.9) * gap) == "moving"
    assert settling.observe("a", last, (writes + 3.1) * gap) == "settled"


def test_the_longest_pause_counts_but_asks_for_the_limit_at_most() -> None:
    settling = Settling(2, 10)
    for number, moment in enumerate([0, 8, 9, 10]):
        settling.observe("a", Stamp(number, 0), moment)
    assert settling.observe("a", Stamp(3, 0), 19.9) == "moving"
    assert settling.observe("a", Stamp(3, 0), 20) == "settled"


def test_a_file_rewritten_after_a_long_time_does_not_wait_longer_for_that() -> None:
    settling = Settling(2, 10)
    settling.observe("a", A, 0)
    assert settling.observe("a", A, 2) == "settled"
    settling.done("a")
    assert settling.observe("a", A, 100) == "done"
    assert settling.observe("a", B, 100) == "moving"
    assert settling.observe("a", B, 102) == "settled"


def test_a_quiet_period_longer_than_the_limit_is_kept() -> None:
    settling = Settling(100, 60)
    settling.observe("a", A, 0)
    assert settling.observe("a", A, 99) == "moving"
    assert settling.observe("a", A, 100) == "settled"


def test_size_and_time_must_both_be_quiet() -> None:
    settling = Settling(2, 60)
    settling.observe("a", Stamp(1, 1), 0)
    assert settling.observe("a", Stamp(1, 2), 2) == "moving"
    assert settling.observe("a", Stamp(2, 2), 4) == "moving"


def test_without_a_quiet_period_a_file_is_settled_at_first_sight() -> None:
    assert Settling(0, 0).observe("a", A, 5) == "settled"


def test_only_files_that_are_still_there_are_remembered() -> None:
    settling = Settling(2, 60)
    for name in "abc":
        settling.observe(name, A, 0)
    settling.done("a")
    settling.keep({"b"})
    assert [name for name in "abc" if settling.knows(name, A)] == ["b"]
    assert settling.due(2) == ["b"]
    settling.forget("b")
    assert settling.next_due() is None
