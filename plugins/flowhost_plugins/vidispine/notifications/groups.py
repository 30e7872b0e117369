"""The names of changed fields as rules have them, `group/field`: a notification says `field` only."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.client.errors import Refused

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.resource import Vidispine

LIFETIME = 60.0
"""Seconds for which the groups of a site are taken to be the same."""


class Groups:
    """The groups of a site, asked for now and then; called in several threads at once.

    Args:
        library: the site.
        clock: the time.
    """

    def __init__(self, library: Vidispine, clock: flowhost.Clock) -> None:
        self._library, self._clock = library, clock
        self._lock = threading.Lock()
        self._until = 0.0
        self._paths: Mapping[str, tuple[str, ...]] | None = None

    def paths(self, fields: Iterable[str]) -> list[str]:
        """The names of these fields in all groups that have them.

        Raises:
            Unavailable: the site does not say, and never did.
        """
        wanted = list(fields)
        if not wanted:
            return []
        known = self._known()
        return [path for one in wanted for path in known.get(one, ())]

    def _known(self) -> Mapping[str, tuple[str, ...]]:
        with self._lock:
            now = self._clock.monotonic()
            if self._paths is None or now >= self._until:
                self._until = now + LIFETIME
                self._paths = self._asked()
            return self._paths

    def _asked(self) -> Mapping[str, tuple[str, ...]]:
        try:
            names = self._library.field_names()
        except Refused:  # a user that may not see them: then rules can name fields alone
            return self._paths or {}
        except flowhost.Unavailable:
            if self._paths is None:
                raise
            return self._paths
        found: dict[str, tuple[str, ...]] = {}
        for path in names:
            group, _, name = path.rpartition("/")
            if group:
                found[name] = (*found.get(name, ()), path)
        return found
