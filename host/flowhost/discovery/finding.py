"""Finds the plugins of this installation: the stevedore half. `flowhost.registry` is the pluggy half.

Nothing here raises because of a plugin: what cannot be imported is found all the same, with the reason.
"""

from __future__ import annotations

import importlib.metadata
import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, EntryPoint

from flowhost.discovery.importing import Importer, reason
from flowhost.discovery.names import blocking, canonical
from flowhost.hookspecs import PROJECT

logger = logging.getLogger(__name__)

BUNDLED = "flowhost"
"""Name of the distribution whose plugins come first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin as its distribution declares it, and what importing it gave.

    Args:
        name: name of the entry point.
        distribution: name of the distribution; empty for a plugin that was not installed.
        version: version of the distribution.
        module: what the entry point names: ``module`` or ``module:Class``.
        requirements: what the distribution requires, as its metadata says it.
        loaded: the module or class; None when it was not imported.
        error: why it cannot be used, as one sentence.
        blocked_by: the name that disables it, as the operator wrote it.
    """

    name: str
    distribution: str = ""
    version: str = ""
    module: str = ""
    requirements: tuple[str, ...] = ()
    loaded: object | None = None
    error: str | None = None
    blocked_by: str | None = None


def find(disabled: Collection[str] = ()) -> list[Found]:
    """Find every plugin and import those that are not disabled; the bundled ones first, then by name.

    Args:
        disabled: names of entry points and distributions; these are not imported.
    """
    declared = list(_declared(disabled))
    points = [point for point, _ in declared]
    records = _without_namesakes([record for _, record in declared])
    wanted = [point for point, record in zip(points, records, strict=True) if _is_wanted(record)]
    importer = Importer(wanted)
    found = [
        _imported(record, point, importer) if _is_wanted(record) else record
        for point, record in zip(points, records, strict=True)
    ]
    return sorted(found, key=lambda one: (canonical(one.distribution) != BUNDLED, one.name, one.distribution))


def _imported(record: Found, point: EntryPoint, importer: Importer) -> Found:
    loaded, error = importer.result(point)
    if error is None:
        return replace(record, loaded=loaded)
    return replace(record, error=reason(error, point, record.distribution, record.requirements))


def _is_wanted(record: Found) -> bool:
    return record.error is None and record.blocked_by is None


def _declared(disabled: Collection[str]) -> Iterator[tuple[EntryPoint, Found]]:
    """Every entry point of the group, read afresh: stevedore's cache on disk can miss a new distribution."""
    seen: set[str] = set()
    for distribution in importlib.metadata.distributions():
        points = _points(distribution)
        if not points:
            continue
        try:
            name, version = _text(distribution.metadata["Name"]), _text(distribution.version)
            requirements = tuple(distribution.requires or ())
        except Exception as error:  # noqa: BLE001  # damaged metadata may fail in any way
            logger.warning(
                "the metadata of %s cannot be read (%s); its plugins are left out", distribution, error
            )
            continue
        if canonical(name) in seen:
            continue  # the first on sys.path is the one Python imports
        seen.add(canonical(name))
        for point in points:
            blocked_by = blocking(point.name, name, disabled)
            yield point, Found(point.name, name, version, point.value, requirements, blocked_by=blocked_by)


def _text(field: str | None) -> str:
    if not field:  # damaged metadata give None, whatever the types say
        raise ValueError("it has no name or version")
    return field


def _points(distribution: Distribution) -> list[EntryPoint]:
    try:
        return [point for point in distribution.entry_points if point.group == PROJECT]
    except Exception as error:  # noqa: BLE001  # any distribution on the machine may be damaged, in any way
        logger.debug("the entry points of %s cannot be read: %s", distribution, error)
        return []


def _without_namesakes(records: Iterable[Found]) -> list[Found]:
    """The records; those that share a name get an error and are not imported: no order would be right."""
    by_name: dict[str, list[Found]] = {}
    for record in records:
        if record.blocked_by is None:
            by_name.setdefault(record.name, []).append(record)
    return [
        replace(record, error=_clash(namesakes))
        if record.blocked_by is None and len(namesakes := by_name[record.name]) > 1
        else record
        for record in records
    ]


def _clash(namesakes: list[Found]) -> str:
    owners = sorted({f"{one.distribution} {one.version}" for one in namesakes})
    foreign = next((one for one in namesakes if canonical(one.distribution) != BUNDLED), namesakes[0])
    if len(owners) == 1:
        return f"the distribution {owners[0]} declares the plugin {namesakes[0].name!r} twice"
    return (
        f"the name {namesakes[0].name!r} is claimed by the distributions {' and '.join(owners)}; "
        f"uninstall one of them, or disable one: -p no:{foreign.distribution}"
    )
