from __future__ import annotations

import inspect
import textwrap
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

import flowhost
from flowhost import hookspecs
from flowhost.discovery.collecting import HOOKS
from flowhost.hookspecs import COLLECTING, COMMANDS
from flowhost.registry import Registry

RECEIPT = flowhost.Receipt("done")
JOB = flowhost.Job(0, "hall", flowhost.Event("tick", subject="clip.mxf"), receipt=RECEIPT)
DAEMON = flowhost.DaemonInfo("hall", "/etc/flowhost")
OBSERVED: dict[str, tuple[dict[str, Any], str]] = {
    "flowhost_started": ({"daemon": DAEMON}, "hall is up\n"),
    "flowhost_finished": ({"job": JOB}, "clip.mxf done 0.0\n"),
    "flowhost_stopping": ({"daemon": DAEMON, "reason": "SIGTERM"}, "hall stops: SIGTERM\n"),
}


def example(hook: str) -> ModuleType:
    """The example of a hook's documentation, run as a module."""
    before, marker, code = inspect.cleandoc(HOOKS[hook].__doc__ or "").partition("Example::\n")
    assert before.strip(), f"{hook} does not say what it is for"
    assert marker, f"{hook} has no example"
    module = ModuleType(f"example_of_{hook}")
    exec(compile(textwrap.dedent(code), hook, "exec"), module.__dict__)
    return module


def test_every_hook_is_here() -> None:
    assert {*COLLECTING.values(), COMMANDS, *OBSERVED} == set(HOOKS)
    assert all(hasattr(getattr(hookspecs, name), "flowhost_spec") for name in HOOKS)


@pytest.mark.parametrize(("kind", "hook"), COLLECTING.items())
def test_the_example_of_a_collecting_hook_provides_a_part(kind: Any, hook: str) -> None:
    registry = Registry.load(extra=[("example", example(hook))])
    [plugin] = [one for one in registry.plugins if one.name == "example"]
    assert plugin.error is None
    [(provided, name)] = plugin.provides
    assert provided == kind
    part = registry.get(kind, name)
    assert part.__doc__
    assert part().name == name


def test_the_example_of_the_hook_for_commands_provides_one() -> None:
    registry = Registry.load(extra=[("example", example(COMMANDS))])
    [plugin] = [one for one in registry.plugins if one.name == "example"]
    assert (plugin.error, plugin.provides) == (None, (("command", "greet"),))
    assert CliRunner().invoke(registry.commands()["greet"], ["hall"]).output == "hello hall\n"


@pytest.mark.parametrize(("hook", "arguments", "printed"), [(hook, *seen) for hook, seen in OBSERVED.items()])
def test_the_example_of_an_observing_hook_is_called(
    hook: str, arguments: dict[str, Any], printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = Registry.load(extra=[("example", example(hook))])
    assert registry.observed(hook)
    registry.observe(hook, **arguments)
    assert capsys.readouterr().out == printed


def test_the_parts_of_the_examples_work(capsys: pytest.CaptureFixture[str]) -> None:
    event = flowhost.Event("x", subject="clip", time=datetime(2026, 1, 1, tzinfo=UTC))
    emitted: list[flowhost.Event] = []
    example("flowhost_sources").Once().run(emitted.append, None)
    assert [one.type for one in emitted] == ["hello"]
    example("flowhost_workers").Shout().work(event)
    assert capsys.readouterr().out == "CLIP\n"
    assert example("flowhost_actions").Greet().act(flowhost.Context(event, "7")).state == "done"
    assert example("flowhost_parsers").Csv().parse(b"a,b") == ["a", "b"]
    store = example("flowhost_resources").Memory()
    store.put("k", 1)
    assert (store.get("k"), store.keys("k"), store.delete("k"), store.get("k")) == (1, ["k"], True, None)
