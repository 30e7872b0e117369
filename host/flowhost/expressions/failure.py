"""The error of an expression, and how it tells what was in scope."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from typing import Any

from flowhost.errors import Permanent
from flowhost.logs.masking import MASK, is_secret, masked
from flowhost.options.wording import quoted
from flowhost.places import Place

LONGEST_VALUE = 60  # characters of one value
MOST_VALUES = 12


class ExpressionError(Permanent):
    """An expression is wrong, or could not be worked out for an event.

    Args:
        expression: its text.
        reason: why, as the end of a sentence that begins with the expression.
        place: where it stands.
        scope: name → value, of what it could use; None when it was not worked out.
        used: the names it uses, which are told first.
    """

    def __init__(
        self,
        expression: str,
        reason: str,
        *,
        place: Place | None = None,
        scope: Mapping[str, Any] | None = None,
        used: Iterable[str] = (),
    ) -> None:
        self.expression = expression
        self.reason = reason
        self.place = place
        where = f"{place}: " if place else ""
        told = "" if scope is None else f"; in scope: {_told(scope, used)}"
        super().__init__(f"{where}the expression {quoted(expression)} {reason}{told}")


def _told(scope: Mapping[str, Any], used: Iterable[str]) -> str:
    used = [name for name in sorted(used) if name in scope]
    names = [*used, *(name for name in scope if name not in used)]
    told = [f"{name} = {_shown(name, scope[name])}" for name in names[:MOST_VALUES]]
    if len(names) > MOST_VALUES:
        told.append(f"and {len(names) - MOST_VALUES} more")
    return ", ".join(told) or "nothing"


def _shown(name: str, value: Any) -> str:
    if is_secret(name):
        return MASK
    try:
        text = masked(_SHORT.repr(value))
    except Exception as error:  # noqa: BLE001  # a value of somebody else may fail even to be shown
        return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"
    return text if len(text) <= 3 * LONGEST_VALUE else text[: 3 * LONGEST_VALUE - 1] + "…"


class _Short(reprlib.Repr):
    """Masks before it shortens: of a secret that was cut nobody can tell any more that it is one."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = LONGEST_VALUE
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = 5

    def repr_str(self, x: str, level: int) -> str:
        return super().repr_str(masked(x), level)

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        shown = {key: MASK if isinstance(key, str) and is_secret(key) else one for key, one in x.items()}
        return super().repr_dict(shown, level)


_SHORT = _Short()
