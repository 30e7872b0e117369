"""What a resource may do besides being open: begin with its daemon, be reloaded, be measured.

Each is a method that a resource may have: ``daemon_started()``, ``reload()``, ``metrics()``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from flowhost.errors import ConfigError, FlowhostError
from flowhost.parts import Metric, Resource
from flowhost.places import Problem

log = logging.getLogger(__name__)


def start(resources: Sequence[Resource]) -> None:
    """Tell the open resources that their daemon runs; what one raises ends the start."""
    for resource in resources:
        begin: Callable[[], None] | None = getattr(resource, "daemon_started", None)
        if begin is not None:
            begin()


def reload(resources: Sequence[Resource], daemon: str) -> None:
    """Let the open resources read again what they read besides the profile.

    Raises:
        ConfigError: everything that is wrong; a resource for which something is goes on as it was.
    """
    problems: list[Problem] = []
    for resource in list(resources):
        again: Callable[[], None] | None = getattr(resource, "reload", None)
        try:
            if again is not None:
                again()
        except ConfigError as error:
            problems += error.problems
        except FlowhostError as error:
            problems.append(Problem(f"resource {resource.name} cannot be reloaded: {error}"))
        except Exception:  # a plugin's reload is a stranger's code; the daemon goes on
            log.exception("%s could not reload resource %s", daemon, resource.name)
    if problems:
        raise ConfigError(problems)


def measure(resources: Sequence[Resource]) -> list[Metric]:
    """What the open resources measure; one that cannot just now does not hold up the others."""
    found: list[Metric] = []
    for resource in list(resources):
        metrics: Callable[[], Iterable[Metric]] = getattr(resource, "metrics", tuple)
        try:
            found += metrics()
        except Exception as error:  # noqa: BLE001  # a plugin's measuring is a stranger's code
            log.warning("resource %s could not be measured: %s", resource.name, error)
    return found
