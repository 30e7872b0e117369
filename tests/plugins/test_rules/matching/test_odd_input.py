"""Names that no database keeps, and what happens at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.rule import FromSource, SavedSearch, Signal

FRESH = SavedSearch("state=fresh", is_query=True)


@pytest.mark.parametrize("odd", ["VX-\ud800", "VX-\x00", "VX-" + "9" * 5000, "\n", "VX-🎬"])
def test_an_odd_name_of_an_item_holds_up_nothing(site: Any, odd: str) -> None:
    site.library.add("VX-1")
    site.rule(Signal("item_create", "new-item"), FromSource(), FRESH)
    site.rule(FRESH, name="search")

    for item in (odd, "VX-1"):
        try:
            site.push(item=item, id=item)
        except flowhost.Permanent as error:
            assert item == odd and "which is no id of an item" in str(error)  # it goes to the dead letters
        site.matcher.event(flowhost.Event("file.settled", subject=item, id=f"file {item}"), site.rules)
    site.matcher.flush()

    assert "VX-1" in [run.item for run in site.journal.runs()]
    assert site.decisions("VX-1")


def test_an_expression_that_names_no_item_starts_nothing(site: Any) -> None:
    site.rule(FromSource(item=flowhost.Expression("event.data['id']")))

    assert site.matcher.event(flowhost.Event("x", {"id": "VX-\x00"}), site.rules) == []
    assert "'VX-\\x00' is no id of an item" in site.reasons(item="")[-1]


def test_a_condition_that_cannot_be_asked_is_told_of_once(
    site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site.rule(FromSource(when=flowhost.Expression("event.data['size'] > 5")))

    for number in range(3):
        assert site.matcher.event(flowhost.Event("x", b"no mapping", id=str(number)), site.rules) == []
    assert caplog.text.count("cannot ask its trigger's 'when' of x") == 1


def test_what_cannot_be_kept_holds_up_nothing(
    site: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    decide_many = site.journal.decide_many

    def picky(decisions: Any) -> None:
        if any(decision.item == "VX-1" for decision in decisions):
            raise ValueError("no database keeps that")
        decide_many(decisions)

    monkeypatch.setattr(site.journal, "decide_many", picky)
    site.rule(Signal("item_create", "new-item"))
    site.push(item="VX-1")
    site.push(item="VX-2")
    site.matcher.flush()

    assert len(site.decisions("VX-2")) == 1
    assert "could not be kept" in caplog.text


def test_push_and_sweeps_at_the_same_time_start_each_item_once(site: Any) -> None:
    for number in range(40):
        site.library.add(f"VX-{number}", state="fresh")
    site.rule(FRESH)
    rules, begin = site.rules, threading.Barrier(6)

    def push(step: int) -> None:
        begin.wait(30)
        for number in range(40):
            event = site.event("metadata_modify", f"VX-{(number * step) % 40}", id=f"{step} {number}")
            site.matcher.event(event, rules)

    def sweep() -> None:
        begin.wait(30)
        for _ in range(3):
            site.matcher.sweep(rules[0])

    with ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(push, step) for step in (1, 3, 7, 9)] + [pool.submit(sweep) for _ in range(2)]
        for future in futures:
            future.result(60)

    items = [run.item for run in site.journal.runs(number=1000)]
    assert sorted(items) == sorted(f"VX-{number}" for number in range(40))


def test_the_journal_may_fail_for_a_while(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise flowhost.StateUnavailable("the disk is full")

    site.rule(Signal("item_create", "new-item"), when=["event.data['by'] == 'eva'"])
    site.push(by="olga")
    with monkeypatch.context() as broken:
        broken.setattr(site.journal, "decide_many", full)
        with pytest.raises(flowhost.StateUnavailable):
            site.matcher.flush()
    site.push(by="olga")

    (decision,) = site.decisions()

    assert decision.times == 2
