"""The functions an expression may call: those of Python that cannot do harm, with their bombs taken out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from flowhost.expressions.budget import LARGEST, MOST_BITS, too_large
from flowhost.expressions.elements import elements, key, unpacked
from flowhost.expressions.refusal import Refusal
from flowhost.expressions.texts import as_text, printf

LONGEST_RANGE = 10_000  # as many elements as a comprehension may make
LONGEST_NUMBER = 5000  # characters of a number's text
MOST_DIGITS = 400  # that a number can be rounded to: no float has more

SEQUENCES = (str, list, tuple)
NUMBERS = (int, float, timedelta)

_NOTHING: Any = object()


def _str(value: Any = "") -> str:
    return as_text(value)


def _int(value: Any = 0, base: int | None = None) -> int:
    if isinstance(value, str) and len(value) > LONGEST_NUMBER:
        raise Refusal(f"makes a number of a text of {len(value)} characters")
    if not isinstance(value, str | int | float):
        raise TypeError(f"int() takes a text or a number, not {_called(value)}")
    if base is None:
        return int(value)
    return int(value, base)  # type: ignore[arg-type]  # of a number int() says itself what is wrong


def _float(value: Any = 0.0) -> float:
    if isinstance(value, str) and len(value) > LONGEST_NUMBER:
        raise Refusal(f"makes a number of a text of {len(value)} characters")
    return float(value)


def _round(number: Any, ndigits: int | None = None) -> Any:
    if not isinstance(number, int | float):  # a Decimal would become a number of any length
        raise TypeError(f"round() takes a number, not {_called(number)}")
    if ndigits is not None and abs(ndigits) > MOST_DIGITS:
        raise Refusal(f"rounds to {ndigits} digits; expected at most {MOST_DIGITS}")
    return round(number, ndigits)


def _range(*limits: int) -> list[int]:
    wanted = range(*limits)
    if abs(wanted.stop - wanted.start) // abs(wanted.step) > LONGEST_RANGE:  # len() overflows
        raise Refusal(f"makes a range of more than {LONGEST_RANGE} numbers")
    return list(wanted)


def _sum(values: Any, start: Any = 0) -> Any:
    # of texts it would take the square of their length, and Python itself says to use join
    values = list(elements(values))
    if not all(isinstance(value, int | float) for value in (*values, start)):
        raise TypeError("sum() adds numbers; write ''.join(...) for texts")
    return sum(values, start)


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def chosen(*values: Any, default: Any = _NOTHING) -> Any:
        several = elements(values[0]) if len(values) == 1 else values
        return choose(several) if default is _NOTHING else choose(several, default=default)

    return chosen


def _sorted(values: Any, reverse: bool = False) -> list[Any]:
    return sorted(elements(values), reverse=bool(reverse))


def _enumerate(values: Any, start: int = 0) -> list[Any]:
    return list(enumerate(elements(values), start))


def _zip(*columns: Any) -> list[Any]:
    return list(zip(*map(elements, columns), strict=False))


def _reversed(values: Any) -> list[Any]:
    return [*elements(values)][::-1]


def _dict(pairs: Any = (), /, **values: Any) -> dict[Any, Any]:
    if isinstance(pairs, dict | MappingProxyType):
        return {**pairs, **values}
    return {key(name): value for name, value in (unpacked(pair, 2) for pair in elements(pairs))} | values


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len,
    "str": _str,
    "int": _int,
    "float": _float,
    "bool": bool,
    "round": _round,
    "abs": abs,
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": _sum,
    "any": lambda values: any(elements(values)),
    "all": lambda values: all(elements(values)),
    "sorted": _sorted,
    "reversed": _reversed,
    "enumerate": _enumerate,
    "zip": _zip,
    "range": _range,
    "list": lambda values=(): list(elements(values)),
    "tuple": lambda values=(): tuple(elements(values)),
    "dict": _dict,
}
"""Name → function. What they may cost besides is counted where they are called."""


def plus(left: Any, right: Any) -> Any:
    """``left + right``."""
    several = isinstance(left, SEQUENCES) and isinstance(right, SEQUENCES)
    if several and len(left) + len(right) > LARGEST:
        raise too_large()
    return left + right


def times(left: Any, right: Any) -> Any:
    """``left * right``."""
    if isinstance(right, SEQUENCES):
        left, right = right, left
    if isinstance(left, SEQUENCES) and isinstance(right, int):
        if len(left) * right > LARGEST:
            raise too_large()
    elif isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() + right.bit_length())
    else:
        _check_numbers("*", left, right)
    return left * right


def modulo(left: Any, right: Any) -> Any:
    """``left % right``."""
    if isinstance(left, str):
        return printf(left, right)
    _check_numbers("%", left, right)
    return left % right


def power(left: Any, right: Any) -> Any:
    """``left ** right``."""
    _check_numbers("**", left, right)
    if isinstance(left, int) and isinstance(right, int) and right > 0:
        _check_bits(left.bit_length() * right)
    if isinstance(left, int) and isinstance(right, int) and right < -MOST_BITS:
        raise Refusal(f"makes a number of more than {MOST_BITS} bits")
    result = left**right
    if isinstance(result, complex):
        raise ValueError(f"{left} ** {right} is no real number")
    return result


def _check_numbers(sign: str, left: Any, right: Any) -> None:
    """Make sure that no type multiplies in a way of its own: bytes grow as texts do."""
    if not isinstance(left, NUMBERS) or not isinstance(right, NUMBERS):
        raise TypeError(f"{sign} takes numbers, not {_called(left)} and {_called(right)}")


def _check_bits(bits: int) -> None:
    if bits > MOST_BITS:
        raise Refusal(f"makes a number of more than {MOST_BITS} bits")


def _called(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
