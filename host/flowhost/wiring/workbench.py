"""The workbench of one daemon: actions made of documents, with the resources of the daemon's profile."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowhost.errors import ConfigError
from flowhost.options import document_schema, documentation, options_of
from flowhost.parts import Kind, Resource
from flowhost.places import Place, Problem
from flowhost.registry import Registry
from flowhost.wiring.making import Maker
from flowhost.wiring.resources import Resources
from flowhost.workbench import Path, Workbench


@dataclass(frozen=True, slots=True)
class Probed:
    """A part that was made by the workbench and can try what it depends on."""

    called: str
    place: Place
    part: Any


class WiredWorkbench(Workbench):
    """Makes parts for those who ask for a `Workbench`; several threads may use it.

    Args:
        registry: knows the parts by name.
        maker: makes them.
        resources: what they may need.

    Attributes:
        probed: of the parts made before the daemon was complete, those with a method ``probe``.
    """

    def __init__(self, registry: Registry, maker: Maker, resources: Resources) -> None:
        self.probed: list[Probed] = []
        self._registry = registry
        self._maker = maker
        self._resources = resources
        self._used: list[Resource] = []
        self._lock = threading.RLock()  # the making of a part may ask the workbench, too

    @property
    def stands_on(self) -> tuple[Resource, ...]:
        """The resources that were given to the parts made so far."""
        return tuple(self._used)

    def names(self, kind: Kind = "action") -> list[str]:
        """The names of the parts of this kind, sorted."""
        return sorted(self._registry.parts(kind))

    def make(
        self,
        kind: Kind,
        name: str,
        data: Mapping[str, Any],
        *,
        place: Place,
        places: Mapping[Path, Place],
        called: str = "",
    ) -> Any:
        """Make a part; see `Workbench`."""
        part = self._class(kind, name, place)
        called = called or f"{kind} {name!r}"
        with self._lock:
            before = len(self._maker.problems)
            made = self._maker.make_of_document(
                part, data, called=called, place=place, places=places, find=self._resources.find
            )
            problems = self._maker.problems[before:]
            del self._maker.problems[before:]  # they are the caller's now
            if problems:
                raise ConfigError(problems)
            if made is None:
                raise ConfigError(Problem(f"{called} needs a resource that could not be made", place))
            self._note(Probed(called, place, made))
        return made

    def needs_of(self, resource: Resource) -> tuple[Resource, ...]:
        """What a resource was given, in the order to open them; see `Workbench`."""
        found: list[Resource] = []
        for need in self._maker.stands_on.get(id(resource), ()):
            found += [one for one in (*self.needs_of(need), need) if one not in found]
        return tuple(found)

    def schema(self, kind: Kind, name: str) -> dict[str, Any]:
        """A JSON Schema of the options of a part; see `Workbench`."""
        part = self._registry.get(kind, name)
        needs = [one for one in options_of(part) if one.role is not None and not one.host_given]
        several = tuple(one.name for one in needs if one.role and len(self._resources.fitting(one.role)) > 1)
        return document_schema(part, needs=several)

    def documentation(self, kind: Kind, name: str) -> str:
        """What a part is for; see `Workbench`."""
        return documentation(self._registry.get(kind, name)).partition("\n\n")[0]

    def _class(self, kind: Kind, name: str, place: Place) -> type:
        try:
            return self._registry.get(kind, name)
        except ConfigError as error:
            raise ConfigError(Problem(one.message, one.place or place) for one in error.problems) from None

    def _note(self, made: Probed) -> None:
        needed = self._maker.stands_on.get(id(made.part), ())
        if self._resources.complete:
            self._maker.stands_on.pop(id(made.part), None)  # a daemon makes such parts as long as it lives
            return
        self._used += [one for one in needed if one not in self._used]
        again = any((one.called, one.place) == (made.called, made.place) for one in self.probed)
        if callable(getattr(made.part, "probe", None)) and not again:
            self.probed.append(made)
