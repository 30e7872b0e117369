"""Users, groups, what they may do in effect, and access that is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost_plugins.catalogue import Access, Catalogue, NotFound
from flowhost_plugins.catalogue.access.people import effective

READ = flowhost.AccessEntry("editors", "group", "READ")
WRITE = flowhost.AccessEntry("anna", "user", "WRITE")


def test_users_and_groups(catalogue: Catalogue) -> None:
    for name in ("ben", "anna"):
        catalogue.add_user(name, real_name=name.title())
    group = catalogue.add_group("editors", description="who edit", members=["ben", "anna", "ben"])
    assert (group.name, group.description, group.members) == ("editors", "who edit", ("anna", "ben"))
    assert [(one.name, one.real_name, one.groups) for one in catalogue.users()] == [
        ("anna", "Anna", ("editors",)),
        ("ben", "Ben", ("editors",)),
    ]
    assert catalogue.add_group("editors").members == ("anna", "ben"), "who are in it stay"
    assert catalogue.add_group("editors", members=["ben"]).members == ("ben",)
    assert catalogue.remove_user("ben")
    assert not catalogue.remove_user("ben")
    (group,) = catalogue.groups()
    assert group.members == ()
    assert catalogue.remove_group("editors")
    assert catalogue.groups() == []


def test_who_is_not_there(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound, match="the catalogue has no user 'nobody'"):
        catalogue.add_group("editors", members=["nobody"])
    assert catalogue.groups() == [], "all of it or nothing"
    with pytest.raises(flowhost.Permanent, match="the name of the user is ''"):
        catalogue.add_user("")
    with pytest.raises(NotFound):
        catalogue.permission("anna", "VX-1")


def test_the_permission_of_a_user(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    assert catalogue.permission("anna", item) == "NONE"
    catalogue.add_user("anna")
    catalogue.add_group("editors", members=["anna"])
    catalogue.add_access(item, READ)
    assert catalogue.permission("anna", item) == "READ"
    assert catalogue.permission("ben", item) == "NONE"
    catalogue.add_access(item, flowhost.AccessEntry("anna", "user", "ALL"), scope="media")
    assert catalogue.permission("anna", item) == "READ", "another scope does not count"
    catalogue.add_access(item, flowhost.AccessEntry("editors", "user", "ALL"))
    assert catalogue.permission("anna", item) == "READ", "a user of the group's name is not the group"
    catalogue.add_group("editors", members=[])
    assert catalogue.permission("anna", item) == "NONE"


def entry(kind: str, permission: str, priority: int) -> Access:
    grantee = "anna" if kind == "user" else "editors"
    return Access("VX-1", flowhost.AccessEntry(grantee, kind, permission, priority))  # type: ignore[arg-type]  # words from a table


@pytest.mark.parametrize(
    ("entries", "permission"),
    [
        ([entry("user", "READ", 0), entry("group", "ALL", 0)], "READ"),
        ([entry("user", "READ", 0), entry("group", "ALL", 1)], "ALL"),
        ([entry("user", "ALL", 0), entry("group", "NONE", 5)], "NONE"),
        ([entry("user", "READ", 3), entry("user", "WRITE", 3)], "WRITE"),
        ([entry("user", "READ", -1)], "READ"),
    ],
)
def test_priority_before_user_before_permission(entries: list[Access], permission: str) -> None:
    assert effective("anna", ["editors"], entries) == permission
    assert effective("anna", ["editors"], reversed(entries)) == permission


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from(["user", "group"]),
        st.sampled_from(["NONE", "READ", "WRITE", "ALL"]),
        st.integers(-3, 3),
    )
)


@given(ENTRIES, st.randoms())
def test_the_order_of_entries_does_not_count(entries: list[Access], chance: object) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert effective("anna", ["editors"], entries) == effective("anna", ["editors"], shuffled)


@given(ENTRIES)
def test_a_higher_priority_wins_over_all(entries: list[Access]) -> None:
    assert effective("anna", ["editors"], [*entries, entry("group", "WRITE", 4)]) == "WRITE"


def held(catalogue: Catalogue, item: str) -> list[tuple[flowhost.AccessEntry, str]]:
    return [(one.entry, one.origin) for one in catalogue.record(item).access]


def origins(entries: Iterable[tuple[flowhost.AccessEntry, str]]) -> set[str]:
    return {origin for _, origin in entries}


def test_access_is_withdrawn_by_its_origin(catalogue: Catalogue) -> None:
    first, second, third = (catalogue.create_item({}).id for _ in range(3))
    for item in (first, second):
        catalogue.add_access(item, READ, origin="rule:night")
        catalogue.add_access(item, WRITE, origin="rule:night")
    catalogue.add_access(first, READ)
    catalogue.add_access(third, READ, origin="rule:day")
    assert catalogue.items_with_access_from("rule:night") == [first, second]

    assert catalogue.withdraw_access("rule:night", first) == 2
    assert held(catalogue, first) == [(READ, "")], "what somebody gave for good stays"
    assert catalogue.items_with_access_from("rule:night") == [second]
    assert catalogue.withdraw_access("rule:night") == 2
    assert catalogue.withdraw_access("rule:night") == 0
    assert held(catalogue, third) == [(READ, "rule:day")]
    deleted = [one for one in catalogue.changes() if (one.kind, one.action) == ("access", "DELETE")]
    assert [one.item for one in deleted] == [first, first, second, second]
    assert deleted[0].details["origin"] == "rule:night"


def test_an_entry_of_an_origin_is_there_once(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    made = catalogue.add_access(item, READ, origin="rule:night")
    revision = catalogue.record(item).revision
    assert catalogue.add_access(item, READ, origin="rule:night") == made
    assert catalogue.record(item).revision == revision


def test_setting_access_keeps_origins(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    catalogue.add_access(item, READ, origin="rule:night")
    catalogue.set_access(item, [*catalogue.access(item), WRITE])
    assert held(catalogue, item) == [(READ, "rule:night"), (WRITE, "")]
    catalogue.set_access(item, [WRITE])
    assert held(catalogue, item) == [(WRITE, "")], "exactly these entries hold"
    catalogue.set_access(item, [READ], origin="rule:night")
    assert held(catalogue, item) == [(WRITE, ""), (READ, "rule:night")], "the others stay"
    catalogue.set_access(item, [], origin="rule:night")
    assert held(catalogue, item) == [(WRITE, "")]


def test_an_origin_that_cannot_be(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    with pytest.raises(flowhost.Permanent, match="the origin of the access is"):
        catalogue.add_access(item, READ, origin="x" * 300)
    with pytest.raises(flowhost.Permanent, match="expected a name such as rule:NAME"):
        catalogue.withdraw_access("")
    with pytest.raises(NotFound):
        catalogue.withdraw_access("rule:night", "VX-9")


def test_withdrawing_from_many_items(catalogue: Catalogue) -> None:
    items = [catalogue.create_item({}).id for _ in range(120)]
    for item in items:
        catalogue.add_access(item, READ, origin="rule:night")
    assert catalogue.items_with_access_from("rule:night") == items
    assert catalogue.withdraw_access("rule:night") == 120
