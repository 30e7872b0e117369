"""The daemon is killed before and after each request of each action on Vidispine, and started again.

What a rule does must then be what it does undisturbed: on the site nothing is lost, doubled or left behind.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

ACTIONS = {
    "set-metadata": "[set-metadata: {fields: {news_words: '${title}, ${news_words:-new}'}, clear: [title]}]",
    "set-tags": "[set-tags: {field: news_words, add: [one, two]}]",
    "set-access": "[set-access: {groups: {desk: READ}, users: {ada: ALL}}]",
    "add-to-collection": "[add-to-collection: {collection: 'All of ${title}'}]",
    "import-file": "[import-file: {}]",
    "export": "[export: {location: out, file-name: '${title}'}]",
    "distribute": "[move-copy-files: {formats: [original], storages: 2, targets: [second, third], "
    "remove-from-others: yes, directory: 'of/${title}'}]",
    "delete-item": "[delete-item: {grace: 7 d}]",
    "archive": "[archive: {policy: tape, purge: yes}]",
    "restore": "[archive: {policy: tape, purge: yes}, restore: {}]",
    "delete-from-archive": "[archive: {policy: tape}, delete-from-archive: {}]",
    "transcode": "[transcode: {format: lowres, replace: yes}]",
    "wait": "[wait: {for: 100 ms}, set-tags: {field: news_words, add: [waited]}]",
}
"""Of rules with two steps only the second is disturbed; the first has a rule of its own, or does nothing."""

LONG_RULE = """[
    set-metadata: {fields: {news_words: '${title}, ${news_words:-new}'}},
    set-access: {groups: {desk: READ}},
    add-to-collection: {collection: 'Whole ${title}'},
    move-copy-files: {formats: [original], storages: 1, targets: [second], remove-from-others: yes},
    export: {location: out, file-name: '${title}'},
    delete-item: {},
  ]"""
SEED, TRIALS, LIVES = 20261122, 3, 4

FEWEST_MOMENTS = 3
"""Of any action: before and after its first request, and when it is recorded."""

ANSWERED = ("after PUT", "after POST", "after DELETE")
"""Moments of requests begin so."""

SECOND = "after record step 2 running"
"""The moment when the second step of a rule begins."""


def _first(moments: list[str]) -> int:
    """The number of the first moment that a rule is about: of its second step, if it has one."""
    return 1 + (moments.index(SECOND) if SECOND in moments else 0)


each_action = pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=[pytest.mark.ffmpeg] * ("transcode" in ACTIONS[one])) for one in ACTIONS],
)


@pytest.mark.slow
@each_action
def test_kill_9_at_every_moment(site: Any, name: str, tell: Any) -> None:
    expected, moments = site.undisturbed(ACTIONS[name])
    first = _first(moments)
    deaths = [(number,) for number in range(first, len(moments) + 1)]
    assert len(deaths) >= FEWEST_MOMENTS, moments
    for (number,), outcome in zip(deaths, site.killed(ACTIONS[name], deaths), strict=True):
        assert outcome == expected, moments[number - 1]
    tell(f"{name}: killed at {len(deaths)} moments: {', '.join(moments[first - 1 :])}")


@pytest.mark.slow
@each_action
def test_an_answer_that_is_lost(site: Any, name: str) -> None:
    expected, moments = site.undisturbed(ACTIONS[name])
    numbers = range(_first(moments), len(moments) + 1)
    answers = {n: moments[n - 1] for n in numbers if moments[n - 1].startswith(ANSWERED)}
    assert answers, moments
    for moment, outcome in zip(answers.values(), site.unanswered(ACTIONS[name], answers), strict=True):
        assert outcome == expected, moment


@pytest.mark.slow
def test_kill_9_again_and_again(site: Any) -> None:
    chance = random.Random(SEED)
    expected, moments = site.undisturbed(LONG_RULE)
    numbers = range(1, len(moments) // 2)  # a life that is not the first has fewer
    deaths = [tuple(chance.choices(numbers, k=LIVES)) for _ in range(TRIALS)]
    for numbers_of_one, outcome in zip(deaths, site.killed(LONG_RULE, deaths), strict=True):
        assert outcome == expected, f"seed {SEED}: {numbers_of_one}"
