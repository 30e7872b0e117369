"""The actions on each media library: real folders, real ffmpeg."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.actions import (
    AddToCollection,
    Archive,
    DeleteFromArchive,
    DeleteItem,
    Export,
    MoveCopyFiles,
    Restore,
    SetAccess,
    SetMetadata,
    SetTags,
    Transcode,
)
from flowhost_plugins.catalogue import Catalogue

STARTED = flowhost.Event("test", time=datetime(2026, 1, 1, tzinfo=UTC))
"""What started the run; the same at every try."""

pytestmark = [pytest.mark.ffmpeg, pytest.mark.slow]

PATIENCE = 120.0
"""Seconds a job may take on a busy machine."""


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of film with sound."""
    if not shutil.which("ffmpeg") or not shutil.which("ffprobe"):
        missing("ffmpeg and ffprobe are not installed (Debian: apt install ffmpeg)")
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    film = "-f lavfi -i testsrc=size=160x120:rate=25:duration=1 -f lavfi -i sine=duration=1 -pix_fmt yuv420p"
    command = ["ffmpeg", "-v", "error", "-nostdin", *film.split(), str(path)]
    subprocess.run(command, check=True, timeout=PATIENCE)
    return path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, stderr=subprocess.DEVNULL).returncode != 0:
        missing("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


STORAGES: dict[str, flowhost.StorageKind] = {"media": "LOCAL", "b": "LOCAL", "c": "SHARED", "tape": "ARCHIVE"}
OUT = "out"
"""What exports go to."""


@dataclass
class Bench:
    """A library, what it stands on, and an engine of one step; each step is one of a run of its own."""

    library: Any
    held: Catalogue
    runs: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def take(self, action: Any, item: str) -> flowhost.Outcome:
        """Take a step to its end, as the engine does."""
        run = str(next(self.runs))
        known = self.library.item(item)
        tags = flowhost.item_tags(known, self.library.variables(item))
        context = flowhost.Context(STARTED, item=item, tags=tags, rule="R", run=run)
        outcome: flowhost.Outcome = action.act(context)
        while outcome.state == "waiting":
            jobs = [self.ended(job) for job in outcome.jobs]
            if failed := [job.error for job in jobs if not job.status.startswith("FINISHED")]:
                return flowhost.Outcome.failed(failed[0])
            if not hasattr(action, "finish"):
                return flowhost.Outcome.done(outcome.reason)
            outcome = action.finish(replace(context, memo=outcome.memo), jobs)
        return outcome

    def ended(self, job: str) -> flowhost.AssetJob:
        """The job when it has ended."""
        until = time.monotonic() + PATIENCE
        while True:
            found: flowhost.AssetJob = self.library.job(job)
            if found.ended:
                return found
            assert time.monotonic() < until, found
            threading.Event().wait(0.02)

    def new_item(self, clip: Path, *, title: str = "", **fields: str) -> str:
        """An item with this film."""
        item = self.held.create_item({name: [value] for name, value in fields.items()}, title=title).id
        job = self.held.import_file(item, clip, storage="media")
        assert self.held.wait_for_job(job.id, PATIENCE).status == "FINISHED"
        return item

    def distribution(self, **options: Any) -> MoveCopyFiles:
        """The action that distributes the originals."""
        given = {"formats": ("original",)} | options
        return MoveCopyFiles(**given, assets=self.library, clock=flowhost.SystemClock())


@pytest.fixture
def bench(library_site: Any, tmp_path: Path) -> Bench:
    library_site.define("news_genre", "news_headline", "news_keywords")
    with library_site.back_door() as held:
        for name, kind in STORAGES.items():
            if name != "media":
                (tmp_path / name).mkdir()
                held.add_storage(name, tmp_path / name, kind=kind)
    library_site.add_export_location(OUT)
    return Bench(*library_site.open())


@pytest.fixture
def item(bench: Bench, clip: Path) -> str:
    return bench.new_item(clip, title="Night/train", news_genre="Noir")


def on_disk(tmp_path: Path) -> list[str]:
    """The files in the storages."""
    folders = [tmp_path / name for name in (*STORAGES, OUT)]
    return sorted(
        path.relative_to(tmp_path).as_posix() for one in folders for path in one.rglob("*") if path.is_file()
    )


def test_a_film_goes_through_its_life(bench: Bench, item: str, tmp_path: Path) -> None:
    headline = (flowhost.Template("${title}: ${news_genre}"),)
    assert (
        bench.take(SetMetadata(fields={"news_headline": headline}, assets=bench.library), item).state
        == "done"
    )
    bench.take(
        SetTags(field="news_keywords", add=tuple(map(flowhost.Template, "ab")), assets=bench.library), item
    )
    found = bench.library.item(item)
    assert found
    assert (found.fields["news_headline"], found.fields["news_keywords"]) == (
        ("Night/train: Noir",),
        ("a", "b"),
    )
    lowres = Transcode(format="lowres", assets=bench.library)
    assert bench.take(lowres, item).state == "done"
    assert bench.take(lowres, item).state == "skipped"
    directory = flowhost.PathTemplate("hires/${title}")
    move = bench.distribution(targets=("c",), remove_from_others=True, directory=directory)
    assert bench.take(move, item).state == "done"
    assert [one for one in on_disk(tmp_path) if one.endswith("/clip.mp4")] == ["c/hires/Night_train/clip.mp4"]
    path = flowhost.PathTemplate("tv/${itemId}")
    assert (
        bench.take(Export(location="out", format="lowres", file_name=path, assets=bench.library), item).state
        == "done"
    )
    assert bench.take(Export(location="out", assets=bench.library), item).state == "done"
    exported = [one for one in on_disk(tmp_path) if one.startswith("out/")]
    assert exported == ["out/clip.mp4", f"out/tv/{item}.mp4"]
    assert bench.take(DeleteItem(grace=1, assets=bench.library), item).reason == "in the recycle bin"


def test_a_file_that_was_delivered_already(bench: Bench, item: str, tmp_path: Path) -> None:
    export = Export(location=OUT, assets=bench.library)
    assert bench.take(export, item).state == "done"
    (tmp_path / OUT / "clip.mp4").write_bytes(b"delivered")
    if isinstance(bench.library, Catalogue):
        with pytest.raises(flowhost.Permanent, match="clip"):
            bench.take(export, item)
        assert (tmp_path / OUT / "clip.mp4").read_bytes() == b"delivered"
    else:  # what is at an export location is Vidispine's affair: it delivers once more
        assert bench.take(export, item).state == "done"
        assert (tmp_path / OUT / "clip.mp4").read_bytes() != b"delivered"


def test_two_copies_and_back_to_one(bench: Bench, item: str, tmp_path: Path) -> None:
    two = bench.distribution(storages=3)
    assert bench.take(two, item).state == "done"
    assert on_disk(tmp_path) == [f"{one}/{item}/clip.mp4" for one in ("b", "c", "media")]
    assert bench.take(two, item).reason == "all files are where they shall be"
    one = bench.distribution(targets=("b",), remove_from_others=True)
    assert bench.take(one, item).state == "done"
    assert on_disk(tmp_path) == [f"b/{item}/clip.mp4"]


def test_the_watermark_holds(bench: Bench, item: str, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    bench.held.add_storage("small", tmp_path / "small", high_watermark=clip.stat().st_size)
    small = bench.distribution(targets=("small",), remove_from_others=True)
    assert bench.take(small, item).state == "done"
    other = bench.new_item(clip)
    outcome = bench.take(small, other)
    assert outcome.state == "failed"
    assert "'small' has 0 bytes left before its high watermark" in outcome.reason
    assert on_disk(tmp_path) == [f"media/{other}/clip.mp4"]


def test_a_copy_that_was_changed_is_no_reason_to_remove_the_others(
    bench: Bench, item: str, tmp_path: Path, clip: Path
) -> None:
    assert bench.take(bench.distribution(targets=("media", "b"), storages=2), item).state == "done"
    (tmp_path / "b" / item / "clip.mp4").write_bytes(clip.read_bytes()[:1000])
    for _ in range(2):  # the first sees that it changes, the second that it does not any more
        bench.held.scan("b")
    with pytest.raises(flowhost.Permanent, match=r"the copies of 'clip.mp4' are not the same"):
        bench.take(bench.distribution(targets=("b",), remove_from_others=True), item)
    assert (tmp_path / "media" / item / "clip.mp4").read_bytes() == clip.read_bytes()


def test_a_disk_is_never_filled(
    small_disk: Path, bench: Bench, item: str, clip: Path, tmp_path: Path
) -> None:
    bench.held.add_storage("disk", small_disk)
    (small_disk / "others").write_bytes(bytes(2**20 - clip.stat().st_size // 2))
    action = bench.distribution(targets=("disk",), remove_from_others=True)
    outcome = bench.take(action, item)
    assert outcome.state == "failed"
    assert "'disk' has" in outcome.reason
    assert on_disk(tmp_path) == [f"media/{item}/clip.mp4"]
    (small_disk / "others").unlink()
    assert bench.take(action, item).state == "done"
    assert (small_disk / item / "clip.mp4").stat().st_size == clip.stat().st_size
    assert on_disk(tmp_path) == []


def test_a_name_that_another_item_has(bench: Bench, item: str, clip: Path, tmp_path: Path) -> None:
    other = bench.new_item(clip)
    action = bench.distribution(
        targets=("b",), remove_from_others=True, directory=flowhost.PathTemplate("all")
    )
    assert bench.take(action, item).state == "done"
    assert bench.take(action, other).state == "done"
    assert on_disk(tmp_path) == ["b/all/clip.mp4", f"b/all/clip_{other}.mp4"]
    assert bench.take(action, other).reason == "all files are where they shall be"


def test_to_the_archive_and_back(bench: Bench, item: str, tmp_path: Path) -> None:
    assert bench.take(Archive(policy="tape", purge=True, assets=bench.library), item).state == "done"
    assert [one[:5] for one in on_disk(tmp_path)] == ["tape/"]
    delete = DeleteFromArchive(assets=bench.library)
    outcome = bench.take(delete, item)
    assert outcome.state == "failed"
    assert outcome.reason.startswith("only completes while a copy is online")
    assert bench.take(bench.distribution(targets=("b",)), item).reason == "nothing of it is online"
    assert bench.take(Restore(assets=bench.library), item).state == "done"
    assert bench.take(delete, item).reason == "deleted 1 files from the archive"
    assert on_disk(tmp_path) == [f"media/{item}/clip.mp4"]


def test_access_that_goes_and_access_that_stays(bench: Bench, item: str) -> None:
    group: Any = {flowhost.Template("news"): "READ"}
    dynamic = SetAccess(groups=group, assets=bench.library)
    static = SetAccess(groups=group, method="static", assets=bench.library)
    assert bench.take(dynamic, item).reason == "READ for the group 'news'"
    assert bench.take(dynamic, item).reason == "nothing to add"
    assert bench.library.items_with_access_from("rule:R") == [item]
    bench.take(static, item)
    assert bench.take(static, item).reason == "nothing to add"
    assert bench.library.withdraw_access("rule:R", item) == 1
    assert bench.library.access(item) == (flowhost.AccessEntry("news", "group", "READ"),)


def test_a_collection_is_made_once(bench: Bench, item: str) -> None:
    action = AddToCollection(collection=flowhost.Template("Genre ${news_genre}"), assets=bench.library)
    assert bench.take(action, item).reason == "is in the collection 'Genre Noir'"
    assert bench.take(action, item).reason == "was in the collection 'Genre Noir' already"
    assert bench.library.collection_names(item) == ("Genre Noir",)


def test_a_step_that_is_taken_again_after_a_crash_finds_its_job(
    bench: Bench, item: str, tmp_path: Path
) -> None:
    context = flowhost.Context(STARTED, item=item, run="7")
    first = Transcode(format="lowres", assets=bench.library).act(context)
    bench.ended(first.jobs[0])
    bench.library.close()
    bench.library.open()
    assert Transcode(format="lowres", assets=bench.library).act(context).jobs == first.jobs
    assert len([shape for shape in bench.library.shapes(item) if "lowres" in shape.tags]) == 1


def test_an_item_that_is_locked_is_not_deleted(bench: Bench, item: str) -> None:
    bench.held.lock_deletion(item, reason="legal hold")
    with pytest.raises(flowhost.Permanent, match="lock"):
        bench.take(DeleteItem(assets=bench.library), item)
    assert bench.library.search_ids("*").ids == (item,)


@pytest.mark.parametrize(
    "title",
    [
        "../../etc/passwd",
        "/etc",
        "..",
        ".hidden",
        "a\nb\x00c",
        "$(touch pwned); `id` | 'x' \"y\"",
        "Ä" * 300,
        "\u202e\u2028x",
    ],
)
def test_whatever_an_item_is_called(bench: Bench, item: str, tmp_path: Path, title: str) -> None:
    action = bench.distribution(
        targets=("b",),
        remove_from_others=True,
        directory=flowhost.PathTemplate("hires/${news_headline}"),
    )
    bench.library.set_metadata(item, {"news_headline": [title.replace("\x00", "")]})
    assert bench.take(action, item).state == "done"
    assert bench.take(action, item).reason == "all files are where they shall be"
    path = flowhost.PathTemplate("${news_headline}")
    assert bench.take(Export(location="out", file_name=path, assets=bench.library), item).state == "done"
    moved = [one.split("/") for one in on_disk(tmp_path) if one.startswith("b/")]
    assert [(len(one), one[0], one[1], one[3]) for one in moved] == [(4, "b", "hires", "clip.mp4")]
    assert [one.count("/") for one in on_disk(tmp_path) if one.startswith("out/")] == [1]
