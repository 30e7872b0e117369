"""What is wrong with rules that could be read: their actions, what they name, and what they do to each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

import flowhost
from flowhost_plugins.rules.files import DESTRUCTIVE_MATCHES, check_rules, with_brake
from flowhost_plugins.rules.rule import Rule

RuleOf = Callable[..., Rule]


def said(problems: Sequence[flowhost.Problem]) -> list[str]:
    return [str(problem) for problem in problems]


def test_rules_that_are_right(
    rule_of: RuleOf, bench: flowhost.Workbench, library: flowhost.MediaLibrary
) -> None:
    rules = [
        rule_of("one", "{saved-search: Fresh clips}", "[transcode: {format: lowres}]"),
        rule_of("two", "{collection: News}", "[{set-metadata: {fields: {a: '${director}'}}, when: item.has('approved')}]"),
        rule_of("three", "{format-distribution: {format: original, targets: [media1]}}"),
        rule_of("four", "{metadata-change: {fields: [approved, film/director]}}"),
        rule_of("five", "{job: {type: X}}", "[set-metadata: {fields: {a: '${jobId}'}}]"),
        rule_of("six", "manual", "[{stop: , when: item.title}, transcode: {format: lowres}]"),
    ]  # fmt: skip
    assert check_rules(rules, bench, library) == []


def test_an_action_that_there_is_not(rule_of: RuleOf, bench: flowhost.Workbench) -> None:
    (problem,) = check_rules([rule_of(actions="[trancode: {format: lowres}]")], bench)
    assert problem.place == flowhost.Place("one.yaml", 3, 11)
    assert "'trancode'" in problem.message
    assert "did you mean 'transcode'?" in problem.message


def test_every_problem_of_every_action(rule_of: RuleOf, bench: flowhost.Workbench) -> None:
    actions = "\n- transcode: {fromat: lowres, replace: perhaps}\n- set-metadata: {fields: {a: '${title'}}"
    problems = check_rules([rule_of(actions=actions)], bench)

    places = [(one.place.line, one.place.column) for one in problems if one.place]
    assert places == [(4, 3), (4, 23), (4, 40), (5, 31)]
    assert "did you mean 'format'?" in problems[1].message


def test_two_rules_of_one_name(rule_of: RuleOf, bench: flowhost.Workbench) -> None:
    first = rule_of("one")
    second = rule_of("one")
    assert said(check_rules([first, second], bench)) == [
        "one.yaml:1:7: the rule 'one' is there twice, first at one.yaml:1:7; names must differ"
    ]


def test_a_step_after_the_end(rule_of: RuleOf, bench: flowhost.Workbench) -> None:
    rule = rule_of(actions="[stop, transcode: {format: lowres}]")
    assert said(check_rules([rule], bench)) == [
        "one.yaml:3:17: step 'transcode' is never taken: the step 'stop' before it ends every run; "
        "give that a 'when', or put it last"
    ]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (
            "targets: [media1], remove-from-others: yes",
            "targets: [media2]",
            "'one' removes copies elsewhere than in 'media1', and 'two' wants them in 'media2'",
        ),
        (
            "targets: [media1]",
            "targets: [media2], remove-from-others: yes",
            "'two' removes copies elsewhere than in 'media2', and 'one' wants them in 'media1'",
        ),
        (
            "remove-from-others: yes",
            "storages: 2",
            "'one' removes copies elsewhere than in 1 storage, and 'two' wants them in 2",
        ),
        (
            "directory: a, remove-from-others: yes",
            "directory: b",
            "'one' removes copies elsewhere, and one wants them in 'a', the other in 'b'",
        ),
        ("directory: a", "directory: ''", "one wants them in 'a', the other in '' of the same storage"),
        (
            "directory: a, targets: media1",
            "directory: b, targets: [media1, media2], storages: 2",
            "one wants them in 'a', the other in 'b' of the same storage",
        ),
    ],
)
def test_distributions_that_contradict_each_other(
    first: str, second: str, reason: str, rule_of: RuleOf, bench: flowhost.Workbench
) -> None:
    rules = [
        rule_of("one", f"{{format-distribution: {{formats: [original, lowres], {first}}}}}"),
        rule_of("two", f"{{format-distribution: {{format: original, {second}}}}}"),
    ]
    assert said(check_rules(rules, bench)) == [
        f"two.yaml:2:11: rule 'two' contradicts rule 'one' (one.yaml:2:11) about 'original' files: {reason}"
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("format: original, remove-from-others: yes, targets: [a]", "format: lowres, targets: [b]"),
        ("format: original, targets: [a]", "format: original, targets: [b]"),
        (
            "format: original, storages: 2, targets: [a, b], remove-from-others: yes",
            "format: original, targets: [a]",
        ),
        ("format: original, directory: x, remove-from-others: yes", "format: original, directory: x/"),
        ("format: original, remove-from-others: no", "format: original, storages: 2"),
        ("format: original, directory: a", "format: original"),
        ("format: original, directory: a, targets: [a]", "format: original, directory: b, targets: [b]"),
        ("format: original, directory: a, targets: [a]", "format: original, directory: b, targets: [a, b]"),
        ("format: 'a, b', remove-from-others: yes", "format: b, storages: 2"),
    ],
)
def test_distributions_that_can_live_together(
    first: str, second: str, rule_of: RuleOf, bench: flowhost.Workbench
) -> None:
    rules = [
        rule_of("one", f"{{format-distribution: {{{first}}}}}"),
        rule_of("two", f"{{format-distribution: {{{second}}}}}"),
    ]
    assert check_rules(rules, bench) == []


DISTRIBUTION = "{format-distribution: {format: original, targets: [a], remove-from-others: yes}}"
STEP = "[move-copy-files: {formats: original, targets: [b]}]"


def test_a_step_contradicts_a_distribution_as_well(rule_of: RuleOf, bench: flowhost.Workbench) -> None:
    rules = [rule_of("one", DISTRIBUTION), rule_of("two", "new-item", STEP)]
    (problem,) = check_rules(rules, bench)
    assert "rule 'two' contradicts rule 'one' (one.yaml:2:11)" in problem.message
    assert problem.place == flowhost.Place("two.yaml", 3, 11)


@pytest.mark.parametrize(
    ("more", "trigger", "other"),
    [
        ("when: item.mediaType == 'video'", "new-item", "when: item.mediaType == 'audio'"),
        ("suspended: yes", "new-item", ""),
        ("", "manual", ""),
    ],
)
def test_rules_that_may_never_meet(
    more: str, trigger: str, other: str, rule_of: RuleOf, bench: flowhost.Workbench
) -> None:
    rules = [rule_of("one", DISTRIBUTION, more=more), rule_of("two", trigger, STEP, more=other)]
    assert check_rules(rules, bench) == []


def test_storages_are_known_by_id_and_name(
    rule_of: RuleOf, bench: flowhost.Workbench, library: flowhost.MediaLibrary
) -> None:
    one = "{format-distribution: {format: original, targets: [media1], remove-from-others: yes}}"
    two = "{format-distribution: {format: original, targets: [VX-1]}}"
    rules = [rule_of("one", one), rule_of("two", two)]

    assert check_rules(rules, bench, library) == []
    assert len(check_rules(rules, bench)) == 1


@pytest.mark.parametrize(
    ("trigger", "more", "expected"),
    [
        ("{saved-search: Old clips}", "", "2:11: there is no saved search 'Old clips'"),
        ("{saved-search: {query: a ? b}}", "", "2:11: the query 'a ? b' cannot be read"),
        ("{schedule: {every: 1 h, search: Old}}", "", "2:11: there is no saved search 'Old'"),
        ("{schedule: {every: 1 h, query: '?'}}", "", "2:11: the query '?' cannot be read"),
        ("{collection: Nwes}", "", "2:11: there is no collection 'Nwes'"),
        ("{format-distribution: {format: lowers}}", "", "2:11: there is no format 'lowers'; did you mean 'lowres'?"),
        ("{format-distribution: {format: original, targets: [media3]}}", "", "2:61: there is no storage 'media3'"),
        ("{metadata-change: {fields: [aproved]}}", "",
         "2:11: the trigger names the field 'aproved', which no item has; did you mean 'approved'?"),
        ("{notification: {name: item_deleted}}", "",
         "2:11: there is no notification 'item_deleted'; did you mean 'item_delete'?"),
        ("{job: {notification: job_failed}}", "", "2:11: there is no notification 'job_failed'; did you mean 'job_fail'?"),
        ("{notification: {name: x}}", "", "2:11: there is no notification 'x'"),
        ("manual", "when: item.first('directer') == 'x'",
         "4:18: a condition asks for the field 'directer', which no item has; did you mean 'director'?"),
        ("manual", "when: item.fields['x'] == 'x'",
         "4:19: a condition asks for the field 'x', which no item has"),
    ],
)  # fmt: skip
def test_what_the_library_does_not_have(
    trigger: str,
    more: str,
    expected: str,
    rule_of: RuleOf,
    bench: flowhost.Workbench,
    library: flowhost.MediaLibrary,
) -> None:
    rule = rule_of("one", trigger, more=more)

    assert check_rules([rule], bench) == []
    assert said(check_rules([rule], bench, library)) == [f"one.yaml:{expected}"]


def test_a_library_that_does_not_tell_its_notifications(
    rule_of: RuleOf,
    bench: flowhost.Workbench,
    library: flowhost.MediaLibrary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = flowhost.MediaLibrary.notification_names
    monkeypatch.setattr(type(library), "notification_names", names)
    assert check_rules([rule_of("one", "{notification: {name: x}}")], bench, library) == []


def test_a_tag_that_no_item_has(
    rule_of: RuleOf, bench: flowhost.Workbench, library: flowhost.MediaLibrary
) -> None:
    actions = "[set-metadata: {fields: {a: ['${titel}', '${title} ${other:-x} $${this}']}}]"
    rule = rule_of("one", "manual", actions)
    assert said(check_rules([rule], bench, library)) == [
        "one.yaml:3:40: action 'set-metadata' has the tag ${titel}, which no item has; did you mean 'title'?"
    ]


@pytest.mark.parametrize(
    ("trigger", "actions", "more", "expected"),
    [
        ("{saved-search: Fresh clips}", "[delete-item]", "", DESTRUCTIVE_MATCHES),
        ("{schedule: {every: 1 d, search: Old}}", "[delete-item]", "", DESTRUCTIVE_MATCHES),
        (DISTRIBUTION, "[stop]", "", DESTRUCTIVE_MATCHES),
        ("{saved-search: Fresh clips}", "[delete-item]", "max-matches: 7", 7),
        ("{saved-search: Fresh clips}", "[transcode: {format: lowres}]", "", None),
        ("new-item", "[delete-item]", "", None),
        ("manual", "[delete-item]", "", None),
        ("{collection: News}", "[archive: {policy: p}]", "", None),
        ("{collection: News}", "[archive: {policy: p, purge: yes}]", "", DESTRUCTIVE_MATCHES),
    ],
)
def test_the_brake_of_rules_that_destroy(
    trigger: str, actions: str, more: str, expected: int | None, rule_of: RuleOf, bench: flowhost.Workbench
) -> None:
    rule = rule_of("one", trigger, actions, more)
    made = [
        bench.make("action", one.action, one.parameters, place=one.place, places=one.places)
        for one in rule.steps
    ]
    assert with_brake(rule, made).max_matches == expected


def test_storages_and_formats_that_steps_name_and_the_library_does_not_have(
    rule_of: RuleOf, bench: flowhost.Workbench, library: flowhost.MediaLibrary
) -> None:
    right = """
  - move-copy-files: {formats: 'original, lowres', targets: 'media1, VX-2'}
  - export: {location: media1, format: lowres}
  - transcode: {format: mastered}"""
    assert check_rules([rule_of("one", "manual", right)], bench, library) == []
    wrong = """
  - move-copy-files: {formats: [original, lowers], targets: [media1, medai1]}
  - export: {location: nowhere}
  - archive: {policy: tape}
  - transcode: {format: lowers}"""
    assert [one.message for one in check_rules([rule_of("two", "manual", wrong)], bench, library)] == [
        "there is no format 'lowers'; did you mean 'lowres'?",
        "there is no storage 'medai1'",
        "there is no storage 'nowhere'",
        "there is no storage 'tape'",
        "there is no format 'lowers'; did you mean 'lowres'?",
    ]
