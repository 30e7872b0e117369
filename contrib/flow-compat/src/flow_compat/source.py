"""The part that plays in the stead of a source written for Flow."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any

import flowhost
from flow_compat.objects import OBJECT, event_of
from flow_compat.signature import HOSTS, constructor, equipment_of, needs_of, options_of, stage_of
from flow_compat.stopping import stoppable

log = logging.getLogger(__name__)


def source_part(kind: Any) -> type | str:
    """The part for a class made from `flow.Once`, `flow.Iterable` or `flow.EventBased`.

    Returns:
        A class, or the name of a plugin's source when `kind` is one of Flow's own listeners.
    """
    native: str | None = getattr(kind, "native", None)
    if native and kind.run is kind.native_run:
        return native
    return type(
        kind.__name__,
        (_part_of(kind),),
        {
            "name": kind.__name__,
            "__doc__": kind.__doc__ or "A source written for Flow.",
            "__module__": kind.__module__,
            "__init__": constructor([*options_of(kind), *needs_of(kind)], functools.partial(_keep, kind)),
        },
    )


def _part_of(kind: type) -> type:
    from flow.kinds import EventBased, Iterable, Once

    parts: dict[type, type] = {Once: _Once, Iterable: _Iterable, EventBased: _EventBased}
    return next(part for base, part in parts.items() if issubclass(kind, base))


def _keep(kind: type, self: Any, arguments: dict[str, Any]) -> None:
    options = {name: value for name, value in arguments.items() if not name.startswith(HOSTS)}
    equipment = equipment_of(arguments)
    self._cast = stage_of(arguments).cast(functools.partial(kind, **options), equipment, worker=False)


class _Playing:
    name = "source"
    _cast: Any

    def _emit(self, emit: flowhost.Emit, obj: Any) -> Any:
        return emit(event_of(obj, self.name))

    def _broke_off(self, emit: flowhost.Emit, error: BaseException) -> None:
        """A batch that breaks off ends with an error; to begin it again would do the first part twice."""
        if well_ended(error):
            return
        log.exception("source %s failed", self.name)
        reason = f"source {self.name} failed: {type(error).__name__}: {error}"
        emit(flowhost.Event(OBJECT, source=self.name, headers={flowhost.REJECT_HEADER: reason}))


class _Once(_Playing):
    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit what the old source's `run` returns."""
        try:
            with stoppable(stop):
                obj = self._cast.object.run()
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a stranger's code
            self._broke_off(emit, error)
            return
        self._emit(emit, obj)


class _Iterable(_Playing):
    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit every object of the old source until it has no more."""
        objects = iter(self._cast.object)
        while not stop.is_set():
            try:
                with stoppable(stop):
                    obj = next(objects)
            except StopIteration:
                log.info("source %s has no more data", self.name)
                return
            except (Exception, SystemExit) as error:  # noqa: BLE001  # a stranger's code
                self._broke_off(emit, error)
                return
            self._emit(emit, obj)


class _EventBased(_Playing):
    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Let the old source call back until `stop`, or until its own loop ends."""
        source = self._cast.object
        source.callback = _callback(self._emit, emit)
        try:
            with stoppable(stop):
                source.run()
        except SystemExit as ended:
            if not well_ended(ended):
                raise
            return
        if not source._has_event_loop:
            stop.wait()


def well_ended(error: BaseException) -> bool:
    """Whether somebody's code ended the program, and with exit status 0."""
    return isinstance(error, SystemExit) and error.code in (None, 0)


def _callback(hand_over: Callable[[flowhost.Emit, Any], Any], emit: flowhost.Emit) -> Callable[[Any], Any]:
    from flow_compat.collecting import collected

    def callback(obj: Any) -> Any:
        future = hand_over(emit, obj)
        collected(future)
        return future

    return callback
