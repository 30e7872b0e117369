"""Orders in a store, and what carries them out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine.orders.carrying_out import LONGEST_PAUSE, TIDIED_EVERY, CarryingOut, Course
from flowhost_plugins.vidispine.orders.keeping import LIVE, NOTES, REMEMBERED, Orders
from flowhost_plugins.vidispine.orders.records import Order, id_for

DEADLINE = 60.0
"""Seconds a thread may take on a machine that is busy."""


@pytest.fixture
def orders(notes: Any, clock: Any) -> Orders:
    return Orders(lambda: notes, clock)


Carry = Callable[[Callable[[Course], str]], CarryingOut]


@pytest.fixture
def carry(orders: Orders, clock: Any) -> Iterator[Carry]:
    made: list[CarryingOut] = []

    def carrying_out(work: Callable[[Course], str]) -> CarryingOut:
        made.append(CarryingOut(orders, work, clock))
        return made[-1]

    yield carrying_out
    for one in made:
        one.close()


def order(key: str, item: str = "VX-1") -> Order:
    return Order(id_for(key), "archive", item, "tape")


def until(happened: Callable[[], bool]) -> None:
    patience = threading.Event()
    for _ in range(int(DEADLINE / 0.02)):
        if happened():
            return
        patience.wait(0.02)
    raise AssertionError("it did not happen")


def test_the_live_orders_of_an_item_are_known_without_reading_those_of_others(
    orders: Orders, notes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        orders.add(order(f"old {number}"))
        orders.change(id_for(f"old {number}"), state="FINISHED")
        orders.add(order(f"other {number}", "VX-11"))
    mine = orders.add(order("mine"))
    read, get = list[str](), notes.get

    def counted(key: str) -> Any:
        read.append(key)
        return get(key)

    monkeypatch.setattr(notes, "get", counted)
    assert orders.live("VX-1") == [mine]
    assert read == [NOTES + mine.id]
    assert len(orders.live()) == 21


def test_what_a_process_that_died_left_of_an_order_goes(orders: Orders, notes: Any) -> None:
    kept = orders.add(order("kept"))
    notes.put(f"{LIVE}VX-1/{id_for('never noted')}", True)
    ended = orders.add(order("ended"))
    notes.put(NOTES + ended.id, {**ended.note(), "state": "FINISHED"})
    assert orders.live("VX-1") == [kept]
    orders.forget_old()
    assert notes.keys(LIVE) == [f"{LIVE}VX-1/{kept.id}"]


def test_old_orders_are_forgotten_once_a_day(orders: Orders, notes: Any, clock: Any, carry: Carry) -> None:
    carrying_out = carry(lambda course: "")
    for number in range(2):
        carrying_out.submit(orders.add(order(f"run {number}")))
        until(lambda: not orders.live())
    assert len(notes.keys(NOTES)) == 2
    clock.advance(max(REMEMBERED.total_seconds(), TIDIED_EVERY) + 1)
    carrying_out.submit(orders.add(order("new")))
    until(lambda: notes.keys(NOTES) == [NOTES + id_for("new")])
    assert orders.order(id_for("new")) is not None
    assert timedelta(seconds=TIDIED_EVERY) < REMEMBERED


def test_an_order_goes_on_when_the_store_is_back(
    orders: Orders, notes: Any, clock: Any, carry: Carry, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    put = notes.put

    def failing(key: str, value: Any) -> Any:
        if len(worked) == 1:  # its end cannot be noted
            raise flowhost.StateUnavailable("the disk is full")
        return put(key, value)

    def work(course: Course) -> str:
        worked.append(course.order.id)
        return ""

    monkeypatch.setattr(notes, "put", failing)
    given = orders.add(order("run"))
    carry(work).submit(given)
    clock.wait_for_waiters(patience=DEADLINE)
    assert orders.live() != []
    worked.append("the store is back")
    clock.advance(LONGEST_PAUSE)
    until(lambda: not orders.live())
    assert worked == [given.id, "the store is back", given.id]


@pytest.mark.parametrize("error", [flowhost.Unavailable, flowhost.Retry, flowhost.Conflict])
def test_an_order_waits_for_minutes(
    orders: Orders, clock: Any, carry: Carry, error: type[flowhost.FlowhostError]
) -> None:
    tries: list[int] = []

    def work(course: Course) -> str:
        tries.append(1)
        if len(tries) <= 12:
            raise error("not now")
        return ""

    given = orders.add(order("run"))
    carry(work).submit(given)
    for _ in range(12):
        clock.wait_for_waiters(patience=DEADLINE)
        clock.advance(LONGEST_PAUSE)
    until(lambda: not orders.live())
    found = orders.order(given.id)
    assert found is not None
    assert found.state == "FINISHED"
