"""The journal's face: starting runs, and what each rule did with each item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flowhost_plugins.rules.journal.opened import Opened
from flowhost_plugins.rules.records import ItemRecord, ItemState, NewRun, Refusal, Run


class ItemMethods(Opened):
    """New runs, and the items that decide whether they may be."""

    def start(self, new: NewRun) -> Run | Refusal:
        """Keep a new run, pending, if it may be; all in one transaction.

        Refused in this order: ``duplicate``: the identity was seen for this rule and item. ``handled``: `NewRun.once`, and
        the rule handled the item, or failed to, and it was not unmatched since. ``processing``: a run of the rule for
        this item has not ended. The last does not hold for triggers that tell of something that happened (new
        items, changes, jobs, other notifications, sources), unless it is to happen once: that run is kept, and starts
        when those before it have ended.

        Raises:
            ValueError: the item's id is none a database can keep.
        """
        return self._parts.starting.start_many([new])[0]

    def start_many(self, news: Sequence[NewRun]) -> list[Run | Refusal]:
        """`start` several, in transactions of some dozens; the answers are in the order of `news`.

        When it raises, any number of them may have been kept.
        """
        return self._parts.starting.start_many(news)

    def unmatch(self, rule: str, items: Iterable[str]) -> int:
        """Items do not match any more: handled and failed ones are ``unmatched``. Returns how many were changed."""
        return self._parts.items.unmatch(rule, items)

    def item_states(self, rule: str, items: Sequence[str]) -> dict[str, ItemState]:
        """The states of those of `items` that the rule knows."""
        return self._parts.items.states(rule, items)

    def items(
        self, rule: str, *, state: ItemState | None = None, after: str = "", number: int = 1000
    ) -> list[ItemRecord]:
        """Items of a rule by id, in the order of their characters' codes; those behind `after`, at most `number`."""
        return self._parts.items.page(rule, state=state, after=after, number=number)

    def item_record(self, rule: str, item: str) -> ItemRecord | None:
        """What a rule did with an item; None: nothing, or it is forgotten."""
        return self._parts.items.one(rule, item)

    def clear(self, rule: str, item: str | None = None) -> int:
        """Forget that items were handled, failed or unmatched, and which events were seen for them: they are new again.

        Items that are being processed are not touched. The runs are kept.

        Args:
            rule: the rule.
            item: None: all of its items, and the events about none.

        Returns:
            How many items were forgotten.
        """
        return self._parts.items.clear(rule, item)
