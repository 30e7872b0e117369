"""What a person starts."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.rule import Manual, SavedSearch


def test_a_person_starts_a_rule_whatever_its_conditions_say(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(Manual(), when=["item.title == 'x'"], max_matches=0)
    site.new_matcher(item_budget=0)

    run = site.start()

    assert (run.item, run.cause.trigger, run.cause.user) == ("VX-1", "manual", "eva")
    assert run.cause.variables == {"itemId": "VX-1"}
    assert site.reasons() == ["eva started it by hand"]
    assert site.decisions()[0].run == run.id


def test_an_item_that_is_being_processed_is_refused(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(Manual())
    site.start()

    assert site.start() == "processing"
    assert site.reasons()[-1] == "the rule is at this item"
    site.finish()
    assert not isinstance(site.start(), str)


def test_a_rule_that_does_not_react_can_be_started(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(SavedSearch("state=fresh", is_query=True))
    site.journal.change_deployment("rule", suspended=True, trigger_deleted=True)

    assert site.start().item == "VX-1"


def test_a_rule_can_be_about_no_item(site: Any) -> None:
    site.rule(Manual())

    run = site.start(None)

    assert (run.item, run.cause.variables) == (None, {})


def test_an_item_that_is_not_there_is_refused(site: Any) -> None:
    site.rule(Manual())

    with pytest.raises(flowhost.Permanent, match="there is no item VX-1"):
        site.start()


def test_a_deleted_rule_is_refused(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(Manual())
    site.journal.change_deployment("rule", deleted=True)

    with pytest.raises(flowhost.Permanent, match="the rule 'rule' was deleted"):
        site.start()
