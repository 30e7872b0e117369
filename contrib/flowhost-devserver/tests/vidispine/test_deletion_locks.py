"""Deletion locks: what they say, and that they hold."""

from __future__ import annotations

from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

NS = "http://xml.vidispine.com/schema/vidispine"
LATER = "2999-01-01T00:00:00.000+0000"
PAST = "2001-01-01T00:00:00Z"


@pytest.fixture
def path(module_server: VidispineServer) -> str:
    return f"/item/{module_server.catalogue.create_item({}, title='a', user='admin').id}/deletion-lock"


def test_a_lock_holds_until_it_is_removed(api: Any, path: str) -> None:
    item = path.split("/")[2]
    made = api.post(path, json={"expiryTime": "2999-01-01T00:00:00Z"}).json()
    told = ("id", "user", "expiryTime", "modified", "isEffective", "isExpired", "isInherited")
    assert made.keys() == {*told, "entityType", "entityId"}
    assert (made["user"], made["expiryTime"], made["isEffective"]) == ("admin", LATER, True)
    assert (made["entityType"], made["entityId"]) == ("item", item)
    assert api.get(path).json() == {"lock": [made]}
    assert api.get(f"{path}/{made['id']}").json() == made
    assert api.delete(f"/item/{item}").status_code == 409
    answer = api.delete(f"{path}/{made['id']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert api.get(path).json() == {"lock": []}
    assert api.delete(f"/item/{item}").status_code == 200


def test_a_lock_that_is_over_does_not_hold(api: Any, path: str) -> None:
    assert api.post(path, json={"expiryTime": PAST}).json()["isEffective"] is False
    assert api.get("/deletion-lock?onlyEffective=true").json() == {"lock": []}
    assert [one["isExpired"] for one in api.get("/deletion-lock").json()["lock"]] == [True]
    assert api.delete(path.removesuffix("/deletion-lock")).status_code == 200


def test_a_lock_can_be_changed(api: Any, path: str) -> None:
    made = api.post(path, json={"expiryTime": PAST}).json()
    changed = api.put(f"{path}/{made['id']}", json={"expiryTime": "2999-01-01T00:00:00+00:00"}).json()
    assert (changed["id"], changed["expiryTime"], changed["isEffective"]) == (made["id"], LATER, True)
    assert api.put(path, json={"expiryTime": PAST}).json()["isEffective"] is False
    assert len(api.get(path).json()["lock"]) == 1
    api.post(path, json={})
    assert api.put(path, json={"expiryTime": PAST}).status_code == 400  # which of the two?
    assert api.delete(path).status_code == 200
    assert api.put(path, json={"expiryTime": PAST}).json()["notFound"]["type"] == "deletion-lock"


def test_all_forms(api: Any, path: str) -> None:
    body = f'<DeletionLockDocument xmlns="{NS}"><expiryTime>2999-01-01T00:00:00Z</expiryTime></DeletionLockDocument>'
    xml = {"Accept": "application/xml", "Content-Type": "application/xml"}
    root = etree.fromstring(api.post(path, data=body, headers=xml).content)
    assert root.tag == f"{{{NS}}}DeletionLockDocument"
    assert root.findtext(f"{{{NS}}}expiryTime") == "2999-01-01T00:00:00.000Z"
    assert api.get(path, headers={"Accept": "text/plain"}).text == f"{root.get('id')}\r\n"
    assert api.post(path, headers={"Accept": "text/plain"}).text.startswith("VX-")


def test_what_makes_no_sense_is_refused(api: Any, path: str) -> None:
    answer = api.post(path, json={"expiryTime": "soon"})
    assert (answer.status_code, answer.json()["invalidInput"]["context"]) == (400, "expiryTime")
    assert api.post(path, json={"expiryTime": "9999-12-31T23:59:59-05:00"}).status_code == 400
    assert api.get(f"{path}?range=later").json()["invalidInput"]["context"] == "range"
    assert api.get(f"{path}/VX-999").json()["notFound"]["type"] == "deletion-lock"
    assert api.post("/item/VX-999/deletion-lock", json={}).json()["notFound"]["type"] == "Item"


def test_of_several_locks_the_last_to_end_counts(api: Any, path: str) -> None:
    ends = ("2998-01-01T00:00:00Z", "2999-01-01T00:00:00Z", PAST)
    made = [api.post(path, json={"expiryTime": end}).json()["id"] for end in ends]
    assert [one["isEffective"] for one in api.get(path).json()["lock"]] == [False, True, False]

    def found(**parameters: str) -> list[str]:
        return [one["id"] for one in api.get(path, params=parameters).json()["lock"]]

    assert found(onlyEffective="true") == [made[1]]
    assert found(range="[2998-01-01T00:00:00Z..2999-01-01T00:00:00Z)") == [made[0]]
    assert found(range="(2998-01-01T00:00:00Z..*)") == [made[1]]
    assert found(username="nobody,admin") == made
    assert found(username="nobody") == []
    assert found(entityTypes="collection") == []


def test_a_lock_without_an_end_says_one_far_away(api: Any, path: str) -> None:
    made = api.post(path, json={}).json()
    assert (made["expiryTime"], made["isEffective"]) == ("9999-12-31T00:00:00.000+0000", True)


def test_pairs_are_kept_with_a_lock(api: Any, path: str) -> None:
    pairs = {"field": [{"key": "case", "value": "12"}]}
    made = api.post(path, json={"expiryTime": LATER, "metadata": pairs}).json()
    assert made["metadata"] == pairs
    found = api.get("/deletion-lock?metadata=case%3D12").json()["lock"]
    assert [one["id"] for one in found] == [made["id"]]
    api.put(f"/deletion-lock/{made['id']}/metadata/court", data=b"high")
    assert api.get(f"{path}/{made['id']}/metadata/court").text == "high"
    assert api.delete(f"/item/deletion-lock/{made['id']}/metadata/case").status_code == 200
    assert api.get(f"/deletion-lock/{made['id']}").json()["metadata"]["field"] == [
        {"key": "court", "value": "high"}
    ]


def test_the_reason_is_a_pair_as_any_other(api: Any, path: str) -> None:
    pairs = {"field": [{"key": "reason", "value": "trial"}]}
    lock = f"/deletion-lock/{api.post(path, json={'metadata': pairs}).json()['id']}"
    assert api.get(f"{lock}/metadata").json() == pairs
    assert api.delete(f"{lock}/metadata/reason").status_code == 200
    assert "metadata" not in api.get(lock).json()


@pytest.mark.parametrize("pair", ["metadata/reason", "metadata"])
def test_the_reason_of_a_lock_made_in_the_catalogue(
    api: Any, module_server: VidispineServer, path: str, pair: str
) -> None:
    made = module_server.catalogue.lock_deletion(path.split("/")[2], user="admin", reason="trial")
    lock, told = f"/deletion-lock/{made.id}", {"field": [{"key": "reason", "value": "trial"}]}
    assert api.get(lock).json()["metadata"] == api.get(f"{lock}/metadata").json() == told
    api.put(lock, json={"metadata": {"field": [{"key": "case", "value": "12"}]}})
    told["field"].append({"key": "case", "value": "12"})
    assert api.get(lock).json()["metadata"] == api.get(f"{lock}/metadata").json() == told
    assert api.delete(f"{lock}/{pair}").status_code == 200
    left = api.get(f"{lock}/metadata").json().get("field", [])
    assert "reason" not in {one["key"] for one in left}
    assert api.get(lock).json().get("metadata", {"field": []}) == {"field": left}


def test_a_refused_change_keeps_no_pairs(api: Any, path: str) -> None:
    lock = f"/deletion-lock/{api.post(path, json={}).json()['id']}"
    given = {"expiryTime": "soon", "metadata": {"field": [{"key": "case", "value": "12"}]}}
    assert api.put(lock, json=given).status_code == 400
    assert "metadata" not in api.get(lock).json()


def test_only_items_are_locked(api: Any, path: str) -> None:
    item = path.split("/")[2]
    given = {"entityType": "collection", "entityId": item}
    for refused in (api.post("/item/deletion-lock", json=given), api.post(path, json=given)):
        assert refused.json()["invalidInput"]["context"] == "entityType"
    assert api.get(path).json() == {"lock": []}
    assert api.post("/item/deletion-lock", json={**given, "entityType": "Item"}).status_code == 200


def test_pairs_go_with_their_item(api: Any, module_server: VidispineServer, path: str) -> None:
    given = {"expiryTime": PAST, "metadata": {"field": [{"key": "case", "value": "12"}]}}
    lock = api.post(path, json=given).json()["id"]
    assert api.delete(path.removesuffix("/deletion-lock")).status_code == 200
    assert lock not in module_server.site.keeping.all("deletion-lock")
