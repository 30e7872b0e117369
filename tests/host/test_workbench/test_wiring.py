"""A workbench within a daemon: what it makes is wired as any part, or everything that is wrong is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flowhost import ConfigError, Event, Place, workbench_of
from flowhost.config import Config
from flowhost.registry import Registry
from flowhost.testing.harness import RunningDaemon
from flowhost.wiring import blueprint

Write = Callable[..., Config]


def steps_of(worker: Any) -> Any:
    return worker.steps


def wrong(config: Config, registry: Registry) -> list[str]:
    """What is wrong, each without the folder."""
    with pytest.raises(ConfigError) as raised:
        blueprint(config, registry)
    return [str(problem).replace(f"{config.directory}/", "") for problem in raised.value.problems]


def test_actions_get_the_daemons_resources(written: Write, registry: Registry) -> None:
    made = blueprint(
        written("send to=${name}\nsend to=b\nkeep many=3\n", "[Post]\noffice = there\n"), registry
    )
    first, second, keep = steps_of(made.worker).actions
    assert first.post is second.post
    assert (keep.many, keep.info.name, keep.store.name) == (3, "walk", "shelf")
    assert made.worker.work(Event("x"))[:2] == ["Anna by there", "b by there"]


def test_what_actions_need_is_opened_before_whoever_made_them(written: Write, registry: Registry) -> None:
    made = blueprint(written("keep\nsend to=a\n", "[Post]\n"), registry)
    assert [resource.name for resource in made.resources] == ["shelf", "post", "steps"]
    held = made.stands_on[id(steps_of(made.worker))]
    assert [resource.name for resource in held] == ["shelf", "post"]


def test_every_mistake_is_told_once_and_in_order(written: Write, registry: Registry) -> None:
    steps = """
        send too=a
        sedn to=a
        keep many=few
        send to=nobody
    """
    assert wrong(written(steps, "[Post]\nofice = x\n"), registry) == [
        "walk.ini:8:9: unknown option 'ofice' of resource 'post'; did you mean 'office'?",
        "steps.txt:1:1: action 'send' needs the option 'to' (who gets it)",
        "steps.txt:1:6: unknown option 'too' of action 'send'; did you mean 'to'?",
        "steps.txt:2:1: unknown action 'sedn'; did you mean 'send'?",
        "steps.txt:3:6: option 'many' of action 'keep': 'few' is not a whole number",
        "steps.txt:4:1: action 'send' needs a resource that could not be made",
    ]


def test_what_a_constructor_complains_of_is_told_at_the_option(written: Write, registry: Registry) -> None:
    assert wrong(written("keep\nsend to=nobody\n", "[Post]\n"), registry) == [
        "steps.txt:2:6: action 'send': 'to' is nobody"
    ]


def test_a_resource_that_no_section_makes_is_missed(written: Write, registry: Registry) -> None:
    assert wrong(
        written("send to=a\n", "[Resource:a]\ntype = post\n[Resource:b]\ntype = post\n"), registry
    ) == ["steps.txt:1:1: action 'send' needs a Post and there are several; name one of: a, b"]


def test_a_step_can_name_its_resource(written: Write, registry: Registry) -> None:
    two = "[Resource:a]\ntype = post\noffice = x\n[Resource:b]\ntype = post\noffice = y\n"
    made = blueprint(written("send to=a post=b\n", two), registry)
    assert made.worker.work(Event("x")) == ["a by y"]
    assert [resource.name for resource in made.resources] == ["post", "steps"]
    assert wrong(written("send to=a post=c\n", two), registry) == [
        "steps.txt:1:11: action 'send' needs a Post; 'c' is no resource"
    ]


def test_later_there_is_only_what_was_opened(written: Write, registry: Registry) -> None:
    made = blueprint(written("keep\n", "[Post]\n"), registry)
    steps = steps_of(made.worker)
    assert steps.made("keep many=2").many == 2
    with pytest.raises(ConfigError) as raised:
        steps.made("send to=a", 7)
    assert str(raised.value) == (
        f"{steps.file}:7:1: action 'send' needs the resource 'post', which this daemon did not open when it started; "
        "restart it"
    )
    assert [resource.name for resource in made.resources] == ["shelf", "steps"]


def test_what_is_made_later_leaves_nothing_behind(written: Write, registry: Registry) -> None:
    made = blueprint(written("send to=a\n", "[Post]\n"), registry)
    before = len(made.stands_on)
    later = [steps_of(made.worker).made("send to=later") for _ in range(10)]
    with pytest.raises(ConfigError):
        steps_of(made.worker).made("send to=nobody")
    assert len(later) == 10
    assert len(made.stands_on) <= before
    assert [action.part.to.text for action in made.actions] == ["a"]


def test_actions_that_can_probe_are_told_of(written: Write, registry: Registry) -> None:
    made = blueprint(written("send to=a\nkeep\nsend to=b\n", "[Post]\n"), registry)
    assert [(one.called, one.place.line) for one in made.actions] == [
        ("action 'send'", 1),
        ("action 'send'", 3),
    ]


def test_a_daemon_runs_with_them(
    daemon: Callable[..., RunningDaemon], plugin: object, opened: list[str], written: Write
) -> None:
    written("send to=${name}\n")
    running = daemon(
        "[Flow]\nworker = walk\n[Source]\ntype = interval\ninterval = 600\n[Post]\noffice = there\n",
        plugins=[plugin],
    )
    (job,) = running.wait_for(1)
    assert job.receipt
    assert job.receipt.value == ["Anna by there"]
    assert opened == ["post there", "steps"]


def test_from_outside_nothing_is_opened(written: Write, opened: list[str]) -> None:
    bench = workbench_of(written("").profile)
    assert bench.names() == sorted(bench.names())
    assert bench.names("parser")
    with pytest.raises(ConfigError, match=r"^r\.yaml:2:3: unknown action 'sendd'"):
        bench.make("action", "sendd", {}, place=Place("r.yaml", 2, 3), places={})
    assert opened == []
