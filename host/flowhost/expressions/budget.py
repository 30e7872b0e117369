"""How much work one evaluation may be: steps, and characters or elements made or looked at on the way.

What an expression may cost is counted, not timed: the same expression with the same values ends in the same way on
a slow machine.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from flowhost.expressions.refusal import Refusal

WORK = 2_000_000  # units: a step is 20, a character 1; all of it takes about a tenth of a second
STEP = 20
LARGEST = 1_000_000  # units of one value
MOST_BITS = 16_384  # of a whole number: about 4900 digits
ELEMENT = 8  # units of one element of a list: as many bytes as its place takes

SCALARS = frozenset({int, float, bool, type(None), date, time, timedelta})
TEXTS = (str, bytes)
CONTAINERS = (list, tuple, dict, set, frozenset)


def weight(value: Any) -> int:
    """Units of a value: what it costs to make, copy or compare it. More than `WORK` is not counted to its end."""
    kind = type(value)
    if kind is str:  # most values are
        return len(value)
    if kind in SCALARS:
        return 1
    if isinstance(value, TEXTS):
        return len(value)
    if not isinstance(value, CONTAINERS):
        return 1
    return _deep_weight(value)


def check_size(value: Any, units: int) -> None:
    """Make sure that a value with this weight is not too large.

    Raises:
        Refusal: it is.
    """
    if units > LARGEST:
        raise too_large()
    if type(value) is int and value.bit_length() > MOST_BITS:
        raise Refusal(f"makes a number of more than {MOST_BITS} bits")


def too_large() -> Refusal:
    """Why a value cannot be made."""
    return Refusal(f"makes a value of more than {LARGEST} characters")


def _deep_weight(value: Any) -> int:
    total, waiting = 0, [value]
    while waiting and total <= WORK:
        one = waiting.pop()
        if isinstance(one, dict):
            total += ELEMENT * len(one)
            waiting += [*one.keys(), *one.values()] if total <= WORK else ()
        elif isinstance(one, CONTAINERS):
            total += ELEMENT * len(one)
            waiting += one if total <= WORK else ()
        else:
            total += len(one) if isinstance(one, TEXTS) else 1
    return total + 1
