"""Time codes: a number of samples, and how many of them are in a second."""

from __future__ import annotations

import re
from fractions import Fraction

_CODE = re.compile(r"(-?[0-9]{1,18})(?:@(?:(PAL|NTSC|NTSC30)|([0-9]{1,9})(?::([0-9]{1,9}))?))?")
_RATES = {"PAL": Fraction(25), "NTSC": Fraction(30000, 1001), "NTSC30": Fraction(30)}
"""Samples in a second, of the time bases that have a name."""

_MICROSECONDS = 1_000_000


def seconds(code: str) -> Fraction:
    """A time code, ``250@PAL`` or ``48000@48000:1``, in seconds; without a time base it is in microseconds.

    Raises:
        ValueError: it is none.
    """
    found = _CODE.fullmatch(code)
    if found is None:
        raise ValueError(code)
    samples, name, rate, per = found.groups()
    if name:
        return int(samples) / _RATES[name]
    numerator, denominator = int(rate or _MICROSECONDS), int(per or 1)
    if not numerator or not denominator:
        raise ValueError(code)
    return Fraction(int(samples) * denominator, numerator)
