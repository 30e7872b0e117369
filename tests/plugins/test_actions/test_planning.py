"""The plan of a distribution: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.actions.distribution import Copy, Media, Plan, Room, Transfer, Wish, plan, plan_all

A, B, C, D = (Room(one, one.upper(), 1000) for one in "abcd")
EXTERNAL = Room("x", "X", 5000, general=False)
ARCHIVE = Room("t", "T", 5000, general=False, protected=True)


def rooms(*several: Room) -> dict[str, Room]:
    return {one.id: one for one in several or (A, B, C, D)}


def media(*places: str, size: int = 100) -> Media:
    """``a:dir/x.mxf``: a copy in the storage a."""
    copies = tuple(Copy(f"F{n}", *place.split(":")) for n, place in enumerate(places))
    return Media("'x.mxf'", size, copies)


def copied(
    file: str, storage: str, path: str | None = None, *, move: bool = False, size: int = 100
) -> Transfer:
    return Transfer(file, storage, path, move, size)


def test_what_is_where_it_shall_be_stays() -> None:
    assert plan(media("a:x.mxf"), Wish(1), rooms()).empty
    assert plan(media("a:x.mxf", "b:x.mxf"), Wish(1), rooms()).empty  # nobody said that one shall go
    assert plan(media("a:x.mxf", "b:x.mxf"), Wish(2, remove=True), rooms()).empty


def test_a_full_storage_keeps_what_it_has() -> None:
    full = replace(A, bytes=0)
    assert plan(media("a:x.mxf"), Wish(1, remove=True), rooms(full, B)).empty


def test_the_most_room_comes_first() -> None:
    found = plan(media("a:x.mxf"), Wish(3), rooms(A, B, replace(C, bytes=3000), replace(D, bytes=None)))
    assert found == Plan(media("a:x.mxf"), (copied("F0", "d"), copied("F0", "c")))


def test_room_that_others_were_promised_is_no_room() -> None:
    found = plan(media("a:x.mxf"), Wish(2), rooms(A, B, C), {"b": 1})
    assert found.copies == (copied("F0", "c"),)
    found = plan(media("a:x.mxf"), Wish(2), rooms(A, B, C), {"b": 901, "c": 901})
    assert "'B' has 99 bytes left before its high watermark" in found.problem
    assert (found.copies, found.moves, found.removals) == ((), (), ())


def test_what_is_planned_for_one_is_no_room_for_the_next() -> None:
    wish, small = Wish(1, targets=("b",), remove=True), rooms(A, replace(B, bytes=150))
    first, second = plan_all([(media("a:x.mxf"), wish), (media("a:y.mxf"), wish)], small)
    assert first.moves == (copied("F0", "b", move=True),)
    assert (
        "shall be in 1 storage, and only 0 can have it (100 bytes): 'B' has 50 bytes left" in second.problem
    )


def test_exactly_up_to_the_watermark() -> None:
    assert plan(media("a:x.mxf"), Wish(2), rooms(A, replace(B, bytes=100))).copies
    assert plan(media("a:x.mxf"), Wish(2), rooms(A, replace(B, bytes=99))).problem


def test_storages_of_other_kinds_only_when_named() -> None:
    assert plan(media("x:x.mxf"), Wish(1), rooms(A, EXTERNAL)).copies == (copied("F0", "a"),)
    assert plan(media("a:x.mxf"), Wish(1, ("x",)), rooms(A, EXTERNAL)).copies == (copied("F0", "x"),)


def test_the_last_leg_moves_what_would_be_removed() -> None:
    found = plan(media("x:x.mxf"), Wish(2, remove=True), rooms(A, B, EXTERNAL))
    assert found.copies == (copied("F0", "a"),)
    assert found.moves == (copied("F0", "b", move=True),)
    assert found.removals == ()


def test_extra_copies_go() -> None:
    found = plan(
        media("a:x.mxf", "b:x.mxf", "x:x.mxf", "t:x.mxf"),
        Wish(1, ("b",), True),
        rooms(A, B, EXTERNAL, ARCHIVE),
    )
    assert [copy.storage for copy in found.removals] == ["a", "x"]  # and not what is in the archive
    assert not found.copies
    assert not found.moves


def test_a_folder_is_changed_within_the_storage() -> None:
    found = plan(media("a:VX-1/x.mxf"), Wish(1, directory="hires"), rooms(A, replace(B, bytes=9000)))
    assert found.moves == (copied("F0", "a", "hires/x.mxf", move=True, size=0),)
    assert plan(media("a:hires/x.mxf"), Wish(1, directory="hires"), rooms()).empty
    assert plan(media("a:VX-1/x.mxf"), Wish(1, directory=""), rooms(A)).moves[0].path == "x.mxf"


def test_the_right_folder_is_kept_before_a_wrong_one() -> None:
    found = plan(media("a:x.mxf", "b:hires/x.mxf"), Wish(1, remove=True, directory="hires"), rooms())
    assert [copy.storage for copy in found.removals] == ["a"]
    assert not found.moves


def test_a_second_copy_in_a_storage_goes_with_the_others() -> None:
    two = media("a:VX-1/x.mxf", "a:hires/x.mxf")
    assert plan(two, Wish(1, directory="hires"), rooms()).empty
    assert [copy.path for copy in plan(two, Wish(1, remove=True, directory="hires"), rooms()).removals] == [
        "VX-1/x.mxf"
    ]


def test_a_storage_that_is_gone_is_not_chosen() -> None:
    gone = replace(B, gone="is gone: its folder cannot be used")
    found = plan(media("a:x.mxf"), Wish(2), rooms(A, gone))
    assert found.problem == (
        "'x.mxf' shall be in 2 storages, and only 1 can have it (100 bytes): 'B' is gone: its folder cannot be used"
    )


@pytest.mark.parametrize("targets", [(), ("a",)])
def test_too_few_storages(targets: tuple[str, ...]) -> None:
    found = plan(media("a:x.mxf"), Wish(2, targets), rooms(A))
    assert found.problem.endswith("and only 1 can have it (100 bytes): there are no others")


# -- any facts

PATHS = st.sampled_from(["x.mxf", "hires/x.mxf", "VX-1/x.mxf"])
STORAGES = "abcdxt"


@st.composite
def facts(draw: st.DrawFn) -> tuple[Media, Wish, dict[str, Room]]:
    known = {
        one: Room(
            one,
            one.upper(),
            draw(st.none() | st.integers(0, 300)),
            general=one in "abcd",
            protected=one == "t",
            gone=draw(st.sampled_from(["", "", "", "is gone"])),
        )
        for one in STORAGES
    }
    alive = [one for one in STORAGES if not known[one].gone] or ["a"]
    known["a"] = replace(known["a"], gone="") if alive == ["a"] else known["a"]
    places = draw(st.lists(st.tuples(st.sampled_from(alive), PATHS), min_size=1, max_size=5, unique=True))
    targets = draw(st.lists(st.sampled_from(STORAGES), unique=True))
    count = draw(st.integers(1, len(targets) or 3))
    directory = draw(st.none() | st.sampled_from(["", "hires"]))
    wish = Wish(count, tuple(targets), draw(st.booleans()), directory)
    return media(*(f"{one}:{path}" for one, path in places), size=draw(st.integers(0, 200))), wish, known


def after(old: Media, done: Plan, known: dict[str, Room]) -> tuple[Media, dict[str, Room]]:
    """The facts when a plan was carried out."""
    copies = {copy.file: copy for copy in old.copies}
    known = dict(known)

    def fill(storage: str, size: int) -> None:
        room = known[storage].bytes
        known[storage] = known[storage] if room is None else replace(known[storage], bytes=room - size)

    for number, one in enumerate((*done.copies, *done.moves)):
        source = copies[one.file]
        path = source.path if one.path is None else one.path
        if one.move:
            del copies[one.file]
            fill(source.storage, 0 if source.storage == one.storage else -old.size)
        copies[f"N{number}"] = Copy(f"N{number}", one.storage, path)
        fill(one.storage, one.size)
    for copy in done.removals:
        del copies[copy.file]
        fill(copy.storage, -old.size)
    return replace(old, copies=tuple(copies.values())), known


@given(facts())
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    given_facts: tuple[Media, Wish, dict[str, Room]],
) -> None:
    old, wish, known = given_facts
    first = plan(old, wish, known)
    if first.problem:
        assert (first.copies, first.moves, first.removals) == ((), (), ())
        return
    new, left = after(old, first, known)
    assert plan(new, wish, left).empty
    allowed = set(wish.targets) or set("abcd")
    right = {
        copy.storage
        for copy in new.copies
        if copy.storage in allowed and wish.directory in (None, copy.directory)
    }
    assert len(right) >= wish.count
    if wish.remove:
        movable = [copy.storage for copy in new.copies if copy.storage != "t"]
        assert len(movable) == len(set(movable)) <= wish.count
    for storage, room in left.items():
        before = known[storage].bytes
        assert (
            room.bytes is None or before is None or room.bytes >= min(before, 0)
        )  # never past the watermark
        assert not (known[storage].gone and room.bytes != before)


@given(facts())
def test_removals_leave_a_copy_that_is_not_touched(given_facts: tuple[Media, Wish, dict[str, Room]]) -> None:
    old, wish, known = given_facts
    found = plan(old, wish, known)
    gone = {copy.file for copy in found.removals}
    assert len(gone) < len(old.copies) or not gone
    assert not gone & {one.file for one in (*found.copies, *found.moves)}
    assert wish.remove or not gone
