"""Rule files: what is wrong with them, and writing them into the journal as revisions, which the daemon then takes up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import flowhost
from flowhost_plugins.rules.administration.errors import NotFound
from flowhost_plugins.rules.administration.names import is_storable
from flowhost_plugins.rules.administration.results import Redeployed
from flowhost_plugins.rules.administration.rulebook import Rulebook
from flowhost_plugins.rules.administration.site import Site
from flowhost_plugins.rules.files import RuleFiles, check_rules, read_rule, read_rules
from flowhost_plugins.rules.rule import Rule

FILE_GONE = "rule-file-gone/"
"""Fact of the engine: this rule was deleted because its file was gone. It is not so any more once a person deploys."""


class Deploying:
    """Reads, checks and deploys the rule files of a site."""

    def __init__(self, site: Site, rulebook: Rulebook) -> None:
        self._site = site
        self._rulebook = rulebook

    def check(self, files: Sequence[Path], *, connect: bool) -> list[flowhost.Problem]:
        """See `Administration.check`."""
        rules, problems = self._read(files)
        library = self._library() if connect else None
        return [*problems, *check_rules(rules, self._site.workbench, library)]

    def redeploy_all(self) -> list[Redeployed]:
        """Deploy every file of the folder, or none."""
        rules, problems = self._read(())
        problems += check_rules(rules, self._site.workbench)
        if problems:
            raise flowhost.ConfigError(problems)
        done = [self._deploy(rule) for rule in rules]
        named = {rule.name for rule in rules}
        left = [one for one in self._site.journal.deployments() if one.rule not in named]
        return done + [Redeployed(one.rule, one.file, one.revision, False, gone=True) for one in left]

    def redeploy(self, name: str) -> Redeployed:
        """Deploy the file of one rule."""
        found = self._of_folder()
        named = [one for one in found.rules if one.name == name]
        if not named:
            raise self._no_file(name, found)
        # what it does together with the other rules is its problem too; what is wrong with those alone is not
        files = {one.place.file for one in named}
        problems = check_rules(found.rules, self._site.workbench)
        own = [one for one in problems if one.place and one.place.file in files]
        if own:
            raise flowhost.ConfigError(own)
        return self._deploy(named[0])

    def draft(self, rule_or_file: str) -> Rule:
        """The rule in a file; or, of a name, the rule as the file of the folder has it now.

        Raises:
            ConfigError: the file is no rule.
            NotFound: there is neither such a file nor such a rule.
        """
        file = Path(rule_or_file)
        if file.suffix.lower() in (".yaml", ".yml") or file.is_file():
            return read_rule(file, minimum_polling=self._site.minimum_polling)
        found = self._of_folder()
        for rule in found.rules:
            if rule.name == rule_or_file:
                return rule
        raise self._no_file(rule_or_file, found)

    def _of_folder(self) -> RuleFiles:
        return read_rules(self._site.directory, minimum_polling=self._site.minimum_polling)

    def _read(self, files: Sequence[Path]) -> tuple[list[Rule], list[flowhost.Problem]]:
        """The rules in these files, or in the folder; and what is wrong with those that cannot be read."""
        if not files:
            found = self._of_folder()
            return list(found.rules), list(found.problems)
        rules: list[Rule] = []
        problems: list[flowhost.Problem] = []
        for file in files:
            try:
                rules.append(read_rule(file, minimum_polling=self._site.minimum_polling))
            except flowhost.ConfigError as error:
                problems += error.problems
        return rules, problems

    def _deploy(self, rule: Rule) -> Redeployed:
        journal, name = self._site.journal, rule.name
        before = journal.deployment(name)
        said = self._rulebook.readable(before) if before else None
        deployment = journal.deploy(name, rule.text, file=rule.place.file, suspended=rule.suspended)
        if said is not None and said.suspended != rule.suspended:
            # the file has changed its mind; else what a person decided holds
            journal.change_deployment(name, suspended=rule.suspended)
        journal.put_fact(FILE_GONE + name, False)
        changed = before is None or before.revision != deployment.revision
        return Redeployed(name, rule.place.file, deployment.revision, changed)

    def _no_file(self, name: str, found: RuleFiles) -> flowhost.FlowhostError:
        """Why no file of the folder has a rule: what is wrong with the one that had, or the nearest name."""
        deployment = self._site.journal.deployment(name) if is_storable(name) else None
        if deployment and deployment.file and Path(deployment.file).is_file():
            try:
                other = read_rule(Path(deployment.file), minimum_polling=self._site.minimum_polling)
            except flowhost.ConfigError as error:
                return error
            said = f"no file in {self._site.directory} is the rule {name!r}"
            return NotFound(f"{said}; {deployment.file} is {other.name!r} now")
        wrong = sorted({Path(one.place.file).name for one in found.problems if one.place})
        unread = f" ({', '.join(wrong)} cannot be read)" if wrong else ""
        near = flowhost.nearest(name, [one.name for one in found.rules])
        return NotFound(f"no file in {self._site.directory} is the rule {name!r}{unread}{near}")

    def _library(self) -> flowhost.MediaLibrary | None:
        assets = self._site.assets()
        return assets if flowhost.MediaLibrary in type(assets).__mro__ else None  # type: ignore[return-value]  # a role is inherited from by name
