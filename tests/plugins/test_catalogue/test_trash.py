"""The recycle bin, what is kept when items are deleted, and deletion locks."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, DeletionLocked, Keep, NotFound

HOUR = timedelta(hours=1)
DEADLINE = 60.0


@pytest.fixture
def item(library: Any, catalogue: Catalogue, finished: Any) -> str:
    """An item with an original in the storage `media` and a lowres in the storage `proxies`."""
    folder: Path = library.folder
    for name in ("media", "proxies"):
        library.storage(catalogue, name)
    made = catalogue.create_item({}, title="Clip")
    for tag, storage in (("original", "media"), ("lowres", "proxies")):
        (folder / f"{tag}.bin").write_bytes(tag.encode())
        finished(catalogue, catalogue.import_file(made.id, folder / f"{tag}.bin", storage=storage, tag=tag))
    return made.id


def names(library: Any) -> set[str]:
    return {path.name for store in ("media", "proxies") for path in (library.folder / store).rglob("*.bin")}


def test_an_item_in_the_recycle_bin_is_hidden_and_comes_back(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}, title="Clip").id
    other = catalogue.create_item({}, title="Clip").id
    trashed = catalogue.put_in_trash(item, 2 * HOUR, user="anna")
    now = catalogue.record(item).created
    assert (trashed.item, trashed.title, trashed.user) == (item, "Clip", "anna")
    assert (trashed.trashed, trashed.purge_at) == (now, now + 2 * HOUR)
    assert catalogue.trash() == [trashed]
    assert [one.id for one in catalogue.items().items] == [other]
    assert [one.id for one in catalogue.items(text="clip").items] == [other]
    assert (catalogue.count_items(), catalogue.count_items("clip")) == (1, 1)
    assert [one.id for one in catalogue.items(trashed=True).items] == [item, other]
    assert catalogue.count_items("clip", trashed=True) == 2
    assert catalogue.record(item).purge_at == now + 2 * HOUR

    assert catalogue.restore_item(item)
    assert not catalogue.restore_item(item)
    assert catalogue.trash() == []
    assert catalogue.count_items() == 2
    assert catalogue.record(item).trashed is None


def test_only_what_is_due_is_purged(library: Any, catalogue: Catalogue) -> None:
    soon, late, back = (catalogue.create_item({}).id for _ in range(3))
    catalogue.put_in_trash(late, 3 * HOUR)
    catalogue.put_in_trash(soon, HOUR)
    catalogue.put_in_trash(back, HOUR)
    catalogue.restore_item(back)
    assert [one.item for one in catalogue.trash()] == [soon, late]
    assert catalogue.purge() == []
    library.clock.jump(HOUR.total_seconds())
    assert catalogue.purge() == [soon]
    assert catalogue.item(soon) is None
    assert [one.item for one in catalogue.trash()] == [late]


def test_more_than_a_batch_is_purged(catalogue: Catalogue) -> None:
    items = [catalogue.create_item({}).id for _ in range(130)]
    for one in items:
        catalogue.put_in_trash(one, timedelta())
    assert catalogue.purge() == items


def test_an_open_catalogue_purges_by_itself(library: Any, catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    catalogue.put_in_trash(item, timedelta(seconds=30))
    until = time.monotonic() + DEADLINE
    while catalogue.item(item) is not None and time.monotonic() < until:
        library.clock.advance(20)
        time.sleep(0.01)
    assert catalogue.item(item) is None


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ({}, set()),
        ({"keep_shape_tags": ["original"]}, {"original.bin"}),
        ({"keep_shape_tags": ["*"]}, {"original.bin", "lowres.bin"}),
        ({"keep_storages": ["proxies"]}, {"lowres.bin"}),
        ({"keep_storages": ["*"]}, {"original.bin", "lowres.bin"}),
        ({"keep_shape_tags": ["original"], "keep_storages": ["proxies"]}, set()),
        ({"keep_shape_tags": ["original", "lowres"], "keep_storages": ["VX-2"]}, {"lowres.bin"}),
        ({"keep_shape_tags": ["*"], "keep_storages": ["media"]}, {"original.bin"}),
        ({"keep_shape_tags": ["of nothing"]}, set()),
    ],
)
@pytest.mark.parametrize("by", ["delete", "purge"])
def test_files_that_are_kept(
    library: Any, catalogue: Catalogue, item: str, keep: dict[str, Any], kept: set[str], by: str
) -> None:
    if by == "delete":
        assert catalogue.delete_item(item, **keep)
    else:
        catalogue.put_in_trash(item, timedelta(), **keep)
        assert catalogue.purge() == [item]
    assert names(library) == kept
    assert {one.name for one in catalogue.files(unmanaged=True).files} == kept
    assert catalogue.item(item) is None


def test_a_storage_that_is_not_there_keeps_the_item(library: Any, catalogue: Catalogue, item: str) -> None:
    message = r"there is no storage 'proxys' whose files could be kept; did you mean 'proxies'\?"
    with pytest.raises(flowhost.Permanent, match=message):
        catalogue.delete_item(item, keep_storages=["proxys"])
    with pytest.raises(flowhost.Permanent, match=message):
        catalogue.put_in_trash(item, keep_storages=["proxys"])
    assert catalogue.item(item)
    assert catalogue.trash() == []


def test_keeping_takes_several() -> None:
    with pytest.raises(flowhost.Permanent, match="shape_tags to keep is the text 'original'"):
        Keep("original")  # type: ignore[arg-type]  # the mistake


def test_a_lock_keeps_an_item_until_it_expires(library: Any, catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    catalogue.put_in_trash(item, timedelta())
    until = catalogue.record(item).created + HOUR
    lock = catalogue.lock_deletion(item, user="anna", reason="court", expires=until)
    assert catalogue.deletion_locks(item) == [lock]
    assert (lock.user, lock.reason, lock.expires) == ("anna", "court", until)
    message = rf"the item {item} may not be deleted until 2026-01-01 01:00:00 UTC, anna locked it \(court\)"
    with pytest.raises(DeletionLocked, match=message):
        catalogue.delete_item(item)
    with pytest.raises(DeletionLocked, match=message):
        catalogue.put_in_trash(item)
    assert catalogue.purge() == []
    library.clock.jump(HOUR.total_seconds())
    assert not lock.is_effective(library.clock.now())
    assert catalogue.purge() == [item]


def test_a_lock_without_end_holds_until_it_is_removed(library: Any, catalogue: Catalogue) -> None:
    item, other = catalogue.create_item({}).id, catalogue.create_item({}).id
    lock = catalogue.lock_deletion(item)
    library.clock.jump(timedelta(days=10_000).total_seconds())
    with pytest.raises(DeletionLocked, match="until the lock is removed, somebody locked it"):
        catalogue.delete_item(item)
    assert not catalogue.unlock_deletion(other, lock.id)
    assert catalogue.unlock_deletion(item, lock.id)
    assert not catalogue.unlock_deletion(item, lock.id)
    assert catalogue.delete_item(item)


def test_a_lock_can_be_made_to_expire_at_another_moment(library: Any, catalogue: Catalogue) -> None:
    item, other = catalogue.create_item({}).id, catalogue.create_item({}).id
    lock = catalogue.lock_deletion(item, user="anna", reason="court")
    until = library.clock.now() + HOUR
    assert catalogue.change_deletion_lock(item, lock.id, expires=until).expires == until
    (changed,) = catalogue.deletion_locks(item)
    assert (changed.id, changed.user, changed.reason, changed.expires) == (lock.id, "anna", "court", until)
    assert catalogue.change_deletion_lock(item, lock.id).expires is None
    with pytest.raises(DeletionLocked):
        catalogue.delete_item(item)
    with pytest.raises(NotFound):
        catalogue.change_deletion_lock(other, lock.id)


@pytest.mark.parametrize("grace", [timedelta(seconds=-1), timedelta(days=40_000)])
def test_a_grace_that_cannot_be(catalogue: Catalogue, grace: timedelta) -> None:
    item = catalogue.create_item({}).id
    with pytest.raises(flowhost.Permanent, match=r"the grace is .*, expected 0 to 36500 days"):
        catalogue.put_in_trash(item, grace)
    assert catalogue.trash() == []


def test_what_does_not_exist(catalogue: Catalogue) -> None:
    for method in (catalogue.trash_item, catalogue.restore_item, catalogue.lock_deletion):
        with pytest.raises(NotFound):
            method("VX-9")
    item = catalogue.create_item({}).id
    with pytest.raises(flowhost.Permanent, match="expected a moment with a time zone"):
        catalogue.lock_deletion(item, expires=catalogue.record(item).created.replace(tzinfo=None))
