"""What an expression may go through one by one, and what it may make mappings of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

from flowhost.expressions.budget import CONTAINERS
from flowhost.expressions.refusal import Refusal

MOST_KEY_BITS = 60  # larger numbers can be chosen so that Python compares each key with each
_SEVERAL = (str, MappingProxyType, *CONTAINERS)


def elements(value: Any) -> Iterable[Any]:
    """The value, if it has elements.

    An object with ``__getitem__`` alone is refused, too: Python would ask it for 0, 1, 2 ... without end.

    Raises:
        Refusal: it has none.
    """
    if not isinstance(value, _SEVERAL):
        raise Refusal(f"goes through a {type(value).__name__}, which has no elements")
    return value


def unpacked(value: Any, names: int) -> Sequence[Any]:
    """The elements for as many names.

    Raises:
        Refusal: the value has no elements.
        ValueError: there are more or fewer.
    """
    found = list(elements(value))
    if len(found) != names:
        raise ValueError(f"there are {names} names for {len(found)} values")
    return found


def key(value: Any) -> Any:
    """The value, if it may be a key.

    Raises:
        Refusal: it is, or holds, a large number.
    """
    if isinstance(value, int) and value.bit_length() > MOST_KEY_BITS:
        raise Refusal(f"uses a number of more than {MOST_KEY_BITS} bits as a key; write str(...)")
    if isinstance(value, tuple):
        for one in value:
            key(one)
    return value
