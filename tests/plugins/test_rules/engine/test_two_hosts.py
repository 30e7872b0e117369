"""Two engines on one PostgreSQL database: limits hold for both together, and each takes up what the other leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.postgresql

RULE = "max-concurrency: 3\nactions: [do: {text: one}, do: {text: two}]"


@pytest.fixture
def sites(make_site: Callable[..., Any], postgresql_url: str) -> Iterator[tuple[Any, Any]]:
    both = (make_site(postgresql_url), make_site(postgresql_url))
    for site in both:
        site.rule(RULE)
        site.open()
        site.settle()
    yield both
    for site in both:
        site.close()


def pass_time(sites: tuple[Any, Any]) -> None:
    for site in sites:
        site.settle()
        site.elapse(1)


def test_the_limit_of_a_rule_holds_for_both_together(sites: tuple[Any, Any]) -> None:
    one, other = sites
    for number in range(4):
        one.happen(f"VX-{number}", id=f"{number}")
        other.happen(f"VX-{number + 4}", id=f"{number + 4}")
    worked = 0
    for _ in range(40):
        pass_time(sites)
        assert one.journal.summary("R").running <= 3
        for site in sites:
            if site.executor.tasks:
                site.executor.work_on(site.executor.tasks[0])
                worked += 1
    assert worked == 8
    assert one.journal.summary("R").handled == 8
    items = [context.item for site in sites for text, context in site.stage.calls if text == "one"]
    assert sorted(items) == [f"VX-{number}" for number in range(8)], "each run was taken by one of them"


def test_an_event_that_both_hear_of_starts_one_run(sites: tuple[Any, Any]) -> None:
    one, other = sites
    assert len(one.happen("VX-1", id="same") + other.happen("VX-1", id="same")) == 1


def test_what_one_leaves_the_other_takes_up(sites: tuple[Any, Any]) -> None:
    one, other = sites
    (run,) = one.happen("VX-1")
    one.settle()
    assert one.executor.tasks == [f"{run}/1"]
    one.journal.down = True  # so that it cannot hand anything back
    one.close()
    pass_time((other, other))
    assert other.executor.tasks == [f"{run}/2"]
    other.executor.work_on(f"{run}/2")
    assert other.run(run).state == "finished"
    assert [context.attempt for _, context in other.stage.calls] == [2, 1], (
        "nobody knows whether it had begun"
    )
