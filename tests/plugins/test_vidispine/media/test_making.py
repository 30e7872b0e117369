"""Transcodes and exports: on a development server with a real ffmpeg."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue.processing import rendering, transcoding
from flowhost_plugins.vidispine.media import transcoding as ordering

pytestmark = pytest.mark.ffmpeg


@pytest.fixture
def item(bed: Any, film: bytes) -> str:
    made: str = bed.new_item("film.mp4", film)
    return made


def tags(bed: Any, item: str) -> list[tuple[str, ...]]:
    return [shape.tags for shape in bed.library.shapes(item)]


def test_what_a_transcode_asks(bed: Any, item: str) -> None:
    bed.library.shape_tags()
    with bed.requests(3):  # jobs that make this already, the item with its shapes, the order
        job = bed.library.transcode(item, "lowres")
    assert bed.ended(job).status == "FINISHED"
    with bed.requests(3), pytest.raises(flowhost.ShapeExists, match="has a shape 'lowres' already"):
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


def test_a_job_that_ends_while_it_is_asked_for(bed: Any, item: str, monkeypatch: Any) -> None:
    """Between the first and the second question; one of the answers must tell of it."""
    go_on = threading.Event()

    def render(*arguments: Any) -> Any:
        assert go_on.wait(60)
        return rendering.render(*arguments)

    monkeypatch.setattr(transcoding, "render", render)
    job = bed.library.transcode(item, "lowres")

    def then_it_ends(ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*arguments: Any) -> Any:
            answer = ask(*arguments)
            go_on.set()
            bed.ended(job)
            return answer

        return asked

    monkeypatch.setattr(ordering.finding, "live", then_it_ends(ordering.finding.live))
    monkeypatch.setattr(ordering, "item_and_kind", then_it_ends(ordering.item_and_kind))
    with pytest.raises(flowhost.ShapeExists):
        bed.library.transcode(item, "lowres")


@pytest.fixture
def one_more(bed: Any, item: str, monkeypatch: Any) -> Callable[[str], flowhost.AssetJob]:
    """Transcodes to `lowres` and lets the old shape stay beside the new one, as Vidispine does it.

    The development server itself lets a new shape take the place of the old.
    """
    begun, go_on = threading.Event(), threading.Event()

    def render(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(30)
        return rendering.render(*arguments)

    def run(key: str) -> flowhost.AssetJob:
        (old,) = (shape.id for shape in bed.library.shapes(item) if "lowres" in shape.tags)
        begun.clear()
        go_on.clear()
        with monkeypatch.context() as gate:
            gate.setattr(transcoding, "render", render)
            job = bed.library.transcode(item, "lowres", replace=True, key=key)
            assert begun.wait(30)
            assert old in {shape.id for shape in bed.library.shapes(item)}
            bed.rest("DELETE", f"item/{item}/shape/{old}/tag/lowres")
            bed.rest("PUT", f"item/{item}/shape/{old}/tag/mine")  # a shape without a tag is not shown
            go_on.set()
            ended = bed.ended(job)
        bed.rest("PUT", f"item/{item}/shape/{old}/tag/lowres")
        bed.rest("DELETE", f"item/{item}/shape/{old}/tag/mine")
        return ended

    return run


def test_what_is_replaced_goes_when_the_new_one_is_made(bed: Any, item: str, one_more: Any) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))
    before = {shape.id for shape in bed.library.shapes(item)}
    job = one_more("run 1")
    assert tags(bed, item) == [("original",), ("lowres",), ("lowres",)]
    assert bed.library.drop_replaced(job.id) == 1
    assert tags(bed, item) == [("original",), ("lowres",)]
    (made,) = {shape.id for shape in bed.library.shapes(item)} - before
    assert bed.library.drop_replaced(job.id) == 0
    assert made in {shape.id for shape in bed.library.shapes(item)}


def test_nothing_is_dropped_for_a_shape_that_is_not_whole(bed: Any, item: str, one_more: Any) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))
    job = one_more("run 1")
    before = bed.library.shapes(item)
    file = before[-1].files[0]
    for spoil, mend in (
        (f"file/{file.id}/state/LOST", f"file/{file.id}/state/CLOSED"),
        (f"storage/{file.storage}/state/OFFLINE", f"storage/{file.storage}/state/NONE"),
    ):
        bed.rest("PUT", spoil)
        with pytest.raises(
            flowhost.Unavailable, match=f"the job {job.id} .{before[-1].id}. has no whole file"
        ):
            bed.library.drop_replaced(job.id)
        bed.rest("PUT", mend)
        assert bed.library.shapes(item) == before
    assert bed.library.drop_replaced(job.id) == 1


def test_nothing_is_dropped_for_a_shape_that_was_there_before(bed: Any, item: str, one_more: Any) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))
    job = one_more("run 1")
    original, _, made = bed.library.shapes(item)
    bed.rest("DELETE", f"item/{item}/shape/{made.id}")
    bed.rest("PUT", f"item/{item}/shape/{original.id}/tag/lowres")
    with pytest.raises(flowhost.Unavailable, match=r"\(there is none\) has no whole file"):
        bed.library.drop_replaced(job.id)
    assert tags(bed, item) == [("lowres", "original"), ("lowres",)]


def test_a_crash_before_what_is_replaced_goes(
    bed: Any, make_bed: Any, item: str, one_more: Any, monkeypatch: Any
) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))
    job = one_more("run 1")

    class Died(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Died

    monkeypatch.setattr(bed.library._client, "delete", die)
    with pytest.raises(Died):
        bed.library.drop_replaced(job.id)
    again = make_bed(bed.server).library
    assert again.transcode(item, "lowres", replace=True, key="run 1").id == job.id
    assert again.drop_replaced(job.id) == 1
    assert tags(bed, item) == [("original",), ("lowres",)]
    assert len(bed.rest("GET", "job?user=false&type=TRANSCODE")["job"]) == 2


def test_a_transcode_that_fails_leaves_the_old_shape(bed: Any, item: str, monkeypatch: Any) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))
    before = bed.library.shapes(item)

    def fail(*_: Any) -> None:
        raise flowhost.Permanent("ffmpeg ended with 1")

    monkeypatch.setattr(transcoding, "render", fail)
    job = bed.library.transcode(item, "lowres", replace=True, key="run 1")
    assert bed.ended(job).status == "FAILED_TOTAL"
    assert bed.library.drop_replaced(job.id) == 0
    assert bed.library.shapes(item) == before


def test_what_was_made_is_never_dropped(bed: Any, item: str) -> None:
    for key in ("run 1", "run 2"):  # the first replaces nothing; of the second the server replaced it
        job = bed.ended(bed.library.transcode(item, "lowres", replace=True, key=key))
        assert bed.library.drop_replaced(job.id) == 0
        assert tags(bed, item) == [("original",), ("lowres",)]


def test_a_crash_while_the_order_is_sent_is_one_order(
    bed: Any, make_bed: Any, item: str, monkeypatch: Any
) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))

    class Died(BaseException):
        pass

    client = bed.library._client
    original = client.post

    def post_and_die(*path: Any, **options: Any) -> None:
        original(*path, **options)
        raise Died

    monkeypatch.setattr(client, "post", post_and_die)
    with pytest.raises(Died):
        bed.library.transcode(item, "lowres", replace=True, key="run 1")
    job = make_bed(bed.server).library.transcode(item, "lowres", replace=True, key="run 1")
    assert bed.ended(job).status == "FINISHED"
    assert len(bed.rest("GET", "job?user=false&type=TRANSCODE")["job"]) == 2


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


def test_replacing_a_shape_that_is_something_else_too_keeps_it(bed: Any, item: str, one_more: Any) -> None:
    bed.ended(bed.library.transcode(item, "lowres"))
    (old,) = (shape.id for shape in bed.library.shapes(item) if "lowres" in shape.tags)
    job = one_more("run 1")
    bed.rest("PUT", f"item/{item}/shape/{old}/tag/mine")
    assert bed.library.drop_replaced(job.id) == 1
    assert tags(bed, item) == [("original",), ("mine",), ("lowres",)]


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
