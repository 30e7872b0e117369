"""Texts that are no YAML, or say more than a rule may: a sentence for each, with its place, and never a traceback."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost_plugins.rules.files import read_text

ProblemsOf = Callable[[str], list[str]]

GOOD = "name: x\ntrigger: manual\nactions: [stop]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["the file is empty; expected a rule"]),
        ("# nothing but this\n", ["the file is empty; expected a rule"]),
        (
            "name: x\ntrigger: manual\nactions:\n\t- stop\n\t- stop\n",
            [
                "4:1: a tab; lines are indented, and keys and values set apart, with blanks in YAML",
                "5:1: a tab; lines are indented, and keys and values set apart, with blanks in YAML",
            ],
        ),
        (
            "name:\tx\n",
            ["1:6: a tab; lines are indented, and keys and values set apart, with blanks in YAML"],
        ),
        (
            "description: |\n  a\n  \tb\nname: a: b\n",
            ["4:8: a ':' where no value can begin; put the text in quotes or correct the indentation"],
        ),
        (
            GOOD + "priority: 1\npriority: 2\nname: y\n",
            [
                "5:1: the key 'priority' is there twice, first in line 4",
                "6:1: the key 'name' is there twice, first in line 1",
            ],
        ),
        (
            "name: a: b\n",
            ["1:8: a ':' where no value can begin; put the text in quotes or correct the indentation"],
        ),
        ("name: 'x\n", ["1:7: the quote that begins here has no end"]),
        (
            "name: @x\n",
            ["1:7: no text can begin with '@'; put it in quotes"],
        ),
        ("name: *x\n", ["1:7: a text that begins with '*' is a reference in YAML; put it in quotes"]),
        (
            "trigger: {schedule: {cron: * * * * *}}\n",
            ["1:28: a text that begins with '*' is a reference in YAML; put it in quotes"],
        ),
        (
            'name: "\\q"\n',
            ["1:9: unknown escape character 'q'; in double quotes a backslash is written twice, in single quotes once"],
        ),
        (
            "actions:\n  - set-metadata: {fields: {a: ${title}}}\n",
            [
                "2:28: '{' or '[' begins a list or mapping that has no proper end; put texts that hold one of "
                "'{}[],' in quotes, e.g. \"${title}\""
            ],
        ),
        ("actions:\n  - stop\n name: x\n", ["3:2: the indentation fits no line above"]),
        (GOOD + "---\n" + GOOD, ["4:1: a second document begins here; write one rule a file"]),
        ("name: a\x07b\n", ["1:8: the character U+0007 cannot stand in YAML"]),
        ("%YAML 1.1\n---\n" + GOOD, ["1:1: a directive for another version; rules are YAML 1.2, leave it out"]),
        ("<<: {name: x}\n" + GOOD, ["1:1: '<<' has no meaning in YAML 1.2; write the keys themselves"]),
        (GOOD + "priority: !!python/name:os.system x\n",
         ["4:11: the tag '!!python/name:os.system' has no meaning in a rule; leave it out"]),
        (GOOD + "windows: !!set {a}\n", ["4:10: the tag '!!set' has no meaning in a rule; leave it out"]),
        (GOOD + "settle: .inf\n", ["4:9: '.inf' is no number that can be used"]),
        (GOOD + "priority: &a [*a]\n", ["4:11: a reference to what it stands in"]),
        (GOOD + "? [a]\n: b\n", ["4:3: a key must be a text"]),
        ("[" * 1000, ["the file is nested too deeply"]),
        ("- a\n- b\n", ["1:1: the rule is a list, expected a mapping with keys such as name, description, "
         "trigger, triggers, when, actions, suspended, polling-interval, priority, max-concurrency, settle, windows, "
         "retry, quota, breaker, max-matches, time-limit"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_text(text: str, expected: list[str], problems_of: ProblemsOf) -> None:
    assert [one.removeprefix(" ") for one in problems_of(text)] == expected


def test_a_few_lines_that_stand_for_billions(problems_of: ProblemsOf) -> None:
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [
        f"{name}: &{name} [{', '.join(['*' + before] * 10)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]

    assert problems_of("\n".join(lines)) == [" the file stands for more than 20000 values"]


def test_a_file_that_is_too_long(problems_of: ProblemsOf) -> None:
    assert problems_of("#" * 1_000_001) == [" the file has 1000001 characters; expected at most 1000000"]


def test_words_that_older_yaml_takes_for_something_else() -> None:
    rule = read_text(
        "name: no\ntrigger: {collection: on}\nactions:\n  - act: {a: yes, b: 12:30, c: 2026-01-02, d: 0o17, e: ~, f: 1_000}",
        "x.yaml",
    )
    assert rule.name == "no"
    assert rule.steps[0].parameters == {
        "a": "yes",
        "b": "12:30",
        "c": "2026-01-02",
        "d": 15,
        "e": None,
        "f": 1000,
    }


def test_references_stand_for_what_they_refer_to() -> None:
    rule = read_text(
        "name: x\ntrigger: manual\nactions:\n  - transcode: &how {format: lowres}\n  - transcode: *how\n",
        "x.yaml",
    )
    assert rule.steps[1].parameters == {"format": "lowres"}


def test_a_text_that_is_written_over_several_lines() -> None:
    rule = read_text("name: x\ntrigger: manual\nwhen: >\n  item.title\n  != ''\nactions: [stop]\n", "x.yaml")
    assert rule.conditions[0].text == "item.title != ''\n"


@given(st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!|>'\"%@`#,?\t\n  ~\\é\x00\ufeff")), max_size=60))
def test_no_text_ends_in_a_traceback(text: str) -> None:
    with pytest.raises(flowhost.ConfigError) as caught:
        read_text(text, "x.yaml")
    assert all(problem.place is not None for problem in caught.value.problems)
    assert all("\n" not in problem.message for problem in caught.value.problems)
