"""Transcodes and exports: on a development server with a real ffmpeg."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost

pytestmark = pytest.mark.ffmpeg


@pytest.fixture
def item(bed: Any, film: bytes) -> str:
    made: str = bed.new_item("film.mp4", film)
    return made


def tags(bed: Any, item: str) -> list[tuple[str, ...]]:
    return [shape.tags for shape in bed.library.shapes(item)]


def test_what_a_transcode_asks(bed: Any, item: str) -> None:
    bed.library.shape_tags()
    with bed.requests(3):  # the item with its shapes, jobs that make this already, the order
        job = bed.library.transcode(item, "lowres")
    assert bed.ended(job).status == "FINISHED"
    with bed.requests(2), pytest.raises(flowhost.ShapeExists, match="has a shape 'lowres' already"):
        bed.library.transcode(item, "lowres", key="run 1")


def test_the_components_of_a_film(bed: Any, item: str) -> None:
    kinds = {one.kind: one for one in bed.original(item).components}
    assert list(kinds) == ["container", "video", "audio"]
    video = kinds["video"]
    assert (video.codec, video.width, video.height, video.frame_rate) == ("h264", 64, 48, "25/1")
    assert kinds["container"].duration == pytest.approx(2, abs=0.1)
    assert kinds["audio"].sample_rate == 44100


def test_a_job_that_makes_it_already(bed: Any, item: str) -> None:
    bed.rest("POST", f"item/{item}/transcode?tag=lowres&priority=LOWEST&jobmetadata=hold%3Dyes")
    try:
        job = bed.library.transcode(item, "lowres")
    except flowhost.ShapeExists as error:
        assert "'lowres'" in str(error)  # a fast server has made it
    else:
        raise AssertionError(f"there is a second job, {job}")


def test_replacing_over_a_crash_between_is_one_order(
    bed: Any, make_bed: Any, item: str, monkeypatch: Any
) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))
    (first,) = (shape.id for shape in bed.library.shapes(item) if "lowres" in shape.tags)

    class Died(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Died

    client = bed.library._client
    original = client.post
    monkeypatch.setattr(client, "post", die)  # the process ends before the order is sent
    with pytest.raises(Died):
        bed.library.transcode(item, "lowres", replace=True, key="run 1")
    assert tags(bed, item) == [("original",)]

    def post_and_die(*path: Any, **options: Any) -> None:
        original(*path, **options)
        raise Died

    monkeypatch.setattr(client, "post", post_and_die)  # ... and after
    with pytest.raises(Died):
        bed.library.transcode(item, "lowres", replace=True, key="run 1")
    again = make_bed(bed.server).library
    job = again.transcode(item, "lowres", replace=True, key="run 1")
    assert bed.ended(job).status == "FINISHED"
    assert tags(bed, item) == [("original",), ("lowres",)]
    assert first not in {shape.id for shape in again.shapes(item)}
    jobs = bed.rest("GET", "job?user=false&type=TRANSCODE")["job"]
    assert len(jobs) == 2


def test_what_cannot_be_made_deletes_nothing(bed: Any, item: str) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))
    bed.rest("PUT", "shape-tag/mine", json={})
    for tag, error in (
        ("mine", flowhost.Permanent),
        ("nothing", flowhost.Permanent),
        ("original", flowhost.Permanent),
    ):
        with pytest.raises(error):
            bed.library.transcode(item, tag, replace=True)
    assert tags(bed, item) == [("original",), ("lowres",)]


def test_replacing_a_shape_that_is_the_original_too_keeps_it(bed: Any, item: str, film: bytes) -> None:
    original = bed.original(item)
    bed.rest("PUT", f"item/{item}/shape/{original.id}/tag/lowres")
    assert bed.ended(bed.library.transcode(item, "lowres", replace=True)).status == "FINISHED"
    assert tags(bed, item) == [("original",), ("lowres",)]
    assert bed.path(bed.original(item).files[0]).read_bytes() == film


def test_the_last_shape_is_not_replaced(bed: Any, item: str) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))
    bed.rest("PUT", f"file/{bed.original(item).files[0].id}/state/LOST")
    with pytest.raises(flowhost.Permanent, match=r"no other shape .* has a whole file to make it of"):
        bed.library.transcode(item, "lowres", replace=True)
    assert tags(bed, item) == [("original",), ("lowres",)]


def test_two_who_transcode_at_once_start_one_job(bed: Any, item: str) -> None:
    start = threading.Barrier(4)

    def transcode(key: int) -> str:
        start.wait(30)
        try:
            return str(bed.library.transcode(item, "lowres", key=f"run {key}").id)
        except flowhost.ShapeExists:
            return "exists"

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(transcode, range(4)))
    assert told.count("exists") == 3
    assert len(bed.rest("GET", "job?user=false&type=TRANSCODE")["job"]) == 1


def export_location(bed: Any, **more: Any) -> None:
    (bed.folder / "out").mkdir(exist_ok=True)
    location = {"name": "out", "uri": (bed.folder / "out").as_uri() + "/", **more}
    bed.rest("PUT", "export-location/out", json=location)


def test_an_export_to_a_location_and_to_a_uri(bed: Any, item: str, film: bytes) -> None:
    export_location(bed)
    assert bed.ended(bed.library.export(item, "original", "out", "a b.mp4")).status == "FINISHED"
    assert (bed.folder / "out" / "a b.mp4").read_bytes() == film
    uri = (bed.folder / "out").as_uri()
    assert bed.ended(bed.library.export(item, "", uri, "sub/c.mp4")).status == "FINISHED"
    assert (bed.folder / "out" / "sub" / "c.mp4").read_bytes() == film


def test_what_an_export_asks(bed: Any, item: str) -> None:
    export_location(bed)
    with bed.requests(3):  # the item, the locations, the order
        bed.library.export(item, "original", "out", "a.mp4")
    with bed.requests(2):  # locations are known
        bed.library.export(item, "original", "out", "b.mp4")


def test_locations_that_are_looked_for_before_anything_is_exported(bed: Any) -> None:
    export_location(bed)
    bed.library.check_export_location("out")
    bed.library.check_export_location("ftp://out.example/inbox/")
    with pytest.raises(flowhost.Permanent, match=r"no export location 'ot'.*out"):
        bed.library.check_export_location("ot")


def test_exports_that_are_refused(bed: Any, item: str) -> None:
    export_location(bed, tag=["lowres"])
    for arguments, sentence in (
        (("original", "out", "a.mp4"), "takes lowres, not 'original'"),
        (("lowres", "ot", "a.mp4"), r"no export location 'ot'.*out"),
        (("lowres", "out", "../a.mp4"), "leads out of the export location"),
        (("nothing", "out", "a.mp4"), "no shape tag 'nothing'"),
    ):
        with pytest.raises(flowhost.Permanent, match=sentence):
            bed.library.export(item, *arguments)
    assert bed.rest("GET", "job?user=false&type=EXPORT").get("job", []) == []
