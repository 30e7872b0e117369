"""Whether a criterion holds for one thing, and the query of the catalogue that finds all for which it does. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flowhost.query import (
    SYSTEM_FIELDS,
    Any,
    Everything,
    Exact,
    Exists,
    InCollection,
    Not,
    Query,
    QueryError,
    all_of,
    checked,
)
from flowhost_devserver.vidispine.searching.conditions import (
    IDS,
    Condition,
    field_condition,
    text_query,
)
from flowhost_devserver.vidispine.searching.criteria import (
    Criterion,
    Either,
    Every,
    FieldIs,
    GroupHas,
    Kind,
    Related,
    TextIs,
    Without,
)
from flowhost_devserver.vidispine.searching.wording import has_words, is_wild

OWN_FIELDS = IDS | {"created"}
"""What the catalogue knows of an item besides its metadata, under Vidispine's names."""


class Facts(Protocol):
    """What is known of one thing."""

    def values(self, name: str) -> Sequence[str]:
        """The values of the fields of this name, in whatever group."""

    def texts(self) -> Iterable[str]:
        """All values that words are looked for in."""

    def groups(self, name: str) -> Iterable[Facts]:
        """The instances of a metadata group, on any level; within one: those in it."""

    def related(self, kind: Kind) -> Iterable[Facts]:
        """What of this kind belongs to it, or it belongs to; itself when it is one."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A query of the catalogue that finds all items a criterion holds for; exact: and no others."""

    query: Query
    exact: bool


ORIGINAL = "original"
"""The tag of the shape that the fields in `OF_MEDIA` tell about."""

OF_MEDIA = {
    "durationSeconds",
    "durationTimeCode",
    "mimeType",
    "originalAudioCodec",
    "originalFilename",
    "originalFormat",
    "originalHeight",
    "originalUri",
    "originalVideoCodec",
    "originalWidth",
    "startSeconds",
    "startTimeCode",
}
"""Fields that only items with an original shape have, unless somebody set them."""

NO_HELP = Relaxed(Everything(), exact=False)


class Matching:
    """Compares.

    Args:
        kind_of: the type of a field, by its name.
        computed: whether a field is worked out when somebody asks, so that the catalogue does not know it.
        now: what ``NOW`` means.
    """

    def __init__(self, kind_of: Callable[[str], str], computed: Callable[[str], bool], now: datetime) -> None:
        self._kind_of, self._computed, self._now = kind_of, computed, now
        self._conditions: dict[tuple[FieldIs, str], Condition] = {}

    def holds(self, criterion: Criterion, facts: Facts) -> bool:
        """Whether a criterion holds for this."""
        match criterion:
            case Every(parts):
                return all(self.holds(part, facts) for part in parts)
            case Either(parts):
                return any(self.holds(part, facts) for part in parts)
            case Without(inner):
                return not self.holds(inner, facts)
            case TextIs(text):
                return has_words(text)(facts.texts())
            case GroupHas(name, inner):
                return any(self.holds(inner, one) for one in facts.groups(name))
            case Related(kind, inner):
                return any(self.holds(inner, one) for one in facts.related(kind))
            case FieldIs():
                return self._condition(criterion, "").test(facts.values(criterion.name))

    def relaxed(self, criterion: Criterion) -> Relaxed:
        """What finds the items for which a criterion holds."""
        found = self._relaxed(criterion, "")
        try:
            checked(found.query)
        except QueryError:  # too big for the catalogue
            return NO_HELP
        return found

    def _relaxed(self, criterion: Criterion, group: str) -> Relaxed:
        match criterion:
            case Every(parts):
                return self._every([self._relaxed(part, group) for part in parts])
            case Either(parts):
                found = [self._relaxed(part, group) for part in parts]
                query = Any(*(one.query for one in found)) if len(found) > 1 else found[0].query
                return Relaxed(query, all(one.exact for one in found))
            case Without(inner):
                one = self._relaxed(inner, group)
                return Relaxed(Not(one.query), exact=True) if one.exact else NO_HELP
            case TextIs(text):
                return Relaxed(text_query(text), exact=False) if not group else NO_HELP
            case GroupHas(name, inner):
                return Relaxed(self._relaxed(inner, f"{name}/").query, exact=False)
            case Related("collection", FieldIs("collectionId", (member_of,))):
                return Relaxed(InCollection(member_of), exact=True)
            case Related(kind, inner):
                return self._relaxed(inner, group) if kind == "item" else NO_HELP
            case FieldIs():
                return self._field(criterion, group)

    def _field(self, field: FieldIs, group: str) -> Relaxed:
        match field:
            case FieldIs("__collection", values, ()) if (
                values and not group and not any(map(is_wild, values))
            ):
                held = [InCollection(value) for value in values]
                return Relaxed(Any(*held) if len(held) > 1 else held[0], exact=True)
            case FieldIs(name) if name in OF_MEDIA and not group and self._computed(name):
                return Relaxed(Any(Exists(name), Exact("shapeTag", ORIGINAL)), exact=False)
        condition = self._condition(field, group)
        return Relaxed(condition.query, condition.exact and not group)

    def _every(self, parts: list[Relaxed]) -> Relaxed:
        helpful = [one.query for one in parts if one.query != Everything()]
        return Relaxed(all_of(*helpful), all(one.exact for one in parts))

    def _condition(self, field: FieldIs, group: str) -> Condition:
        known = self._conditions.get((field, group))
        if known is None:
            path = f"{group}{field.name}"
            hidden = self._computed(path) or (path in SYSTEM_FIELDS and path not in OWN_FIELDS)
            known = field_condition(
                field, self._kind_of(field.name), self._now, path=None if hidden else path
            )
            self._conditions[field, group] = known
        return known
