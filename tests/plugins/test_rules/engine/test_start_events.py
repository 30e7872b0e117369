"""Rules that an event asks for, as a button does."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules import RulesWorker


@pytest.fixture
def press(site: Any) -> Any:
    """Press the button for a rule; return the runs that it started."""
    site.rule("actions: [{do: {text: one}}]", name="Button", trigger="manual")
    site.rule("actions: [{do: {text: other}}]", name="Other")
    site.item("VX-1")
    site.open()

    def press(rule: str, id_: str, **more: Any) -> list[int]:
        event = flowhost.Event("rule.start", {"rule": rule, **more}, source="desk", id=id_)
        return RulesWorker(engine=site.engine).work(event)

    return press


def test_an_event_starts_a_rule_for_a_user(site: Any, press: Any) -> None:
    (run,) = press("Button", "1", itemId="VX-1", user="ada")
    (ended,) = site.ended(run)
    assert (ended.state, ended.item, ended.cause.user) == ("finished", "VX-1", "ada")
    assert ended.cause.trigger == "manual"
    assert site.stage.texts == ["one"]


def test_the_same_event_starts_it_once_and_another_again(site: Any, press: Any) -> None:
    site.ended(*press("Button", "1", itemId="VX-1"))
    assert press("Button", "1", itemId="VX-1") == []
    site.ended(*press("Button", "2", itemId="VX-1"))
    assert site.stage.texts == ["one", "one"]


def test_nothing_is_started_while_the_rule_is_at_work_on_the_item(site: Any, press: Any) -> None:
    site.stage.on("one", flowhost.Outcome.waiting(["VX-7"]), flowhost.Outcome.done("one"))
    site.assets.jobs["VX-7"] = flowhost.AssetJob("VX-7", "STARTED")
    (run,) = press("Button", "1", itemId="VX-1")
    site.wait_for(lambda: site.run(run).state == "waiting")
    assert press("Button", "2", itemId="VX-1") == []


def test_a_rule_may_be_about_no_item(site: Any, press: Any) -> None:
    (ended,) = site.ended(*press("Button", "1"))
    assert ended.item is None


@pytest.mark.parametrize(
    ("rule", "item", "told"),
    [
        ("Buton", "VX-1", "there is no rule 'Buton' with the trigger 'manual'; did you mean 'Button'?"),
        ("Other", "VX-1", "there is no rule 'Other' with the trigger 'manual'"),
        ("Button", "VX-9", "there is no item VX-9"),
    ],
)
def test_what_cannot_be_started(press: Any, rule: str, item: str, told: str) -> None:
    with pytest.raises(flowhost.Permanent) as refused:
        press(rule, "1", itemId=item)
    assert told in str(refused.value)
