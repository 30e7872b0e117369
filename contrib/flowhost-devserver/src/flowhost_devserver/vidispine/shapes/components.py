"""The components of shapes: the catalogue's, numbered and in Vidispine's words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flowhost_devserver.vidispine.forms import add_forms
from flowhost_plugins.catalogue import Component, Shape

MOST = 100
"""Components a shape has at most; what their ids are counted with."""

KEYS = {
    "container": "containerComponent",
    "video": "videoComponent",
    "audio": "audioComponent",
    "binary": "binaryComponent",
}
"""Kind of component → its key in a shape."""

_SHARED = {"file": "File*", "id": "text", "metadata": "KeyValue*"}
_STREAM = {
    **_SHARED,
    "codec": "text",
    "timeBase": "TimeBase",
    "itemTrack": "text",
    "essenceStreamId": "int",
    "bitrate": "int",
    "startTimestamp": "Time",
    "duration": "Time",
}

add_forms(
    {
        "TimeBase": {"numerator": "int", "denominator": "int"},
        "Time": {"samples": "int", "timeBase": "TimeBase"},
        "Resolution": {"width": "int", "height": "int"},
        "Container": {**_SHARED, "duration": "Time", "format": "text", "startTimestamp": "Time"},
        "Video": {
            **_STREAM,
            "resolution": "Resolution",
            "pixelFormat": "text",
            "pixelAspectRatio": "AspectRatio",
            "averageFrameRate": "TimeBase",
            "realBaseFrameRate": "TimeBase",
        },
        "AspectRatio": {"horizontal": "int", "vertical": "int"},
        "Audio": {**_STREAM, "channelCount": "int"},
        "Binary": {**_SHARED, "format": "text", "length": "int", "mediaInfo": "MediaInfo"},
        "MediaInfo": {"property": "KeyValue*"},
    },
    {},
)

MICROSECONDS = Fraction(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A component with the id it has to clients."""

    id: str
    component: Component


def components_of(shape: Shape) -> list[Numbered]:
    """What is in a shape; what the catalogue could not look into is one piece of data."""
    site, _, number = shape.id.partition("-")
    found = shape.components or ((Component("binary", ""),) if shape.files else ())
    return [Numbered(f"{site}-{int(number) * MOST + n}", one) for n, one in enumerate(found)]


def component_content(numbered: Numbered, index: int) -> dict[str, Any]:
    """What a component's document says of the media.

    Args:
        numbered: the component.
        index: which stream of its container it is, from 0 on.
    """
    one = numbered.component
    content: dict[str, Any] = {"id": numbered.id}
    if one.kind == "container":
        return content | _timed(one, MICROSECONDS) | {"format": one.codec}
    if one.kind == "binary":
        return content | ({"format": one.codec} if one.codec else {}) | _size(one)
    rate = Fraction(one.frame_rate) if one.frame_rate else None
    base = 1 / rate if rate else Fraction(1, one.sample_rate or 48_000)
    track = "V" if one.kind == "video" else "A"
    content |= {"codec": one.codec, "timeBase": _base(base), "itemTrack": f"{track}1"}
    content |= {"essenceStreamId": index}
    if one.bit_rate:
        content["bitrate"] = one.bit_rate
    content |= _timed(one, base)
    if one.kind == "audio":
        return content | {"channelCount": one.channels or 0}  # the length of a sample is its time base
    content |= _resolution(one) | _known(pixelFormat=one.pixel_format or None)
    if rate:
        shown = {"numerator": rate.numerator, "denominator": rate.denominator}
        content |= {"averageFrameRate": shown, "realBaseFrameRate": shown}
    return content


def _known(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _resolution(one: Component) -> dict[str, Any]:
    return {"resolution": {"width": one.width, "height": one.height}} if one.width and one.height else {}


def _size(one: Component) -> dict[str, Any]:
    """The size of what is no stream, in the words of MediaInfo."""
    if not one.width or not one.height:
        return {}
    pairs = (("Width", one.width), ("Height", one.height))
    return {"mediaInfo": {"property": [{"key": key, "value": str(value)} for key, value in pairs]}}


def _base(base: Fraction) -> dict[str, int]:
    return {"numerator": base.numerator, "denominator": base.denominator}


def _timed(one: Component, base: Fraction) -> dict[str, Any]:
    if one.duration is None:
        return {}
    return {"duration": {"samples": round(one.duration / base), "timeBase": _base(base)}}
