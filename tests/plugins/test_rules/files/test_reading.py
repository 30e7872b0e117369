"""What a rule file says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.files import read_text
from flowhost_plugins.rules.rule import (
    Breaker,
    Distribution,
    FromSource,
    InCollection,
    Manual,
    Patience,
    Quota,
    Rule,
    SavedSearch,
    Schedule,
    Signal,
    Window,
)

WHOLE = """\
name: Proxies for new clips
description: >
  Makes proxies
  of clips.
trigger: {saved-search: Fresh clips}
when:
  - item.mediaType == 'video'
  - "item.first('a') == 'b: c'"
actions:
  - transcode: {format: lowres}
    when: item.title != ''
  - send-email: {to: [desk@example.org, 12], urgent: yes}
  - stop
suspended: no
polling-interval: 30 s
priority: 5
max-concurrency: 10
settle: 10 s
windows: [{days: mon-fri, from: "22:00", to: 06:00, time-zone: Europe/Stockholm}]
retry: {attempts: 5, delay: 20 s, limit: 10 min}
quota: {runs: 100, per: 1 h}
breaker: {failures: 3, pause: 1 h}
max-matches: 100
time-limit: 2 min
"""


def place(line: int, column: int = 0) -> flowhost.Place:
    return flowhost.Place("proxies.yaml", line, column)


def test_everything_a_file_can_say() -> None:
    rule = read_text(WHOLE, "proxies.yaml")

    assert rule.name == "Proxies for new clips"
    assert rule.description == "Makes proxies of clips."
    assert rule.triggers == (SavedSearch("Fresh clips"),)
    assert [one.text for one in rule.conditions] == ["item.mediaType == 'video'", "item.first('a') == 'b: c'"]
    assert not rule.suspended
    assert (rule.polling_interval, rule.settle, rule.time_limit) == (30, 10, 120)
    assert (rule.priority, rule.max_concurrency, rule.max_matches) == (5, 10, 100)
    assert rule.windows == (Window(frozenset(range(5)), time(22), time(6), "Europe/Stockholm"),)
    assert rule.retry == Patience(5, 20, 600)
    assert rule.quota == Quota(100, 3600)
    assert rule.breaker == Breaker(3, 3600)
    assert rule.text == WHOLE


def test_its_steps() -> None:
    first, second, third = read_text(WHOLE, "proxies.yaml").steps

    assert (first.action, first.parameters) == ("transcode", {"format": "lowres"})
    assert first.when is not None
    assert first.when.text == "item.title != ''"
    assert second.parameters == {"to": ["desk@example.org", 12], "urgent": "yes"}
    assert (third.action, third.parameters, third.when) == ("stop", {}, None)


def test_where_everything_stands() -> None:
    rule = read_text(WHOLE, "proxies.yaml")

    assert rule.place == place(1, 7)
    assert rule.trigger_places == (place(5, 11),)
    assert [one.place for one in rule.conditions] == [place(7, 5), place(8, 6)]
    assert [step.place for step in rule.steps] == [place(10, 5), place(12, 5), place(13, 5)]
    assert rule.steps[1].places[("to", 1)] == place(12, 41)
    assert rule.steps[1].places[("urgent",)] == place(12, 54)


def test_what_is_not_said_is_as_by_default() -> None:
    rule = read_text("name: x\ntrigger: manual\nactions: [stop]", "x.yaml")

    plain = Rule(
        "x", (Manual(),), rule.steps, text=rule.text, place=rule.place, trigger_places=rule.trigger_places
    )
    assert rule == plain


@pytest.mark.parametrize("key", ["max-concurrency", "max_concurrency", "max concurrency"])
def test_a_key_may_have_hyphens_underscores_or_blanks(key: str) -> None:
    assert read_text(f"name: x\ntrigger: manual\nactions: [stop]\n{key}: 3", "x.yaml").max_concurrency == 3


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ("{saved-search: Fresh}", SavedSearch("Fresh")),
        ("{saved-search: 0012}", SavedSearch("0012")),
        ("{saved-search: {search: VX*3}}", SavedSearch("VX*3")),
        ("{saved_search: {query: \"title = 'a'\"}}", SavedSearch("title = 'a'", is_query=True)),
        ("{collection: To archive}", InCollection("To archive")),
        ("new-item", Signal("item_create", "new-item")),
        ("{new item: }", Signal("item_create", "new-item")),
        ("{new-item: {user: admin}}", Signal("item_create", "new-item", variables={"user": "admin"})),
        ("metadata-change", Signal("metadata_modify", "metadata-change")),
        (
            "{metadata-change: {fields: [a, b/c], user: '*'}}",
            Signal("metadata_modify", "metadata-change", ("a", "b/c"), {"user": "*"}),
        ),
        ("{metadata-change: {fields: a}}", Signal("metadata_modify", "metadata-change", ("a",))),
        ("job", Signal("job_finish", "job")),
        (
            "{job: {notification: job_fail, type: TRANSCODE, growing: false, totalSteps: 4}}",
            Signal("job_fail", "job", (), {"type": "TRANSCODE", "growing": "false", "totalSteps": "4"}),
        ),
        ("{notification: {name: file_close, filename: '*.mxf'}}", Signal("file_close", variables={"filename": "*.mxf"})),
        ("manual", Manual()),
        ("{schedule: {cron: '0  2 * * mon-fri', time-zone: Europe/Oslo}}", Schedule("0 2 * * mon-fri", zone="Europe/Oslo")),
        ("{schedule: {every: 90 min, search: Old}}", Schedule(every=5400, search="Old")),
        ("{schedule: {every: 1 d, query: \"title = ''\"}}", Schedule(every=86400, query="title = ''")),
        ("source", FromSource()),
        ("{source: {type: file.*, source: /srv/*}}", FromSource("file.*", "/srv/*")),
    ],
)  # fmt: skip
def test_a_trigger(trigger: str, expected: object, with_trigger: Callable[[str], Any]) -> None:
    assert with_trigger(trigger) == expected


def test_the_expressions_of_a_source_trigger(with_trigger: Callable[[str], Any]) -> None:
    trigger = with_trigger("{source: {when: event.type == 'x', item: \"event.data['item']\"}}")

    assert trigger.when.text == "event.type == 'x'"
    assert trigger.item.value({"event": flowhost.Event("x", {"item": "VX-1"})}) == "VX-1"


def test_several_triggers(with_trigger: Callable[[str], Any]) -> None:
    rule = read_text("name: x\ntriggers:\n  - manual\n  - {collection: A}\nactions: [stop]", "x.yaml")

    assert rule.triggers == (Manual(), InCollection("A"))
    assert [one.line for one in rule.trigger_places] == [3, 4]


def test_a_format_distribution_is_a_first_step() -> None:
    rule = read_text(
        "name: x\n"
        "trigger:\n"
        "  format-distribution:\n"
        "    format: original\n"
        "    storages: 2\n"
        "    targets: [media1, media2]\n"
        "    remove_from_others: yes\n"
        "    directory: 'hires/${title}'\n"
        "actions: [stop]\n",
        "x.yaml",
    )

    assert rule.triggers == (
        Distribution(
            ("original",),
            2,
            ("media1", "media2"),
            remove=True,
            directory=flowhost.PathTemplate("hires/${title}"),
        ),
    )
    first, second = rule.steps
    assert first.action == "move-copy-files"
    assert first.parameters == {
        "formats": ["original"],
        "storages": 2,
        "targets": ["media1", "media2"],
        "remove-from-others": True,
        "directory": "hires/${title}",
    }
    assert first.places[("directory",)] == flowhost.Place("x.yaml", 8, 17)
    assert second.action == "stop"


def test_a_format_distribution_needs_no_actions(bench: flowhost.Workbench) -> None:
    rule = read_text("name: x\ntrigger: {format-distribution: {formats: [original, lowres]}}", "x.yaml")

    (step,) = rule.steps
    assert step.parameters == {"formats": ["original", "lowres"]}
    action = bench.make("action", step.action, step.parameters, place=step.place, places=step.places)
    assert action.name == "move-copy-files"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat, sun", {5, 6}),
        ("[sat, sun]", {5, 6}),
        ("[mon-wed, Friday]", {0, 1, 2, 4}),
        ("fri-mon", {4, 5, 6, 0}),
        ("SUN", {6}),
        ("daily", set(range(7))),
    ],
)
def test_days_of_a_window(days: str, expected: set[int]) -> None:
    value = days if days.startswith("[") else f"'{days}'"
    rule = read_text(f"name: x\ntrigger: manual\nactions: [stop]\nwindows: {{days: {value}}}", "x.yaml")
    assert rule.windows == (Window(frozenset(expected)),)


def test_midnight_at_the_end_of_the_day() -> None:
    rule = read_text(
        "name: x\ntrigger: manual\nactions: [stop]\nwindows: {from: 8:30, to: '24:00'}", "x.yaml"
    )
    assert rule.windows == (Window(start=time(8, 30), end=time(0)),)


def test_lines_may_end_as_on_windows() -> None:
    rule = read_text(WHOLE.replace("\n", "\r\n"), "proxies.yaml")
    assert rule.description == "Makes proxies of clips."
    assert [step.place for step in rule.steps] == [place(10, 5), place(12, 5), place(13, 5)]


def test_a_lower_polling_interval_for_those_who_allow_it() -> None:
    text = "name: x\ntrigger: manual\nactions: [stop]\npolling-interval: 0.1"
    assert read_text(text, "x.yaml", minimum_polling=0.05).polling_interval == 0.1
