"""Names and numbers that no database can hold: they are not there, and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest

from flowhost_plugins.rules.administration import NotFound

BROKEN = ["\udcff", "a\0b"]


@pytest.mark.parametrize("name", BROKEN)
def test_there_is_no_such_rule(stage: Any, admin: Any, name: str) -> None:
    stage.rule()
    for ask in (admin.rule, admin.suspend, admin.start, admin.redeploy, admin.bpmn):
        with pytest.raises(NotFound):
            ask(name)
    with pytest.raises(NotFound):
        admin.test(name, stage.clock.now())


@pytest.mark.parametrize("item", BROKEN)
def test_there_is_no_such_item(stage: Any, admin: Any, item: str) -> None:
    stage.rule()
    stage.library.add("VX-1")
    with pytest.raises(NotFound):
        admin.item(item)
    for at in (None, stage.clock.now()):
        with pytest.raises(NotFound):
            admin.explain("R", item, at=at)
    assert admin.clear("R", item) == 0
    assert admin.runs(item=item) == []
    for dry in (True, False):
        assert [one.would_start for one in admin.start("R", [item, "VX-1"], dry=dry)] == [True, False]


@pytest.mark.parametrize("number", [0, -1, 10**30])
def test_there_is_no_such_run(stage: Any, admin: Any, number: int) -> None:
    stage.rule()
    run = stage.run()
    for ask in (admin.run, admin.cancel, admin.retry):
        with pytest.raises(NotFound):
            ask(number)
    assert admin.runs(before=number) == ([run] if number > 0 else [])
