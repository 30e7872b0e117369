"""``move-copy-files`` on a library: what is copied, moved and removed, and when."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flowhost import PathTemplate, Permanent, Retry, UndefinedTag
from flowhost_plugins.actions import MoveCopyFiles


@pytest.fixture
def make(library: Any, clock: Any) -> Any:
    def make(**options: Any) -> MoveCopyFiles:
        return MoveCopyFiles(**{"formats": ("original",)} | options, assets=library, clock=clock)

    return make


@pytest.fixture
def item(library: Any) -> str:
    """A clip in the storage a; there are b, c, the watch folder x and the archive t besides."""
    for name in "abc":
        library.add_storage(name)
    library.add_storage("x", "EXTERNAL")
    library.add_storage("t", "ARCHIVE")
    item = library.add_item(title="Night train")
    library.add_shape(item, ("VX-1", f"{item}/clip.mxf"))
    return item


def test_the_example_of_the_guide(library: Any, engine: Any, make: Any, item: str) -> None:
    action = make(targets=("b",), remove_from_others=True, directory=PathTemplate("hires/${title}"))
    sentence = "'clip.mxf': move from 'a' to 'b' as 'hires/Night train/clip.mxf'"
    assert action.plan(engine.context(item)) == sentence
    assert action.destructive
    outcome = engine.take(action, item)
    assert (outcome.state, outcome.reason) == ("done", sentence)
    assert library.places(item) == [("b", "hires/Night train/clip.mxf")]
    assert action.plan(engine.context(item)) == ""
    assert engine.take(action, item, run="2").reason == "all files are where they shall be"


def test_plans_for_many_items_add_up_the_storages_once(
    library: Any, engine: Any, make: Any, item: str, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, real = [], library.storages
    monkeypatch.setattr(library, "storages", lambda: looks.append(1) or real())
    action = make(targets=("c",))
    assert [bool(action.plan(engine.context(item))) for _ in range(3)] == [True] * 3
    assert len(looks) == 1
    library.add_shape(library.add_item(), ("VX-3", "big.mxf"), size=950)
    clock.advance(5)
    assert "'c' has 50 bytes left" in action.plan(engine.context(item))
    assert engine.take(action, item).state == "failed"  # what is done counts on no old rooms
    assert len(looks) == 3


def test_two_copies_where_most_room_is(library: Any, engine: Any, make: Any, item: str) -> None:
    library.add_shape(library.add_item(), ("VX-2", "other.mxf"), size=500)
    action = make(storages=2)
    assert not action.destructive
    assert engine.take(action, item).reason == "'clip.mxf': copy to 'c'"
    assert library.places(item) == [("a", f"{item}/clip.mxf"), ("c", f"{item}/clip.mxf")]


def test_copies_come_first_then_the_move_then_removals(
    library: Any, engine: Any, make: Any, item: str
) -> None:
    shape = ("VX-4", "in/clip.mxf"), ("VX-5", "tape/clip.mxf")
    other = library.add_item()
    library.add_shape(other, *shape)
    action = make(storages=2, targets=("b", "c"), remove_from_others=True)
    outcome = action.act(engine.context(other))
    assert [call for call in library.calls if "copy" in call or "move" in call] == [
        "copy in/clip.mxf to b:in/clip.mxf " + other
    ]
    outcome = engine.resume(action, other, outcome)
    assert outcome.state == "waiting"
    assert library.calls[-1] == f"move in/clip.mxf to c:in/clip.mxf {other}"
    outcome = engine.resume(action, other, outcome)
    assert outcome.state == "done"
    assert library.places(other) == [("b", "in/clip.mxf"), ("c", "in/clip.mxf"), ("t", "tape/clip.mxf")]


def test_nothing_is_removed_before_all_others_are_safe(library: Any, engine: Any, make: Any) -> None:
    for name in "abc":
        library.add_storage(name)
    item = library.add_item()
    library.add_shape(item, ("VX-1", "p/clip.mxf"), ("VX-2", "p/clip.mxf"))
    action = make(targets=("c",), remove_from_others=True)
    outcome = action.act(engine.context(item))
    assert outcome.reason == "'clip.mxf': move from 'a' to 'c', remove 'p/clip.mxf' from 'b'"
    assert not any("delete" in call for call in library.calls)
    library.run(fail=lambda work: "the disk broke")
    assert len(library.places(item)) == 2
    again = action.act(engine.context(item, attempt=2))
    assert engine.resume(action, item, again).state == "done"
    assert library.places(item) == [("c", "p/clip.mxf")]


def test_not_enough_room_does_nothing(library: Any, engine: Any, make: Any, item: str) -> None:
    for name in ("VX-2", "VX-3"):
        library.add_shape(library.add_item(), (name, "big.mxf"), size=950)
    action = make(storages=2, remove_from_others=True)
    outcome = engine.take(action, item)
    assert outcome.state == "failed"
    assert outcome.reason == (
        "'clip.mxf' shall be in 2 storages, and only 1 can have it (100 bytes): 'b' has 50 bytes left before its "
        "high watermark; 'c' has 50 bytes left before its high watermark"
    )
    assert action.plan(engine.context(item)) == outcome.reason
    assert library.calls == []


def test_one_shape_that_cannot_go_holds_the_others(library: Any, engine: Any, make: Any, item: str) -> None:
    library.add_shape(item, ("VX-1", "big.mxf"), size=600, tags=("lowres",))
    library.add_shape(library.add_item(), ("VX-2", "big.mxf"), size=600)
    outcome = engine.take(make(formats=("original", "lowres"), targets=("b",), remove_from_others=True), item)
    assert outcome.state == "failed"
    assert library.calls == []


def test_other_formats_stay(library: Any, engine: Any, make: Any, item: str) -> None:
    library.add_shape(item, ("VX-1", "low.mp4"), tags=("lowres",))
    engine.take(make(formats=("lowres",), targets=("c",), remove_from_others=True), item)
    assert library.places(item) == [("a", f"{item}/clip.mxf"), ("c", "low.mp4")]
    outcome = engine.take(make(formats=("poster", "tiny")), item)
    assert (outcome.state, outcome.reason) == ("skipped", "it has no shape poster or tiny")
    assert make(formats=("poster",)).plan(engine.context(item)) == ""


def test_a_shape_with_two_of_the_tags_is_moved_once(library: Any, engine: Any, make: Any, item: str) -> None:
    other = library.add_item()
    library.add_shape(other, ("VX-1", "one.mxf"), tags=("original", "lowres"))
    shape = library.media[other][0]
    library.media[other].append(
        type(shape)("VX-99", other, ("lowres",), files=shape.files)
    )  # shares the file
    engine.take(make(formats=("original", "lowres"), targets=("b",), remove_from_others=True), other)
    assert library.calls == [f"move one.mxf to b:one.mxf {other}"]


def test_a_name_that_is_taken(library: Any, engine: Any, make: Any, item: str) -> None:
    library.add_shape(library.add_item(), ("VX-2", "hires/clip.mxf"))
    action = make(targets=("b",), directory=PathTemplate("hires"))
    engine.take(action, item)
    assert ("b", f"hires/clip_{item}.mxf") in library.places(item)
    assert action.plan(engine.context(item)) == ""


def test_an_undefined_tag_moves_nothing(library: Any, engine: Any, make: Any, item: str) -> None:
    with pytest.raises(UndefinedTag, match="genre"):
        engine.take(make(directory=PathTemplate("${genre}")), item)
    assert library.calls == []


def test_it_waits_for_the_other_jobs_of_the_item(
    library: Any, engine: Any, make: Any, item: str, clock: Any
) -> None:
    job = library.start("transcode", item, lambda: None, "")
    action = make(targets=("b",))
    outcome = action.act(engine.context(item))
    assert (outcome.state, outcome.jobs) == ("waiting", ())
    assert outcome.reason == f"waits for the jobs of the item: {job.id}"
    assert outcome.until > clock.now()
    clock.advance(60)
    assert action.finish(engine.context(item, memo=outcome.memo), []).until > outcome.until
    outcome = engine.resume(action, item, outcome)
    assert outcome.jobs
    assert engine.resume(action, item, outcome).state == "done"


def test_a_crash_after_the_start_starts_nothing_twice(
    library: Any, engine: Any, make: Any, item: str
) -> None:
    action = make(targets=("b",), remove_from_others=True)
    action.act(engine.context(item))
    outcome = action.act(engine.context(item, attempt=2))
    while outcome.state == "waiting":
        outcome = engine.resume(action, item, outcome)
    assert library.calls == [f"move {item}/clip.mxf to b:{item}/clip.mxf {item}"]
    assert library.places(item) == [("b", f"{item}/clip.mxf")]


@pytest.mark.parametrize("state", ["OPEN", "TO_APPEAR"])
def test_a_file_that_grows_is_left_alone(library: Any, engine: Any, make: Any, item: str, state: str) -> None:
    other = library.add_item()
    library.add_shape(other, ("VX-1", "live.mxf"), state=state)
    action = make(targets=("b",))
    assert action.plan(engine.context(other)) == ""
    with pytest.raises(Retry, match=rf"\(live.mxf\) is still being written: it is {state}"):
        engine.take(action, other)


def test_what_is_only_in_the_archive_stays_there(library: Any, engine: Any, make: Any, item: str) -> None:
    other = library.add_item()
    library.add_shape(other, ("VX-1", "away.mxf"), state="ARCHIVED")
    library.add_shape(other, ("VX-5", "tape/away.mxf"))
    outcome = engine.take(make(targets=("b",)), other)
    assert (outcome.state, outcome.reason) == ("skipped", "nothing of it is online")


def test_nothing_is_fetched_from_the_archive_that_is_online(
    library: Any, engine: Any, make: Any, item: str
) -> None:
    other = library.add_item()
    library.add_shape(other, ("VX-5", "tape/clip.mxf"), ("VX-1", "disk/clip.mxf"))
    engine.take(make(storages=2), other)
    assert ("b", "disk/clip.mxf") in library.places(other)
    assert engine.take(make(targets=("t",)), other, run="2").reason == "all files are where they shall be"


def test_a_lost_file_cannot_be_distributed(library: Any, engine: Any, make: Any, item: str) -> None:
    other = library.add_item()
    library.add_shape(other, ("VX-1", "lost.mxf"), state="LOST")
    with pytest.raises(Permanent, match=r"there is no whole copy of 'lost.mxf': VX-\d+ is LOST"):
        engine.take(make(targets=("b",)), other)


def test_a_storage_that_is_gone(library: Any, engine: Any, make: Any, item: str, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="there is no storage 'media2'"):
        engine.take(make(targets=("media2",)), item)
    library.add_storage("media1", path=str(tmp_path / "unmounted"))
    gone = "the storage 'media1' is gone: its folder .* cannot be used"
    with pytest.raises(Permanent, match=gone):
        engine.take(make(targets=("media1",)), item)
    assert "'media1' is gone" in make(targets=("media1",)).plan(engine.context(item))
    assert "'media1' is gone" in engine.take(make(storages=4), item).reason


def test_a_copy_in_a_storage_that_is_gone_does_not_count(
    library: Any, engine: Any, make: Any, item: str, tmp_path: Path
) -> None:
    away = library.add_storage("away", path=str(tmp_path / "unmounted"))
    other = library.add_item()
    library.add_shape(other, (away, "clip.mxf"), ("VX-4", "clip.mxf"))
    action = make(remove_from_others=True)
    engine.take(action, other)
    places = library.places(other)
    assert ("away", "clip.mxf") in places  # nobody can tell whether it is there
    assert len(places) == 2
    lost = library.add_item()
    library.add_shape(lost, (away, "clip.mxf"))
    with pytest.raises(Permanent, match="in the storage 'away', which is gone"):
        engine.take(action, lost)


def test_a_storage_that_the_library_cannot_use_is_gone(
    library: Any, engine: Any, make: Any, item: str
) -> None:
    offline = library.add_storage("offline", watermark=None, reachable=False)  # else it would come first
    other = library.add_item()
    library.add_shape(other, (offline, "clip.mxf"), ("VX-4", "clip.mxf"))
    engine.take(make(remove_from_others=True), other)
    assert ("offline", "clip.mxf") in library.places(other)
    assert len(library.places(other)) == 2
    with pytest.raises(Permanent, match="the storage 'offline' is gone: the library cannot use it now"):
        engine.take(make(targets=("offline",)), item)


def test_the_disk_counts_where_there_is_no_watermark(
    library: Any, engine: Any, make: Any, item: str, tmp_path: Path
) -> None:
    library.add_storage("disk", path=str(tmp_path), watermark=None)
    huge = library.add_item()
    library.add_shape(huge, ("VX-4", "huge.mxf"), size=2**62)
    assert "'disk' has" in engine.take(make(targets=("disk",)), huge).reason
    assert engine.take(make(targets=("disk",)), item).state == "done"


def test_a_storage_that_filled_up_meanwhile(
    library: Any, engine: Any, make: Any, item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, real = [], library.copy_file

    def copy_file(file: str, storage: str, path: str | None = None, *, key: str = "") -> Any:
        if not refused:
            refused.append(storage)
            library.add_shape(library.add_item(), (storage, "foreign.mxf"), size=950)
        return real(file, storage, path, key=key)

    monkeypatch.setattr(library, "copy_file", copy_file)
    action = make(storages=2)
    with pytest.raises(Retry, match="the storages changed meanwhile: the storage 'b' has room for 50 bytes"):
        engine.take(action, item)
    assert engine.take(action, item, attempt=2).state == "done"
    assert [name for name, _ in library.places(item)] == ["a", "c"]


def test_a_refusal_for_another_reason_fails(
    library: Any, engine: Any, make: Any, item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> Any:
        raise Permanent("leads out of the storage through a link")

    monkeypatch.setattr(library, "copy_file", refuse)
    with pytest.raises(Permanent, match="leads out"):
        engine.take(make(targets=("b",), directory=PathTemplate("link")), item)


def test_two_rules_that_fight_end(library: Any, engine: Any, make: Any, item: str) -> None:
    """Whenever the file is where one wants it, somebody brings it back."""
    action = make(targets=("b",), remove_from_others=True)
    outcome = action.act(engine.context(item))
    with pytest.raises(
        Permanent, match="after 10 rounds the files are not where they shall be; does another rule"
    ):
        for _ in range(30):
            library.run()
            file = next(file for file in library.files.values() if file.item == item)
            library.move_file(file.id, "a")
            outcome = engine.resume(action, item, outcome)


def test_two_runs_do_not_count_on_the_same_room(library: Any, engine: Any, make: Any, item: str) -> None:
    for name in ("VX-2", "VX-3"):
        library.add_shape(library.add_item(), (name, "big.mxf"), size=850)
    other = library.add_item()
    library.add_shape(other, ("VX-4", "other.mxf"))
    library.add_shape(library.add_item(), ("VX-1", "big.mxf"), size=900)
    first = make(storages=2, targets=("b", "c"), remove_from_others=True).act(engine.context(item))
    assert first.jobs  # the copy is under way, the move comes later
    outcome = make(targets=("b", "c")).act(engine.context(other, run="2"))
    assert outcome.state == "failed"
    assert "only 0 can have it" in outcome.reason


def test_what_a_run_counted_on_is_free_again_in_the_end(
    library: Any, engine: Any, make: Any, item: str, clock: Any
) -> None:
    for name, room in library.rooms.items():
        library.rooms[name] = replace(room, high_watermark=250)
    other = library.add_item()
    library.add_shape(other, ("VX-4", "other.mxf"), size=200)
    action = make(storages=2, targets=("b", "c"), remove_from_others=True)
    action.act(engine.context(item))  # and is cancelled; its copy fails
    library.run(fail=lambda work: "cancelled")
    targets = make(storages=2, targets=("b", "c"))
    assert targets.act(engine.context(other, run="2")).state == "failed"
    clock.advance(3601)
    assert engine.take(targets, other, run="3").state == "done"


def test_what_cannot_be_meant(make: Any) -> None:
    with pytest.raises(ValueError, match="'formats' names no shape tag"):
        make(formats=())
    with pytest.raises(ValueError, match="'storages' is 0, expected 1 or more"):
        make(storages=0)
    with pytest.raises(ValueError, match="'storages' is 3, and only 2 are named in 'targets'"):
        make(storages=3, targets=("a", "b", "a"))


def test_a_storage_named_twice(library: Any, engine: Any, make: Any, item: str) -> None:
    with pytest.raises(Permanent, match="'targets' names a storage twice, and 2 are wanted"):
        engine.take(make(storages=2, targets=("b", "VX-2")), item)


def test_a_copy_that_somebody_removed_again_is_made_again(
    library: Any, engine: Any, make: Any, item: str
) -> None:
    action = make(storages=2, targets=("a", "b"))
    outcome = action.act(engine.context(item))
    library.run()
    library.delete_file(next(file.id for file in library.files.values() if file.storage == "VX-2"))
    outcome = action.finish(engine.context(item, memo=outcome.memo), [])
    assert engine.resume(action, item, outcome).state == "done"
    assert [name for name, _ in library.places(item)] == ["a", "b"]
