"""The options of the daemon itself: ``[Flow]``, and what the host adds to every ``[Source]``."""

from __future__ import annotations

from typing import Annotated

from flowhost.errors import ConfigError
from flowhost.options import Seconds
from flowhost.places import Problem

MOST_WORKERS = 1000
"""So many threads still run well in one process; beyond, several processes do more."""


class FlowSection:
    """The daemon: its name, its worker, and how it delivers events.

    Args are the keys of ``[Flow]``.
    """

    name = "Flow"

    def __init__(
        self,
        *,
        app_name: Annotated[
            str, "name of the daemon: in logs, metrics, the ledger and the store"
        ] = "default",
        worker: Annotated[str, "name of the worker; its options stand in [Worker]"] = "",
        class_: Annotated[
            str, "instead of worker: module.Class of a worker; the module may lie beside the profile"
        ] = "",
        workers: Annotated[int, "how many events are worked on at once; less than 1 means 1"] = 1,
        worker_timeout: Annotated[Seconds, "longest time the work for one event may take; 0 = no limit"] = 60,
        backlog: Annotated[
            int,
            "how many events may wait (for a worker or a retry) besides those in work; 0 = workers x 4",
        ] = 0,
        attempts: Annotated[int, "how often a failing event is tried before it goes to the dead letters"] = 4,
        retry_delay: Annotated[
            Seconds, "back-off before the second try; doubles with each try, with full jitter"
        ] = 1,
        retry_limit: Annotated[Seconds, "longest back-off between two tries"] = 60,
        drain_timeout: Annotated[
            Seconds, "how long a stopping daemon may finish its work before it parks the rest"
        ] = 30,
        ledger: Annotated[
            bool,
            "record what was handled and keep what failed; no = nothing is kept, and runs of one name may overlap",
        ] = True,
        disable_plugins: Annotated[list[str], "plugins or distributions that are not to be loaded"] = [],  # noqa: B006  # never changed: the default shows up in the documentation
        monitoring_address: Annotated[
            str, "address of the pages /metrics, /healthz and /readyz"
        ] = "127.0.0.1",
        monitoring_port: Annotated[int, "port of these pages; 0 = none"] = 0,
    ) -> None:
        self.app_name = app_name
        self.worker = worker
        self.class_ = class_
        _refuse(
            _outside("workers", max(0, workers), 0, MOST_WORKERS),
            _outside("backlog", backlog, 0),
            _outside("attempts", attempts, 1),
            _outside("monitoring port", monitoring_port, 0, 65535),
        )
        self.workers = max(1, workers)
        self.worker_timeout = worker_timeout
        self.backlog = backlog
        self.attempts = attempts
        self.retry_delay = retry_delay
        self.retry_limit = retry_limit
        self.drain_timeout = drain_timeout
        self.ledger = ledger
        self.disable_plugins = tuple(disable_plugins)
        self.monitoring_address = monitoring_address
        self.monitoring_port = monitoring_port


class SourceSection:
    """What the host adds to the options of every source.

    Args are keys of ``[Source]`` and ``[Source:NAME]``.
    """

    name = "Source"

    def __init__(
        self,
        *,
        type: Annotated[str, "which source; by default the one the worker class names"] = "",  # noqa: A002  # the key's name in the profile
        parser: Annotated[
            str, "parser of the payload: its name, or the NAME of a [Parser:NAME] section"
        ] = "",
        journal: Annotated[
            bool, "keep each event in the ledger first and acknowledge it then, before the work"
        ] = False,
    ) -> None:
        self.type = type
        self.parser = parser
        self.journal = journal


def _outside(name: str, value: int, least: int, most: int | None = None) -> str | None:
    if value < least or (most is not None and value > most):
        expected = f"{least} or more" if most is None else f"{least} to {most}"
        return f"{name} is {value}, expected {expected}"
    return None


def _refuse(*complaints: str | None) -> None:
    """Say all that is wrong at once, if anything is."""
    if problems := [Problem(complaint) for complaint in complaints if complaint]:
        raise ConfigError(problems)
