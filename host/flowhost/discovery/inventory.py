"""What is installed: one row for each plugin, whatever state it is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from flowhost.discovery.collecting import Candidate, Provision
from flowhost.discovery.command_words import above
from flowhost.discovery.finding import Found

Key: TypeAlias = tuple[Provision, str]
"""Kind and name of a part, or ``command`` and the words of one."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin of this installation.

    Args:
        name: name of its entry point.
        distribution: the distribution that declares it; empty for one that is not installed.
        version: version of the distribution.
        module: what its entry point names.
        status: ``ready``; ``broken``: see `error`; ``blocked``: disabled, not imported.
        provides: kind and name of each part and command that can be used. A broken plugin provides nothing, unless it is
            broken because another one provides a part of the same name: its other parts can be used.
        error: why it is broken, or by which name it is disabled; None when it is ready.
        requirements: what its distribution requires.
    """

    name: str
    distribution: str
    version: str
    module: str
    status: Literal["ready", "broken", "blocked"]
    provides: tuple[Key, ...] = ()
    error: str | None = None
    requirements: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _origin(self)


def plugins_of(candidates: Sequence[Candidate]) -> tuple[Plugin, ...]:
    """The row of each candidate, in their order."""
    clashes = _clashes(candidates)
    return tuple(_plugin(candidate, clashes) for candidate in candidates)


def _origin(plugin: Plugin | Found) -> str:
    distribution = f" (distribution {plugin.distribution} {plugin.version})" if plugin.distribution else ""
    return f"plugin {plugin.name!r}{distribution}"


def _clashes(candidates: Iterable[Candidate]) -> dict[Key, list[Found]]:
    """What several usable plugins provide: none of them is chosen, because no order would be right."""
    owners: dict[Key, list[Found]] = {}
    for candidate in candidates:
        for kind, name, _ in candidate.offers if candidate.error is None else ():
            owners.setdefault((kind, name), []).append(candidate.found)
    for (kind, name), found in owners.items():
        first = above(name) if kind == "command" else None
        if first and (rivals := owners.get((kind, first))):  # "new" and "new thing": the one hides the other
            found += [rival for rival in rivals if rival not in found]
    return {key: found for key, found in owners.items() if len(found) > 1}


def _plugin(candidate: Candidate, clashes: Mapping[Key, Sequence[Found]]) -> Plugin:
    found = candidate.found
    usable = candidate.error is None and found.blocked_by is None
    offered: list[Key] = [(offer.kind, offer.name) for offer in candidate.offers] if usable else []
    claims = [_claim(key, found, clashes[key]) for key in offered if key in clashes]
    error = candidate.error or "; ".join(claims) or None
    if found.blocked_by is not None:
        error = f"disabled by the name {found.blocked_by!r}"
    return Plugin(
        found.name,
        found.distribution,
        found.version,
        found.module,
        "blocked" if found.blocked_by is not None else "broken" if error else "ready",
        tuple(key for key in offered if key not in clashes),
        error,
        found.requirements,
    )


def _claim(key: Key, found: Found, owners: Sequence[Found]) -> str:
    others = " and ".join(_origin(other) for other in owners if other is not found)
    if key[0] == "command":
        return f"its command {key[1]!r} clashes with one of {others}; uninstall one of them, or disable it"
    return f"its {key[0]} {key[1]!r} is also provided by {others}; uninstall one of them, or disable it"
