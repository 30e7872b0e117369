from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

import flowhost

seconds: Any = TypeAdapter(flowhost.Seconds)
size: Any = TypeAdapter(flowhost.Size)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", 90.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("0", 0.0),
        ("500 ms", 0.5),
        ("300ms", 0.3),
        ("5 min", 300.0),
        ("5 m", 300.0),
        ("1.5 H", 5400.0),
        ("30 d", 2_592_000.0),
        ("  2  s ", 2.0),
        ("+3", 3.0),
    ],
)
def test_lengths_of_time(text: str, expected: float) -> None:
    assert seconds.validate_python(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("1048576", 1048576),
        ("9007199254740993", 9007199254740993),  # more than a float holds
        ("50 MB", 50_000_000),
        ("50MB", 50_000_000),
        ("50 M", 50_000_000),
        ("64 KiB", 65536),
        ("64 ki", 65536),
        ("1.5 KB", 1500),
        ("0.5 KiB", 512),
        ("2 GiB", 2**31),
        ("1 TB", 10**12),
        ("12 B", 12),
    ],
)
def test_sizes(text: str, expected: int) -> None:
    assert size.validate_python(text) == expected


@pytest.mark.parametrize(
    "text", ["", " ", "min", "5 parsecs", "1.2.3", "5 5", "1h 30m", "inf", "nan", "1e3", "٣", "0x5"]
)
def test_no_length_of_time(text: str) -> None:
    with pytest.raises(
        ValidationError, match=r"is not a length of time; expected a number of seconds or e.g. '5 min'"
    ):
        seconds.validate_python(text)


@pytest.mark.parametrize("text", ["", "MB", "5 XB", "1.2.3", "5 iB", "1e3", "inf", "5 KiBB"])
def test_no_size(text: str) -> None:
    with pytest.raises(ValidationError, match=r"is not a size; expected a number of bytes or e.g. '50 MB'"):
        size.validate_python(text)


@pytest.mark.parametrize("wrong", ["-1", "-5 min", -1, float("inf"), float("nan"), "9" * 400])
def test_no_possible_length_of_time(wrong: object) -> None:
    with pytest.raises(ValidationError, match="is no possible length of time; expected 0 or more seconds"):
        seconds.validate_python(wrong)


@pytest.mark.parametrize("wrong", ["-1", "-5 MB", -1])
def test_no_possible_size(wrong: object) -> None:
    with pytest.raises(ValidationError, match="is no possible size; expected 0 or more bytes"):
        size.validate_python(wrong)


@pytest.mark.parametrize("text", ["1.5", "0.0001 KB"])
def test_no_part_of_a_byte(text: str) -> None:
    with pytest.raises(ValidationError, match="is not a whole number of bytes"):
        size.validate_python(text)


@pytest.mark.parametrize("wrong", [None, [1], object()])
def test_neither_text_nor_number(wrong: object) -> None:
    for adapter in seconds, size:
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for adapter in seconds, size:
        try:
            assert adapter.validate_python(text) >= 0
        except ValidationError as error:
            assert [one["type"] for one in error.errors()] == ["unreadable"]


@given(st.integers(0, 10**15), st.sampled_from(["", "B", " B"]))
def test_a_number_of_bytes_is_that_number(number: int, unit: str) -> None:
    assert size.validate_python(f"{number}{unit}") == number


@given(
    st.integers(0, 10**9), st.sampled_from([("ms", 0.001), ("s", 1), ("min", 60), ("h", 3600), ("d", 86400)])
)
def test_a_unit_multiplies(number: int, unit: tuple[str, float]) -> None:
    name, factor = unit
    assert seconds.validate_python(f"{number} {name}") == pytest.approx(number * factor)
