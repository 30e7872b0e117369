"""Lengths of time in sentences."""

from __future__ import annotations

import pytest

from flowhost_plugins.rules.timing import length


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, ""),
        (0.04, "0 s"),
        (0.5, "0.5 s"),
        (30, "30 s"),
        (59.94, "59.9 s"),
        (59.97, "1 min"),
        (1097, "18 min 17 s"),
        (3600, "1 h"),
        (3725, "1 h 2 min"),
        (7 * 86400 + 7300, "7 d 2 h"),
    ],
)
def test_lengths_of_time(seconds: float | None, shown: str) -> None:
    assert length(seconds) == shown
