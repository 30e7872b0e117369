"""Access, as the vendor's SDK grants and reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


@pytest.fixture(autouse=True)
def people(module_server: VidispineServer) -> None:
    module_server.add_user("ann", "secret", groups=["news"])


@pytest.fixture(params=["item", "collection", "library"])
def thing(request: pytest.FixtureRequest, api: Any, module_server: VidispineServer) -> tuple[str, str]:
    """The type of an entity, and its id."""
    if request.param == "item":
        return "item", module_server.catalogue.create_item({}, title="One", user="admin").id
    if request.param == "collection":
        return "collection", api.post("/collection?name=A").json()["id"]
    return "library", api.post("/library", json={}).json()["uri"][0]


def unread(sdk: Any, kind: str) -> list[str]:
    """What the schema says against the last answer."""
    complaints: list[str] = sdk.complaints(json.loads(sdk.client.last_response.data), kind)
    return complaints


def granted(sdk: Any, thing: tuple[str, str], **values: Any) -> Any:
    given = sdk.models.AccessControlType(**values)
    return sdk.api("AccessApi").create_access_control(*thing, given, allow_duplicate=False)


def test_an_entry_comes_and_goes(sdk: Any, thing: tuple[str, str]) -> None:
    access, models = sdk.api("AccessApi"), sdk.models
    part = models.AccessControlTypeOperation(metadata=models.AccessControlMetadataType(field="title"))
    reach = [{"value": "self", "recursive": True}]
    values = {"group": "news", "permission": "READ", "priority": 3, "operation": part, "applies_to": reach}
    made = granted(sdk, thing, **values)
    assert unread(sdk, "AccessControlType") == []
    assert (made.group, made.permission, made.priority, made.grantor) == ("news", "READ", 3, "admin")
    assert (made.operation.metadata.field, made.applies_to) == ("title", reach)
    assert granted(sdk, thing, **values).id == made.id
    assert access.get_access_control(*thing, made.id) == made
    owner, entry = access.get_access_controls(*thing).access
    assert (owner.permission, owner.user, entry) == ("OWNER", "admin", made)
    access.delete_access_control(*thing, made.id)
    assert [one.permission for one in access.get_access_controls(*thing).access] == ["OWNER"]


def test_several_at_once(sdk: Any, thing: tuple[str, str]) -> None:
    access, models = sdk.api("AccessApi"), sdk.models
    wanted = [models.AccessControlType(user="ann", permission=one) for one in ("NONE", "ALL")]
    made = access.create_access_controls(*thing, models.AccessControlListType(access=wanted))
    assert [(one.user, one.permission) for one in made.access] == [("ann", "NONE"), ("ann", "ALL")]
    access.delete_access_controls(*thing, made)
    assert len(access.get_access_controls(*thing).access) == 1


def test_what_holds_in_effect(sdk: Any, thing: tuple[str, str]) -> None:
    access = sdk.api("AccessApi")
    granted(sdk, thing, group="news", permission="READ", priority=2)
    granted(sdk, thing, user="ann", permission="WRITE")
    asked = {"username": "ann", "type2": "GENERIC", "permission": "NONE", "extradata": ""}
    mine = access.get_merged_access(*thing, **asked)
    assert unread(sdk, "AccessControlMergedType") == []
    assert (mine.query.username, mine.query.item, mine.query.type) == ("ann", thing[1], "GENERIC")
    told = [(one.group, one.permission, one.priority, one.effective_permission) for one in mine.access]
    assert told == [("news", "READ", 2, "READ"), (None, "WRITE", 0, "WRITE")]
    every = access.get_merged_access(*thing)
    assert unread(sdk, "AccessControlMergedType") == []
    assert [one.username for one in every.access] == ["admin", "ann", "ann"]
    assert every.access[0].super_user
    (group,) = access.get_merged_access_for_group(*thing, full=True).access
    assert unread(sdk, "AccessControlMergedGroupType") == []
    assert (group.group, group.permission) == ("news", "READ")


def test_another_owner(sdk: Any, thing: tuple[str, str]) -> None:
    entry = sdk.api("AccessApi").update_owner(*thing, "ann")
    assert unread(sdk, "AccessControlType") == []
    assert (entry.permission, entry.user) == ("OWNER", "ann")


def test_all_items(sdk: Any, module_server: VidispineServer) -> None:
    access = sdk.api("AccessApi")
    item = module_server.catalogue.create_item({}, title="One", user="admin").id
    access.create_access_control_for_all_items(sdk.models.AccessControlType(user="ann", permission="READ"))
    assert [one.permission for one in access.get_access_controls("item", item).access] == ["OWNER", "READ"]
    access.delete_access_controls_from_all_items()
    assert [one.permission for one in access.get_access_controls("item", item).access] == ["OWNER"]
