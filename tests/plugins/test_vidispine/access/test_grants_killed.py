"""Access entries by origin: whoever is killed between any two steps leaves nothing that nobody knows of."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import flowhost
from flowhost import AccessEntry
from flowhost_plugins.vidispine.access.methods import AccessMethods
from flowhost_plugins.vidispine.client import Missing
from flowhost_plugins.vidispine.documents import Access, AccessList

DESK = AccessEntry("Desk", "group", "READ", 3)
ADA = AccessEntry("ada", "user", "ALL", 0)


class Killed(BaseException):
    """The process ends here."""


class Ends:
    """Ends the process before its n-th step, or behind it; counts them."""

    def __init__(self) -> None:
        self.steps = 0
        self.last: float | None = None

    def at(self, step: float | None) -> None:
        self.steps, self.last = 0, step

    def __call__(self, work: Any) -> Any:
        self.steps += 1
        if self.last == self.steps - 0.5:
            raise Killed
        result = work()
        if self.last == self.steps:
            raise Killed
        return result


class Site:
    """The access entries of items, as Vidispine answers about them."""

    settings = SimpleNamespace(base="http://site.example/API")

    def __init__(self, ends: Ends) -> None:
        self.ends = ends
        self.entries: dict[str, dict[str, Access]] = {"VX-1": {}, "VX-2": {}}
        self._numbers = itertools.count(97)  # so that their order as texts is another
        for item in self.entries:
            self.add(item, Access(permission="OWNER", user="admin"))

    def add(self, item: str, entry: Access) -> Access:
        made = entry.model_copy(update={"id": f"VX-{next(self._numbers)}"})
        assert made.id
        self.entries[item][made.id] = made
        return made

    def shown(self, item: str) -> list[tuple[str, str]]:
        """Grantee and permission of all but the owner's."""
        found = ((one.group or one.user or "", one.permission) for one in self.entries[item].values())
        return sorted(one for one in found if one[1] != "OWNER")

    def get(self, *path: str, into: type[AccessList]) -> AccessList:
        return into(access=list(self._of(path).values()))

    def post(self, *path: str, document: dict[str, Any], into: type[Access]) -> Access:
        self._of(path)
        made: Access = self.ends(lambda: self.add(path[1], into.from_json(document)))
        return made

    def delete(self, *path: str) -> None:
        entries = self._of(path)
        if path[3] not in entries:
            raise Missing(f"there is no access {path[3]}", status=404)
        self.ends(lambda: entries.pop(path[3]))

    def _of(self, path: tuple[str, ...]) -> dict[str, Access]:
        if path[1] not in self.entries:
            raise Missing(f"there is no item {path[1]}", status=404)
        return self.entries[path[1]]


class Notes(flowhost.Store):
    """A store whose changes are steps, too."""

    name = "notes"

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def __init__(self, ends: Ends) -> None:
        self.ends = ends
        self.kept: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    def put(self, key: str, value: Any) -> Any:
        return self.ends(lambda: self.kept.update({key: value}))

    def delete(self, key: str) -> bool:
        return bool(self.ends(lambda: self.kept.pop(key, None) is not None))

    def keys(self, prefix: str = "") -> list[str]:
        return sorted(key for key in self.kept if key.startswith(prefix))


class World:
    """A site, the notes, and the process that may be killed."""

    def __init__(self, clock: flowhost.Clock) -> None:
        self.ends = Ends()
        self.site = Site(self.ends)
        self.notes = Notes(self.ends)
        self._clock = clock

    @property
    def access(self) -> AccessMethods:
        """The process, fresh: it knows nothing but what is noted."""
        return AccessMethods(self.site, self.notes, self._clock)  # type: ignore[arg-type]  # stands for the client

    def steps_of(self, work: Any) -> int:
        self.ends.at(None)
        work()
        return self.ends.steps


@pytest.fixture
def world(clock: flowhost.Clock) -> World:
    return World(clock)


STEPS = [number / 2 for number in range(1, 7)]
"""Before and behind each of the three steps of a grant: the intent, the entry, its id."""


def test_a_grant_has_three_steps(world: World) -> None:
    assert world.steps_of(lambda: world.access.grant_access("VX-1", DESK, origin="rule:R")) == 3


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_grant_is_made_once_when_it_is_made_again(world: World, step: float) -> None:
    _killed(world, step, lambda: world.access.grant_access("VX-1", DESK, origin="rule:R"))
    world.access.grant_access("VX-1", DESK, origin="rule:R")
    assert world.site.shown("VX-1") == [("Desk", "READ")]
    assert world.access.withdraw_access("rule:R") == 1
    assert world.site.shown("VX-1") == []
    assert world.notes.kept == {}


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_grant_can_be_withdrawn(world: World, step: float) -> None:
    _killed(world, step, lambda: world.access.grant_access("VX-1", DESK, origin="rule:R"))
    there = len(world.site.shown("VX-1"))
    assert world.access.withdraw_access("rule:R") == there == (step >= 2)
    assert world.site.shown("VX-1") == []
    assert world.notes.kept == {}


@pytest.mark.parametrize("step", STEPS)
def test_equal_entries_of_others_are_left_alone(world: World, step: float) -> None:
    world.site.add("VX-1", Access(permission="READ", group="Desk", priority=3))
    world.access.grant_access("VX-1", DESK, origin="rule:S")
    _killed(world, step, lambda: world.access.grant_access("VX-1", DESK, origin="rule:R"))
    world.access.withdraw_access("rule:R", "VX-1")
    assert world.site.shown("VX-1") == [("Desk", "READ")] * 2
    assert world.access.items_with_access_from("rule:S") == ["VX-1"]
    assert world.access.withdraw_access("rule:S", "VX-1") == 1
    assert world.site.shown("VX-1") == [("Desk", "READ")]


@pytest.mark.parametrize("step", STEPS)
def test_what_an_equal_rule_did_after_the_kill_is_its_own(world: World, step: float) -> None:
    _killed(world, step, lambda: world.access.grant_access("VX-1", DESK, origin="rule:R"))
    world.access.grant_access("VX-1", DESK, origin="rule:S")
    world.access.withdraw_access("rule:R")
    assert world.site.shown("VX-1") == [("Desk", "READ")]
    assert world.access.withdraw_access("rule:S") == 1
    assert world.site.shown("VX-1") == []


def test_two_that_were_killed_each_find_their_own(world: World) -> None:
    for origin in ("rule:R", "rule:S"):
        _killed(world, 2, lambda one=origin: world.access.grant_access("VX-1", DESK, origin=one))
    assert world.site.shown("VX-1") == [("Desk", "READ")] * 2
    assert world.access.withdraw_access("rule:R") == 1
    assert world.access.withdraw_access("rule:S") == 1
    assert world.site.shown("VX-1") == []


@pytest.mark.parametrize("step", [number / 2 for number in range(1, 9)])
def test_a_killed_withdrawal_goes_on(world: World, step: float) -> None:
    for entry in (DESK, ADA):
        world.access.grant_access("VX-1", entry, origin="rule:R")
    world.access.grant_access("VX-2", DESK, origin="rule:R")
    _killed(world, step, lambda: world.access.withdraw_access("rule:R", "VX-1"))
    world.access.withdraw_access("rule:R", "VX-1")
    assert world.site.shown("VX-1") == []
    assert world.access.items_with_access_from("rule:R") == ["VX-2"]


def test_what_somebody_else_removed_is_granted_again_and_not_counted(world: World) -> None:
    assert world.access.grant_access("VX-1", DESK, origin="rule:R") is True
    assert world.access.grant_access("VX-1", DESK, origin="rule:R") is False
    (entry,) = (one for one in world.site.entries["VX-1"].values() if one.group)
    del world.site.entries["VX-1"][entry.id or ""]
    assert world.access.grant_access("VX-1", DESK, origin="rule:R") is True
    del world.site.entries["VX-1"]
    assert world.access.withdraw_access("rule:R") == 0
    assert world.notes.kept == {}


def test_a_refused_grant_leaves_no_intent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*path: str, **_options: Any) -> Access:
        raise Missing("there is no group Desk", status=404)

    monkeypatch.setattr(world.site, "post", refuse)
    with pytest.raises(flowhost.Permanent, match="no group Desk"):
        world.access.grant_access("VX-1", DESK, origin="rule:R")
    assert world.notes.kept == {}


def test_origins_are_told_apart_whatever_is_in_them(world: World) -> None:
    origins = ["rule:R", "rule:R/x", "rule:", "rule:R 2", "ä%2F"]
    for origin in origins:
        assert world.access.grant_access("VX-1", DESK, origin=origin) is True
    for origin in origins:
        assert world.access.items_with_access_from(origin) == ["VX-1"]
        assert world.access.withdraw_access(origin) == 1
    assert world.notes.kept == {}
    for empty in ("", "x" * 501):
        with pytest.raises(flowhost.Permanent, match="the origin of the access is"):
            world.access.grant_access("VX-1", DESK, origin=empty)


def test_without_a_store_nothing_is_granted(world: World, clock: flowhost.Clock) -> None:
    access = AccessMethods(world.site, None, clock)  # type: ignore[arg-type]  # stands for the client
    with pytest.raises(flowhost.Permanent, match="has no 'notes'"):
        access.grant_access("VX-1", DESK, origin="rule:R")
    assert world.site.shown("VX-1") == []


def test_exactly_these_entries(world: World) -> None:
    world.access.set_access("VX-1", [DESK, ADA, DESK])
    assert world.access.access("VX-1") == (DESK, ADA)
    world.access.set_access("VX-1", [ADA])
    assert world.access.access("VX-1") == (ADA,)
    narrowed = Access(permission="READ", group="Desk", operation={"metadata": {"field": "title"}})
    world.site.add("VX-1", narrowed)
    world.access.set_access("VX-1", [])
    assert world.access.access("VX-1") == ()
    assert len(world.site.entries["VX-1"]) == 2  # the owner's, and the one for a field


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (AccessEntry("Desk", permission="RAED"), "'RAED', expected one of NONE, READ.*READ"),  # type: ignore[arg-type]  # which is the point
        (AccessEntry("Desk", kind="role"), "'role', expected user or group"),  # type: ignore[arg-type]  # which is the point
        (AccessEntry(""), "the grantee is empty"),
    ],
)
def test_entries_that_cannot_be(world: World, entry: AccessEntry, sentence: str) -> None:
    with pytest.raises(flowhost.Permanent, match=sentence):
        world.access.set_access("VX-1", [DESK, entry])
    with pytest.raises(flowhost.Permanent, match=sentence):
        world.access.grant_access("VX-1", entry, origin="rule:R")
    assert world.site.shown("VX-1") == []


def _killed(world: World, step: float, work: Any) -> None:
    world.ends.at(step)
    with pytest.raises(Killed):
        work()
    world.ends.at(None)


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    yield
    with flowhost.Locked("vidispine access VX-1"):  # whoever was killed gave it back
        pass
