"""Rules by their names: how they are deployed, what their revisions say, with their actions where these are asked."""

from __future__ import annotations

import flowhost
from flowhost_plugins.rules.administration.errors import NotFound, Refused
from flowhost_plugins.rules.administration.names import is_storable
from flowhost_plugins.rules.administration.site import Site
from flowhost_plugins.rules.files import read_text, with_brake
from flowhost_plugins.rules.matching import DeployedRule
from flowhost_plugins.rules.records import Deployment
from flowhost_plugins.rules.rule import Rule


class Rulebook:
    """The rules in a site's journal."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def deployment(self, name: str) -> Deployment:
        """How a rule is deployed; it may be deleted.

        Raises:
            NotFound: there is no such rule, and none was deleted lately; with the nearest name.
        """
        deployment = self._site.journal.deployment(name) if is_storable(name) else None
        if deployment is None:
            known = [one.rule for one in self._site.journal.deployments()]
            raise NotFound(f"there is no rule {name!r}{flowhost.nearest(name, known)}")
        return deployment

    def living(self, name: str) -> Deployment:
        """How a rule is deployed.

        Raises:
            NotFound: see `deployment`.
            Refused: it was deleted.
        """
        deployment = self.deployment(name)
        if deployment.deleted:
            raise Refused(f"the rule {name!r} was deleted")
        return deployment

    def rule(self, name: str, revision: int) -> Rule:
        """What a revision says.

        Raises:
            NotFound: the revision is forgotten.
            ConfigError: this version cannot read it.
        """
        text = self._site.journal.revision_text(name, revision)
        if text is None:
            raise NotFound(f"revision {revision} of rule {name!r} is forgotten")
        # problems of a revision cannot stand in the file, which may be another by now
        return read_text(text, f"<{name}, revision {revision}>", minimum_polling=self._site.minimum_polling)

    def readable(self, deployment: Deployment) -> Rule | None:
        """What the newest revision says; None: this version cannot read it, which is the rule's issue."""
        try:
            return self.rule(deployment.rule, deployment.revision)
        except flowhost.ConfigError:
            return None

    def deployed(self, name: str) -> DeployedRule:
        """A rule as it reacts, with its actions if they can be made.

        Raises:
            NotFound: there is no such rule.
            ConfigError: this version cannot read it.
        """
        deployment = self.deployment(name)
        rule = self.rule(name, deployment.revision)
        try:
            return self.with_actions(rule, deployment)
        except flowhost.ConfigError:  # an action whose plugin is gone, or broken: all else can be told
            return DeployedRule(rule, deployment)

    def with_actions(self, rule: Rule, deployment: Deployment) -> DeployedRule:
        """A rule with its actions.

        Raises:
            ConfigError: everything that is wrong with them.
        """
        made: list[flowhost.Action] = []
        problems: list[flowhost.Problem] = []
        for step in rule.steps:
            try:
                action = self._site.workbench.make(
                    "action", step.action, step.parameters, place=step.place, places=step.places
                )
            except flowhost.ConfigError as error:
                problems += error.problems
            else:
                made.append(action)
        if problems:
            raise flowhost.ConfigError(problems)
        return DeployedRule(with_brake(rule, made), deployment, tuple(made))
