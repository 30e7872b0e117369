"""The resource around the objects of an application written for Flow: makes them, equips them, cleans up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ClassVar

import flowhost
from flow_compat.equipment import Equipment

log = logging.getLogger(__name__)


class Stage(flowhost.Resource):
    """Holds what an application written for Flow consists of: one worker and its sources.

    Their constructors ran when everything else was ready, and may use the network; so the objects are made when
    this resource is opened, after the others, and not when a profile is checked.
    """

    name: ClassVar[str] = "flow-application"
    default: ClassVar[bool] = True

    def __init__(self) -> None:
        self._casts: list[_Cast] = []

    def cast(self, make: Callable[[], Any], equipment: Equipment, *, worker: bool) -> _Cast:
        """Note an object to be made.

        Args:
            make: makes it.
            equipment: what it is given then.
            worker: whether it is the worker; sources are made and equipped before it.

        Returns:
            Where the object will be.
        """
        cast = _Cast(make, equipment, worker=worker)
        self._casts.append(cast)
        return cast

    def open(self) -> None:
        """Make every object and equip it."""
        try:
            for cast in sorted(self._casts, key=lambda one: one.worker):
                cast.become()
        except BaseException:  # whatever a stranger's constructor does, no connection stays behind
            self._leave()
            raise

    def close(self) -> None:
        """Clean up: the worker if it has something for that, else the sources."""
        objects = [(cast.worker, cast.object) for cast in self._casts if cast.object is not None]
        willing = [(worker, one) for worker, one in objects if cleans_up(one)]
        chosen = [one for worker, one in willing if worker] or [one for _, one in willing]
        try:
            for one in chosen:
                one.clean_up()
        finally:
            self._leave()

    def _leave(self) -> None:
        for cast in self._casts:
            cast.leave()


class _Cast:
    """An object of the application: not there before the stage is open."""

    def __init__(self, make: Callable[[], Any], equipment: Equipment, *, worker: bool) -> None:
        self.worker = worker
        self.object: Any = None
        self._make = make
        self._equipment = equipment

    def become(self) -> None:
        """Make the object and equip it."""
        self._equipment.announce()
        made = self._make()
        self._equipment.equip(made)
        self.object = made

    def leave(self) -> None:
        """Give back what it was equipped with."""
        self._equipment.give_back()
        self.object = None


def cleans_up(one: Any) -> bool:
    """Whether an object wants to clean up."""
    from flow.needs import NeedsCleanUp

    return isinstance(one, NeedsCleanUp)
