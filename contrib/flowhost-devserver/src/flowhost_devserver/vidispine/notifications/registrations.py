"""What is registered; it outlives a restart."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowhost_devserver.keeping import Keeping

KIND = "notification"
"""Of what is kept."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One notification that somebody wants.

    Args:
        id: its id.
        resource: what it is registered at: ``item``, ``storage/file`` ...; empty: a placeholder for single jobs.
        entity: id of the one thing it is for; empty: for all.
        document: the NotificationDocument in its JSON form, checked.
    """

    id: str
    resource: str
    entity: str
    document: Mapping[str, Any]

    @property
    def http(self) -> Mapping[str, Any]:
        """Where it goes, and how."""
        found: Mapping[str, Any] = self.document["action"]["http"]
        return found

    @property
    def trigger(self) -> tuple[str, Mapping[str, Any]]:
        """The entity of the trigger, and its events."""
        (entity, events), *_ = self.document["trigger"].items()
        return entity, events


class Registrations:
    """Every registration, in memory and kept; safe to use from every thread.

    Args:
        keeping: where they are kept.
    """

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._lock = threading.Lock()
        self._known = {id_: Registration(**data) for id_, data in keeping.all(KIND).items()}

    def add(self, resource: str, entity: str, document: Mapping[str, Any]) -> Registration:
        """Register; what is told from now on is told to it."""
        id_ = f"VX-{self._keeping.next_number('notification-id')}"
        return self._put(Registration(id_, resource, entity, document))

    def replace(self, old: Registration, document: Mapping[str, Any]) -> None:
        """Let it be another one under its id."""
        self._put(Registration(old.id, old.resource, old.entity, document))

    def _put(self, one: Registration) -> Registration:
        data = {
            "id": one.id,
            "resource": one.resource,
            "entity": one.entity,
            "document": dict(one.document),
        }
        with self._lock:
            self._keeping.put(KIND, one.id, data)
            self._known[one.id] = one
        return one

    def remove(self, one: Registration) -> None:
        """Tell it nothing more."""
        with self._lock:
            self._keeping.delete(KIND, one.id)
            self._known.pop(one.id, None)

    def find(self, id_: str) -> Registration | None:
        """The one with this id."""
        return self._known.get(id_)

    def all(self) -> list[Registration]:
        """Every one, the oldest first."""
        with self._lock:
            return list(self._known.values())

    def any_synchronous(self) -> bool:
        """Whether somebody wants to be told before the request is answered."""
        return any(one.http["synchronous"] for one in self.all())
