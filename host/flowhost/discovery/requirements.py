"""Whether what a plugin's distribution requires is installed."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement of a distribution, held against what is installed.

    Args:
        text: as the distribution's metadata says it, e.g. ``requests>=2.32``.
        name: the required distribution; empty when the text cannot be read.
        problem: why it is not satisfied; None when it is.
    """

    text: str
    name: str
    problem: str | None


def requirement(text: str) -> Requirement | None:
    """Hold a requirement against what is installed; None when it is for an extra or another system."""
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    try:
        parsed = Parsed(text)
    except InvalidRequirement:
        return Requirement(text, "", "cannot be read")
    if parsed.marker and not parsed.marker.evaluate({"extra": ""}):
        return None
    try:
        installed = importlib.metadata.version(parsed.name)
    except importlib.metadata.PackageNotFoundError:
        return Requirement(text, parsed.name, "not installed")
    fits = parsed.specifier.contains(installed, prereleases=True)
    return Requirement(text, parsed.name, None if fits else f"{installed} is installed")
