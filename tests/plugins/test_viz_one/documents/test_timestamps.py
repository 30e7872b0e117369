"""Times of documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.viz_one.documents import DocumentError, read_time, write_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-02T03:04:05Z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (" 2024-01-02T03:04:05.250+01:00\n", datetime(2024, 1, 2, 2, 4, 5, 250_000, tzinfo=UTC)),
        ("2024-01-02T03:04:05", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2024-01-02", datetime(2024, 1, 2, tzinfo=UTC)),
    ],
)
def test_reading(text: str, expected: datetime) -> None:
    assert read_time(text) == expected


def test_the_zone_of_a_text_that_names_none() -> None:
    assert read_time("2024-01-02T03:04:05", default_zone=None).tzinfo is None
    east = timezone(timedelta(hours=2))
    assert read_time("2024-01-02T03:00:00", default_zone=east) == datetime(2024, 1, 2, 1, tzinfo=UTC)
    assert read_time("2024-01-02T03:00:00Z", default_zone=east) == datetime(2024, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "02/01/2024", "2024-01-02T25:00:00Z"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(DocumentError, match="is no time; expected ISO 8601"):
        read_time(text)


zones = st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(timezone) | st.none()


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=zones))
def test_what_is_written_is_read(time: datetime) -> None:
    text = write_time(time)
    assert read_time(text, default_zone=None) == time
    assert text.endswith("Z") is (time.tzinfo is not None)
