"""What ffmpeg prints about files, read."""

from __future__ import annotations

import pytest

from flowhost_plugins.catalogue.machine.programs import ProgramFailed
from flowhost_plugins.catalogue.media.ffmpeg_words import understood

MXF = """Input #0, mxf, from 'file:/a.mxf':
  Metadata:
    uid             : adab4424
  Duration: 01:02:03.50, start: 0.000000, bitrate: 58573 kb/s
  Stream #0:0: Video: mpeg2video (4:2:2), yuv422p(tv, bt709, top first), 1920x1080 [SAR 1:1 DAR 16:9], 50000 kb/s, 29.97 fps, 29.97 tbr, 29.97 tbn
  Stream #0:1: Audio: pcm_s24le, 48000 Hz, 5.1(side), s32 (24 bit), 6912 kb/s
  Stream #0:2: Audio: pcm_s24le, 48000 Hz, 12 channels, s32 (24 bit), 1152 kb/s
  Stream #0:3: Data: none
Output #0, null, to 'pipe:':
  Stream #0:0: Video: mpeg2video (4:2:2), yuv422p, 1920x1080, 50000 kb/s, 29.97 fps
"""


def test_words_about_a_film() -> None:
    answer = understood(MXF)
    assert answer["format"] == {"format_name": "mxf", "duration": "3723.5", "bit_rate": "58573000"}
    video, first, second = answer["streams"]
    assert (video["codec_name"], video["width"], video["height"]) == ("mpeg2video", "1920", "1080")
    assert (video["avg_frame_rate"], video["bit_rate"], video["pix_fmt"]) == (
        "30000/1001",
        "50000000",
        "yuv422p",
    )
    assert (first["codec_name"], first["sample_rate"], first["channels"]) == ("pcm_s24le", "48000", 6)
    assert second["channels"] == "12"


@pytest.mark.parametrize(
    ("fps", "rate"), [("25", "25/1"), ("23.98", "24000/1001"), ("59.94", "60000/1001"), ("12.5", "25/2")]
)
def test_rates(fps: str, rate: str) -> None:
    (stream,) = understood(
        MXF.replace("29.97 fps", f"{fps} fps").replace("Stream #0:1", "").replace("Stream #0:2", "")
    )["streams"]
    assert stream["avg_frame_rate"] == rate


def test_no_words_are_a_failure() -> None:
    with pytest.raises(ProgramFailed, match="says nothing"):
        understood("")
