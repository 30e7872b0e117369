"""What is in a shape."""

from __future__ import annotations

import flowhost
from flowhost_plugins.vidispine.documents import Component, Shape, Time


def components_of(shape: Shape) -> tuple[flowhost.Component, ...]:
    """The components of a shape, the container first."""
    found = [_container(shape.container_component)] if shape.container_component else []
    found += [_video(one) for one in shape.video_component]
    found += [_audio(one) for one in shape.audio_component]
    found += [_binary(one) for one in shape.binary_component]
    return tuple(found)


def _container(one: Component) -> flowhost.Component:
    return flowhost.Component("container", one.format or "", _seconds(one.duration), one.bitrate)


def _video(one: Component) -> flowhost.Component:
    return flowhost.Component(
        "video",
        one.codec or "",
        _seconds(one.duration),
        one.bitrate,
        width=one.resolution.width if one.resolution else None,
        height=one.resolution.height if one.resolution else None,
        frame_rate=_frame_rate(one),
        pixel_format=one.pixel_format or "",
    )


def _audio(one: Component) -> flowhost.Component:
    base = one.time_base  # of sound the length of a sample
    rate = one.sample_rate or (base.denominator if base and base.numerator == 1 else None)
    return flowhost.Component(
        "audio",
        one.codec or "",
        _seconds(one.duration),
        one.bitrate,
        channels=one.channel_count,
        sample_rate=rate,
    )


def _binary(one: Component) -> flowhost.Component:
    size = one.resolution
    measured = one.measured
    return flowhost.Component(
        "binary",
        one.codec or one.format or "",
        width=size.width if size else measured.get("Width"),
        height=size.height if size else measured.get("Height"),
    )


def _seconds(duration: Time | None) -> float | None:
    if duration is None or not duration.time_base.denominator:
        return None
    return duration.samples * duration.time_base.numerator / duration.time_base.denominator


def _frame_rate(one: Component) -> str:
    for rate in (one.average_frame_rate, one.real_base_frame_rate):
        if rate and rate.numerator and rate.denominator:
            return f"{rate.numerator}/{rate.denominator}"
    base = one.time_base  # the length of a picture
    return f"{base.denominator}/{base.numerator}" if base and base.numerator and base.denominator else ""
