"""Rules do not start each other for ever."""

from __future__ import annotations

from typing import Any

from flowhost_plugins.rules.records import Run
from flowhost_plugins.rules.rule import SavedSearch, Signal

CHANGE = Signal("metadata_modify", "metadata-change")


def test_a_rule_does_not_react_to_what_its_own_run_changed(site: Any) -> None:
    site.rule(CHANGE)
    (run,) = site.push("metadata_modify", id="1")

    assert site.push("metadata_modify", id="2", mark=str(run.id)) == []
    assert site.reasons()[-1] == f"run {run.id} of this rule made the change; a rule does not react to itself"
    assert len(site.push("metadata_modify", id="3")) == 1


def test_another_rule_does_and_knows_where_it_comes_from(site: Any) -> None:
    site.rule(CHANGE, name="a")
    site.rule(Signal("job_finish", "job"), name="b")
    (first,) = site.push("metadata_modify", id="1")

    (second,) = site.push("job_finish", id="2", mark=str(first.id))

    assert (second.rule, second.depth, second.chain) == ("b", 1, ("a",))
    assert second.cause.mark == str(first.id)
    assert site.reasons(name="b")[-1].startswith(f"run {first.id} of 'a' led to it")


def test_two_rules_that_start_each_other_end(site: Any) -> None:
    site.new_matcher(max_depth=5)
    site.rule(CHANGE, name="a")
    site.rule(CHANGE, name="b")
    waiting: list[Run] = site.push("metadata_modify", id="0")
    ran: list[Run] = []

    while waiting:
        run = waiting.pop(0)
        ran.append(run)
        assert len(ran) < 100
        waiting += site.push("metadata_modify", id=str(len(ran)), mark=str(run.id))

    assert max(run.depth for run in ran) == 5
    assert len(ran) == 12  # a → b → a → b → a → b, and the other way round
    assert all(run.rule not in run.chain[-1:] for run in ran)
    newest = {name: site.reasons(name=name)[-1] for name in "ab"}
    assert "6 runs led to one another (b → a → b → a → b → a); at most 5 may" in newest.values()


def test_an_item_has_a_budget_within_an_hour(site: Any) -> None:
    site.new_matcher(item_budget=3)
    site.rule(CHANGE)

    started = [len(site.push("metadata_modify", id=str(one))) for one in range(5)]

    assert started == [1, 1, 1, 0, 0]
    assert site.reasons()[-1] == "the rule ran 3 times for this item within an hour; at most 3 are let"
    assert len(site.push("metadata_modify", item="VX-2", id="9")) == 1
    site.clock.advance(3601)
    assert len(site.push("metadata_modify", id="10")) == 1


def test_an_item_that_matches_and_does_not_by_turns_is_stopped_by_its_budget(site: Any) -> None:
    site.new_matcher(item_budget=4)
    site.library.add("VX-1", state="fresh")
    site.rule(SavedSearch("state=fresh", is_query=True))
    runs = 0

    for _ in range(20):
        for state in ("fresh", "old"):
            site.library.change("VX-1", state=state)
            result = site.matcher.sweep(site.deployed())
            runs += result.started
            site.finish()

    assert runs == 4


def test_its_own_change_lets_a_rule_forget_an_item(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(SavedSearch("state=fresh", is_query=True))
    (run,) = site.push("metadata_modify")
    site.finish(run)
    site.library.change("VX-1", state="done")

    assert site.push("metadata_modify", mark=str(run.id)) == []
    assert site.state() == "unmatched"


def test_a_mark_of_somebody_else_means_nothing(site: Any) -> None:
    site.rule(CHANGE)

    for number, mark in enumerate(("portal", "-1", "99999", "9" * 30, "²")):
        (run,) = site.push("metadata_modify", id=str(number), mark=mark)
        assert (run.depth, run.chain) == (0, ())
