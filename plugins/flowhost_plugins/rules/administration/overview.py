"""The list of rules, and everything about one."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.rules.administration.issues import Surroundings
from flowhost_plugins.rules.administration.results import Revision, RuleDetails, RuleState, RuleStatus
from flowhost_plugins.rules.administration.rulebook import Rulebook
from flowhost_plugins.rules.administration.site import Site
from flowhost_plugins.rules.administration.words import sources
from flowhost_plugins.rules.bpmn import diagram
from flowhost_plugins.rules.matching import Library, access_origin
from flowhost_plugins.rules.records import Deployment, ItemRecord, ItemState, Summary
from flowhost_plugins.rules.rule import Rule

NEWEST_RUNS = 5


class Overview:
    """Looks at rules; changes nothing."""

    def __init__(self, site: Site, rulebook: Rulebook) -> None:
        self._site = site
        self._rulebook = rulebook

    def rules(self, *, deleted: bool = False) -> list[RuleStatus]:
        """Every rule, by name."""
        journal = self._site.journal
        deployments = journal.deployments(deleted=deleted)
        summaries = journal.summaries()
        around = self._surroundings(summaries.values())
        return [self._status(one, summaries[one.rule], around)[0] for one in deployments]

    def rule(self, name: str, *, number: int) -> RuleDetails:
        """One rule; see `Administration.rule`."""
        site, journal = self._site, self._site.journal
        deployment = self._rulebook.deployment(name)
        summaries = journal.summaries()
        status, rule, given = self._status(
            deployment, summaries[name], self._surroundings(summaries.values())
        )
        return RuleDetails(
            status,
            deployment.file,
            journal.revision_text(name, deployment.revision) or "",
            diagram(rule, polling=site.settings.polling_interval) if rule else "",
            tuple(Revision(one, moment) for one, moment in journal.revisions(name)),
            summaries[name].last_duration,
            summaries[name].oldest_pending,
            deployment.held,
            deployment.approved,
            rule.priority if rule else None,
            rule.max_concurrency if rule else None,
            (rule.polling_interval or site.settings.polling_interval) if rule else None,
            self._items(name, "processing", number),
            self._items(name, "handled", number),
            self._items(name, "failed", number),
            given,
            tuple(journal.runs(rule=name, number=NEWEST_RUNS)),
        )

    def _surroundings(self, summaries: Iterable[Summary]) -> Surroundings:
        site = self._site
        return Surroundings(
            site,
            site.assets_if_any()[0],
            bool(site.journal.owners()),
            sum(one.running for one in summaries),
            site.clock.now(),
        )

    def _status(
        self, deployment: Deployment, summary: Summary, around: Surroundings
    ) -> tuple[RuleStatus, Rule | None, tuple[str, ...] | None]:
        """A rule's status, what its newest revision says, and the items with access entries from it."""
        rule = self._rulebook.readable(deployment)
        given = granted(around.assets, deployment.rule)
        status = RuleStatus(
            deployment.rule,
            state_of(deployment),
            rule.description if rule else "",
            sources(rule) if rule else (),
            summary.handled,
            None if given is None else len(given),
            summary.last_handled,
            around.issues(deployment, rule, summary),
            deployment.deployed,
            deployment.revision,
            summary.processing,
            summary.failed,
            summary.pending,
            summary.running,
        )
        return status, rule, given

    def _items(self, name: str, state: ItemState, number: int) -> tuple[ItemRecord, ...]:
        return tuple(self._site.journal.items(name, state=state, number=number))


def state_of(deployment: Deployment) -> RuleState:
    """The state of a rule in one word or two."""
    if deployment.deleted:
        return "deleted"
    if deployment.suspended:
        return "suspended"
    return "trigger deleted" if deployment.trigger_deleted else "active"


def granted(assets: flowhost.AssetSystem | None, rule: str) -> tuple[str, ...] | None:
    """The ids of the items with access entries from a rule; None: the asset system cannot be asked."""
    try:
        return None if assets is None else tuple(Library(assets).granted(access_origin(rule)))
    except flowhost.Unavailable:
        return None
