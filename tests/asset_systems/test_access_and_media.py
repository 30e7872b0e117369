"""Who may do what with an item, and its media."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost import AccessEntry, AssetSystem


def entries(assets: AssetSystem, item_id: str) -> set[tuple[str, str, str]]:
    return {(one.grantee, one.kind, one.permission) for one in assets.access(item_id)}


def test_access_is_exactly_what_was_set(assets: AssetSystem) -> None:
    made = assets.create_item({}, title="Harbour")
    assets.set_access(
        made.id, [AccessEntry("Desk", permission="WRITE"), AccessEntry("Archive", permission="ALL")]
    )
    assert entries(assets, made.id) == {("Desk", "group", "WRITE"), ("Archive", "group", "ALL")}
    assets.set_access(made.id, [AccessEntry("Desk", permission="READ")])
    assert entries(assets, made.id) == {("Desk", "group", "READ")}
    assets.set_access(made.id, [])
    assert entries(assets, made.id) == set()


def test_access_of_one_item_is_not_that_of_another(assets: AssetSystem) -> None:
    one, two = assets.create_item({}), assets.create_item({})
    before = entries(assets, two.id)
    assets.set_access(one.id, [AccessEntry("Desk")])
    assert entries(assets, two.id) == before


def test_access_of_users_is_kept_or_refused(system: Any, assets: AssetSystem) -> None:
    made = assets.create_item({})
    if system.users:
        assets.set_access(made.id, [AccessEntry("ada", "user", "WRITE")])
        assert entries(assets, made.id) == {("ada", "user", "WRITE")}
        return
    before = entries(assets, made.id)
    with pytest.raises(flowhost.Permanent, match=r"'ada' is a user; .* groups only"):
        assets.set_access(made.id, [AccessEntry("Desk"), AccessEntry("ada", "user", "WRITE")])
    assert entries(assets, made.id) == before


def test_a_placeholder_gets_its_media(system: Any, assets: AssetSystem, ended: Any) -> None:
    made = assets.create_item({}, title="Harbour")
    job = assets.import_media(made.id, system.new_file("clip.mxf", b"media" * 1000))
    job = ended(assets, job.id)
    assert (job.status, job.progress, job.error) == ("FINISHED", 100, "")
    item = assets.item(made.id)
    assert item is not None
    assert not item.placeholder
    assert item.title == "Harbour"


def test_a_file_that_is_not_there_is_an_error(system: Any, assets: AssetSystem) -> None:
    made = assets.create_item({})
    gone = system.new_file("clip.mxf", b"media") + "0"
    with pytest.raises(flowhost.Permanent):
        assets.import_media(made.id, gone)


def test_media_for_an_item_that_is_not_there(system: Any, assets: AssetSystem) -> None:
    with pytest.raises(flowhost.Permanent, match="nobody"):
        assets.import_media("nobody", system.new_file("clip.mxf", b"media"))


def test_metadata_stays_when_the_media_comes(
    system: Any, assets: AssetSystem, ended: Any, names: Any
) -> None:
    made = assets.create_item({names.synopsis: ["Boats"]}, external_id="SITE-1")
    ended(assets, assets.import_media(made.id, system.new_file("clip.mxf", b"media")).id)
    item = assets.item("SITE-1")
    assert item is not None
    assert (item.id, item.fields[names.synopsis]) == (made.id, ("Boats",))
