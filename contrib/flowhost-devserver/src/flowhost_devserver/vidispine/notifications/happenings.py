"""What happened, as notifications tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that somebody may want to hear of.

    Args:
        entity: that of triggers: ``item``, ``metadata``, ``job`` ...
        events: what it is called: the end of a job is ``stop`` and ``finished``.
        things: resource → id of the thing that it happened to: ``{"item": "VX-1"}``.
        values: what is told of it.
        fields: names of the metadata fields that changed, with those of their groups left out.
        languages: of the values that changed.
        tracks: of the fields that changed; an empty text stands for those of no track.
        timed: whether something changed outside the timespan that is always; None: it is not about timespans.
        placeholder: id of the placeholder notification that was given with the job.
    """

    entity: str
    events: tuple[str, ...]
    things: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]
    fields: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    tracks: frozenset[str] = frozenset({""})
    timed: frozenset[bool] = field(default=frozenset({False}))
    placeholder: str = ""


def told(**values: str | None) -> dict[str, tuple[str, ...]]:
    """Single values; those that are unknown are left out."""
    return {name: (value,) for name, value in values.items() if value}
