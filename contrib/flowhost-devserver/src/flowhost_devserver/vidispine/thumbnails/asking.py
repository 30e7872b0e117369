"""Which pictures a request asks for."""

from __future__ import annotations

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.jobs.records import Step
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.thumbnails.making import thumbnail_step
from flowhost_devserver.vidispine.time_codes import seconds

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
    times = [seconds_of("time", word) for word in call.words("time")] or None
    thumbnails = call.flag("createThumbnails", default=default)
    if call.text("createPosters").lower() in FLAGS:
        posters = call.flag("createPosters", default=default)
        wanted = {"thumbnail": thumbnails, "poster": posters}
        kinds = tuple(kind for kind, said in wanted.items() if said)
        return [thumbnail_step(kinds, times, shape)] if kinds else []
    moments = [seconds_of("createPosters", word) for word in call.words("createPosters")]
    steps = [thumbnail_step(("thumbnail",), times, shape)] if thumbnails else []
    return [*steps, thumbnail_step(("poster",), moments, shape)]


def seconds_of(name: str, word: str) -> float:
    """The moment that a time code stands for, in seconds.

    Args:
        name: of the parameter it is in.
        word: the time code.

    Raises:
        Refusal: it is none.
    """
    try:
        found = float(seconds(word))
    except ValueError:
        found = -1.0
    if found < 0:
        raise invalid_input(name, explanation="expected a time code such as 125@25", value=word)
    return found
