"""What operators get wrong in a rule: every mistake in one go, each with its place and what to write instead."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import flowhost
from flowhost_plugins.rules.files import read_rule, read_rules

ProblemsOf = Callable[[str], list[str]]

BASE = "name: x\ntrigger: manual\nactions: [stop]\n"


def test_all_at_once(problems_of: ProblemsOf) -> None:
    text = (
        "nmae: x\n"
        "trigger: {saved-serch: Fresh clips}\n"
        "when:\n"
        "  - itm.mediaType == 'video'\n"
        '  - "item.mediatype == 1"\n'
        "  - 1 +\n"
        "actions:\n"
        "  - transcode: {format: lowres}\n"
        "    send-mail: {to: x}\n"
        "  - [x]\n"
        "suspended: maybe\n"
        "polling_interval: 3 s\n"
        "polling-interval: 5 min\n"
    )
    assert problems_of(text) == [
        "1:1: the rule has the unknown key 'nmae'; did you mean 'name'?",
        "1:1: the rule has no 'name'",
        "2:11: 'trigger': there is no trigger 'saved-serch'; did you mean 'saved-search'?",
        "4:5: 'when' no. 1: the expression \"itm.mediaType == 'video'\" uses 'itm', which there is not; "
        "did you mean 'item'?",
        "5:11: 'when' no. 2: the expression 'item.mediatype == 1' uses 'item.mediatype', which there is not; "
        "did you mean 'mediaType'?",
        "6:5: 'when' no. 3: the expression '1 +' cannot be read: invalid syntax",
        "9:5: step no. 1 is 'transcode' already, and has 'send-mail' besides; begin each action with '- ', "
        "or indent its parameters",
        "10:5: step no. 2 is a list, expected an action, e.g. 'stop', or 'transcode: {format: lowres}'",
        "11:12: 'suspended' is 'maybe', expected yes or no",
        "12:19: 'polling_interval' is '3 s', expected at least 10 s; the engine polls no more often",
        "13:1: 'polling-interval' is the same key as 'polling_interval'; keep one",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trigger: manual\nactions: [stop]", ["1:1: the rule has no 'name'"]),
        ("name: x\nactions: [stop]", ["1:1: the rule has no 'trigger' or 'triggers'"]),
        ("name: x\ntrigger: manual", ["1:1: the rule has no 'actions'"]),
        ("{}", ["1:1: the rule has no 'actions'", "1:1: the rule has no 'name'",
                "1:1: the rule has no 'trigger' or 'triggers'"]),
        ("name:\ntrigger: manual\nactions: [stop]", ["1:1: 'name' is empty, expected a text"]),
        ("name: ' '\ntrigger: manual\nactions: [stop]", ["1:7: 'name' is ' ', expected a text"]),
        ("name: [x]\ntrigger: manual\nactions: [stop]", ["1:7: 'name' is a list, expected a text"]),
        (r'name: "a\nb"' + "\ntrigger: manual\nactions: [stop]",
         [r"1:7: 'name' is 'a\nb', expected a text of one line and at most 200 characters"]),
        (r'name: "a\ud800"' + "\ntrigger: manual\nactions: [stop]",
         [r"1:7: 'name' is 'a\ud800', expected a text of one line and at most 200 characters"]),
        ("name: x\ntrigger: manual\ntriggers: [manual]\nactions: [stop]",
         ["1:1: the rule has 'trigger' and 'triggers', expected one of them"]),
        ("name: x\ntriggers: []\nactions: [stop]", ["2:11: 'triggers' is an empty list"]),
        ("name: x\ntrigger: manual\nactions: []", ["3:10: 'actions' is an empty list"]),
        ("name: x\ntrigger: manual\nactions: stop",
         ["3:10: 'actions' is 'stop', expected a list: begin each action with '- '"]),
    ],
)  # fmt: skip
def test_what_a_rule_needs(text: str, expected: list[str], problems_of: ProblemsOf) -> None:
    assert problems_of(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("priority: high", "4:11: 'priority' is 'high', expected a whole number"),
        ("priority: '5'", "4:11: 'priority' is '5', expected a whole number without quotes"),
        ("priority: 1.5", "4:11: 'priority' is '1.5', expected a whole number"),
        ("priority: yes", "4:11: 'priority' is 'yes', expected a whole number"),
        ("priority: true", "4:11: 'priority' is 'true', expected a whole number"),
        ("priority:", "4:1: 'priority' is empty, expected a whole number"),
        ("max-concurrency: 0", "4:18: 'max-concurrency' is '0', expected a whole number from 1 to 1000000000"),
        ("max-matches: -1", "4:14: 'max-matches' is '-1', expected a whole number from 0 to 1000000000"),
        ("suspended: 1", "4:12: 'suspended' is '1', expected yes or no"),
        ("settle: soon", "4:9: 'settle' is 'soon', expected a length of time such as '30 s', '5 min', '2 h' or '1 d'"),
        ("settle: -1", "4:9: 'settle' is '-1', expected a length of time such as '30 s', '5 min', '2 h' or '1 d'"),
        ("settle: 1e300", "4:9: 'settle' is '1e300', expected at most 36500 d"),
        ("time-limit: 0", "4:13: 'time-limit' is '0', expected at least 1 s"),
        ("retry: 3", "4:8: 'retry' is '3', expected a mapping with keys such as attempts, delay, limit"),
        ("retry: {atempts: 3}", "4:9: 'retry' has the unknown key 'atempts'; did you mean 'attempts'?"),
        ("quota: {runs: 3}", "4:8: 'quota' has no 'per'"),
        ("breaker: {failures: many}", "4:21: 'failures' is 'many', expected a whole number"),
        ("windows: {from: 6}", "4:17: 'from' is '6', expected a time of day from '00:00' to '24:00'"),
        ("windows: {to: '24:01'}", "4:15: 'to' is '24:01', expected a time of day from '00:00' to '24:00'"),
        ("windows: {days: mon-fry}", "4:17: 'days' is 'mon-fry', expected days such as 'mon-fri' or 'sat, sun'"),
        ("windows: {days: 1}", "4:17: 'days' is '1', expected days such as 'mon-fri' or 'sat, sun'"),
        ("windows: {time-zone: Europe/Stokholm}",
         "4:22: 'time-zone' is 'Europe/Stokholm', expected a time zone; did you mean 'Europe/Stockholm'?"),
        ("windows: {time-zone: CET/CEST/2}",
         "4:22: 'time-zone' is 'CET/CEST/2', expected a time zone such as 'Europe/Stockholm' or 'UTC'"),
        ("colour: red", "4:1: the rule has the unknown key 'colour'; expected name, description, trigger, triggers, when, "
         "actions, suspended, polling-interval, priority, max-concurrency, settle, windows, retry, quota, breaker, "
         "max-matches, time-limit"),
    ],
)  # fmt: skip
def test_a_setting(line: str, expected: str, problems_of: ProblemsOf) -> None:
    assert problems_of(BASE + line) == [expected]


CRON = "expected five fields as in crontab(5): minute hour day-of-month month day-of-week, e.g. '0 2 * * mon-fri'"


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ("collection", "10: 'trigger': 'collection' needs a value; write 'collection: ...'"),
        ("{collection: }", "11: 'collection' is empty, expected a text"),
        ("{collection: [a]}", "23: 'collection' is a list, expected a text"),
        ("{manual: now}", "19: 'manual' is 'now', expected nothing after it"),
        ("{saved-search: {search: x, by: y}}",
         "37: 'saved-search' has the unknown key 'by'; expected search, query"),
        ("{saved-search: {search: x, query: y}}",
         "25: 'saved-search' has 'search' and 'query', expected one of them"),
        ("{metadata-change: {field: a}}",
         "29: 'metadata-change' has the unknown key 'field'; did you mean 'fields'?"),
        ("{job: {notifcation: job_fail}}",
         "17: 'job' has the unknown key 'notifcation'; did you mean 'notification'?"),
        ("{job: {type: [a]}}", "23: 'type' is a list, expected a text, perhaps with '*'"),
        ("{notification: {}}", "25: 'notification' has no 'name'"),
        ("{schedule: {cron: 61 2 * * *}}", f"28: 'cron' is '61 2 * * *', {CRON} (bad minute)"),
        ("{schedule: {cron: 0 2 * *}}", f"28: 'cron' is '0 2 * *', {CRON}"),
        ("{schedule: {cron: '@daily'}}", f"28: 'cron' is '@daily', {CRON}"),
        ("{schedule: {cron: 0 0 30 2 *}}", f"28: 'cron' is '0 0 30 2 *', {CRON} (bad day-of-month)"),
        ("{schedule: {cron: 0 0 * * *, every: 3 s}}",
         "21: 'schedule' has 'cron' and 'every', expected one of them"),
        ("{schedule: {every: 1 h, time-zone: UTC}}",
         "21: 'schedule' has 'every' and 'time-zone', expected one of them"),
        ("{schedule: {}}", "21: 'schedule' has no 'cron' or 'every'"),
        ("{schedule: {every: 10 ms}}", "29: 'every' is '10 ms', expected at least 1 s"),
        ("{source: {when: item.title}}",
         "26: 'when': the expression 'item.title' uses 'item', which there is not; there are event, now"),
        ("{format-distribution: {storages: 2}}", "32: 'format-distribution' has no 'formats' or 'format'"),
        ("{format-distribution: {format: a, storages: 2, targets: [x]}}",
         "32: 'format-distribution': 2 storages are wanted, but 1 named in 'targets'"),
        ("{format-distribution: {format: a, directory: ../x}}",
         "55: 'directory': the path '../x' leads out of the storage with '..'; expected a path within it"),
        ("[manual, nothing]", "19: 'trigger' no. 2: there is no trigger 'nothing'; expected one of saved-search, "
         "collection, new-item, metadata-change, job, notification, format-distribution, manual, schedule, source"),
        ("3", "10: 'trigger' is '3', expected one of saved-search, collection, new-item, metadata-change, job, "
         "notification, format-distribution, manual, schedule, source, with its value"),
    ],
)  # fmt: skip
def test_a_trigger(trigger: str, expected: str, problems_of: ProblemsOf) -> None:
    assert problems_of(f"name: x\ntrigger: {trigger}\nactions: [stop]\n") == [f"2:{expected}"]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("transcode: lowres", "14: 'transcode' is 'lowres', expected a mapping of its parameters"),
        ("when: item.title", "3: step no. 1 names no action, expected an action, e.g. 'stop', or "
         "'transcode: {format: lowres}'"),
        ("{stop: , when: nme}", "18: 'when': the expression 'nme' uses 'nme', which there is not; there are event, "
         "item, now, tags"),
        ("~", "3: step no. 1 is empty, expected an action, e.g. 'stop', or 'transcode: {format: lowres}'"),
    ],
)  # fmt: skip
def test_a_step(step: str, expected: str, problems_of: ProblemsOf) -> None:
    assert problems_of(f"name: x\ntrigger: manual\nactions:\n- {step}\n") == [f"4:{expected}"]


@pytest.mark.parametrize(
    "written",
    [
        "item.title and nme",
        "'item.title and nme'",
        '"item.title and nme"',
        "\"'äöü' + item.title + nme\"",
        "'  nme'",
    ],
)
def test_the_column_of_a_name_in_an_expression(written: str, problems_of: ProblemsOf) -> None:
    (problem,) = problems_of(f"{BASE}when: {written}\n")
    column = f"when: {written}".index("nme") + 1
    assert problem.startswith(f"4:{column}: 'when': the expression ")


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("|\n  item.title and\n  nme\n", 5),  # the block begins there
        ("'item.title == ''a'' or nme'", 4),
        (r'"item.title == \"a\" or nme"', 4),
        ("item.title\n  or nme", 4),
    ],
)
def test_where_columns_are_not_those_of_the_file_the_line_is_told(
    written: str, line: int, problems_of: ProblemsOf
) -> None:
    (problem,) = problems_of(f"{BASE}when: {written}\n")
    assert problem.startswith(f"{line}: 'when': the expression ")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(flowhost.ConfigError) as caught:
        read_rule(tmp_path / "gone.yaml")
    assert str(caught.value) == f"{tmp_path}/gone.yaml: cannot read the file: no such file or directory"


def test_a_file_that_is_no_utf8(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes(b"name: x\ndescription: caf\xe9\n")
    with pytest.raises(flowhost.ConfigError) as caught:
        read_rule(file)
    assert str(caught.value) == f"{file}:2: not UTF-8 text; save the file as UTF-8"


def test_a_folder_of_rules(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(BASE.replace("x", "second"))
    (tmp_path / "a.yml").write_text("\ufeff" + BASE.replace("x", "first"))
    (tmp_path / "c.yaml").write_text("name: 'x\n")
    (tmp_path / "d.yaml").write_text("name: x\n")
    (tmp_path / ".hidden.yaml").write_text("[")
    (tmp_path / "notes.txt").write_text("[")
    (tmp_path / "e.yaml").mkdir()
    os.mkfifo(tmp_path / "f.yaml")
    (tmp_path / "g.yaml").symlink_to(tmp_path / "nowhere")

    found = read_rules(tmp_path)

    assert [rule.name for rule in found.rules] == ["first", "second"]
    assert [(Path(one.place.file).name, one.place.line) for one in found.problems if one.place] == [
        ("c.yaml", 1),
        ("d.yaml", 1),
        ("d.yaml", 1),
        ("g.yaml", 0),
    ]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    found = read_rules(tmp_path / "rules")

    assert found.rules == ()
    assert [str(one) for one in found.problems] == [
        f"{tmp_path}/rules: cannot read the folder of rules: no such file or directory"
    ]
