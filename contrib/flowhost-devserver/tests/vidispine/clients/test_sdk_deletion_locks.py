"""The vendor's SDK: deletion locks, and the pairs kept with them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

SOON, LATE = datetime(2998, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def item(sdk: Any) -> str:
    """The id of a placeholder."""
    made = sdk.api("ImportApi").create_placeholder(sdk.models.MetadataType(), container=1)
    return str(made.id)


def lock(sdk: Any, item: str, expiry_time: datetime, **pairs: str) -> Any:
    """A document, for which the SDK wants everything that a lock has."""
    models = sdk.models
    kept = [models.StorageGroupTypeData(key=key, value=value) for key, value in pairs.items()]
    return models.DeletionLockType(
        id="",
        user="somebody",
        modified=SOON,
        entity_type="item",
        entity_id=item,
        expiry_time=expiry_time,
        metadata=models.SimpleMetadataType(field=kept) if kept else None,
    )


def test_a_lock_of_an_item(sdk: Any, sdk_package: Any, api: Any, item: str) -> None:
    locks = sdk.api("DeletionLockApi")
    made = locks.create_entity_deletion_lock("item", item, lock(sdk, item, SOON, case="12"))
    assert (made.user, made.expiry_time, made.is_effective) == ("admin", SOON, True)
    assert (made.entity_type, made.entity_id, made.is_expired) == ("item", item, False)
    assert made.metadata.field[0].value == "12"
    assert sdk.complaints(api.get(f"/item/{item}/deletion-lock").json(), "DeletionLockListType") == []
    with pytest.raises(sdk_package.ApiException) as caught:
        sdk.api("ItemApi").delete_item(item)
    assert caught.value.status == 409
    changed = locks.update_entity_deletion_lock("item", item, made.id, lock(sdk, item, LATE))
    assert (changed.id, changed.expiry_time) == (made.id, LATE)
    assert locks.get_entity_deletion_lock("item", item, made.id).metadata.field[0].key == "case"
    locks.delete_deletion_lock(made.id)
    sdk.api("ItemApi").delete_item(item)


def test_locks_by_themselves(sdk: Any, item: str) -> None:
    locks = sdk.api("DeletionLockApi")
    first = locks.create_entity_type_deletion_lock("item", lock(sdk, item, SOON))
    second = locks.create_entity_deletion_lock("item", item, lock(sdk, item, LATE, case="13"))
    assert [one.is_effective for one in locks.get_entity_deletion_locks("item", item).lock] == [False, True]

    def found(**asked: Any) -> set[str]:
        return {one.id for one in locks.get_deletion_locks(**asked).lock} & {first.id, second.id}

    assert found() == {first.id, second.id}
    assert found(only_effective=True) == {second.id}
    assert found(metadata=["case=13"]) == {second.id}
    assert found(entity_types=["item"], username="admin", range="[*..2998-06-01T00:00:00Z]") == {first.id}
    assert found(entity_types=["collection"]) == set()
    assert {one.id for one in locks.get_entity_type_deletion_locks("item").lock} >= {first.id, second.id}
    assert locks.get_entity_type_deletion_lock("item", first.id).entity_id == item
    assert locks.update_deletion_lock(first.id, lock(sdk, item, LATE)).expiry_time == LATE
    assert locks.get_deletion_lock(first.id).expiry_time == LATE


def test_pairs_kept_with_a_lock(sdk: Any, item: str) -> None:
    locks, models = sdk.api("DeletionLockApi"), sdk.models
    made = locks.create_entity_deletion_lock("item", item, lock(sdk, item, SOON)).id
    pairs = models.SimpleMetadataType(field=[models.StorageGroupTypeData(key="case", value="14")])
    locks.update_deletion_lock_metadata(made, pairs)
    locks.update_entity_deletion_lock_metadata_key("item", item, made, "court", "high")
    read = locks.get_entity_type_deletion_lock_metadata("item", made)
    assert {one.key: one.value for one in read.field} == {"case": "14", "court": "high"}
    assert locks.get_deletion_lock_metadata_key(made, "court") == "high"
    locks.delete_deletion_lock_metadata_key(made, "court")
    locks.delete_entity_deletion_lock_metadata("item", item, made)
    assert locks.get_deletion_lock_metadata(made).field is None
