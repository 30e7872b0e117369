"""An action, the step of a rule: what it is (Action), what it is told (Context), and what it answers (Outcome)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol

from flowhost.parts import Event


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step of a rule ended. Make one with `done`, `skipped`, `waiting`, `later` or `failed`.

    Args:
        state: ``done``, ``skipped``, ``waiting`` (for jobs, or until a moment) or ``failed``.
        reason: what was done, or why not, for people.
        jobs: ids of the jobs that are waited for.
        until: the moment that is waited for.
        memo: a JSON object that the action finds in `Context.memo` when the waiting is over.
        stop: whether the run ends here, well: no later step is taken.
    """

    state: Literal["done", "skipped", "waiting", "failed"]
    reason: str = ""
    jobs: tuple[str, ...] = ()
    until: datetime | None = None
    memo: Mapping[str, Any] = field(default_factory=dict)
    stop: bool = False

    @classmethod
    def done(cls, note: str = "", *, stop: bool = False) -> Outcome:
        """The action did what it is for."""
        return cls("done", note, stop=stop)

    @classmethod
    def skipped(cls, reason: str) -> Outcome:
        """The action does not apply to this item, for this reason."""
        return cls("skipped", reason)

    @classmethod
    def waiting(
        cls, jobs: Iterable[str], *, note: str = "", memo: Mapping[str, Any] | None = None
    ) -> Outcome:
        """The action started jobs with these ids; the rule goes on when they have ended."""
        return cls("waiting", note, jobs=tuple(jobs), memo=memo or {})

    @classmethod
    def later(cls, until: datetime, *, note: str = "", memo: Mapping[str, Any] | None = None) -> Outcome:
        """The rule goes on at this moment."""
        return cls("waiting", note, until=until, memo=memo or {})

    @classmethod
    def failed(cls, reason: str) -> Outcome:
        """The action could not do what it is for."""
        return cls("failed", reason)


@dataclass(frozen=True, slots=True)
class Context:
    """What an action acts on: the event that started the rule, and the id of the item when it is about one.

    Args:
        event: what started the rule.
        item: id of the item; None when the rule is about none.
        tags: what ``${...}`` stands for; a `flowhost.Template` is rendered with it.
        rule: name of the rule.
        run: id of the run, the same at every try.
        step: number of the step, from 1.
        attempt: number of the try of this step, from 1.
        memo: what the action kept while it waited.
        variables: what a script is told besides: variable → text, without the prefix ``portal_``.
        cancelled: set when nobody wants the step any more: the run was cancelled, the step is over its time, or
            the daemon ends. A long action looks at it.
        renewed: set when somebody lets the step be done anew after jobs of it failed; it makes the key another.
    """

    event: Event
    item: str | None = None
    tags: Mapping[str, Any] = field(default_factory=dict)
    rule: str = ""
    run: str = ""
    step: int = 1
    attempt: int = 1
    memo: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    cancelled: threading.Event = field(default_factory=threading.Event)
    renewed: str = ""

    @property
    def key(self) -> str:
        """Names this step of this run, at every try: what it starts under this key need not be started twice."""
        return f"{self.run}/{self.step}/{self.renewed}" if self.renewed else f"{self.run}/{self.step}"

    @property
    def identity(self) -> str:
        """The key for others: 40 characters that name no step of another journal, whose runs have the same numbers."""
        event = self.event
        parts = (self.key, self.rule, self.item, event.source, event.id, event.time.isoformat())
        return hashlib.sha256("\n".join(map(str, parts)).encode(errors="replace")).hexdigest()[:40]


class Action(Protocol):
    """One step of a rule.

    It may have besides:

    - ``destructive``, a class attribute or property: True when what it does cannot be undone (deletes, purges,
      removes copies). It never runs after a step that failed.
    - ``finish(self, context, jobs) -> Outcome``, called when the jobs it waits for have ended well (or the moment
      came, then without jobs), with `AssetJob` records. Without it the step is done then; a job that failed fails it.
    - ``plan(self, context) -> str``: what `act` would do, in a sentence, without doing anything.
    - ``probe(self) -> None``; see `Source`.
    """

    name: ClassVar[str]

    def act(self, context: Context) -> Outcome:
        """Do the step for one item. It may be called again for the same step after a crash; see `Context.key`.

        Raises:
            Permanent: it cannot succeed: the step failed.
            Retry: try again, perhaps after a given time.
            Exception: a failure; the step is tried again by the rule's retry policy, then it failed.
        """
