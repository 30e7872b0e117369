"""Orders in the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import flowhost
from flowhost_plugins.vidispine.orders.records import Order, order_from

NOTES = "vidispine/orders/"
"""Keys of the notes begin so."""

LIVE = "vidispine/live-orders/"
"""Keys ``LIVE/ITEM/ORDER`` say which orders have not ended: to know those of one item nobody reads all of a month."""

REMEMBERED = timedelta(days=30)
"""So long an order that ended is known; its key starts nothing new meanwhile."""


class Orders:
    """The orders in a store.

    Args:
        notes: gives the store; it raises when there is none.
        clock: the time.
    """

    def __init__(self, notes: Callable[[], flowhost.Store], clock: flowhost.Clock) -> None:
        self._notes = notes
        self._clock = clock

    def order(self, order_id: str) -> Order | None:
        """The order with this id."""
        note = self._notes().get(NOTES + order_id)
        return order_from(note) if note else None

    def live(self, item_id: str = "") -> list[Order]:
        """The orders that have not ended, the oldest first.

        Args:
            item_id: only those of this item; empty: all.
        """
        prefix = f"{LIVE}{item_id}/" if item_id else LIVE
        found = [self.order(key.rpartition("/")[2]) for key in self._notes().keys(prefix)]
        live = [order for order in found if order is not None and not order.job.ended]
        return sorted(live, key=lambda order: order.given)

    def add(self, order: Order) -> Order:
        """Keep a new order; return the one that is kept under its id, which may be an older one."""
        with flowhost.Locked(NOTES + order.id):
            if found := self.order(order.id):
                return found
            self._notes().put(_live_key(order), True)  # first, so that no order is there that nobody finds
            return self._put(replace(order, given=self._clock.now().isoformat()))

    def change(self, order_id: str, **values: Any) -> Order | None:
        """Change an order that has not ended; return it as it is then, None when it is unknown."""
        with flowhost.Locked(NOTES + order_id):
            order = self.order(order_id)
            if order is None or order.job.ended:
                return order
            if values.get("state") == "STARTED" and order.state != "READY":
                values.pop("state")  # it was asked to stop meanwhile
            changed = replace(order, **values)
            if changed.job.ended:
                changed = replace(changed, ended_at=self._clock.now().isoformat())
            self._put(changed)
            if changed.job.ended:
                self._notes().delete(_live_key(changed))
            return changed

    def forget_old(self) -> None:
        """Delete the notes of orders that ended long ago, and what a process that died left of one."""
        notes, limit = self._notes(), self._clock.now() - REMEMBERED
        for key in notes.keys(NOTES):  # a Store is no mapping
            order = self.order(key.removeprefix(NOTES))
            if order and order.ended_at and datetime.fromisoformat(order.ended_at) < limit:
                notes.delete(key)
        for key in notes.keys(LIVE):
            order_id = key.rpartition("/")[2]
            with flowhost.Locked(NOTES + order_id):  # else it may just be given
                order = self.order(order_id)
                if order is None or order.job.ended:
                    notes.delete(key)

    def _put(self, order: Order) -> Order:
        self._notes().put(NOTES + order.id, order.note())
        return order


def _live_key(order: Order) -> str:
    return f"{LIVE}{order.item}/{order.id}"
