"""The base classes: `Flow` for workers, and one base for each kind of source.

A class made from one of them is no part of flowhost. `flowhost_part` says what plays in its stead: a part that makes
the object, equips it with what it needs, and hands the objects of the source to the worker through flowhost's pool.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar


class Flow:
    """A worker: `start` does the job for one object of the source.

    Args:
        instance_name: name of the running daemon.
    """

    SOURCE: ClassVar[Any] = None
    """The class of the source the objects come from."""

    def __init__(self, instance_name: str | None = None) -> None:
        self.instance_name = instance_name

    def start(self, obj: Any, /) -> Any:
        """Do the job for one object; called in a thread of the pool.

        A method with the parameters ``info`` and ``log_id`` is given the headers of the event and the job's number.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method start(self, obj)")

    @classmethod
    def flowhost_part(cls) -> type | str:
        """What plays in this class's stead in a daemon of flowhost."""
        from flow_compat.worker import worker_part

        return worker_part(cls)


class _Source:
    @classmethod
    def flowhost_part(cls) -> type | str:
        """What plays in this class's stead in a daemon of flowhost."""
        from flow_compat.source import source_part

        return source_part(cls)


class Once(_Source):
    """A source of one object: what `run` returns. The work for it has no time-out and is not tried again."""

    def run(self) -> Any:
        """Return the one object."""
        raise NotImplementedError(f"{type(self).__name__} has no method run(self)")


class Iterable(_Source):
    """A source that is an iterator: each object becomes a job, and the program ends after the last one."""

    def __iter__(self) -> Any:
        """The iterator: the object itself."""
        return self

    def __next__(self) -> Any:
        """The next object; a class written for Python 2 has it as `next`."""
        return self.next()

    def next(self) -> Any:
        """Return the next object, or raise StopIteration."""
        raise NotImplementedError(f"{type(self).__name__} has neither __iter__ nor next")


class EventBased(_Source):
    """A source that calls `callback` with each object, from any thread; the call waits while every worker is busy."""

    _has_event_loop = False
    """Whether `run` goes on until there is nothing more to do; then the program ends when it returns."""

    callback: Callable[[Any], Any] | None = None
    """Set before `run` is called."""

    def run(self) -> None:
        """Begin to listen; with ``_has_event_loop = True``: listen until the end."""
        raise NotImplementedError(f"{type(self).__name__} has no method run(self)")
