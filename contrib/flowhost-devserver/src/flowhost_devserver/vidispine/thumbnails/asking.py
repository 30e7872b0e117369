"""Which pictures a request asks for."""

from __future__ import annotations

import re
from fractions import Fraction

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.jobs.records import Step
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.thumbnails.making import thumbnail_step

TIME_CODE = re.compile(r"(\d{1,12})(?:@(\d{1,9})(?::(\d{1,9}))?)?")
RATES = {"PAL": 25, "NTSC": 30}
FLAGS = ("true", "false", "yes", "no", "1", "0", "")


def picture_steps(call: Call, *, default: bool, shape: str = "") -> list[Step]:
    """What makes the pictures.

    Args:
        call: the request; ``createThumbnails`` is a flag, ``createPosters`` one or the moments of the posters,
            ``time`` the moments of all others.
        default: whether there are pictures when it does not say.
        shape: id of the shape they are made of; empty: the original.

    Raises:
        Refusal: a parameter cannot be taken.
    """
    times = [_seconds("time", word) for word in call.words("time")] or None
    thumbnails = call.flag("createThumbnails", default=default)
    if call.text("createPosters").lower() in FLAGS:
        posters = call.flag("createPosters", default=default)
        wanted = {"thumbnail": thumbnails, "poster": posters}
        kinds = tuple(kind for kind, said in wanted.items() if said)
        return [thumbnail_step(kinds, times, shape)] if kinds else []
    moments = [_seconds("createPosters", word) for word in call.words("createPosters")]
    steps = [thumbnail_step(("thumbnail",), times, shape)] if thumbnails else []
    return [*steps, thumbnail_step(("poster",), moments, shape)]


def _seconds(name: str, word: str) -> float:
    number, _, rate = word.partition("@")
    if rate in RATES:
        word = f"{number}@{RATES[rate]}"
    match = TIME_CODE.fullmatch(word)
    if match is None or match[2] == "0" or match[3] == "0":
        raise invalid_input(name, explanation="expected a time code such as 125@25", value=word)
    return float(int(number) / Fraction(int(match[2] or 1_000_000), int(match[3] or 1)))
