"""Lets ffmpeg make one file of another: under a temporary name, and with its name only when it can be read."""

from __future__ import annotations

from pathlib import Path

from flowhost_plugins.catalogue.jobs.working import Course
from flowhost_plugins.catalogue.jobs.writing import give_name, has_its_name, target_of, temporary_for, to_disk
from flowhost_plugins.catalogue.machine.copying import checksum
from flowhost_plugins.catalogue.machine.programs import ProgramFailed
from flowhost_plugins.catalogue.media.examining import Examined, examine
from flowhost_plugins.catalogue.media.ffmpeg import ONLY_FILES, QUIET, Ffmpeg, Progress, opened
from flowhost_plugins.catalogue.media.probing import Probed, probe
from flowhost_plugins.catalogue.records import MediaTypeMismatch, ShapeTag
from flowhost_plugins.catalogue.shapes.presets import loaded, output_options

PICTURE_AT = 0.1
"""Which part of a film its picture is taken at, when nobody says: it is past the black of the beginning."""


def render(course: Course, ffmpeg: Ffmpeg, source: Path) -> Examined:
    """Make the file a job was ordered to make; return what it is.

    The orders have ``preset`` (JSON), ``at`` (seconds, for a picture of a film) and ``timeout`` (seconds).

    Raises:
        ProgramFailed: ffmpeg failed.
        Unreadable: the source is no media.
        MediaTypeMismatch: it is media of another kind.
    """
    target = target_of(course)
    if has_its_name(course):
        return examine(target, target.name, ffmpeg, course.look)
    temporary = temporary_for(course)
    preset = loaded(course.orders["preset"])
    course.keep("probing")
    probed = probe(source, source.name, ffmpeg, course.look)
    at = _moment(course.orders["at"], probed, preset, source)
    course.keep("transcoding")
    _run(course, ffmpeg, source, temporary, preset, probed, at)
    course.keep("verifying")
    if not temporary.exists() or not temporary.stat().st_size:
        raise ProgramFailed(f"ffmpeg wrote nothing for {source}")
    to_disk(temporary)
    examined = examine(temporary, target.name, ffmpeg, course.look)
    if examined.probed is None:
        raise ProgramFailed(f"what ffmpeg made of {source} cannot be read: {examined.remark}")
    digest = checksum(temporary, lambda _: course.look())
    give_name(course, temporary, digest)
    return examined


def _moment(at: float | None, probed: Probed, preset: ShapeTag, source: Path) -> float | None:
    """When the picture is taken; None when there is no such choice."""
    if preset.media_type != "image" or probed.media_type == "image":
        if probed.media_type != preset.media_type:
            what = (
                f"{source} is {probed.media_type}, the shape tag {preset.name!r} is for {preset.media_type}"
            )
            raise MediaTypeMismatch(what)
        return None
    if not probed.first("video"):
        raise MediaTypeMismatch(f"{source} has no pictures to make one of")
    if at is None:
        return (probed.duration or 0) * PICTURE_AT
    if probed.duration is not None and at >= probed.duration:
        raise ProgramFailed(f"there is no picture at {at:g} seconds, {source} has {probed.duration:g}")
    return at


def _run(
    course: Course,
    ffmpeg: Ffmpeg,
    source: Path,
    temporary: Path,
    preset: ShapeTag,
    probed: Probed,
    at: float | None,
) -> None:
    course.progress.expect(0 if at is not None else int((probed.duration or 0) * 1_000_000))
    with opened(source) as given:
        start = [] if at is None else ["-ss", f"{at:.6f}"]
        command = (
            ffmpeg.program(),
            *QUIET,
            "-y",
            *("-progress", "pipe:1", "-stats_period", "0.5"),
            *start,
            *ONLY_FILES,
            *("-i", given.name),
            *output_options(preset),
            f"file:{temporary}",
        )
        ffmpeg.run(
            command,
            given,
            timeout=course.orders["timeout"],
            look=course.look,
            output=Progress(course.progress.advance).feed,
        )
