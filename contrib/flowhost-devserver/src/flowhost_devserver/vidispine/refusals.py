"""Requests that are refused: Vidispine's error document with its nine faults, and the other ways it says no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

FAULTS = (
    "notFound",
    "internalServer",
    "forbidden",
    "notYetImplemented",
    "conflict",
    "invalidInput",
    "licenseFault",
    "fileAlreadyExists",
    "notAuthorized",
)
"""The keys of the error document, in its order; all but one are null."""


class Refusal(Exception):
    """A request that is refused.

    Args:
        status: HTTP status.
        fault: one of `FAULTS`.
        details: what the fault says: ``type``, ``id``, ``context``, ``explanation``, ``value``.
    """

    def __init__(self, status: int, fault: str, **details: Any) -> None:
        super().__init__(f"{fault}: {details}")
        self.status = status
        self.fault = fault
        self.details = details

    @property
    def document(self) -> dict[str, Any]:
        """The error document."""
        return {name: self.details if name == self.fault else None for name in FAULTS}


class Unroutable(Exception):
    """Nothing is served at this path, or not with this method; told as JSON, whatever was asked for.

    Args:
        status: 404 or 405.
        title: what HTTP calls it.
        allowed: the methods there are.
    """

    def __init__(self, status: int, title: str, allowed: Sequence[str] = ()) -> None:
        super().__init__(title)
        self.status = status
        self.allowed = allowed
        self.document = {"code": status, "message": f"HTTP {status} {title}"}


def not_found(kind: str, id_: str, context: str | None = None) -> Refusal:
    """Nothing of this kind has this id: ``Item``, ``shape``, ``Job``, ``Storage``, ``metadata-field`` ..."""
    return Refusal(404, "notFound", type=kind, id=id_, context=context)


def invalid_input(
    context: str, *, id_: str | None = None, explanation: str | None = None, value: Any = None
) -> Refusal:
    """A parameter or a document that cannot be taken; `context` names it."""
    return Refusal(400, "invalidInput", context=context, id=id_, explanation=explanation, value=value)


def conflict(kind: str, id_: str, *, explanation: str | None = None, **more: Any) -> Refusal:
    """What was asked for cannot be together with what is."""
    details = {"type": kind, "id": id_, "context": None, "explanation": explanation, "value": None}
    return Refusal(409, "conflict", **(details | more))


def forbidden(explanation: str) -> Refusal:
    """The user may not do this."""
    return Refusal(403, "forbidden", type=None, id=None, context=None, explanation=explanation)


def not_authorized(explanation: str) -> Refusal:
    """Nobody knows who asks."""
    return Refusal(401, "notAuthorized", context=None, explanation=explanation)


def not_yet_implemented(explanation: str) -> Refusal:
    """Vidispine can do this, this server cannot."""
    return Refusal(501, "notYetImplemented", explanation=explanation)
