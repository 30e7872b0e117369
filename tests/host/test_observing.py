from __future__ import annotations

import logging
from types import ModuleType

import pytest

import flowhost
from flowhost import DaemonInfo
from flowhost.registry import Registry


class Listener:
    """A plugin that is an object."""

    def __init__(self, fail: BaseException | None = None) -> None:
        self.heard: list[str] = []
        self.fail = fail

    def flowhost_started(self, daemon: DaemonInfo) -> None:
        self.heard.append(daemon.name)
        if self.fail:
            raise self.fail


def _listener(fail: BaseException | None = None) -> Listener:
    return type("Marked", (Listener,), {"flowhost_started": flowhost.hookimpl(Listener.flowhost_started)})(
        fail
    )


@pytest.mark.parametrize("fail", [ValueError("boom"), SystemExit(3)])
def test_an_observer_that_fails_is_logged_and_hurts_nobody(
    fail: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    before, failing, after = _listener(), _listener(fail), _listener()
    registry = Registry.load(extra=[("before", before), ("failing", failing), ("after", after)])
    assert registry.observed("flowhost_started")
    with caplog.at_level(logging.ERROR):
        registry.observe("flowhost_started", daemon=DaemonInfo("hall", "/"))
    assert [one.heard for one in (before, failing, after)] == [["hall"]] * 3
    assert "the plugin 'failing' failed in flowhost_started" in caplog.text
    assert "the plugin 'before'" not in caplog.text


def test_a_hook_nobody_listens_to_is_known_to_be_so() -> None:
    registry = Registry.load(extra=[("one", _listener())])
    assert not registry.observed("flowhost_stopping")
    registry.observe("flowhost_stopping", daemon=DaemonInfo("hall", "/"), reason="over")


def test_a_broken_plugin_does_not_observe() -> None:
    listener = _listener()
    type(listener).flowhost_sources = _failing_hook()  # type: ignore[attr-defined]  # a hook more
    registry = Registry.load(extra=[("broken", listener)])
    assert not registry.observed("flowhost_started")


def _failing_hook() -> object:
    @flowhost.hookimpl
    def flowhost_sources(self: object) -> list[type]:
        raise ValueError("boom")

    return flowhost_sources


# -- plugins given by the program


def test_extra_plugins_count_like_installed_ones() -> None:
    class Tick:
        name = "tick"

        def run(self, emit: object, stop: object) -> None:
            pass

    module = ModuleType("given")
    module.flowhost_sources = flowhost.hookimpl(lambda: [Tick])  # type: ignore[attr-defined]  # its hook
    registry = Registry.load(extra=[("given", module)])
    assert registry.get("source", "tick") is Tick
    assert str(registry.plugin_of("source", "tick")) == "plugin 'given'"
    blocked = Registry.load(extra=[("given", module)], disabled=["given"])
    assert "tick" not in blocked.parts("source")


def test_an_extra_plugin_with_a_taken_name_is_broken() -> None:
    registry = Registry.load(extra=[("mine", _listener()), ("mine", _listener())])
    assert [one.error for one in registry.plugins if one.name == "mine"] == [
        None,
        "another plugin is called 'mine' too",
    ]
