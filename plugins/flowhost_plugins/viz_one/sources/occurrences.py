"""Tells a second message about one state of a thing from the first one that is delivered again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import flowhost
from flowhost_plugins.viz_one.sources.states import digest

REMEMBERED = 10_000
"""States whose messages are kept in mind."""
KEPT_AT_THE_END = 1000
"""Of these, the newest that are kept in the store when the source ends."""
KEPT_WHEN_MET = 100
"""States with several messages that are kept in the store at once, so that not even a crash mixes them up."""


def lasting_id(headers: Mapping[str, str]) -> str:
    """The id that a message keeps when it is delivered again; empty when the broker gives none.

    ``amqp-message-id`` comes from the publisher. The ``message-id`` of ActiveMQ (it starts with ``ID:``) is given
    once; RabbitMQ makes a new one for each delivery, so that is none.
    """
    if given := headers.get("amqp-message-id"):
        return given
    message_id = headers.get("message-id", "")
    return message_id if message_id.startswith("ID:") else ""


@dataclass(slots=True)
class _Telling:
    """One message that told of a state; `connection` is the number of the one that brought it last."""

    mark: str
    lasting: bool
    connection: int = 0
    done: bool = False


class Occurrences:
    """Numbers the messages about each state: 1 for the first one, 2 for the next.

    Viz One writes times in whole seconds, so two changes may look alike. A message keeps its number when it is
    delivered again. It is known by its lasting id; without one, by its text, if the broker says that it is
    delivered again.

    Args:
        store: keeps some of it over a restart.
        key: where in the store.
    """

    def __init__(self, store: flowhost.Store, key: str) -> None:
        self._store, self._key = store, key
        self._lock = threading.Lock()  # guards the rest
        self._tellings: OrderedDict[str, list[_Telling]] = OrderedDict()
        self._connection = 0

    def load(self) -> None:
        """Take up what was kept when the source last ended."""
        kept = self._store.get(self._key) or {}
        with self._lock:
            for state_id, marks in kept.items():
                tellings = [_Telling(mark[1:], mark[0] == "=") for mark in marks]
                self._tellings.setdefault(state_id, tellings)

    def connected(self) -> None:
        """A new connection begins: what was not acknowledged is delivered again."""
        with self._lock:
            self._connection += 1

    def number(self, state_id: str, message: flowhost.Message) -> int:
        """Which message about this state this one is, from 1 on."""
        lasting = lasting_id(message.headers)
        mark, again = digest(lasting or message.body), message.headers.get("redelivered") == "true"
        with self._lock:
            tellings = self._tellings.setdefault(state_id, [])
            self._tellings.move_to_end(state_id)
            found = (
                self._lasting(tellings, mark) if lasting else self._again(tellings, mark) if again else None
            )
            if new := found is None:
                tellings.append(_Telling(mark, bool(lasting)))
                found = len(tellings) - 1
            tellings[found].connection = self._connection
            while len(self._tellings) > REMEMBERED:
                self._tellings.popitem(last=False)
            several = new and len(tellings) > 1
        if several:
            self._keep({state: each for state, each in self._newest() if len(each) > 1}, KEPT_WHEN_MET)
        return found + 1

    def done(self, state_id: str, number: int) -> None:
        """The work for this message is done: it will be acknowledged."""
        with self._lock:
            tellings = self._tellings.get(state_id, [])
            if number <= len(tellings):
                tellings[number - 1].done = True

    def save(self) -> None:
        """Keep the newest for the next start."""
        self._keep(dict(self._newest()), KEPT_AT_THE_END)

    def _lasting(self, tellings: list[_Telling], mark: str) -> int | None:
        return next((n for n, each in enumerate(tellings) if each.lasting and each.mark == mark), None)

    def _again(self, tellings: list[_Telling], mark: str) -> int | None:
        """One that this connection has not brought yet; rather one that was not acknowledged."""
        fitting = [
            n
            for n, each in enumerate(tellings)
            if not each.lasting and each.mark == mark and each.connection != self._connection
        ]
        return min(fitting, key=lambda n: tellings[n].done, default=None)

    def _newest(self) -> list[tuple[str, list[str]]]:
        with self._lock:
            return [
                (state_id, [f"{'=' if each.lasting else '~'}{each.mark}" for each in tellings])
                for state_id, tellings in reversed(self._tellings.items())
            ]

    def _keep(self, marks: dict[str, list[str]], limit: int) -> None:
        newest = list(marks.items())[:limit]
        self._store.put(self._key, dict(reversed(newest)))
