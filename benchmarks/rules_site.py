"""A rules engine for the benchmarks: one rule with three steps that do nothing, on a library that knows every item."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import flowhost
from flowhost import Event
from flowhost_plugins.rules import Journal, RulesEngine, RulesWorker
from flowhost_plugins.rules.records import Run
from flowhost_plugins.threads import ThreadExecutor

RULE = """\
name: Three steps
trigger: {source: {type: go}}
actions: [nothing, nothing, nothing]
max-concurrency: 1000
"""


class Nothing:
    """The action that does nothing."""

    name: ClassVar[str] = "nothing"

    def __init__(self, site: RulesSite) -> None:
        self._site = site

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Nothing, but tell that the last step was come to."""
        self._site.acted(context)
        return flowhost.Outcome.done()


class Bench:
    """The workbench that has this one action."""

    def __init__(self, site: RulesSite) -> None:
        self._site = site

    def names(self, kind: str = "action") -> list[str]:  # noqa: ARG002  # as the role has it
        """One."""
        return [Nothing.name]

    def make(self, kind: str, name: str, data: Mapping[str, Any], **words: Any) -> Nothing:  # noqa: ARG002  # as above
        """It."""
        return Nothing(self._site)


class Items(flowhost.AssetSystem):
    """The library that has every item."""

    name: ClassVar[str] = "items"

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def item(self, item_id: str) -> flowhost.Item | None:
        """It."""
        return flowhost.Item(item_id, title=item_id)


class CountingJournal(Journal):
    """The journal, and how many runs ended."""

    name: ClassVar[str] = "counting-journal"
    site: RulesSite

    def record(self, run: Run, *arguments: Any, **words: Any) -> bool:
        """As the journal does."""
        ours = super().record(run, *arguments, **words)
        if words["state"] == "finished":
            self.site.one_ended()
        return ours


class RulesSite:
    """An engine that can be opened, given events, and waited for.

    Args:
        folder: for the rule and the database.
        url: of the journal; SQLite in the folder by default.
        threads: of the executor.
        rule: text of the rule file.
    """

    def __init__(self, folder: Path, *, url: str = "", threads: int = 16, rule: str = RULE) -> None:
        (folder / "rules").mkdir(exist_ok=True)
        (folder / "rules/three.yaml").write_text(rule)
        info = flowhost.DaemonInfo("benchmark", str(folder))
        clock = flowhost.SystemClock()
        self.first_acts: dict[str, float] = {}
        self.clock = clock
        self._ended = 0
        self._changed = threading.Condition()
        url = url or f"sqlite:///{folder}/rules.db"
        self.journal = CountingJournal(url=flowhost.Secret(url), info=info, clock=clock)
        self.journal.site = self
        self._executor = ThreadExecutor(threads=threads, clock=clock)
        self.engine = RulesEngine(
            maximum_total_concurrency=1000,
            keep_events=0,
            journal=self.journal,
            assets=Items(),
            executor=self._executor,
            workbench=Bench(self),  # type: ignore[arg-type]  # no more of the role is used
            clock=clock,
            info=info,
        )
        self.worker = RulesWorker(engine=self.engine)

    def __enter__(self) -> RulesSite:
        self.journal.open()
        self.engine.open()
        self.engine.daemon_started()
        return self

    def __exit__(self, *problem: object) -> None:
        self.engine.close()
        self._executor.close()
        self.journal.close()

    def wake(self) -> None:
        """Let the engine see what was written into the journal past it."""
        self.engine.event(Event("benchmark.nothing"))

    def acted(self, context: flowhost.Context) -> None:
        """A step is taken."""
        if context.step == 1 and context.item is not None:
            self.first_acts[context.item] = self.clock.monotonic()

    def one_ended(self) -> None:
        """A run came to its end."""
        with self._changed:
            self._ended += 1
            self._changed.notify_all()

    def wait_for_ended(self, number: int) -> None:
        """Wait until so many runs have ended since the site was made."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._ended >= number, 600):
                raise RuntimeError(f"only {self._ended} of {number} runs ended within ten minutes")
