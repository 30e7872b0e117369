"""Orders in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import flowhost
from flowhost_plugins.vidispine.orders.records import Order, order_from

NOTES = "vidispine/orders/"
"""Keys of the notes begin so."""

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

    def every(self) -> Iterator[Order]:
        """All orders, the oldest first."""
        store = self._notes()
        found = [
            order_from(note) for key in store.keys(NOTES) if (note := store.get(key))
        ]  # a Store is no mapping
        return iter(sorted(found, key=lambda order: order.given))

    def add(self, order: Order) -> Order:
        """Keep a new order; return the one that is kept under its id, which may be an older one."""
        with flowhost.Locked(NOTES + order.id):
            if found := self.order(order.id):
                return found
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
            return self._put(changed)

    def forget_old(self) -> None:
        """Delete the notes of orders that ended long ago."""
        limit = self._clock.now() - REMEMBERED
        for order in self.every():
            if order.ended_at and datetime.fromisoformat(order.ended_at) < limit:
                self._notes().delete(NOTES + order.id)

    def _put(self, order: Order) -> Order:
        self._notes().put(NOTES + order.id, order.note())
        return order
