"""Which letters a command means: by number, by filters, or all of them; and doing something to each."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import click

from flowhost.commands.databases import Opened
from flowhost.errors import ConfigError
from flowhost.roles import Ledger, Letter, LetterState

F = TypeVar("F", bound=Callable[..., Any])

AT_ONCE = 1000
"""Letters fetched in one go: each comes with its payload, and together they must fit into memory."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What letters are like; None for whatever."""

    daemon: str | None = None
    source: str | None = None
    text: str | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in (self.daemon, self.source, self.text))

    def matching(self, one: Opened[Ledger], state: LetterState | None, limit: int) -> list[Letter]:
        """The letters in one ledger that are so, oldest first."""
        daemon = self.daemon or one.daemon
        return one.part.letters(daemon=daemon, state=state, source=self.source, text=self.text, limit=limit)


def takes_filters(command: F) -> F:
    """Give a command the options ``--daemon``, ``--source`` and ``--text`` as one argument, `filters`."""

    @click.option("--daemon", metavar="NAME", help="Only letters of this daemon.")
    @click.option("--source", metavar="NAME", help="Only letters from this source.")
    @click.option("--text", metavar="TEXT", help="Only letters with this text in error, subject or type.")
    @functools.wraps(command)
    def wrapped(*args: Any, daemon: str | None, source: str | None, text: str | None, **kwargs: Any) -> Any:
        return command(*args, filters=Filters(daemon, source, text), **kwargs)

    return cast(F, wrapped)


@dataclass(frozen=True, slots=True)
class Choice:
    """The letters a command is to do something to.

    Args:
        numbers: these; or else
        filters: those that are so;
        everything: or all;
        states: in any case only those in these states.
        sure: do not ask before doing it to many.
    """

    numbers: Sequence[int]
    filters: Filters
    everything: bool
    states: Sequence[LetterState]
    sure: bool

    def check(self) -> None:
        """Raise UsageError unless the letters are chosen in exactly one way."""
        if bool(self.numbers) == (bool(self.filters) or self.everything):
            raise click.UsageError("name letters either by number or by filters; --all means every one")

    def apply(self, one: Opened[Ledger], verb: str, act: Callable[[Iterable[int]], int]) -> int:
        """Do `act` to the letters; return to how many it could be done."""
        return self._to_each(one, verb, act) if self.numbers else self._to_all(one, verb, act)

    def _to_each(self, one: Opened[Ledger], verb: str, act: Callable[[Iterable[int]], int]) -> int:
        for number in sorted(set(self.numbers)):
            if (state := letter_of(one, number).state) not in self.states:
                click.echo(f"Letter {number} is {state}, so it cannot be {verb}.", err=True)
        return act(self.numbers)

    def _to_all(self, one: Opened[Ledger], verb: str, act: Callable[[Iterable[int]], int]) -> int:
        count = sum(len(self.filters.matching(one, state, AT_ONCE)) for state in self.states)
        if not count:
            return 0
        if not self.sure:
            shown = f"{count} or more" if count >= AT_ONCE else str(count)
            click.confirm(f"{shown} letters in {one.location} will be {verb}. Go on?", abort=True)
        return sum(act(numbers) for state in self.states for numbers in self._pages(one, state))

    def _pages(self, one: Opened[Ledger], state: LetterState) -> Iterator[list[int]]:
        """Numbers of all letters in a state, some at a time, each once.

        The caller changes the state of those it was given; a daemon at work may change it back meanwhile, so
        that they match again and stand in the way of the ones behind them.
        """
        seen: set[int] = set()
        in_the_way = 0
        while True:
            limit = AT_ONCE + in_the_way
            page = [letter.number for letter in self.filters.matching(one, state, limit)]
            fresh = [number for number in page if number not in seen]
            if fresh:
                yield fresh
            elif len(page) < limit:
                return
            seen.update(fresh)
            in_the_way = len(page) - len(fresh)


def letter_of(one: Opened[Ledger], number: int) -> Letter:
    """The letter with this number.

    Raises:
        ConfigError: there is none.
    """
    letter = one.part.letter(number)
    if letter is None:
        raise ConfigError(f"there is no letter {number} in {one.location}")
    return letter
