"""Policies: folders with a name."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import flowhost

NAMES = UUID("5f0d9a52-6c0e-4c0b-8f0e-2f6a2f1c7f11")
"""Name space of the ids: a policy keeps its id as long as it keeps its name, wherever its folder moves."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A folder that copies are kept in.

    Args:
        name: what people call it.
        folder: where, absolute.
    """

    name: str
    folder: Path

    @property
    def uuid(self) -> str:
        """Its id."""
        return str(uuid5(NAMES, self.name))

    def trouble(self, marker: str) -> str:
        """Why it cannot be used just now, as a sentence; empty when it can."""
        if not self.folder.is_dir():
            return (
                f"the folder {self.folder} of the archive policy {self.name!r} is not there; is it mounted?"
            )
        if marker and not (self.folder / marker).exists():
            what = f"the folder {self.folder} of the archive policy {self.name!r} has no file {marker!r}"
            return f"{what}; is it mounted?"
        if not os.access(self.folder, os.R_OK | os.X_OK):
            return f"the folder {self.folder} of the archive policy {self.name!r} cannot be read"
        return ""


def policies_from(texts: Iterable[str]) -> dict[str, Policy]:
    """Id → policy, from ``NAME=FOLDER``.

    Raises:
        ValueError: everything that is wrong.
    """
    found: dict[str, Policy] = {}
    wrong: list[str] = []
    for text in texts:
        name, equals, folder = (part.strip() for part in text.partition("="))
        policy = Policy(name, Path(folder))
        if not (name and equals and policy.folder.is_absolute()):
            wrong.append(f"{text!r} is no policy, expected NAME=FOLDER with an absolute folder")
        elif policy.uuid in found:
            wrong.append(f"there are two policies {name!r}")
        else:
            found[policy.uuid] = policy
    if wrong or not found:
        raise ValueError("; ".join(wrong) or "policies is empty, expected NAME=FOLDER")
    return found


def find(policies: dict[str, Policy], uuid: str) -> Policy:
    """The policy with this id.

    Raises:
        Permanent: there is none.
    """
    if uuid not in policies:
        known = ", ".join(f"{policy.name} ({key})" for key, policy in policies.items())
        raise flowhost.Permanent(f"there is no archive policy with the id {uuid!r}; there are {known}")
    return policies[uuid]
