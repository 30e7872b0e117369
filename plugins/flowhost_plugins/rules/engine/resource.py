"""The resource ``rules-engine``: its options, what `flowhost check` finds, and its life."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import flowhost
from flowhost_plugins.rules.engine.settings import Settings
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.rule import MINIMUM_POLLING, Rule

if TYPE_CHECKING:
    from flowhost_plugins.rules.engine.running import Running
    from flowhost_plugins.rules.records import Run

log = logging.getLogger(__name__)


class RulesEngine(flowhost.Resource):
    """Runs rules: from YAML files in a folder, as a durable sequence of steps for each item.

    Once it is started it starts runs, the most urgent first, within the limits; takes each through its steps, which
    are recorded before and after; and goes on with what waits, for jobs or for a moment, without holding a thread.
    What a process leaves unfinished the next one takes up at the first step that is not done.

    Args:
        directory: where the rule files are; relative to the profile's folder.
        polling_interval: of rules that set none, and between two looks at jobs.
        minimum_polling_interval: no rule may look more often.
        maximum_total_concurrency: how many runs may be under way.
        max_depth: how many runs of rules may lead to each other.
        item_budget: how many runs a rule may start for one item.
        keep_runs: how long ended runs are kept.
        keep_events: how long events are kept.
        keep_decisions: how long decisions are kept.
        stop_grace: how long actions may take to end when the daemon does.
        journal: where everything is kept.
        assets: the asset system; one that is a `MediaLibrary` can do more.
        executor: works on the runs.
        workbench: makes the actions.
        clock: the time.
        info: the daemon.
    """

    name: ClassVar[str] = "rules-engine"
    section: ClassVar[str] = "Rules"
    default: ClassVar[bool] = True

    def __init__(
        self,
        *,
        directory: Annotated[Path, "folder with the rule files, *.yaml"] = Path("rules"),
        polling_interval: Annotated[
            flowhost.Seconds, "time between two sweeps of a rule, and between two looks at jobs"
        ] = 30,
        minimum_polling_interval: Annotated[
            flowhost.Seconds, "no rule may sweep more often"
        ] = MINIMUM_POLLING,
        maximum_total_concurrency: Annotated[
            int, "how many runs may be under way, of all rules together; 0: none starts"
        ] = 100,
        max_depth: Annotated[int, "how many runs of rules may lead to each other"] = 8,
        item_budget: Annotated[int, "how many runs a rule may start for one item within an hour"] = 100,
        keep_runs: Annotated[flowhost.Seconds, "how long runs that ended are remembered"] = 90 * 86400,
        keep_events: Annotated[
            flowhost.Seconds, "how long events are remembered, for trying rules on them"
        ] = 14 * 86400,
        keep_decisions: Annotated[
            flowhost.Seconds, "how long it is known why a rule did or did not start"
        ] = 30 * 86400,
        stop_grace: Annotated[flowhost.Seconds, "how long actions may take to end when the daemon does"] = 10,
        journal: Journal,
        assets: flowhost.AssetSystem,
        executor: flowhost.Executor,
        workbench: flowhost.Workbench,
        clock: flowhost.Clock,
        info: flowhost.DaemonInfo,
    ) -> None:
        self.settings = Settings(
            polling_interval=polling_interval,
            minimum_polling_interval=minimum_polling_interval,
            total=maximum_total_concurrency,
            max_depth=max_depth,
            item_budget=item_budget,
            keep_runs=keep_runs,
            keep_events=keep_events,
            keep_decisions=keep_decisions,
            stop_grace=stop_grace,
        )
        self.directory = Path(info.directory) / directory
        self._journal = journal
        self._assets = assets
        self._executor = executor
        self._workbench = workbench
        self._clock = clock
        self._info = info
        self._running: Running | None = None
        self._owner = ""
        problems = self.settings.problems()
        self._rules = self._read(problems)
        if problems:
            raise flowhost.ConfigError(problems)

    def open(self) -> None:
        """See `flowhost.Resource`; nothing runs before `daemon_started`."""

    def probe(self) -> None:
        """See `flowhost.Source`: whether the library has what the rules name.

        Raises:
            ConfigError: everything that it has not.
            Unavailable: it cannot be reached.
        """
        from flowhost_plugins.rules.engine.jobs import media_of
        from flowhost_plugins.rules.files import check_rules

        if problems := check_rules(self._rules, self._workbench, media_of(self._assets)):
            raise flowhost.ConfigError(problems)

    def daemon_started(self) -> None:
        """See `flowhost.Resource`: the rules are deployed, and run.

        Raises:
            Unavailable: another process runs the rules of this journal, which is a file.
        """
        from flowhost_plugins.rules.engine.deploying import Deploying
        from flowhost_plugins.rules.engine.running import Running
        from flowhost_plugins.rules.matching import Library, Matcher
        from flowhost_plugins.rules.matching import Settings as MatchingSettings

        self._owner = f"{self._info.name}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
        self._journal.enlist(self._owner)
        try:
            settings = self.settings
            matching = MatchingSettings(
                max_depth=settings.max_depth,
                item_budget=settings.item_budget,
                keep_events=settings.keep_events > 0,
                polling_interval=settings.polling_interval,
            )
            running = Running(
                self._owner,
                self._journal,
                Deploying(
                    self._journal,
                    self._workbench,
                    self.directory,
                    minimum_polling=settings.minimum_polling_interval,
                ),
                Matcher(self._journal, self._assets, self._clock, matching),
                Library(self._assets),
                self._executor,
                self._clock,
                settings,
            )
            running.deploy(self._rules)
            running.start()
        except BaseException:  # whatever went wrong, the journal is free again
            self._journal.leave(self._owner)
            raise
        self._running = running

    def close(self) -> None:
        """See `flowhost.Resource`: what is not done is taken up at the next start."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()
            self._journal.leave(self._owner)

    def reload(self) -> None:
        """Deploy the rule files as they are now; runs under way keep their revision.

        Raises:
            ConfigError: files are wrong; none of them was deployed.
        """
        problems: list[flowhost.Problem] = []
        rules = self._read(problems)
        if problems:
            raise flowhost.ConfigError(problems)
        self._open.deploy(rules)

    def event(self, event: flowhost.Event) -> list[Run]:
        """Keep the runs that an event causes; when this returns they are safe. They begin soon.

        Raises:
            StateUnavailable: they could not be kept.
            Unavailable: the asset system was needed, and cannot be reached.
        """
        return self._open.event(event)

    def metrics(self) -> Iterator[flowhost.Metric]:
        """What the monitoring shows of rules; see `flowhost.Metric`."""
        if self._running is not None:
            yield from self._running.measures.metrics()

    @property
    def _open(self) -> Running:
        if self._running is None:
            raise flowhost.StateUnavailable("the rules engine does not run (any more)")
        return self._running

    def _read(self, problems: list[flowhost.Problem]) -> tuple[Rule, ...]:
        """The rules of the folder; what is wrong with them is added to `problems`."""
        from flowhost_plugins.rules.files import check_rules, read_rules

        if not self.directory.is_dir():
            problems.append(flowhost.Problem(f"'directory': there is no folder {self.directory}"))
            return ()
        read = read_rules(self.directory, minimum_polling=self.settings.minimum_polling_interval)
        problems += read.problems
        problems += check_rules(read.rules, self._workbench, None)
        return read.rules
