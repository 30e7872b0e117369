"""Users and groups. What they may do with items is said by access entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class User:
    """Somebody.

    Args:
        name: what access entries call them, unique.
        real_name: for people.
        groups: names of the groups they are in.
        created: when they were added.
    """

    name: str
    real_name: str = ""
    groups: tuple[str, ...] = ()
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class UserGroup:
    """Some users.

    Args:
        name: what access entries call it, unique.
        description: for people.
        members: names of its users.
        created: when it was added.
    """

    name: str
    description: str = ""
    members: tuple[str, ...] = ()
    created: datetime | None = None
