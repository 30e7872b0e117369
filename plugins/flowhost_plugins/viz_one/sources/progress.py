"""What sweeps have to know: what of a feed was seen before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from flowhost_plugins.viz_one.sources.states import State


class Progress(Protocol):
    """Remembers, over restarts, which states of the things in a feed are seen to; safe for several threads."""

    def load(self) -> None:
        """Take up what was kept at the end of the last run."""

    def walk(self, states: Iterable[State]) -> Iterator[State]:
        """Go through a feed: give those states that nobody has seen to.

        It counts as gone through when the iterator has come to its end.

        Args:
            states: the things in the feed, in its order.
        """

    def begun(self, state: State) -> None:
        """The event of this state goes to the worker."""

    def ended(self, state: State, *, done: bool) -> None:
        """It came back: its work is done (or safely kept), or it is to be found again."""

    def save(self) -> None:
        """Keep it."""
