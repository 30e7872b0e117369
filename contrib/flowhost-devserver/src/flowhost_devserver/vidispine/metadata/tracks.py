"""Which tracks are asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

ANY = ("all", "*")
UNTRACKED = "generic"

_TRACK = re.compile(r"([A-Za-z]+)([0-9]{1,9})")
_TRACKS = re.compile(r"(?P<kind>[A-Za-z]+)(?:(?P<first>[0-9]{1,9})-(?P<last>[0-9]{1,9})|\*)")


def wants_track(words: Iterable[str], track: str) -> bool:
    """Whether one of the words is for a track; without any all are wanted.

    Args:
        words: ``A2``, ``A2-4``, ``A*``; ``generic``: what is of no track; ``all`` or ``*``.
        track: such as ``A2``; empty: none.
    """
    wanted = tuple(words)
    return not wanted or any(_is_for(one, track) for one in wanted)


def _is_for(word: str, track: str) -> bool:
    if word in ANY:
        return True
    if not track:
        return word == UNTRACKED
    several, one = _TRACKS.fullmatch(word), _TRACK.fullmatch(track)
    if several is None or one is None:
        return word == track
    if several["kind"] != one[1]:
        return False
    return several["first"] is None or int(several["first"]) <= int(one[2]) <= int(several["last"])
