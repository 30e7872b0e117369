"""Transfer requests and their steps, as the server keeps them; imports are transfer requests, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flowhost_devserver.viz_one.answers import refuse
from flowhost_devserver.viz_one.incomings import job_of, state_of
from flowhost_devserver.viz_one.numbers import number_of
from flowhost_devserver.viz_one.site import Site

STATES = ("new", "active", "finished", "error", "cancelled")
PRIORITIES = ("low", "medium", "high")
TOTAL = 100  # what progress counts up to

_FIRST_NUMBER = 2201700000000000000  # apart from the numbers of imports
_REQUEST, _STEP = "transfer-request", "transfer-step"
_OF_JOBS = {"failed": "error"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a transfer.

    Args:
        number: its number.
        request: number of its request.
        title: what it does.
        state: one of `STATES`.
        done: how far it is, of `TOTAL`.
        error: why it failed; empty otherwise.
        updated: when it last changed, ISO 8601.
    """

    number: str
    request: str
    title: str = "Transfer"
    state: str = "new"
    done: float = 0
    error: str = ""
    updated: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer request.

    Args:
        number: its number.
        title: what it is for.
        priority: one of `PRIORITIES`.
        created: when it was made, ISO 8601.
        asset: number of the asset it carries; empty for none.
        source: URL of what is carried.
        destination: URL of where it goes.
        settings: settings of the plugin that does it: field → text.
        steps: numbers of its steps.
    """

    number: str
    title: str
    priority: str = "medium"
    created: str = ""
    asset: str = ""
    source: str = ""
    destination: str = ""
    settings: Mapping[str, str] | None = None
    steps: tuple[str, ...] = ()


def add_transfer(site: Site, **values: Any) -> Transfer:
    """Keep a new request with one step."""
    number = str(_FIRST_NUMBER + site.keeping.next_number(_REQUEST))
    step = Step(str(_FIRST_NUMBER + site.keeping.next_number(_STEP)), number, updated=_now())
    transfer = Transfer(number=number, created=_now(), steps=(step.number,), **values)
    keep_step(site, step)
    keep_transfer(site, transfer)
    return transfer


def keep_transfer(site: Site, transfer: Transfer) -> None:
    """Keep what a request is now."""
    site.keeping.put(_REQUEST, transfer.number, asdict(transfer))


def keep_step(site: Site, step: Step) -> Step:
    """Keep what a step is now."""
    step = replace(step, updated=_now())
    site.keeping.put(_STEP, step.number, asdict(step))
    return step


def transfers(site: Site) -> list[Transfer]:
    """All requests that were made, the oldest first; those of imports are only found by their number."""
    return [_transfer(each) for each in site.keeping.all(_REQUEST).values()]


def transfer(site: Site, number: str) -> Transfer:
    """The request with this number.

    Raises:
        Problem: 404, there is none.
    """
    kept = site.keeping.get(_REQUEST, number)
    if kept:
        return _transfer(kept)
    job = job_of(site, number)
    created = (job.created or site.started).isoformat()
    asset = number_of(job.item) if job.item else ""
    return Transfer(number, f"Import {number}", created=created, asset=asset, steps=(number,))


def step(site: Site, number: str) -> Step:
    """The step with this number.

    Raises:
        Problem: 404, there is none.
    """
    kept = site.keeping.get(_STEP, number)
    if kept:
        return Step(**kept)
    job = job_of(site, number)
    state = _OF_JOBS.get(state_of(job), state_of(job))
    updated = (job.ended_at or job.created or site.started).isoformat()
    return Step(number, number, "Import", state, job.progress, job.error, updated)


def kept_step(site: Site, number: str) -> Step:
    """The step with this number, which is not that of an import.

    Raises:
        Problem: 404, there is none; 403, it is the server's own.
    """
    found = step(site, number)
    if site.keeping.get(_STEP, number) is None:
        refuse(403, f"the step {number} is the server's own; its progress cannot be set")
    return found


def _transfer(kept: dict[str, Any]) -> Transfer:
    return Transfer(**{**kept, "steps": tuple(kept["steps"])})


def _now() -> str:
    return datetime.now(UTC).isoformat()
