"""Starting a rule by hand, for items that somebody names or a query finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import flowhost
from flowhost_plugins.rules.administration.errors import Refused
from flowhost_plugins.rules.administration.names import is_storable
from flowhost_plugins.rules.administration.results import Started
from flowhost_plugins.rules.administration.rulebook import Rulebook
from flowhost_plugins.rules.administration.site import Site
from flowhost_plugins.rules.matching import DeployedRule, Library, Matcher
from flowhost_plugins.rules.records import Run
from flowhost_plugins.rules.rule import FromSource, Manual, Rule, Schedule


class StartingByHand:
    """Starts rules of a site."""

    def __init__(self, site: Site, rulebook: Rulebook) -> None:
        self._site = site
        self._rulebook = rulebook

    def start(self, name: str, items: Sequence[str], user: str, *, dry: bool) -> list[Started]:
        """See `Administration.start`."""
        self._rulebook.living(name)
        deployed = self._rulebook.deployed(name)
        if items:
            ids = [one for one in dict.fromkeys(items) if is_storable(one)]
            broken = [
                Started(one, error=f"there is no item {one!r}") for one in items if not is_storable(one)
            ]
            return [*(self._dry(deployed, ids) if dry else self._start(deployed, ids, user)), *broken]
        if not may_be_about_none(deployed.rule):
            raise Refused(f"the rule {name!r} works on items; name at least one")
        return [Started(None)] if dry else list(self._start(deployed, [None], user))

    def found(self, query: str) -> list[str]:
        """The ids of the items a query finds."""
        return [one for page in Library(self._site.assets()).found(query) for one in page]

    def _start(self, deployed: DeployedRule, items: Sequence[str | None], user: str) -> Iterator[Started]:
        site = self._site
        matcher = Matcher(site.journal, site.assets(), site.clock, site.settings)
        for item in items:
            try:
                answer = matcher.start(deployed, item, user)
            except flowhost.Permanent as error:
                yield Started(item, error=str(error))
                continue
            if isinstance(answer, Run):
                yield Started(answer.item, run=answer)
            else:
                yield Started(item, refusal=answer)

    def _dry(self, deployed: DeployedRule, items: Sequence[str]) -> Iterator[Started]:
        library = Library(self._site.assets())
        for item in items:
            try:
                found = library.item(item).id
            except flowhost.Permanent as error:
                yield Started(item, error=str(error))
                continue
            state = self._site.journal.item_states(deployed.name, [found]).get(found)
            yield Started(found, refusal="processing" if state == "processing" else None)


def may_be_about_none(rule: Rule) -> bool:
    """Whether a run of the rule need not be about an item."""
    return any(
        isinstance(one, Manual | FromSource) or (isinstance(one, Schedule) and not (one.query or one.search))
        for one in rule.triggers
    )
