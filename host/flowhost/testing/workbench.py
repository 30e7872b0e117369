"""A workbench for tests: actions from documents, with resources that the test made.

Example::

    def test_the_rule(clock):
        bench = workbench(Shout, resources=[library], clock=clock)
        action = bench.make("action", "shout", {"text": "${title}"}, place=Place("rule.yaml"), places={})
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flowhost.clock import SystemClock
from flowhost.config import Config
from flowhost.hookspecs import hookimpl
from flowhost.parts import Clock, Resource
from flowhost.registry import Registry
from flowhost.wiring.making import Maker
from flowhost.wiring.resources import Resources
from flowhost.wiring.workbench import WiredWorkbench
from flowhost.workbench import Workbench


def workbench(
    *actions: type,
    resources: Iterable[Resource] = (),
    clock: Clock | None = None,
    directory: Path | None = None,
) -> Workbench:
    """A workbench that knows these actions and every installed one, and gives these resources to them.

    Args:
        actions: classes of actions.
        resources: made, and open if they have to be; a need that none of them meets is met as in a daemon whose
            profile says nothing.
        clock: for the actions that ask for one; the machine's by default.
        directory: folder of the profile there might be; the working directory by default.
    """
    registry = Registry.load(extra=[("test-actions", _Plugin(actions))], quiet=True)
    config = Config((directory or Path.cwd()) / "test.ini", "test", {})
    maker = Maker(config, clock=clock or SystemClock())
    wired = Resources(config, registry, maker)
    for resource in resources:
        wired.add(resource)
    maker.workbench = WiredWorkbench(registry, maker, wired)
    return maker.workbench


class _Plugin:
    def __init__(self, actions: tuple[type, ...]) -> None:
        self._actions = actions

    @hookimpl
    def flowhost_actions(self) -> list[type]:
        """The actions of the test."""
        return list(self._actions)
