"""The face of the rules' administration: what the commands do, and what an HTTP API can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import flowhost
from flowhost_plugins.rules.administration.changing import Changing
from flowhost_plugins.rules.administration.deploying import Deploying
from flowhost_plugins.rules.administration.errors import NotFound
from flowhost_plugins.rules.administration.names import is_storable
from flowhost_plugins.rules.administration.overview import Overview
from flowhost_plugins.rules.administration.results import (
    Deleted,
    Redeployed,
    RuleDetails,
    RuleStatus,
    RunDetails,
    Started,
    TimeLine,
    Trial,
)
from flowhost_plugins.rules.administration.rulebook import Rulebook
from flowhost_plugins.rules.administration.running import Runs
from flowhost_plugins.rules.administration.site import Site, site_of
from flowhost_plugins.rules.administration.starting import StartingByHand
from flowhost_plugins.rules.administration.timeline import TimeLines
from flowhost_plugins.rules.administration.trying import tried
from flowhost_plugins.rules.bpmn import bpmn
from flowhost_plugins.rules.files import schema
from flowhost_plugins.rules.matching import Explanation, explain
from flowhost_plugins.rules.records import Deployment, Run, RunState


class Administration:
    """Looks at the rules of a site, and changes what is decided about them.

    It may be used beside a running daemon: what it changes is in the journal, where the daemon notices it within a
    second; and without one, which finds it there when it starts. Nothing is printed.

    Every method raises NotFound (a `flowhost.Permanent`) for a rule, run or item that is not there, Refused (likewise)
    when its state does not allow what is asked, Unavailable when the journal or the asset system cannot be used.

    Args:
        site: what it stands on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._rulebook = Rulebook(site)
        self._overview = Overview(site, self._rulebook)
        self._changing = Changing(site, self._rulebook)
        self._deploying = Deploying(site, self._rulebook)
        self._runs = Runs(site, self._rulebook)

    @property
    def directory(self) -> Path:
        """The folder with the rule files."""
        return self._site.directory

    def daemons(self) -> list[str]:
        """The engines that run these rules now; none: nothing starts before one does."""
        return self._site.journal.owners()

    def assets_problem(self) -> str:
        """Why the asset system cannot be used, in a sentence; empty: it could be opened."""
        return self._site.assets_if_any()[1]

    # looking at rules

    def rules(self, *, deleted: bool = False) -> list[RuleStatus]:
        """Every deployed rule, by name; with `deleted` also those that were deleted."""
        return self._overview.rules(deleted=deleted)

    def rule(self, name: str, *, number: int = 100) -> RuleDetails:
        """Everything about one rule, which may be deleted.

        Args:
            name: its name.
            number: how many items of each state at most.
        """
        return self._overview.rule(name, number=number)

    def explain(self, name: str, item: str, *, at: datetime | None = None) -> Explanation:
        """Why a rule does or does not start for an item.

        Args:
            name: of the rule.
            item: id of the item, or one of its external ids.
            at: a moment in the past: what was decided then, and around it. None: everything is looked at now.

        Raises:
            ConfigError: the rule cannot be read by this version.
        """
        site = self._site
        deployed = self._rulebook.deployed(name)
        if not is_storable(item):
            raise NotFound(f"there is no item {item!r}")
        assets: flowhost.AssetSystem | None = None
        found: flowhost.Item | None = None
        try:
            assets = site.assets()
            found = assets.item(item)
        except flowhost.Unavailable:
            if at is None:  # of the past the journal alone tells
                raise
        if found is None and at is None:
            raise NotFound(f"there is no item {item}")
        named = found.id if found else item
        return explain(site.journal, assets, site.clock, deployed, named, at=at, settings=site.settings)

    def bpmn(self, rule_or_file: str) -> bytes:
        """A BPMN 2.0 document with the diagram of a deployed rule, or of one in a file.

        Raises:
            ConfigError: it cannot be read.
        """
        polling = self._site.settings.polling_interval
        try:
            deployment = self._rulebook.deployment(rule_or_file)
        except NotFound:
            return bpmn(self._deploying.draft(rule_or_file), polling=polling)
        return bpmn(self._rulebook.rule(rule_or_file, deployment.revision), polling=polling)

    # changing rules

    def start(
        self, name: str, items: Sequence[str] = (), *, user: str = "", dry: bool = False
    ) -> list[Started]:
        """Start a rule by hand: conditions are not looked at, whatever it reacts to.

        Runs of a suspended rule begin when it is resumed.

        Args:
            name: of the rule.
            items: ids or external ids; none, for a rule that need not be about an item.
            user: who wants it.
            dry: start nothing, only tell what is in the way.

        Raises:
            ConfigError: the rule cannot be read by this version.
        """
        return StartingByHand(self._site, self._rulebook).start(name, items, user, dry=dry)

    def found(self, query: str) -> list[str]:
        """The ids of the items a query in the asset system's language finds: to `start` a rule for them."""
        return StartingByHand(self._site, self._rulebook).found(query)

    def clear(self, name: str, item: str | None = None) -> int:
        """Forget that items were handled, or failed: if they match still, the rule runs for them again.

        Args:
            name: of the rule.
            item: id of an item; None: all. Those the rule is at are left out.

        Returns:
            How many were forgotten.
        """
        return self._changing.clear(name, item)

    def suspend(self, name: str) -> Deployment:
        """Let a rule react to nothing and begin no run, until it is resumed. Runs under way go on."""
        return self._changing.suspend(name)

    def resume(self, name: str, *, approve: bool = False) -> Deployment:
        """Let a rule react again.

        Args:
            name: of the rule.
            approve: let it start more than `max_matches` runs, for an hour or two polling intervals.
        """
        return self._changing.resume(name, approve=approve)

    def delete(self, name: str, *, trigger_only: bool = False) -> Deleted:
        """Delete a rule, with its file; revisions and runs stay in the journal for a while.

        The daemon, or the next one to start, ends its pending runs and withdraws the access it gave dynamically.

        Args:
            name: of the rule.
            trigger_only: it reacts to nothing any more, but can be started by hand; its file stays.

        Raises:
            Refused: its file has changes that are kept nowhere else.
        """
        return self._changing.delete(name, trigger_only=trigger_only)

    # rule files

    def redeploy(self, name: str | None = None) -> list[Redeployed]:
        """Read rule files again, check them, and deploy them; deleted rules and triggers are back then.

        Args:
            name: of the rule; None: every file of the folder.

        Raises:
            ConfigError: everything that is wrong with them; nothing was deployed.
        """
        return self._deploying.redeploy_all() if name is None else [self._deploying.redeploy(name)]

    def check(self, files: Sequence[Path] = (), *, connect: bool = False) -> list[flowhost.Problem]:
        """What is wrong with rule files, each by itself and together.

        Args:
            files: which; none: every file of the folder.
            connect: also ask the asset system whether it has what they name.
        """
        return self._deploying.check(files, connect=connect)

    def test(self, rule_or_file: str, since: datetime) -> Trial:
        """Try a draft on the events that were kept: what it would have done, beside the deployed revision of its name.

        Nothing is started or written. Items are looked at as they are today.

        Args:
            rule_or_file: path of a rule file; or the name of a rule, whose file is taken as it is now.
            since: from when.

        Raises:
            ConfigError: the draft cannot be read, or its actions cannot be made.
        """
        return tried(self._site, self._rulebook, self._deploying.draft(rule_or_file), since)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of rule files, with all actions that are installed."""
        return schema(self._site.workbench)

    # runs and items

    def runs(
        self,
        *,
        rule: str | None = None,
        item: str | None = None,
        state: RunState | None = None,
        before: int | None = None,
        number: int = 100,
    ) -> list[Run]:
        """Runs that match all that is given, newest first; those before the number `before`."""
        return self._runs.runs(rule, item, state, before, number)

    def run(self, number: int) -> RunDetails:
        """A run, with its steps."""
        return self._runs.run(number)

    def cancel(self, number: int) -> Run:
        """Let a run end; a pending one ends at once, others as soon as their daemon notices."""
        return self._runs.cancel(number)

    def retry(self, number: int) -> Run:
        """Let a failed or cancelled run go on, at its first step that failed."""
        return self._runs.retry(number)

    def item(self, item: str, *, since: datetime | None = None) -> TimeLine:
        """Everything that ever happened to an item, on one time line, as far as it is kept.

        That is: runs of rules and their steps, decisions not to start one, and what the asset system's own log tells
        (changes, jobs), or, when it keeps none, the events that were kept.

        Args:
            item: its id, or one of its external ids; it may be gone.
            since: only what happened, or was so still, from then on.
        """
        return TimeLines(self._site).of(item, since)


@contextmanager
def administration_of(profile: Path) -> Iterator[Administration]:
    """The administration of the rules of the daemon with this profile, which may run or not.

    The asset system is opened when it is first needed, and only to read.

    Args:
        profile: path of the profile.

    Raises:
        ConfigError: the profile cannot be read, or its resources are wrong.
        Unavailable: the journal cannot be used.
    """
    with site_of(profile) as site:
        yield Administration(site)
