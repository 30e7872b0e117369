"""``transcode`` and ``export``: jobs that are started once, and what is skipped."""

from __future__ import annotations

from typing import Any

import pytest

from flowhost import PathTemplate, Permanent, ShapeTag
from flowhost_plugins.actions import Export, Transcode


@pytest.fixture
def item(library: Any) -> str:
    library.add_storage("a")
    library.add_storage("out", "EXPORT")
    library.tags = {
        "lowres": ShapeTag("lowres", "video", "mp4", ".mp4"),
        "poster": ShapeTag("poster", "image", "image2", ".jpg"),
    }
    return library.add_item(title="Night train 1.5")


def exported(library: Any) -> list[str]:
    return [file.path for file in library.files.values() if library.rooms[file.storage].name == "out"]


def test_transcode_waits_for_its_job(library: Any, engine: Any, item: str) -> None:
    action = Transcode(format="lowres", assets=library)
    assert action.plan(engine.context(item)) == f"transcode {item} to 'lowres'"
    outcome = action.act(engine.context(item))
    assert (outcome.state, len(outcome.jobs)) == ("waiting", 1)
    assert action.act(engine.context(item, attempt=2)).jobs == outcome.jobs  # after a crash
    library.run()
    assert action.act(engine.context(item, attempt=3)).jobs == outcome.jobs
    assert [shape.tags for shape in library.shapes(item)] == [("lowres",)]
    assert action.plan(engine.context(item)) == ""


def test_another_kind_of_media_is_skipped(library: Any, engine: Any, item: str) -> None:
    outcome = engine.take(Transcode(format="poster", assets=library), item)
    assert (outcome.state, outcome.reason) == (
        "skipped",
        f"the item {item} is video, the tag 'poster' for image",
    )
    assert engine.take(Export(location="out", format="poster", assets=library), item).state == "skipped"


def test_a_shape_that_is_there_is_skipped_or_replaced(library: Any, engine: Any, item: str) -> None:
    engine.take(Transcode(format="lowres", assets=library), item)
    outcome = engine.take(Transcode(format="lowres", assets=library), item, run="2")
    assert (outcome.state, outcome.reason) == ("skipped", f"the item {item} has a shape 'lowres' already")
    again = Transcode(format="lowres", replace=True, assets=library)
    assert again.plan(engine.context(item))
    assert engine.take(again, item, run="3").state == "done"


def test_what_is_replaced_is_dropped_when_the_job_has_ended(
    library: Any, engine: Any, item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[str] = []
    monkeypatch.setattr(library, "drop_replaced", dropped.append)
    engine.take(Transcode(format="lowres", assets=library), item)
    again = Transcode(format="lowres", replace=True, assets=library)
    job = again.act(engine.context(item, run="2")).jobs[0]
    assert dropped == []
    assert engine.take(again, item, run="2").state == "done"
    assert dropped == [job]


def test_a_failed_transcode_is_made_anew_when_the_step_is_tried_again(
    library: Any, engine: Any, item: str
) -> None:
    action = Transcode(format="lowres", assets=library)
    first = action.act(engine.context(item))
    library.run(fail=lambda work: "ffmpeg ended with 1")
    second = action.act(engine.context(item))
    assert second.jobs != first.jobs
    assert engine.resume(action, item, second).state == "done"


def test_an_unknown_format_fails(library: Any, engine: Any, item: str) -> None:
    with pytest.raises(Permanent, match="there is no shape tag 'lowers'; did you mean 'lowres'"):
        engine.take(Transcode(format="lowers", assets=library), item)


@pytest.mark.parametrize(
    ("tag", "known", "file_name", "path"),
    [
        ("original", "Train.MXF", None, "Train.MXF"),
        ("lowres", "Train.MXF", None, "Train.mp4"),
        ("lowres", "", None, "Night train 1.5.mp4"),
        ("lowres", "../../etc/Tr\nain.mxf", None, "Tr_ain.mp4"),
        ("lowres", ".hidden", None, "_hidden.mp4"),
        ("lowres", "x.mxf", "", "x.mp4"),
        ("lowres", "x.mxf", "${nobody:-}", "_.mp4"),
        ("lowres", "x.mxf", "${title}", "Night train 1.5.mp4"),
        ("lowres", "x.mxf", "tv/${itemId}.MP4", "tv/VX-3.MP4"),
        ("original", "x.mxf", "${originalFilename}", "x.mxf"),
    ],
)
def test_how_an_export_is_called(
    library: Any, engine: Any, item: str, tag: str, known: str, file_name: str | None, path: str
) -> None:
    library.known = {"originalFilename": known} if known else {}
    suffix = known[known.rfind(".") :] if known.count(".") == 1 else ".mxf"
    library.add_shape(item, ("VX-1", f"{item}/x{suffix}"))
    template = None if file_name is None else PathTemplate(file_name)
    action = Export(location="out", format=tag, file_name=template, assets=library)
    assert path in action.plan(engine.context(item))
    assert engine.take(action, item).state == "done"
    assert exported(library) == [path]


def test_an_export_is_started_once(library: Any, engine: Any, item: str) -> None:
    action = Export(location="out", format="lowres", assets=library)
    assert action.act(engine.context(item)).jobs == action.act(engine.context(item, attempt=2)).jobs
    library.run()
    assert len(exported(library)) == 1
