"""Whether runs of a rule may start now."""

from __future__ import annotations

from datetime import time
from typing import Any

from flowhost_plugins.rules.matching import Admission
from flowhost_plugins.rules.rule import Breaker, Quota, Signal, Window

NEW = Signal("item_create", "new-item")


def admission(site: Any) -> Admission:
    found: Admission = site.matcher.may_start(site.deployed(), site.clock.now())
    return found


def reasons(site: Any) -> dict[str, tuple[bool | None, str]]:
    return {check.what: (check.held, check.reason) for check in admission(site).checks}


def push_and_finish(site: Any, number: int, state: str = "finished") -> None:
    for _ in range(number):
        site.pushed = getattr(site, "pushed", 0) + 1
        runs = site.push(item=f"VX-{site.pushed}", id=str(site.pushed))
        site.finish(*runs, state=state)


def test_without_limits_as_many_as_the_rule_lets(site: Any) -> None:
    site.rule(NEW, max_concurrency=7, breaker=Breaker(failures=0))

    assert admission(site) == Admission((), 7)
    assert admission(site).open


def test_a_window(site: Any) -> None:
    site.rule(NEW, windows=(Window(start=time(22), end=time(6)),), max_concurrency=3)
    assert (admission(site).open, admission(site).limit) == (True, 3)

    site.clock.advance(6 * 3600)

    assert (admission(site).open, admission(site).limit) == (False, 0)
    assert reasons(site)["window"] == (False, "the next window opens at 2026-01-01 22:00 UTC")


def test_a_quota(site: Any) -> None:
    site.rule(NEW, quota=Quota(2, 3600), max_concurrency=50)
    assert admission(site).limit == 2
    push_and_finish(site, 1)
    assert admission(site).limit == 1
    (run,) = site.push(item="VX-50", id="50")
    assert site.journal.claim("me", number=1, total=9, per_rule={})[0].id == run.id
    assert (admission(site).open, admission(site).limit) == (False, 0)
    assert reasons(site)["quota"] == (False, "2 of 2 runs started within 1 h")

    site.clock.advance(3601)

    assert admission(site).limit == 3  # one is under way, and two may start


def test_a_breaker_opens_after_failures_in_a_row_and_then_tries_one(site: Any) -> None:
    site.rule(NEW, breaker=Breaker(failures=3, pause=600), max_concurrency=50)
    push_and_finish(site, 2, "failed")
    assert (admission(site).open, admission(site).limit) == (True, 50)

    push_and_finish(site, 1, "failed")
    assert (admission(site).open, admission(site).limit) == (False, 0)
    assert reasons(site)["breaker"] == (
        False,
        "3 runs failed in a row, 3 are too many; the next is tried at 2026-01-01 00:10:00 UTC",
    )

    site.clock.advance(600)
    assert (admission(site).open, admission(site).limit) == (True, 1)
    push_and_finish(site, 1, "failed")
    assert not admission(site).open
    site.clock.advance(600)
    push_and_finish(site, 1)
    assert admission(site).limit == 50
