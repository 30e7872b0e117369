"""The actions on the embedded catalogue: real folders, real ffmpeg."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
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


@pytest.fixture
def catalogue(tmp_path: Path, clip: Path) -> Iterator[Catalogue]:
    url = flowhost.Secret(f"sqlite:///{tmp_path}/catalogue.db")
    catalogue = Catalogue(url=url, clock=flowhost.SystemClock())
    catalogue.open()
    kinds: dict[str, Any] = {"a": "LOCAL", "b": "LOCAL", "c": "SHARED", "out": "EXPORT", "tape": "ARCHIVE"}
    for name, kind in kinds.items():
        (tmp_path / name).mkdir()
        catalogue.add_storage(name, tmp_path / name, kind=kind)
    yield catalogue
    catalogue.close()


@pytest.fixture
def item(catalogue: Catalogue, clip: Path) -> str:
    item = catalogue.create_item({"genre": ["Noir"]}, title="Night/train").id
    job = catalogue.import_file(item, clip, storage="a")
    assert catalogue.wait_for_job(job.id, PATIENCE).status == "FINISHED"
    return item


@pytest.fixture
def take(catalogue: Catalogue) -> Any:
    """Takes a step to its end, as the engine does; each is one of a run of its own."""
    runs = itertools.count(1)

    def take(action: Any, item: str) -> flowhost.Outcome:
        run = str(next(runs))
        known = catalogue.item(item)
        assert known
        tags = flowhost.item_tags(known, catalogue.variables(item))
        event = STARTED
        outcome: flowhost.Outcome = action.act(
            flowhost.Context(event, item=item, tags=tags, rule="R", run=run)
        )
        while outcome.state == "waiting":
            jobs = [catalogue.wait_for_job(job, PATIENCE) for job in outcome.jobs]
            if failed := [job.error for job in jobs if not job.status.startswith("FINISHED")]:
                return flowhost.Outcome.failed(failed[0])
            if not hasattr(action, "finish"):
                return flowhost.Outcome.done(outcome.reason)
            context = flowhost.Context(event, item=item, tags=tags, rule="R", run=run, memo=outcome.memo)
            outcome = action.finish(context, jobs)
        return outcome

    return take


def on_disk(tmp_path: Path) -> list[str]:
    """The files in the storages."""
    folders = [tmp_path / name for name in ("a", "b", "c", "out", "tape")]
    return sorted(
        path.relative_to(tmp_path).as_posix() for one in folders for path in one.rglob("*") if path.is_file()
    )


def distribution(catalogue: Catalogue, **options: Any) -> MoveCopyFiles:
    return MoveCopyFiles(
        **{"formats": ("original",)} | options,
        assets=catalogue,
        clock=flowhost.SystemClock(),
    )


def test_a_film_goes_through_its_life(catalogue: Catalogue, item: str, take: Any, tmp_path: Path) -> None:
    headline = (flowhost.Template("${title}: ${genre}"),)
    assert take(SetMetadata(fields={"headline": headline}, assets=catalogue), item).state == "done"
    take(SetTags(field="keywords", add=tuple(map(flowhost.Template, "ab")), assets=catalogue), item)
    found = catalogue.item(item)
    assert found
    assert (found.fields["headline"], found.fields["keywords"]) == (("Night/train: Noir",), ("a", "b"))
    lowres = Transcode(format="lowres", assets=catalogue)
    assert take(lowres, item).state == "done"
    assert take(lowres, item).state == "skipped"
    directory = flowhost.PathTemplate("hires/${title}")
    move = distribution(catalogue, targets=("c",), remove_from_others=True, directory=directory)
    assert take(move, item).state == "done"
    assert [one for one in on_disk(tmp_path) if one.endswith("/clip.mp4")] == ["c/hires/Night_train/clip.mp4"]
    path = flowhost.PathTemplate("tv/${itemId}")
    assert (
        take(Export(location="out", format="lowres", file_name=path, assets=catalogue), item).state == "done"
    )
    assert take(Export(location="out", assets=catalogue), item).state == "done"
    exported = [one for one in on_disk(tmp_path) if one.startswith("out/")]
    assert exported == ["out/clip.mp4", f"out/tv/{item}.mp4"]
    again = Export(location="out", assets=catalogue)
    with pytest.raises(flowhost.Permanent, match="clip"):  # what was delivered is never replaced
        take(again, item)
    assert take(DeleteItem(grace=1, assets=catalogue), item).reason == "in the recycle bin"


def test_two_copies_and_back_to_one(catalogue: Catalogue, item: str, take: Any, tmp_path: Path) -> None:
    two = distribution(catalogue, storages=3)
    assert take(two, item).state == "done"
    assert on_disk(tmp_path) == [f"{one}/{item}/clip.mp4" for one in "abc"]
    assert take(two, item).reason == "all files are where they shall be"
    one = distribution(catalogue, targets=("b",), remove_from_others=True)
    assert take(one, item).state == "done"
    assert on_disk(tmp_path) == [f"b/{item}/clip.mp4"]


def test_the_watermark_holds(catalogue: Catalogue, item: str, take: Any, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    catalogue.add_storage("small", tmp_path / "small", high_watermark=clip.stat().st_size)
    small = distribution(catalogue, targets=("small",), remove_from_others=True)
    assert take(small, item).state == "done"
    other = catalogue.create_item({}).id
    catalogue.wait_for_job(catalogue.import_file(other, clip, storage="a").id, PATIENCE)
    outcome = take(small, other)
    assert outcome.state == "failed"
    assert "'small' has 0 bytes left before its high watermark" in outcome.reason
    assert on_disk(tmp_path) == [f"a/{other}/clip.mp4"]


def test_a_copy_that_was_changed_is_no_reason_to_remove_the_others(
    catalogue: Catalogue, item: str, take: Any, tmp_path: Path, clip: Path
) -> None:
    assert take(distribution(catalogue, targets=("a", "b"), storages=2), item).state == "done"
    (tmp_path / "b" / item / "clip.mp4").write_bytes(clip.read_bytes()[:1000])
    for _ in range(2):  # the first sees that it changes, the second that it does not any more
        catalogue.scan("b")
    with pytest.raises(flowhost.Permanent, match=r"the copies of 'clip.mp4' are not the same"):
        take(distribution(catalogue, targets=("b",), remove_from_others=True), item)
    assert (tmp_path / "a" / item / "clip.mp4").read_bytes() == clip.read_bytes()


def test_a_disk_is_never_filled(
    small_disk: Path, catalogue: Catalogue, item: str, take: Any, clip: Path, tmp_path: Path
) -> None:
    catalogue.add_storage("disk", small_disk)
    (small_disk / "others").write_bytes(bytes(2**20 - clip.stat().st_size // 2))
    action = distribution(catalogue, targets=("disk",), remove_from_others=True)
    outcome = take(action, item)
    assert outcome.state == "failed"
    assert "'disk' has" in outcome.reason
    assert on_disk(tmp_path) == [f"a/{item}/clip.mp4"]
    (small_disk / "others").unlink()
    assert take(action, item).state == "done"
    assert (small_disk / item / "clip.mp4").stat().st_size == clip.stat().st_size
    assert on_disk(tmp_path) == []


def test_a_name_that_another_item_has(
    catalogue: Catalogue, item: str, take: Any, clip: Path, tmp_path: Path
) -> None:
    other = catalogue.create_item({}).id
    catalogue.wait_for_job(catalogue.import_file(other, clip, storage="a").id, PATIENCE)
    action = distribution(
        catalogue, targets=("b",), remove_from_others=True, directory=flowhost.PathTemplate("all")
    )
    assert take(action, item).state == "done"
    assert take(action, other).state == "done"
    assert on_disk(tmp_path) == ["b/all/clip.mp4", f"b/all/clip_{other}.mp4"]
    assert take(action, other).reason == "all files are where they shall be"


def test_to_the_archive_and_back(catalogue: Catalogue, item: str, take: Any, tmp_path: Path) -> None:
    assert take(Archive(policy="tape", purge=True, assets=catalogue), item).state == "done"
    assert [one[:5] for one in on_disk(tmp_path)] == ["tape/"]
    delete = DeleteFromArchive(assets=catalogue)
    outcome = take(delete, item)
    assert outcome.state == "failed"
    assert outcome.reason.startswith("only completes while a copy is online")
    assert take(distribution(catalogue, targets=("b",)), item).reason == "nothing of it is online"
    assert take(Restore(assets=catalogue), item).state == "done"
    assert take(delete, item).reason == "deleted 1 files from the archive"
    assert on_disk(tmp_path) == [f"a/{item}/clip.mp4"]


def test_access_that_goes_and_access_that_stays(catalogue: Catalogue, item: str, take: Any) -> None:
    group: Any = {flowhost.Template("news"): "READ"}
    dynamic = SetAccess(groups=group, assets=catalogue)
    static = SetAccess(groups=group, method="static", assets=catalogue)
    assert take(dynamic, item).reason == "READ for the group 'news'"
    assert take(dynamic, item).reason == "nothing to add"
    assert catalogue.items_with_access_from("rule:R") == [item]
    take(static, item)
    assert take(static, item).reason == "nothing to add"
    assert catalogue.withdraw_access("rule:R", item) == 1
    assert catalogue.access(item) == (flowhost.AccessEntry("news", "group", "READ"),)


def test_a_collection_is_made_once(catalogue: Catalogue, item: str, take: Any) -> None:
    action = AddToCollection(collection=flowhost.Template("Genre ${genre}"), assets=catalogue)
    assert take(action, item).reason == "is in the collection 'Genre Noir'"
    assert take(action, item).reason == "was in the collection 'Genre Noir' already"
    assert catalogue.collection_names(item) == ("Genre Noir",)


def test_a_step_that_is_taken_again_after_a_crash_finds_its_job(
    catalogue: Catalogue, item: str, tmp_path: Path
) -> None:
    context = flowhost.Context(STARTED, item=item, run="7")
    first = Transcode(format="lowres", assets=catalogue).act(context)
    catalogue.wait_for_job(first.jobs[0], PATIENCE)
    catalogue.close()
    catalogue.open()
    assert Transcode(format="lowres", assets=catalogue).act(context).jobs == first.jobs
    assert len([shape for shape in catalogue.shapes(item) if "lowres" in shape.tags]) == 1


def test_an_item_that_is_locked_is_not_deleted(catalogue: Catalogue, item: str, take: Any) -> None:
    catalogue.lock_deletion(item, reason="legal hold")
    with pytest.raises(flowhost.Permanent, match="lock"):
        take(DeleteItem(assets=catalogue), item)
    assert catalogue.trash() == []


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
def test_whatever_an_item_is_called(
    catalogue: Catalogue, item: str, take: Any, tmp_path: Path, title: str
) -> None:
    action = distribution(
        catalogue,
        targets=("b",),
        remove_from_others=True,
        directory=flowhost.PathTemplate("hires/${headline}"),
    )
    catalogue.set_metadata(item, {"headline": [title.replace("\x00", "")]})
    assert take(action, item).state == "done"
    assert take(action, item).reason == "all files are where they shall be"
    path = flowhost.PathTemplate("${headline}")
    assert take(Export(location="out", file_name=path, assets=catalogue), item).state == "done"
    moved = [one.split("/") for one in on_disk(tmp_path) if one.startswith("b/")]
    assert [(len(one), one[0], one[1], one[3]) for one in moved] == [(4, "b", "hires", "clip.mp4")]
    assert [one.count("/") for one in on_disk(tmp_path) if one.startswith("out/")] == [1]
