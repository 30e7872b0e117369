"""What a plan is made from, and what it is. All of it is immutable, and knows of no library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole file: one of the copies of a shape.

    Args:
        file: id of the file.
        storage: id of the storage it is in.
        path: where in the storage.
    """

    file: str
    storage: str
    path: str

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def directory(self) -> str:
        """Its path without the name; empty at the top of the storage."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Media:
    """Something there are copies of: what one shape, or several that share files, consists of.

    Args:
        name: how people call it.
        size: bytes of each copy.
        copies: those that are whole; at least one.
    """

    name: str
    size: int
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A storage, as far as a plan needs to know it.

    Args:
        id: its id.
        name: its name.
        bytes: that may still be put there; None: nobody sets a limit.
        general: whether it gets media that nobody names it for.
        protected: whether copies there are never removed: archived or delivered ones.
        gone: why nothing can be read or written there now; empty: it can.
    """

    id: str
    name: str
    bytes: int | None
    general: bool = True
    protected: bool = False
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """Where copies shall be.

    Args:
        count: in how many storages.
        targets: ids of the storages to choose from; none: all that are general.
        remove: whether the copies elsewhere shall go.
        directory: in which folder of the storage; None: any.
    """

    count: int = 1
    targets: tuple[str, ...] = ()
    remove: bool = False
    directory: str | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """One file to copy or move.

    Args:
        file: id of the source.
        storage: id of the storage it goes to.
        path: where in it; None: the same as now.
        move: whether the source goes, once the copy is safe.
        size: bytes of room it needs there; a move within a storage needs none.
    """

    file: str
    storage: str
    path: str | None
    move: bool
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with the copies of one thing, in three stages: each begins when the one before is through.

    Args:
        media: what it is about.
        copies: what is copied.
        moves: what is moved, within a storage or away from one where no copy shall be.
        removals: the copies that go, once all others are whole.
        problem: why nothing can be done; then all else is empty.
    """

    media: Media
    copies: tuple[Transfer, ...] = ()
    moves: tuple[Transfer, ...] = ()
    removals: tuple[Copy, ...] = ()
    problem: str = ""

    @property
    def empty(self) -> bool:
        """Whether everything is where it shall be."""
        return not (self.copies or self.moves or self.removals or self.problem)
