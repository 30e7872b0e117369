"""The action ``delete-item``."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

import flowhost
from flowhost_plugins.actions.subject import item_id

LONGEST_GRACE = 24 * 36_500
"""Hours: a hundred years, as the catalogue has it."""


def _hours(value: object) -> object:
    if not isinstance(value, str) or re.fullmatch(r"\s*[0-9.]+\s*", value):
        return value  # a number is one of hours, unlike in all other lengths of time
    try:
        return TypeAdapter(flowhost.Seconds).validate_python(value) / 3600
    except ValueError:
        sentence = f"{value!r} is no grace; expected a number of hours, or e.g. '90 min' or '7 d'"
        raise PydanticCustomError("unreadable", "{sentence}", {"sentence": sentence}) from None


Hours = Annotated[
    float,
    BeforeValidator(_hours),
    WithJsonSchema(
        {
            "type": ["number", "string"],
            "minimum": 0,
            "maximum": LONGEST_GRACE,
            "pattern": r"^\s*([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*([mM][sS]|[sS]([eE][cC])?|[mM]([iI][nN])?|[hH]|[dD])?\s*$",
        }
    ),
]
"""A length of time: hours, or with a unit."""


class DeleteItem:
    """Puts the item into the recycle bin; when the grace is over, it is deleted for good.

    Raises:
        ValueError: the grace is no possible number of hours.
    """

    name: ClassVar[str] = "delete-item"
    destructive: ClassVar[bool] = True

    def __init__(
        self,
        *,
        grace: Annotated[
            Hours | None,
            "how long in the recycle bin: hours, or with a unit, as '7 d'; empty: what the library is set to",
        ] = None,
        assets: flowhost.MediaLibrary,
    ) -> None:
        if grace is not None and not (math.isfinite(grace) and 0 <= grace <= LONGEST_GRACE):
            raise ValueError(f"'grace' is {grace:g} hours, expected 0 to {LONGEST_GRACE}")
        self._grace = None if grace is None else timedelta(hours=grace)
        self._assets = assets

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Put the item into the recycle bin.

        Raises:
            Permanent: the item is locked against deletion.
        """
        item = item_id(context)
        if context.attempt > 1 and self._assets.item(item) is None:
            return flowhost.Outcome.done("is deleted")  # a try before put it there, and its grace is over
        if self._assets.trash_item(item, self._grace):
            return flowhost.Outcome.done("in the recycle bin")
        return flowhost.Outcome.done("was in the recycle bin already")

    def plan(self, context: flowhost.Context) -> str:
        """What would be deleted, and when."""
        when = (
            "" if self._grace is None else f", to be deleted {self._grace.total_seconds() / 3600:g} h later"
        )
        return f"put {item_id(context)} into the recycle bin{when}"
