"""Those who read the log and keep how far they came; and how the log is pruned."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue


def made(catalogue: Catalogue, number: int) -> list[int]:
    """The sequence numbers of that many changes."""
    for _ in range(number):
        catalogue.create_item({})
    return [one.sequence for one in catalogue.changes()]


def left(catalogue: Catalogue) -> list[int]:
    return [one.sequence for one in catalogue.changes()]


def test_a_position_outlives_the_process_and_never_goes_back(library: Any, catalogue: Catalogue) -> None:
    assert catalogue.position("portal") is None
    catalogue.advance("portal", 0)
    assert catalogue.position("portal") == 0
    catalogue.advance("portal", 7)
    catalogue.advance("portal", 3)
    library.clock.jump(60)
    catalogue.advance("other", 1)
    catalogue.close()
    catalogue.open()
    assert catalogue.position("portal") == 7
    assert [(one.name, one.position) for one in catalogue.consumers()] == [("other", 1), ("portal", 7)]
    first, second = (one.advanced for one in reversed(catalogue.consumers()))
    assert (second - first).total_seconds() == 60
    assert catalogue.forget_consumer("portal")
    assert not catalogue.forget_consumer("portal")
    assert catalogue.position("portal") is None


def test_what_the_slowest_has_not_seen_stays(catalogue: Catalogue) -> None:
    numbers = made(catalogue, 10)
    catalogue.advance("fast", numbers[8])
    catalogue.advance("slow", numbers[3])
    assert catalogue.prune_changes(keep=0, limit=100) == 4
    assert left(catalogue) == numbers[4:]
    assert catalogue.prune_changes(keep=0, limit=100) == 0


def test_the_newest_stay_for_those_who_keep_no_position(catalogue: Catalogue) -> None:
    numbers = made(catalogue, 10)
    catalogue.advance("fast", numbers[-1])
    assert catalogue.prune_changes(keep=3, limit=100) == 7
    assert left(catalogue) == numbers[-3:]


def test_nobody_keeps_more_than_the_limit(catalogue: Catalogue) -> None:
    numbers = made(catalogue, 10)
    catalogue.advance("dead", numbers[0])
    assert catalogue.prune_changes(keep=2, limit=6) == 4
    assert left(catalogue) == numbers[-6:]


def test_without_consumers_only_the_limit_counts(catalogue: Catalogue) -> None:
    numbers = made(catalogue, 10)
    assert catalogue.prune_changes(keep=2, limit=9) == 1
    assert left(catalogue) == numbers[1:]


def test_numbers_go_on_after_everything_was_pruned(catalogue: Catalogue) -> None:
    numbers = made(catalogue, 3)
    catalogue.prune_changes(keep=0, limit=0)
    assert left(catalogue) == []
    assert made(catalogue, 1)[0] > numbers[-1]


def test_what_cannot_be(catalogue: Catalogue) -> None:
    with pytest.raises(flowhost.Permanent, match="the name of the consumer is ''"):
        catalogue.advance("", 1)
    with pytest.raises(flowhost.Permanent, match="keep is 5 and limit 2"):
        catalogue.prune_changes(keep=5, limit=2)
