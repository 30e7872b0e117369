from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost import Conflict, Permanent, Rejected, Retry, TimedOut
from flowhost.delivery.retry_policy import RetryPolicy


def longest(low: float, high: float) -> float:
    assert low == 0.0, "full jitter begins at nothing"
    return high


def test_the_longest_delay_doubles_up_to_its_limit_and_then_it_is_over() -> None:
    policy = RetryPolicy(attempts=6, first=1.0, limit=5.0, between=longest)
    assert [policy.delay(attempt, OSError()) for attempt in range(1, 7)] == [1.0, 2.0, 4.0, 5.0, 5.0, None]


@given(st.integers(1, 3), st.integers(0, 2**32))
def test_the_jitter_is_full(attempt: int, seed: int) -> None:
    rng = random.Random(seed)
    delays = [RetryPolicy(between=rng.uniform).delay(attempt, Conflict("x")) for _ in range(200)]
    assert all(delay is not None and 0 <= delay <= 2 ** (attempt - 1) for delay in delays)
    spread = sorted(delay for delay in delays if delay is not None)
    assert spread[20] < 0.3 * 2 ** (attempt - 1) < 0.7 * 2 ** (attempt - 1) < spread[-20]


@pytest.mark.parametrize("error", [Permanent("never"), Rejected("no"), TimedOut("too long")])
def test_some_errors_are_not_tried_again(error: Exception) -> None:
    assert RetryPolicy().delay(1, error) is None


def test_a_worker_may_name_the_delay() -> None:
    policy = RetryPolicy(attempts=3, limit=5.0, between=longest)
    assert policy.delay(1, Retry("later", after=3600.0)) == 3600.0
    assert policy.delay(1, Retry("at once", after=0)) == 0.0
    assert policy.delay(2, Retry("some time")) == 2.0
    assert policy.delay(3, Retry("later", after=1.0)) is None, "it counts as a try like any other"


def test_many_tries_do_not_overflow() -> None:
    assert RetryPolicy(attempts=10**6, between=longest).delay(5000, OSError()) == 60.0


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"first": -1}, {"factor": 0.5}, {"limit": -1}])
def test_impossible_policies_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot work"):
        RetryPolicy(**wrong)
