from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from flowhost.testing.clock import FakeClock
from flowhost_plugins.viz_one.transfer.progress import COMPLETE, EVERY, Progress


@given(st.lists(st.tuples(st.floats(-10, 200), st.floats(0, 3))))
def test_reports_grow_and_keep_their_distance(steps: list[tuple[float, float]]) -> None:
    clock = FakeClock()
    progress = Progress(clock)
    told: list[tuple[int, float]] = []
    for percent, later in steps:
        clock.advance(later)
        due = progress.due(percent)
        if due is not None:
            assert 0 <= due <= COMPLETE
            told.append((due, clock.monotonic()))
    for (one, at), (other, then) in pairwise(told):
        assert other > one
        assert other == COMPLETE or then - at >= EVERY - 1e-5


def test_the_first_and_the_last_are_always_told() -> None:
    clock = FakeClock()
    progress = Progress(clock)
    assert [progress.due(percent) for percent in (0, 99.9, 100, 100)] == [0, None, 100, None]
