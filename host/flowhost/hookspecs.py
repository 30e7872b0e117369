"""Every hook a plugin may implement. Mark an implementation with `flowhost.hookimpl`.

The collecting hooks return classes. Each class has a ``name`` (how the config calls it) and a constructor whose
keyword parameters are its options. One more returns commands for the program. The observing hooks tell a plugin
what happened; an exception in one is logged and hurts nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pluggy

from flowhost.actions import Action
from flowhost.parts import DaemonInfo, Job, Parser, Resource, Source, Worker

if TYPE_CHECKING:
    import click

PROJECT = "flowhost"
"""Name of the pluggy project and of the entry-point group."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Decorator: marks a function as a plugin's implementation of the hook of the same name."""


@hookspec
def flowhost_sources() -> Iterable[type[Source]]:
    """Provide sources.

    Example::

        import flowhost

        class Once:
            "Emits one event and is exhausted."

            name = "once"

            def run(self, emit, stop):
                emit(flowhost.Event("hello"))

        @flowhost.hookimpl
        def flowhost_sources():
            return [Once]
    """
    raise NotImplementedError


@hookspec
def flowhost_workers() -> Iterable[type[Worker]]:
    """Provide workers.

    Example::

        import flowhost

        class Shout:
            "Prints what an event is about."

            name = "shout"

            def work(self, event):
                print(event.subject.upper())

        @flowhost.hookimpl
        def flowhost_workers():
            return [Shout]
    """
    raise NotImplementedError


@hookspec
def flowhost_actions() -> Iterable[type[Action]]:
    """Provide actions, the steps of rules.

    Example::

        import flowhost

        class Greet:
            "Greets the item."

            name = "greet"

            def act(self, context):
                return flowhost.Outcome.done(f"hello {context.item}")

        @flowhost.hookimpl
        def flowhost_actions():
            return [Greet]
    """
    raise NotImplementedError


@hookspec
def flowhost_parsers() -> Iterable[type[Parser]]:
    """Provide parsers.

    Example::

        import flowhost

        class Csv:
            "One line of comma separated values."

            name = "csv-line"

            def parse(self, data):
                text = data if isinstance(data, str) else data.decode()
                return text.split(",")

        @flowhost.hookimpl
        def flowhost_parsers():
            return [Csv]
    """
    raise NotImplementedError


@hookspec
def flowhost_resources() -> Iterable[type[Resource]]:
    """Provide resources. One that fills a role inherits from it, e.g. `flowhost.Store`.

    Example::

        import flowhost

        class Memory(flowhost.Store):
            "Keeps values until the process ends."

            name = "memory"

            def __init__(self):
                self._values = {}

            def open(self): pass
            def close(self): pass
            def get(self, key): return self._values.get(key)
            def put(self, key, value): self._values[key] = value; return value
            def delete(self, key): return self._values.pop(key, None) is not None
            def keys(self, prefix=""): return sorted(k for k in self._values if k.startswith(prefix))

        @flowhost.hookimpl
        def flowhost_resources():
            return [Memory]
    """
    raise NotImplementedError


@hookspec
def flowhost_commands() -> Mapping[str, click.Command]:
    """Provide commands of the `flowhost` program, by their words.

    Two words put the command below the first: ``"new greeting"`` is run as ``flowhost new greeting``. Flowhost's
    own commands cannot be replaced; of them only ``demo`` takes commands below it. The plugins are asked when a
    word is none of flowhost's own, for ``--help`` and for completion: import what is heavy inside the command. A
    command returns its exit code, or None for 0.

    Example::

        import click
        import flowhost

        @click.command()
        @click.argument("name")
        def greet(name):
            "Greet somebody."
            click.echo(f"hello {name}")

        @flowhost.hookimpl
        def flowhost_commands():
            return {"greet": greet}
    """
    raise NotImplementedError


@hookspec
def flowhost_started(daemon: DaemonInfo) -> None:
    """A daemon's resources are open and its sources run.

    Example::

        import flowhost

        @flowhost.hookimpl
        def flowhost_started(daemon):
            print(daemon.name, "is up")
    """


@hookspec
def flowhost_finished(job: Job) -> None:
    """A job came to its end: `job.receipt` says which.

    Example::

        import flowhost

        @flowhost.hookimpl
        def flowhost_finished(job):
            print(job.event.subject, job.receipt.outcome, job.seconds)
    """


@hookspec
def flowhost_stopping(daemon: DaemonInfo, reason: str) -> None:
    """A daemon begins to stop, for this reason.

    Example::

        import flowhost

        @flowhost.hookimpl
        def flowhost_stopping(daemon, reason):
            print(daemon.name, "stops:", reason)
    """


COLLECTING: dict[str, str] = {
    "source": "flowhost_sources",
    "worker": "flowhost_workers",
    "action": "flowhost_actions",
    "parser": "flowhost_parsers",
    "resource": "flowhost_resources",
}
"""Kind of part → the hook that collects it."""

COMMANDS = "flowhost_commands"
"""The hook that collects what is no part of a daemon."""

REQUIRED_METHODS: dict[str, tuple[str, ...]] = {
    "source": ("run",),
    "worker": ("work",),
    "action": ("act",),
    "parser": ("parse",),
    "resource": ("open", "close"),
}
"""Kind of part → the methods a class must have to be one."""
