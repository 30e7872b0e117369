"""Which files sweeps have found in a storage."""

from __future__ import annotations

import base64
import threading
from collections import Counter
from collections.abc import Iterable, Iterator

import flowhost
from flowhost_plugins.viz_one.sources.states import State, digest

DIGEST_BYTES = 8


class Listing:
    """Progress through a feed that has everything there is, in any order.

    Of each file in the storage it remembers eight bytes. See `Progress` for the methods.

    Args:
        store: keeps it.
        key: where in the store.
        initial: whether what was there before the first sweep is to be seen to, too.
    """

    def __init__(self, store: flowhost.Store, key: str, *, initial: bool) -> None:
        self._store, self._key, self._initial = store, key, initial
        self._lock = threading.Lock()  # guards the rest
        self._begun = self._complete = False
        self._known: set[bytes] = set()
        self._recent: set[bytes] = set()  # known since the sweep in progress began
        self._failed: set[bytes] = set()  # since the last sweep ended
        self._inside: Counter[bytes] = Counter()
        self._kept: tuple[bool, frozenset[bytes]] | None = None

    def load(self) -> None:
        """Take up what was kept at the end of the last run."""
        kept = self._store.get(self._key)
        with self._lock:
            if kept is None or self._begun:
                return
            self._begun, self._complete = True, bool(kept["complete"])
            if self._complete or not self._initial:
                data = base64.b64decode(kept["known"])
                self._known |= {data[n : n + DIGEST_BYTES] for n in range(0, len(data), DIGEST_BYTES)}

    def walk(self, states: Iterable[State]) -> Iterator[State]:
        """Give the new states."""
        with self._lock:
            first = not self._begun and not self._initial
            self._recent = set(self._inside)
        there = set[bytes]()
        for state in states:
            name = _name(state)
            there.add(name)
            if not first and name not in self._known:
                yield state
        with self._lock:
            self._begun, self._complete = True, self._complete or self._initial
            # what has gone is forgotten, but not what came while this was going on
            self._known = (there - self._failed if first else self._known & there) | self._recent
            self._failed.clear()
        self.save()

    def begun(self, state: State) -> None:
        """The event of this state goes to the worker."""
        name = _name(state)
        with self._lock:
            self._known.add(name)
            self._recent.add(name)
            self._failed.discard(name)
            self._inside[name] += 1

    def ended(self, state: State, *, done: bool) -> None:
        """It came back."""
        name = _name(state)
        with self._lock:
            self._inside[name] -= 1
            if not self._inside[name]:
                del self._inside[name]
            if not done:
                self._known.discard(name)
                self._recent.discard(name)
                self._failed.add(name)

    def save(self) -> None:
        """Keep it, if it has changed; nothing before the first sweep is complete."""
        with self._lock:
            known = frozenset(self._known.difference(self._inside))
            if not self._begun or self._kept == (self._complete, known):
                return
            self._kept = (self._complete, known)
            data = base64.b64encode(b"".join(sorted(known))).decode()
            kept = {"known": data, "complete": self._complete}
        self._store.put(self._key, kept)


def _name(state: State) -> bytes:
    return bytes.fromhex(digest(state.id))
