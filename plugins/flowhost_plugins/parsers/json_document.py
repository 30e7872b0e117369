"""JSON documents (RFC 8259), read strictly: what a sender cannot have meant is rejected, not guessed."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, ClassVar, NoReturn

import flowhost
from flowhost_plugins.parsers.payload import LARGEST, MaxSize, checked_limit, document_of, shortened


class JsonParser:
    """A JSON value.

    Rejected besides malformed text: ``NaN`` and ``Infinity``, which are not JSON; a name twice in one object,
    where readers differ about which one counts (RFC 7493); numbers beyond the range of a double; thousands of
    levels.

    Args:
        max_size: largest document in bytes.
    """

    name: ClassVar[str] = "json"

    def __init__(self, *, max_size: MaxSize = LARGEST) -> None:
        self._max_size = checked_limit(max_size)

    def parse(self, data: bytes | str) -> Any:
        """The value. Whole numbers are exact up to 4300 digits; bytes may be UTF-8, UTF-16 or UTF-32."""
        payload = document_of(data, self._max_size)
        if isinstance(payload, str):
            payload = payload.removeprefix("\ufeff")
        try:
            return json.loads(
                payload, object_pairs_hook=_object, parse_constant=_constant, parse_float=_number
            )
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise _rejected(payload, f"{error.msg} at {where}") from None
        except RecursionError:
            raise _rejected(payload, "it is nested too deeply") from None
        except ValueError as error:  # wrong encoding, a number with too many digits, and our own findings
            raise _rejected(payload, str(error)) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = Counter(name for name, _ in pairs)
        [(twice, _)] = names.most_common(1)
        raise ValueError(f"the name {shortened(twice)} stands twice in one object")
    return members


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON number")


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {shortened(text)} is too large")
    return number


def _rejected(payload: bytes | str, why: str) -> flowhost.Rejected:
    return flowhost.Rejected(f"the payload {shortened(payload)} is not JSON: {why}")
