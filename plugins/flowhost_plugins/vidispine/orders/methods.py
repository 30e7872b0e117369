"""What the library knows of orders."""

from __future__ import annotations

import flowhost
from flowhost_plugins.vidispine.opened import Opened
from flowhost_plugins.vidispine.orders.carrying_out import CarryingOut, Course
from flowhost_plugins.vidispine.orders.keeping import Orders
from flowhost_plugins.vidispine.orders.records import Order


class OrderMethods(Opened):
    """Orders, and the threads that carry them out."""

    def _begin_orders(self) -> None:
        """Be ready for orders; nothing runs until one is given."""
        self._orders = Orders(lambda: self._notes, self._clock)
        self._carrying_out = CarryingOut(self._orders, self._work_on, self._clock)

    def _take_up_orders(self) -> None:
        """Go on with orders of before."""
        if self._kept is not None:
            self._carrying_out.take_up()

    def _end_orders(self) -> None:
        """Interrupt what is under way."""
        self._carrying_out.close()

    def _work_on(self, course: Course) -> str:
        """Do the work of an order; return what could not be done."""
        raise NotImplementedError

    def _order(self, order: Order) -> flowhost.AssetJob:
        """Keep an order and let it be carried out."""
        kept = self._orders.add(order)
        self._carrying_out.submit(kept)
        return kept.job

    def _job_of_order(self, order_id: str) -> flowhost.AssetJob | None:
        order = None if self._kept is None else self._orders.order(order_id)
        return order.job if order else None

    def _live_orders(self, item_id: str) -> list[Order]:
        if self._kept is None:
            return []
        return self._orders.live(item_id)

    def _stop_order(self, order_id: str) -> None:
        if self._job_of_order(order_id) is None:
            raise flowhost.Permanent(f"there is no order {order_id}")
        order = self._orders.change(order_id, state="ABORTED_PENDING")
        if order is not None:
            self._carrying_out.submit(order)  # one of a process that died ends, too
