"""``set-access``, ``add-to-collection``, ``delete-item`` and the archive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flowhost import AccessEntry, Permanent, Template, UndefinedTag
from flowhost_plugins.actions import (
    AddToCollection,
    Archive,
    DeleteFromArchive,
    DeleteItem,
    Restore,
    SetAccess,
)


def test_dynamic_access_carries_its_rule(library: Any, engine: Any) -> None:
    item = library.add_item()
    library.known = {"user": "ann"}
    action = SetAccess(
        users={Template("${user}"): "ALL"}, groups={Template("news"): "READ"}, priority=5, assets=library
    )
    assert engine.take(action, item).reason == "ALL for the user 'ann', READ for the group 'news'"
    expected = [AccessEntry("ann", "user", "ALL", 5), AccessEntry("news", "group", "READ", 5)]
    assert library.entries == {(item, "rule:Films"): expected}
    assert engine.take(action, item).reason == "nothing to add"


def test_static_access_is_not_what_is_withdrawn_with_the_rule(library: Any, engine: Any) -> None:
    item = library.add_item()
    engine.take(SetAccess(groups={Template("news"): "NONE"}, method="static", assets=library), item)
    assert library.entries == {(item, "static:Films"): [AccessEntry("news", "group", "NONE", 0)]}


def test_a_name_that_is_missing_gives_nobody_access(library: Any, engine: Any) -> None:
    item = library.add_item()
    action = SetAccess(users={Template("ann"): "READ", Template("${user}"): "ALL"}, assets=library)
    with pytest.raises(UndefinedTag):
        engine.take(action, item)
    assert library.entries == {}
    with pytest.raises(ValueError, match="it names nobody"):
        SetAccess(assets=library)


def test_a_collection_by_tag(library: Any, engine: Any) -> None:
    item = library.add_item(genre="Noir")
    action = AddToCollection(collection=Template("Genre ${genre}"), assets=library)
    assert action.plan(engine.context(item)) == f"add {item} to the collection 'Genre Noir'"
    assert engine.take(action, item).reason == "is in the collection 'Genre Noir'"
    assert action.plan(engine.context(item)) == ""
    assert engine.take(action, item).reason == "was in the collection 'Genre Noir' already"
    assert library.members == {"Genre Noir": {item}}
    with pytest.raises(Permanent, match="gives an empty name"):
        engine.take(AddToCollection(collection=Template("${x:-}"), assets=library), item)


def test_delete_item(library: Any, engine: Any) -> None:
    item = library.add_item()
    assert DeleteItem.destructive
    assert engine.take(DeleteItem(grace=36, assets=library), item).reason == "in the recycle bin"
    assert library.trash == {item: timedelta(hours=36)}
    assert engine.take(DeleteItem(assets=library), item).reason == "was in the recycle bin already"
    assert library.trash == {item: None}


def test_an_item_whose_grace_was_over_before_the_step_was_taken_again(library: Any, engine: Any) -> None:
    item = library.add_item()
    action = DeleteItem(grace=0, assets=library)
    action.act(engine.context(item))
    del library.items[item]
    assert action.act(engine.context(item, attempt=2)).reason == "is deleted"
    with pytest.raises(Permanent, match="there is no item"):
        action.act(engine.context(item, run="2"))


def test_a_locked_item_is_not_deleted(library: Any, engine: Any) -> None:
    item = library.add_item()
    library.locked.add(item)
    with pytest.raises(Permanent, match="legal hold"):
        engine.take(DeleteItem(assets=library), item)


@pytest.mark.parametrize("grace", [-1, float("inf"), float("nan"), 1e9])
def test_a_grace_that_cannot_be(library: Any, grace: float) -> None:
    with pytest.raises(ValueError, match=r"'grace' is .* hours, expected 0 to"):
        DeleteItem(grace=grace, assets=library)


def test_archive_and_back(library: Any, engine: Any) -> None:
    library.add_storage("tape", "ARCHIVE")
    item = library.add_item()
    action = Archive(policy="tape", purge=True, assets=library)
    assert action.destructive
    assert not Archive(policy="tape", assets=library).destructive
    assert engine.take(action, item).state == "done"
    assert library.archived == {item}
    assert engine.take(Restore(assets=library), item, step=2).state == "done"
    assert library.calls == [f"archive and purge {item}", f"restore {item}"]


def test_an_archive_job_is_started_once_a_step(library: Any, engine: Any) -> None:
    library.add_storage("tape", "ARCHIVE")
    item = library.add_item()
    action = Archive(policy="tape", assets=library)
    first = action.act(engine.context(item))
    again = action.act(engine.context(item, attempt=2))
    assert first.jobs == again.jobs
    library.run(fail=lambda work: "the tape is full")
    third = action.act(engine.context(item, attempt=3))
    assert third.jobs != first.jobs
    assert action.act(engine.context(item, attempt=4)).jobs == third.jobs


def test_delete_from_archive_needs_a_copy_online(library: Any, engine: Any) -> None:
    storage = library.add_storage("a")
    item = library.add_item()
    action = DeleteFromArchive(assets=library)
    assert action.destructive
    assert engine.take(action, item).reason == "nothing of it is in the archive"
    library.archived.add(item)
    outcome = engine.take(action, item)
    assert (outcome.state, outcome.reason.partition(":")[0]) == (
        "failed",
        "only completes while a copy is online",
    )
    assert library.archived == {item}
    library.add_shape(item, (storage, "x.mxf"))
    assert engine.take(action, item).reason == "deleted 1 files from the archive"
    with pytest.raises(Permanent, match="not in the archive"):
        engine.take(Restore(assets=library), item)
