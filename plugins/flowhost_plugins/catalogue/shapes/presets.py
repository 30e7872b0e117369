"""How shapes of a tag are made: the tags every catalogue has, those its owner set, and what ffmpeg is told for each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import get_args

from sqlalchemy import Connection, delete, insert, select

import flowhost
from flowhost_plugins.catalogue.database.schema import presets
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.records import MediaType, NotFound, ShapeTag

WEB = ("-preset", "veryfast", "-profile:v", "main", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
"""What every player of a browser shows, and begins with before it has all."""

STOCK = (
    ShapeTag("lowres", "video", "mp4", ".mp4", "libx264", "aac", 640, 640, 800_000, 96_000, 2, 48_000, WEB),
    ShapeTag("lowaudio", "audio", "mp4", ".m4a", "", "aac", audio_bit_rate=96_000, channels=2),
    ShapeTag("lowimage", "image", "image2", ".jpg", "mjpeg", "", 640, 640, arguments=("-q:v", "4")),
    ShapeTag(
        "mp4",
        "video",
        "mp4",
        ".mp4",
        "libx264",
        "aac",
        audio_bit_rate=192_000,
        arguments=(*WEB, "-crf", "20"),
    ),
    ShapeTag("prores", "video", "mov", ".mov", "prores_ks", "pcm_s24le", arguments=("-profile:v", "3")),
    ShapeTag("wav", "audio", "wav", ".wav", "", "pcm_s16le", sample_rate=48_000),
    ShapeTag("mp3", "audio", "mp3", ".mp3", "", "libmp3lame", audio_bit_rate=192_000),
    ShapeTag("flac", "audio", "flac", ".flac", "", "flac"),
    ShapeTag("jpg", "image", "image2", ".jpg", "mjpeg", arguments=("-q:v", "2")),
    ShapeTag("png", "image", "image2", ".png", "png"),
)

THUMBNAIL = ShapeTag("thumbnail", "image", "image2", ".jpg", "mjpeg", "", 320, 320, arguments=("-q:v", "3"))
"""How a picture of a film is made; its tag is not in the table, because items of every kind may have one."""

NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
WORD = re.compile(r"[\w-]{1,50}", re.ASCII)
SUFFIX = re.compile(r"\.\w{1,10}", re.ASCII)


class ShapeTags:
    """The shape tags of a catalogue. See `shapes.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def all(self) -> list[ShapeTag]:
        """All of them, by name."""
        found = self._transactions.read(lambda connection: dict(_all(connection)))
        return [found[name] for name in sorted(found)]

    def get(self, name: str) -> ShapeTag:
        """The one of this name."""
        return self._transactions.read(lambda connection: find(connection, name))

    def set(self, tag: ShapeTag) -> ShapeTag:
        """Keep one, in the place of that of its name."""
        _check(tag)

        def work(transaction: Transaction) -> None:
            transaction.connection.execute(delete(presets).where(presets.c.name == tag.name))
            row = {"name": tag.name, "preset": json.dumps(asdict(tag))}
            transaction.connection.execute(insert(presets).values(row))

        self._transactions.write(work)
        return tag

    def remove(self, name: str) -> bool:
        """Forget one."""
        gone = delete(presets).where(presets.c.name == name)
        return self._transactions.write(lambda transaction: transaction.connection.execute(gone).rowcount) > 0


def find(connection: Connection, name: str) -> ShapeTag:
    """The shape tag of this name.

    Raises:
        NotFound: there is none.
    """
    known = dict(_all(connection))
    if name not in known:
        raise NotFound("shape-tag", name)
    return known[name]


def loaded(text: str) -> ShapeTag:
    """The shape tag in a JSON document."""
    values = json.loads(text)
    return ShapeTag(**{**values, "arguments": tuple(values["arguments"])})


def _all(connection: Connection) -> Iterator[tuple[str, ShapeTag]]:
    yield from ({one.name: one for one in STOCK} | own(connection)).items()


def own(connection: Connection) -> dict[str, ShapeTag]:
    """The shape tags that the owner of the catalogue set, by name."""
    return {row.name: loaded(row.preset) for row in connection.execute(select(presets))}


def _check(tag: ShapeTag) -> None:
    def need(good: object, what: str, value: object, expected: str) -> None:
        if not good:
            raise flowhost.Permanent(
                f"the {what} of the shape tag {tag.name!r} is {value!r}, expected {expected}"
            )

    need(NAME.fullmatch(tag.name), "name", tag.name, "letters, digits, '.', '_', '-'")
    kinds = get_args(MediaType)
    need(tag.media_type in kinds, "media type", tag.media_type, ", ".join(kinds))
    need(WORD.fullmatch(tag.container), "container", tag.container, "ffmpeg's name of a format, such as mp4")
    need(SUFFIX.fullmatch(tag.suffix), "suffix", tag.suffix, "a dot and letters, such as .mp4")
    for what, word in (("video codec", tag.video_codec), ("audio codec", tag.audio_codec)):
        need(not word or WORD.fullmatch(word), what, word, "ffmpeg's name of an encoder, such as libx264")
    numbers = ("width", "height", "video_bit_rate", "audio_bit_rate", "channels", "sample_rate")
    for what in numbers:
        value = getattr(tag, what)
        need(
            value is None or (isinstance(value, int) and value > 0),
            what.replace("_", " "),
            value,
            "more than 0",
        )
    first = tag.arguments[0] if tag.arguments else "-"
    need(first.startswith("-"), "first argument", first, "an option, such as -crf")
    texts = all(isinstance(one, str) and "\0" not in one for one in tag.arguments)
    need(texts, "arguments", tag.arguments, "texts")


def output_options(tag: ShapeTag) -> list[str]:
    """What ffmpeg is told about the file it shall write."""
    told = ["-map_metadata", "0", "-sn", "-dn"]
    if tag.media_type == "audio":
        told += ["-vn", "-map", "0:a"]
    else:
        told += ["-map", "0:V:0"]  # the first that is no cover picture
        told += ["-map", "0:a?"] if tag.media_type == "video" else ["-an", "-frames:v", "1", "-update", "1"]
        if tag.width or tag.height or tag.media_type == "video":
            told += ["-vf", _scale(tag.width, tag.height)]
        told += _option("-c:v", tag.video_codec) + _option("-b:v", tag.video_bit_rate)
    if tag.media_type != "image":
        told += _option("-c:a", tag.audio_codec) + _option("-b:a", tag.audio_bit_rate)
        told += _option("-ac", tag.channels) + _option("-ar", tag.sample_rate)
    return [*told, *tag.arguments, "-f", tag.container]


def _option(name: str, value: str | int | None) -> list[str]:
    return [name, str(value)] if value else []


def _scale(width: int | None, height: int | None) -> str:
    """Into a box, in its own proportions, never larger; even, as most codecs need it."""
    if width and height:
        box = f"w='min(iw,{width})':h='min(ih,{height})'"
        return f"scale={box}:force_original_aspect_ratio=decrease:force_divisible_by=2"
    if width:
        return f"scale=w='trunc(min(iw,{width})/2)*2':h=-2"
    if height:
        return f"scale=w=-2:h='trunc(min(ih,{height})/2)*2'"
    return "scale=w='trunc(iw/2)*2':h='trunc(ih/2)*2'"
