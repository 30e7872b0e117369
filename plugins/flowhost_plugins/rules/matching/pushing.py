"""What becomes of an event for one rule: a run, a reason why not, or an item that does not match any more."""

from __future__ import annotations

from datetime import datetime

from flowhost_plugins.rules.matching.event_occasions import EventOccasions, Happening
from flowhost_plugins.rules.matching.index import Interest
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.unmatching import HANDLED, Unmatching
from flowhost_plugins.rules.matching.weighing import Weighed, Weighing


class Pushing:
    """Weighs what an event means for each rule.

    Args:
        library: where the items are.
        weighing: decides.
        unmatching: lets rules forget items.
    """

    def __init__(self, library: Library, weighing: Weighing, unmatching: Unmatching) -> None:
        self._weighing = weighing
        self._unmatching = unmatching
        self._occasions = EventOccasions(library)

    def weigh(self, interest: Interest, happening: Happening, now: datetime) -> Weighed | None:
        """What an event means for a rule: of several triggers the first that starts a run, or that came furthest.

        None: nothing worth telling.

        Raises:
            Unavailable: the asset system or the journal cannot be used.
        """
        deployed, furthest = interest.deployed, None
        for occasion in self._occasions.of(interest, happening, now):
            item = occasion.item
            if occasion.gone and item is not None and self._weighing.state(deployed.name, item) in HANDLED:
                self._unmatching.unmatch(deployed, [item])
            if furthest is not None and furthest.new is not None:
                continue  # the other triggers are looked at only for what does not match any more
            facts = self._weighing.facts(deployed, occasion, now)
            weighed = self._weighing.weigh(deployed, occasion, facts)
            if furthest is None or weighed.new or len(weighed.checks) > len(furthest.checks):
                furthest = weighed
        return furthest
