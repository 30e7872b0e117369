"""Which copy goes where: facts in, plan out, nothing else.

Storages that hold a copy are kept, first those where it lies in the right folder, then those where it must be moved to
another one, which needs no room. Then the storage with the most room is added until there are enough. What was planned
before counts against the room. With nothing changed from outside, a plan that was carried out is followed by an empty one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from flowhost_plugins.actions.distribution.records import Copy, Media, Plan, Room, Transfer, Wish

Rooms = Mapping[str, Room]
Taken = Mapping[str, int]


def plan_all(
    media: Iterable[tuple[Media, Wish]], rooms: Rooms, taken: Taken | None = None
) -> tuple[Plan, ...]:
    """Plan for several things; what the first will need is no room for the next.

    Args:
        media: each with where it shall be.
        rooms: id of a storage → the storage.
        taken: id of a storage → bytes that others have been promised there.
    """
    promised = dict(taken or {})
    plans = []
    for one, wish in media:
        made = plan(one, wish, rooms, promised)
        for transfer in (*made.copies, *made.moves):
            promised[transfer.storage] = promised.get(transfer.storage, 0) + transfer.size
        plans.append(made)
    return tuple(plans)


def plan(media: Media, wish: Wish, rooms: Rooms, taken: Taken | None = None) -> Plan:
    """Plan for one thing; see `plan_all` for the arguments."""
    choice = _Choice(media, wish, rooms, taken or {})
    chosen = choice.chosen()
    if len(chosen) < wish.count:
        return Plan(media, problem=choice.shortage(len(chosen)))
    return choice.plan(chosen)


class _Choice:
    def __init__(self, media: Media, wish: Wish, rooms: Rooms, taken: Taken) -> None:
        self.media = media
        self.wish = wish
        self.rooms = rooms
        self.taken = taken
        self.held: dict[str, list[Copy]] = {}
        for copy in media.copies:
            self.held.setdefault(copy.storage, []).append(copy)
        for copies in self.held.values():
            copies.sort(key=lambda copy: not self.is_right(copy))  # the one that is kept comes first

    def is_right(self, copy: Copy) -> bool:
        """Whether a copy lies in the folder it shall be in."""
        return self.wish.directory is None or copy.directory == self.wish.directory

    def room(self, storage: str) -> float:
        """Bytes that may still be put into a storage."""
        limit = self.rooms[storage].bytes
        return math.inf if limit is None else limit - self.taken.get(storage, 0)

    def candidates(self) -> list[Room]:
        """The storages to choose from."""
        if self.wish.targets:
            return [self.rooms[one] for one in dict.fromkeys(self.wish.targets)]
        return [room for room in self.rooms.values() if room.general]

    def chosen(self) -> list[str]:
        """The ids of the best storages, as many as wanted if there are."""
        possible = [one.id for one in self.candidates() if not one.gone and self.rank(one.id) is not None]
        possible.sort(key=lambda one: (self.rank(one), -self.room(one)))  # stable: then in their order
        return possible[: self.wish.count]

    def rank(self, storage: str) -> int | None:
        """How little has to be done for a copy there; None when there is no room for one."""
        if storage in self.held:
            return 0 if self.is_right(self.held[storage][0]) else 1
        return 2 if self.room(storage) >= self.media.size else None

    def plan(self, chosen: list[str]) -> Plan:
        """How to get copies into these storages, and, if so wished, away from all others."""
        kept = [self.held[one][0] for one in chosen if one in self.held]
        extra = self.unwanted(kept) if self.wish.remove else []
        new = [one for one in chosen if one not in self.held]
        moves = [self.within(copy) for copy in kept if not self.is_right(copy)]
        if new and extra:  # the last leg takes a copy along that would be removed anyway
            moves.append(self.transfer(extra.pop(0), new.pop(), move=True))
        copies = [self.transfer(self.media.copies[0], one, move=False) for one in new]
        return Plan(self.media, tuple(copies), tuple(moves), tuple(extra))

    def unwanted(self, kept: list[Copy]) -> list[Copy]:
        """The copies that are not wanted."""
        return [copy for copy in self.media.copies if copy not in kept and not self.is_protected(copy)]

    def is_protected(self, copy: Copy) -> bool:
        """Whether a copy stays whatever is wished."""
        room = self.rooms.get(copy.storage)
        return room is None or room.protected

    def within(self, copy: Copy) -> Transfer:
        """A move to the right folder of the same storage."""
        return Transfer(copy.file, copy.storage, self.path_of(copy), move=True, size=0)

    def transfer(self, copy: Copy, storage: str, *, move: bool) -> Transfer:
        """A copy or move to another storage."""
        return Transfer(copy.file, storage, self.path_of(copy), move=move, size=self.media.size)

    def path_of(self, copy: Copy) -> str | None:
        """Where in its storage a new copy goes."""
        if self.wish.directory is None:
            return None
        return f"{self.wish.directory}/{copy.name}" if self.wish.directory else copy.name

    def shortage(self, number: int) -> str:
        """Why there are too few storages."""
        reasons = [self.refusal(one) for one in self.candidates()]
        told = "; ".join(reason for reason in reasons if reason) or "there are no others"
        wanted = f"{self.wish.count} storage{'s' * (self.wish.count != 1)}"
        return (
            f"{self.media.name} shall be in {wanted}, and only {number} can have it "
            f"({self.media.size} bytes): {told}"
        )

    def refusal(self, room: Room) -> str:
        """Why a storage cannot have it; empty when it can."""
        if room.gone:
            return f"{room.name!r} {room.gone}"
        if self.rank(room.id) is None:
            return f"{room.name!r} has {max(0, self.room(room.id)):.0f} bytes left before its high watermark"
        return ""
