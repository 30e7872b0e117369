"""Starting runs: whether a new one may be, and keeping it, in one transaction.

Rows are locked in one order everywhere: an identity, an item, runs; items by rule and id. So transactions of a server
never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import flowhost
from flowhost_plugins.rules.journal.rows import (
    cause_text,
    check_item,
    digest,
    known_moment,
    seconds,
    texts_text,
)
from flowhost_plugins.rules.journal.schema import ASLEEP, BEHIND, READY
from flowhost_plugins.rules.journal.stamps import Stamps
from flowhost_plugins.rules.journal.statements import Raw, Statements
from flowhost_plugins.rules.records import NewRun, Refusal, Run

NOTIFICATIONS = frozenset({"new-item", "metadata-change", "job", "notification", "source"})
"""Triggers that tell of something that happened: while the item is processed it happened once more, and counts."""

STARTED_AT_ONCE = 50
"""Runs in one transaction: a few milliseconds, so that nobody waits long."""


class Starting:
    """Starts runs in one journal."""

    def __init__(self, statements: Statements, stamps: Stamps, clock: flowhost.Clock) -> None:
        self._statements = statements
        self._stamps = stamps
        self._clock = clock
        self._texts = _Texts.of(statements)

    def start_many(self, news: Sequence[NewRun]) -> list[Run | Refusal]:
        """See `Journal.start_many`."""
        for new in news:
            if new.item is not None:
                check_item(new.item)
        answers: dict[int, Run | Refusal] = {}
        order = sorted(range(len(news)), key=lambda index: (news[index].rule, news[index].item or "", index))
        for first in range(0, len(order), STARTED_AT_ONCE):
            some = order[first : first + STARTED_AT_ONCE]
            answers |= self._statements.write(partial(self._start, news, some))
        return [answers[index] for index in range(len(news))]

    def _start(self, news: Sequence[NewRun], some: Sequence[int], raw: Raw) -> dict[int, Run | Refusal]:
        now = self._clock.now().timestamp()
        answers = {index: self._start_one(raw, news[index], now) for index in some}
        if any(news[index].cause.trigger == "manual" for index in some):
            self._stamps.grow(raw)
        return answers

    def _start_one(self, raw: Raw, new: NewRun, now: float) -> Run | Refusal:
        identity = (new.rule, new.item or "", digest(new.identity)) if new.identity else None
        if identity and raw.execute(self._texts.see, (*identity, now)).rowcount == 0:
            return "duplicate"
        state = self._item_state(raw, new.rule, new.item, now) if new.item is not None else None
        if refusal := _refusal(new, state):
            if identity:
                raw.execute(self._texts.unsee, identity)
            return refusal
        run = self._insert(raw, new, now, _queue(new, state, now))
        if new.item is not None:
            raw.execute(self._texts.process, (run.id, now, new.rule, new.item))
        return run

    def _item_state(self, raw: Raw, rule: str, item: str, now: float) -> str | None:
        """The state of an item, which nobody else changes until the end; None: it is new, and has a row now."""
        while True:
            if raw.execute(self._texts.meet, (rule, item, now)).rowcount:
                return None
            if found := raw.execute(self._texts.look, (rule, item)).fetchone():
                state: str = found[0]
                return state
            # somebody forgot it between the two statements

    def _insert(self, raw: Raw, new: NewRun, now: float, queue: int) -> Run:
        values = (
            *(new.rule, new.revision, new.item, queue, new.priority, now, seconds(new.wake), new.depth),
            *(int(new.cause.swept), texts_text(new.chain), cause_text(new.cause)),
        )
        return Run(
            id=self._statements.new_key(raw.execute(self._texts.insert, values)),
            rule=new.rule,
            revision=new.revision,
            item=new.item,
            state="pending",
            cause=new.cause,
            priority=new.priority,
            created=known_moment(now),
            wake=new.wake,
            depth=new.depth,
            chain=tuple(new.chain),
        )


def _refusal(new: NewRun, state: str | None) -> Refusal | None:
    if state == "processing":
        waits = new.cause.trigger in NOTIFICATIONS and not new.once
        return None if waits else "processing"
    return "handled" if new.once and state in ("handled", "failed") else None


def _queue(new: NewRun, state: str | None, now: float) -> int:
    if state == "processing":
        return BEHIND
    return ASLEEP if new.wake and new.wake.timestamp() > now else READY


@dataclass(frozen=True, slots=True)
class _Texts:
    see: str
    unsee: str
    meet: str
    look: str
    insert: str
    process: str

    @classmethod
    def of(cls, statements: Statements) -> _Texts:
        written = statements.written
        return cls(
            see=written(
                "INSERT INTO rules_identities (rule, item, identity, created) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (rule, item, identity) DO NOTHING"
            ),
            unsee=written("DELETE FROM rules_identities WHERE rule = ? AND item = ? AND identity = ?"),
            meet=written(
                "INSERT INTO rules_items (rule, item, state, run, times, since, errors)"
                " VALUES (?, ?, 'processing', 0, 0, ?, '[]') ON CONFLICT (rule, item) DO NOTHING"
            ),
            look=statements.locking("SELECT state FROM rules_items WHERE rule = ? AND item = ?"),
            insert=statements.inserting(
                "INSERT INTO rules_runs (rule, revision, item, state, queue, priority, step, created, wake, token,"
                " attempt, cancel, depth, swept, jobs, errors, chain, cause)"
                " VALUES (?, ?, ?, 'pending', ?, ?, 1, ?, ?, 0, 1, 0, ?, ?, '[]', '[]', ?, ?)",
                "id",
            ),
            process=written(
                "UPDATE rules_items SET state = 'processing', run = ?, errors = '[]',"
                " since = CASE WHEN state = 'processing' THEN since ELSE ? END WHERE rule = ? AND item = ?"
            ),
        )
