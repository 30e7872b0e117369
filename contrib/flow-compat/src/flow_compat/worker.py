"""The part that plays in the stead of a worker written for Flow."""

from __future__ import annotations

import contextvars
import functools
import inspect
import logging
from collections.abc import Mapping
from typing import Any, ClassVar

import flowhost
from flow_compat.natives import object_from
from flow_compat.signature import constructor, equipment_of, needs_of, stage_of
from flow_compat.source import well_ended

log = logging.getLogger(__name__)

ONCE_DEFAULTS: Mapping[str, str] = {"worker timeout": "0", "attempts": "1", "ledger": "no"}
"""Options of ``[Flow]`` where the source gives one object: it ran without a time-out, once, and many at a time."""


def worker_part(kind: type) -> type:
    """The class of the part for a class made from `flow.Flow`.

    Raises:
        ValueError: its SOURCE is a class that is no source.
    """
    from flow.kinds import Once

    source = _source_of(kind)
    with_source = [kind, source] if isinstance(source, type) else [kind]
    once = isinstance(source, type) and issubclass(source, Once)
    return type(
        kind.__name__,
        (_Worker,),
        {
            "__doc__": kind.__doc__ or "A worker written for Flow.",
            "__module__": kind.__module__,
            "__init__": constructor(needs_of(*with_source), functools.partial(_keep, kind)),
            "flow_defaults": ONCE_DEFAULTS if once else {},
        },
    )


class _Worker:
    """Hands each event's object to the method `start` of the application's worker."""

    flow_defaults: ClassVar[Mapping[str, str]] = {}
    _cast: Any
    _once: bool

    def work(self, event: flowhost.Event) -> Any:
        """Do the job for one event.

        Raises:
            Permanent: the worker ended the program with an exit status other than 0.
        """
        worker = self._cast.object
        if worker is None:
            raise flowhost.Unavailable("the application is not ready, or has ended")
        obj = object_from(event)
        try:
            return worker.start(obj, **_extras(type(worker), event))
        except SystemExit as ended:
            if well_ended(ended):
                log.info("the worker ended the program with exit status 0")
                return None
            raise flowhost.Permanent(f"the worker ended the program with exit status {ended.code}") from ended


def _keep(kind: type, self: Any, arguments: dict[str, Any]) -> None:
    equipment = equipment_of(arguments)
    named = {"instance_name": equipment.name} if _takes(kind.__init__, "instance_name") else {}  # type: ignore[misc]  # looked at, not called
    self._cast = stage_of(arguments).cast(functools.partial(kind, **named), equipment, worker=True)


def _source_of(kind: type) -> Any:
    from flow.kinds import EventBased, Iterable, Once

    named = (getattr(kind, name, None) for name in ("source", "SOURCE"))
    source: Any = next((one for one in named if isinstance(one, str | type)), None)
    foreign = isinstance(source, type) and not hasattr(source, "flowhost_part")
    if foreign and not _takes(getattr(source, "run", None), "stop"):
        bases = ", ".join(base.__name__ for base in (Once, Iterable, EventBased))
        raise ValueError(f"its SOURCE {source.__name__} is made from none of {bases}")
    return source


@functools.cache
def _wanted(kind: Any) -> tuple[bool, bool]:
    """Whether `start` of a class takes the keywords ``info`` and ``log_id`` of Flow's first years."""
    return _takes(kind.start, "info"), _takes(kind.start, "log_id")


def _extras(kind: type, event: flowhost.Event) -> dict[str, Any]:
    info, log_id = _wanted(kind)
    extras: dict[str, Any] = {"info": dict(event.headers)} if info else {}
    return extras | ({"log_id": _job_number()} if log_id else {})


def _takes(function: Any, name: str) -> bool:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # a function of an extension module tells no signature
        return False
    return name in parameters or any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values())


def _job_number() -> int:
    """The number at the start of this job's log lines."""
    values = contextvars.copy_context().items()
    number = next((value for variable, value in values if variable.name == "flowhost_job_number"), None)
    return -1 if number is None else int(number)
