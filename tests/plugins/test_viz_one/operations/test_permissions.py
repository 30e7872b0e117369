"""Rights of groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.viz_one import Acl, AclEntry, VizOne, create_or_update_asset, set_group_permissions


def acl() -> Acl:
    return Acl(
        [AclEntry("Desk", read=True), AclEntry("Other", read=True, admin=True), AclEntry("Desk", write=True)]
    )


def test_a_new_group_is_added_with_all_rights() -> None:
    one = acl()
    assert set_group_permissions(one, "New") is True
    assert one.groupentries[-1] == AclEntry("New", read=True, write=True, admin=True)
    assert set_group_permissions(one, "New") is False


def test_of_several_entries_the_first_is_changed() -> None:
    one = acl()
    assert set_group_permissions(one, "Desk", read=True, write=True, admin=False) is True
    assert one.groupentries[0] == AclEntry("Desk", read=True, write=True)
    assert one.groupentries[2] == AclEntry("Desk", write=True)
    assert set_group_permissions(one, "Desk", True, True, False) is False


def test_without_rights_every_entry_goes() -> None:
    one = acl()
    assert set_group_permissions(one, "Desk", False, False, False) is True
    assert [entry.name for entry in one.groupentries] == ["Other"]
    assert set_group_permissions(one, "Desk", read=False, write=False, admin=False) is False


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.booleans(), st.booleans(), st.booleans()), max_size=12))
def test_it_says_whether_the_list_changed_and_doing_it_twice_changes_nothing(
    steps: list[tuple[str, bool, bool, bool]],
) -> None:
    one = Acl()
    for step in steps:
        before = [(entry.name, entry.read, entry.write, entry.admin) for entry in one]
        changed = set_group_permissions(one, *step)
        after = [(entry.name, entry.read, entry.write, entry.admin) for entry in one]
        assert changed == (before != after)
        assert set_group_permissions(one, *step) is False
        assert (step in after) == any(step[1:])


@pytest.mark.parametrize("which", ["acl", "mediaacl"])
def test_a_saved_asset_has_them(client: VizOne, which: str) -> None:
    create_or_update_asset("SITE-42", client=client)
    item = client.asset("SITE-42")
    assert set_group_permissions(getattr(item, which), "Desk", read=True, write=False, admin=False)
    client.save(item, item.edit_link)
    assert getattr(client.asset("SITE-42"), which).entry("Desk") == AclEntry("Desk", read=True)
