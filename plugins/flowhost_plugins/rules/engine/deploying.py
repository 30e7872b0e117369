"""Keeps the rules that are deployed: from the files of the folder, and as commands change them in the journal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

import flowhost
from flowhost_plugins.rules.engine.made_rules import MadeRule, MadeRules, make_rule
from flowhost_plugins.rules.files import read_text
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import UNMADE, DeployedRule
from flowhost_plugins.rules.records import Deployment
from flowhost_plugins.rules.rule import Rule

FILE_GONE = "rule-file-gone/"
"""Fact: this rule was deleted because its file was; it comes back with it."""

WITHDRAWN = "access-withdrawn/"
"""Fact: this rule was deleted, and its access entries were withdrawn."""

log = logging.getLogger(__name__)


class Deploying:
    """The rules as they are deployed, each with its actions.

    Attributes:
        changes: how often they may have changed.
        mended: rules whose newest revision could not be made, and now can: they missed what happened meanwhile.

    Args:
        journal: where deployments are kept.
        workbench: makes the actions.
        folder: where the files are.
        minimum_polling: the shortest polling interval a rule may have, seconds.
    """

    def __init__(
        self, journal: Journal, workbench: flowhost.Workbench, folder: Path, *, minimum_polling: float
    ) -> None:
        self._journal = journal
        self._workbench = workbench
        self._folder = folder
        self._minimum_polling = minimum_polling
        self._made = MadeRules(self._make)
        self._changing = threading.Lock()  # one deploys at a time
        self._deployed: dict[str, DeployedRule] = {}
        self._rules: tuple[DeployedRule, ...] = ()
        self.mended: dict[str, DeployedRule] = {}
        self.changes = 0

    @property
    def rules(self) -> tuple[DeployedRule, ...]:
        """Every rule that is deployed, those with the highest priority first."""
        return self._rules

    def as_of(self, made: MadeRule) -> DeployedRule | None:
        """A revision as if it were the one that is deployed; None when the rule is not deployed any more."""
        deployed = self._deployed.get(made.rule.name)
        return DeployedRule(made.rule, deployed.deployment, made.actions) if deployed else None

    def made(self, rule: str, revision: int) -> MadeRule:
        """A revision that some run takes its steps from.

        Raises:
            ConfigError: it cannot be made any more.
        """
        return self._made.get(rule, revision)

    def deploy(self, rules: Sequence[Rule]) -> None:
        """Deploy what the files of the folder say, and delete the rules whose files are gone.

        A rule that somebody deleted, or whose trigger somebody deleted, stays as it is until its text changes.
        """
        with self._changing:
            named = {rule.name for rule in rules}
            for rule in rules:
                self._deploy(rule)
            for deployment in self._journal.deployments():
                if deployment.rule not in named and self._is_of_folder(deployment):
                    log.info("rule %r: its file %s is gone; it is deleted", deployment.rule, deployment.file)
                    self._journal.put_fact(FILE_GONE + deployment.rule, True)
                    self._journal.change_deployment(deployment.rule, deleted=True)
        self.refresh()

    def caught_up(self, rule: str) -> None:
        """A rule that was mended has seen what it had missed."""
        self._journal.change_deployment(rule, issue="")
        self.mended.pop(rule, None)

    def refresh(self) -> None:
        """See what commands changed: new revisions, suspended and deleted rules.

        A revision that cannot be made leaves the one before it running, and is told as the rule's issue.
        """
        with self._changing:
            found = [self._current(deployment) for deployment in self._journal.deployments()]
            known = [rule for rule in found if rule is not None]
            ordered = sorted(known, key=lambda one: (-one.rule.priority, one.name))
            self._deployed = {rule.name: rule for rule in ordered}
            self._rules = tuple(ordered)
            self.changes += 1

    def _deploy(self, rule: Rule) -> None:
        known = self._journal.deployment(rule.name)
        gone = FILE_GONE + rule.name
        text = self._journal.revision_text(rule.name, known.revision) if known else None
        comes_back = known is not None and known.deleted and self._journal.fact(gone)
        if text == rule.text and not comes_back:
            return
        deployment = self._journal.deploy(
            rule.name, rule.text, file=rule.place.file, suspended=rule.suspended
        )
        if known is not None and self._said_suspended(text, rule.name) != rule.suspended:
            self._journal.change_deployment(rule.name, suspended=rule.suspended)
        self._journal.put_fact(gone, False)
        self._journal.put_fact(WITHDRAWN + rule.name, False)
        log.info("rule %r: revision %d is deployed", rule.name, deployment.revision)

    def _said_suspended(self, text: str | None, rule: str) -> bool | None:
        """What the file said before; a person may have decided otherwise since, and that holds until it changes."""
        try:
            return self._read(text, rule).suspended if text else None
        except flowhost.ConfigError:
            return None

    def _is_of_folder(self, deployment: Deployment) -> bool:
        return bool(deployment.file) and Path(deployment.file).parent == self._folder

    def _current(self, deployment: Deployment) -> DeployedRule | None:
        name = deployment.rule
        try:
            made = self._made.get(name, deployment.revision)
        except flowhost.ConfigError as error:
            return self._left(deployment, error)
        rule = DeployedRule(made.rule, deployment, made.actions)
        if deployment.issue.startswith(UNMADE):
            self.mended[name] = rule
        return rule

    def _left(self, deployment: Deployment, error: flowhost.ConfigError) -> DeployedRule | None:
        """The revision that goes on, because the newest cannot be made."""
        issue = f"{UNMADE} {deployment.revision}: {'; '.join(map(str, error.problems))}"
        if deployment.issue != issue:
            log.error("rule %r: %s", deployment.rule, issue)
            self._journal.change_deployment(deployment.rule, issue=issue)
        before = self._deployed.get(deployment.rule)
        if before is None:
            return None
        return DeployedRule(before.rule, before.deployment, before.actions)

    def _make(self, rule: str, revision: int) -> MadeRule:
        text = self._journal.revision_text(rule, revision)
        if text is None:
            raise flowhost.ConfigError(f"revision {revision} of rule {rule!r} is forgotten")
        return make_rule(self._read(text, rule), revision, self._workbench)

    def _read(self, text: str, rule: str) -> Rule:
        return read_text(text, self._file_of(rule), minimum_polling=self._minimum_polling)

    def _file_of(self, rule: str) -> str:
        deployment = self._journal.deployment(rule)
        return deployment.file if deployment and deployment.file else f"<rule {rule}>"
