"""What the page about rule files shows is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import flowhost
from flowhost_plugins.rules.files import check_rules, read_text
from flowhost_plugins.rules.files.reading import rule_form
from flowhost_plugins.rules.files.triggers import KINDS

PAGE = (Path(__file__).parents[4] / "docs" / "rules" / "rule-files.md").read_text(encoding="utf-8")
PARTS = [
    text
    for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    if "include" not in text
]

FILLED = {"name": "name: x\n", "trigger": "trigger: manual\n", "actions": "actions: [stop]\n"}


def completed(part: str) -> str:
    """A part of a rule, with what a whole one needs besides."""
    given = {line.partition(":")[0].rstrip("s") for line in part.splitlines()}
    return part + "".join(text for key, text in FILLED.items() if key.rstrip("s") not in given)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.splitlines()[0])
def test_every_part_shown_can_be_read(part: str) -> None:
    assert read_text(completed(part), "page.yaml").name


def test_the_steps_shown_have_real_actions(bench: flowhost.Workbench) -> None:
    (part,) = [part for part in PARTS if part.startswith("actions:")]
    assert check_rules([read_text(completed(part), "page.yaml")], bench) == []


def test_every_key_is_explained() -> None:
    table = PAGE.partition("## Keys")[2].partition("## Triggers")[0]
    assert [field.key for field in rule_form().fields if f"`{field.key}`" not in table] == []


def test_every_trigger_is_explained() -> None:
    table = PAGE.partition("## Triggers")[2].partition("### Format distribution")[0]
    assert [kind.name for kind in KINDS if f"| `{kind.name}` |" not in table] == []
