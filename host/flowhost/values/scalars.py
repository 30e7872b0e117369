"""Numbers, and yes or no."""

from __future__ import annotations

import math

from flowhost.values.unreadable import unlike

TRUE = frozenset({"1", "yes", "true", "on"})
FALSE = frozenset({"0", "no", "false", "off"})


def integer(text: str) -> int:
    """The whole number; blanks around it do not matter. Python refuses more than 4300 digits."""
    try:
        return int(_without_underscores(text))
    except ValueError:
        raise unlike(text, "a whole number such as -42") from None


def decimal(text: str) -> float:
    """The number; blanks around it do not matter. ``nan``, ``inf`` and what overflows are refused."""
    try:
        number = float(_without_underscores(text))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise unlike(text, "a finite number such as 12.5")
    return number


def boolean(text: str) -> bool:
    """True for 1, yes, true, on; False for 0, no, false, off; case and blanks around it do not matter."""
    word = text.strip().lower()
    if word not in TRUE | FALSE:
        raise unlike(text, "1, yes, true, on, 0, no, false or off")
    return word in TRUE


def _without_underscores(text: str) -> str:
    """The text, unless it is a number in Python's notation, such as 1_000, which nobody else means as one."""
    if "_" in text:
        raise ValueError(text)
    return text
