"""Vidispine's presets as shape tags of the catalogue, and the other way round, as far as each can say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowhost_devserver.vidispine.forms import add_forms
from flowhost_plugins.catalogue import ShapeTag

_SETTINGS = {"setting": "KeyValue*", "preset": "text*"}

add_forms(
    {
        "PresetAudio": {
            "codec": "text",
            "bitrate": "int",
            "channel": "int*",
            "stream": "int*",
            "framerate": "TimeBase",
            **dict.fromkeys(("noAudio", "allChannel", "monoFile"), "bool"),
            "mix": "PresetMix*",
            **_SETTINGS,
        },
        "PresetMix": {"silence": "bool", "input": "PresetMixInput*"},
        "PresetMixInput": {"channel": "int", "stream": "int", "gain": "float", "id": "int"},
        "PresetTrack": {
            "codec": "text",
            "bitrate": "int",
            "channel": "int*",
            "framerate": "TimeBase",
            "mix": "PresetMix*",
            **_SETTINGS,
        },
        "Scaling": {
            "width": "int",
            "height": "int",
            "top": "int",
            "bottom": "int",
            "left": "int",
            "right": "int",
            "padColor": "text",
            "rotate": "text",
            "targetDAR": "AspectRatio",
            "pixelAspectRatio": "AspectRatio",
        },
        "PresetVideo": {
            "scaling": "Scaling",
            "codec": "text",
            "bitrate": "int",
            "framerate": "TimeBase",
            "resolution": "Resolution",
            **dict.fromkeys(
                ("displayWidth", "displayHeight", "displayXOffset", "displayYOffset"), "TimeBase"
            ),
            "containerSAR": "AspectRatio",
            "pixelFormat": "text",
            **dict.fromkeys(("gopSize", "maxBFrames", "imageQuality"), "int"),
            "profile": "text*",
            "parameterSets": "text",
            **dict.fromkeys(("forceCFR", "burnTimecode", "burnSubtitles"), "bool"),
            **dict.fromkeys(("addParameterSets", "stripParameterSets", "noVideo"), "bool"),
            **_SETTINGS,
        },
        "TranscodePreset": {
            "name": "text",
            "format": "text",
            "audio": "PresetAudio",
            "video": "PresetVideo",
            "script": "text",
            "description": "text",
            "metadata": "Pairs",
            **dict.fromkeys(("preserveEDL", "addClipName", "faceDetect"), "bool"),
            "fastStartSetting": "FastStart",
            "audioTrack": "PresetTrack*",
            **dict.fromkeys(("demuxerSetting", "muxerSetting", "shapeMetadata"), "KeyValue*"),
            **dict.fromkeys(("preferredSourceTag", "startTimecode", "thumbnailPlugin"), "text"),
            **dict.fromkeys(("thumbnailBackground", "posterBackground"), "text"),
            **dict.fromkeys(("thumbnailResolution", "posterResolution"), "Resolution"),
            **dict.fromkeys(("thumbnailPeriod", "maxChunkDuration"), "Time"),
            **_SETTINGS,
        },
        "FastStart": {"requireFastStart": "bool", "analyzeDuration": "bool", "fastStartDuration": "Time"},
    },
    {"TranscodePresetDocument": "TranscodePreset"},
)

FORMATS = {
    "mp4": ("mp4", ".mp4"),
    "mov": ("mov", ".mov"),
    "quicktime": ("mov", ".mov"),
    "mxf": ("mxf", ".mxf"),
    "avi": ("avi", ".avi"),
    "webm": ("webm", ".webm"),
    "mkv": ("matroska", ".mkv"),
    "matroska": ("matroska", ".mkv"),
    "mpegts": ("mpegts", ".ts"),
    "flv": ("flv", ".flv"),
    "wav": ("wav", ".wav"),
    "mp3": ("mp3", ".mp3"),
    "flac": ("flac", ".flac"),
    "ogg": ("ogg", ".ogg"),
    "adts": ("adts", ".aac"),
}
"""Format of a preset → ffmpeg's name of it, and the suffix of files."""

PICTURES = {
    "jpg": ("mjpeg", ".jpg"),
    "jpeg": ("mjpeg", ".jpg"),
    "mjpeg": ("mjpeg", ".jpg"),
    "png": ("png", ".png"),
    "tiff": ("tiff", ".tif"),
    "bmp": ("bmp", ".bmp"),
}
"""Format or codec of a preset for pictures → ffmpeg's encoder, and the suffix."""

VIDEO_CODECS = {
    "h264": "libx264",
    "h265": "libx265",
    "hevc": "libx265",
    "prores": "prores_ks",
    "vp8": "libvpx",
    "vp9": "libvpx-vp9",
    "theora": "libtheora",
}
AUDIO_CODECS = {"mp3": "libmp3lame", "vorbis": "libvorbis", "opus": "libopus"}
"""Codec of a preset → ffmpeg's encoder, where it has another name."""


def tag_of(name: str, preset: Mapping[str, Any]) -> ShapeTag | None:
    """The shape tag that makes what a preset says; None when ffmpeg is not told enough.

    Args:
        name: of the tag.
        preset: a TranscodePresetDocument in its JSON form.
    """
    form = str(preset.get("format") or "").lower()
    audio, video = preset.get("audio"), preset.get("video")
    if form in PICTURES or form == "image2":
        return _picture(name, form, video or {})
    if form not in FORMATS or (audio is None and video is None):
        return None
    container, suffix = FORMATS[form]
    video, audio = video or {}, audio or {}
    scaling = video.get("scaling") or video.get("resolution") or {}
    given_video, given_audio = video.get("codec") or "", audio.get("codec") or ""
    return ShapeTag(
        name,
        "video" if preset.get("video") is not None else "audio",
        container,
        suffix,
        VIDEO_CODECS.get(given_video, given_video),
        AUDIO_CODECS.get(given_audio, given_audio),
        scaling.get("width") or None,
        scaling.get("height") or None,
        video.get("bitrate") or None,
        audio.get("bitrate") or None,
        len(audio.get("channel") or ()) or None,
        (audio.get("framerate") or {}).get("denominator") or None,
        ("-pix_fmt", "yuv420p") if given_video in ("h264", "h265", "hevc") else (),
    )


def _picture(name: str, form: str, video: Mapping[str, Any]) -> ShapeTag | None:
    found = PICTURES.get(str(video.get("codec") or form).lower())
    if found is None:
        return None
    scaling = video.get("scaling") or {}
    size = scaling.get("width") or None, scaling.get("height") or None
    return ShapeTag(name, "image", "image2", found[1], found[0], "", *size)


def preset_of(tag: ShapeTag) -> dict[str, Any]:
    """The TranscodePresetDocument that says of a shape tag what a preset can say."""
    preset: dict[str, Any] = {"name": tag.name, "format": tag.container}
    if tag.media_type == "image":
        preset["format"] = tag.suffix.lstrip(".")
    else:
        audio: dict[str, Any] = {"codec": _named(AUDIO_CODECS, tag.audio_codec)}
        if tag.audio_bit_rate:
            audio["bitrate"] = tag.audio_bit_rate
        if tag.channels:
            audio["channel"] = list(range(tag.channels))
        if tag.sample_rate:
            audio["framerate"] = {"numerator": 1, "denominator": tag.sample_rate}
        preset["audio"] = audio
    if tag.media_type != "audio":
        scaling = {"width": tag.width, "height": tag.height}
        held = {key: value for key, value in scaling.items() if value}
        video: dict[str, Any] = {"scaling": held} if held else {}
        video["codec"] = _named(VIDEO_CODECS, tag.video_codec)
        if tag.video_bit_rate:
            video["bitrate"] = tag.video_bit_rate
        preset["video"] = video
    return preset


def _named(codecs: Mapping[str, str], encoder: str) -> str:
    return next((codec for codec, known in codecs.items() if known == encoder), encoder)
