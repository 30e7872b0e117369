"""Records as rows, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flowhost_plugins.rules.records import Cause, Run, Step

RUN = (
    "id, rule, revision, item, state, priority, step, created, started, ended, wake, owner, token, attempt, "
    "cancel, depth, jobs, errors, chain, cause"
)
"""The columns `run_of` reads, in this order."""

STEP = "number, action, state, reason, jobs, memo, attempts, started, ended"
"""The columns `step_of` reads, in this order."""

LONGEST_ITEM = 512
"""Characters of an item's id; PostgreSQL refuses index entries over 2.7 kB, and one character may take four bytes."""


def run_of(row: Sequence[Any]) -> Run:
    """The run in a row of `RUN`."""
    (
        *first,
        created,
        started,
        ended,
        wake,
        owner,
        token,
        attempt,
        cancel,
        depth,
        jobs,
        errors,
        chain,
        cause,
    ) = row
    number, rule, revision, item, state, priority, step = first
    return Run(
        id=number,
        rule=rule,
        revision=revision,
        item=item,
        state=state,
        cause=cause_of(cause),
        priority=priority,
        step=step,
        created=moment(created),
        started=moment(started),
        ended=moment(ended),
        wake=moment(wake),
        jobs=texts_of(jobs),
        owner=owner or "",
        token=token,
        attempt=attempt,
        cancel=bool(cancel),
        depth=depth,
        chain=texts_of(chain),
        errors=texts_of(errors),
    )


def step_of(row: Sequence[Any]) -> Step:
    """The step in a row of `STEP`."""
    number, action, state, reason, jobs, memo, attempts, started, ended = row
    return Step(
        number,
        action,
        state,
        reason,
        texts_of(jobs),
        json.loads(memo),
        attempts,
        moment(started),
        moment(ended),
    )


def cause_text(cause: Cause) -> str:
    """A cause as JSON; what is empty is left out."""
    told = {
        "trigger": cause.trigger,
        "event": dict(cause.event),
        "swept": cause.swept,
        "user": cause.user,
        "variables": dict(cause.variables),
        "mark": cause.mark,
    }
    return json_text({name: value for name, value in told.items() if value})


def cause_of(text: str) -> Cause:
    """The cause `cause_text` wrote."""
    told = json.loads(text)
    return Cause(told.pop("trigger", ""), **told)


def json_text(value: Any) -> str:
    """A value as JSON; what JSON does not know is written as its text, so that nothing is lost for that."""
    return json.dumps(value, separators=(",", ":"), default=str)


def texts_text(texts: Sequence[str]) -> str:
    """Texts as JSON."""
    return json_text(list(texts)) if texts else "[]"


def texts_of(text: str) -> tuple[str, ...]:
    """The texts `texts_text` wrote."""
    return () if text == "[]" else tuple(json.loads(text))


def seconds(moment: datetime | None) -> float | None:
    """A moment as it is kept."""
    return None if moment is None else moment.timestamp()


def moment(seconds: float | None) -> datetime | None:
    """A moment that was kept, in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def known_moment(seconds: float) -> datetime:
    """A moment of a column that is always set."""
    return datetime.fromtimestamp(seconds, UTC)


def storable(text: str) -> str:
    """`text` with what a database cannot keep (NUL, half a character) written as an escape."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


def about(item: str) -> str:
    """What a decision or an event is about, as far as an index has to hold it; an id of an item stays as it is."""
    return storable(item)[:LONGEST_ITEM]


def digest(identity: str) -> str:
    """An identity as it is kept: any text becomes one an index can hold."""
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()


def check_item(item: str) -> None:
    """Raise ValueError when an id of an item is none a database can keep."""
    if not 0 < len(item) <= LONGEST_ITEM or storable(item) != item:
        raise ValueError(
            f"the id of an item {item[:40]!r} has {len(item)} characters, expected 1 to {LONGEST_ITEM}, all of them whole"
            " and none of them NUL"
        )
