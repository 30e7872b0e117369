"""When the site does not tell, it is asked; and nothing comes twice under different ids."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine.documents import write_time
from flowhost_plugins.vidispine.notifications import following, in_order, looking, polling

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notification is missed after a second, and looked for each time."""
    monkeypatch.setattr(following, "LATE", timedelta(seconds=1))
    monkeypatch.setattr(following, "CHECK_EVERY", 1)


class Shifted(flowhost.SystemClock):
    """The machine's clock, which a test puts on: what is late is so at once, and what is not stays so."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


def let_it_be_late(bed: Any, clock: Shifted) -> None:
    """Put on the clock so far that what the site has not told by now is missed."""
    bed.server.settle()
    clock.ahead += following.LATE + timedelta(seconds=1)


@pytest.fixture
def shifted(monkeypatch: pytest.MonkeyPatch) -> Shifted:
    """The clock of a source that looks each time for what is late."""
    monkeypatch.setattr(following, "CHECK_EVERY", 1)
    return Shifted()


def metrics(bed: Any) -> dict[str, float]:
    return {
        "/".join((one.name, *one.labels.values())): one.value
        for one in bed.library.metrics()
        if "notifications" in one.name or "polling" in one.name
    }


def test_a_site_that_refuses_is_asked(
    bed: Any, start: Any, caplog: pytest.LogCaptureFixture, impatient: None
) -> None:
    bed.server.faults.add("403:path=/API/*notification*")
    run = start(must=False, interval=0.1)
    run.until(lambda: run.source.counts.polling)
    item = bed.new_item()
    bed.library.set_metadata(item, {"title": ("Two",)})
    changed = run.wait(lambda events: [one for one in events if one.data.get("title") == "Two"])[0]
    created, finished = run.one("item_create"), run.one("job_finish")
    assert {created.subject, changed.subject, finished.subject} == {item}
    assert changed.data["fields"].split(",") == ["title"]
    assert finished.data["status"] == "FINISHED"
    assert finished.data["jobId"]
    (line,) = {one.getMessage() for one in caplog.records if "asking for changes instead" in one.getMessage()}
    assert "finds new shapes and collections, but no deletions" in line
    run.until(lambda: metrics(bed)["flowhost_vidispine_notifications/found"] >= 3)
    told = metrics(bed)
    assert told["flowhost_vidispine_polling"] == 1
    assert told["flowhost_vidispine_notifications/told"] == 0
    bed.server.faults.clear()
    run.until(lambda: not run.source.counts.polling)
    # items may have been refused before, and the rest not any more
    run.until(lambda: any("/item-delete/" in one.http["url"] for one in run.registered()))
    bed.library.delete_item(item)
    assert run.one("item_delete").subject == item
    assert len({one.id for one in run.events}) == len(run.events)


def test_shapes_and_collections_that_were_made_are_found(bed: Any, start: Any, impatient: None) -> None:
    told = start(interval=0.1)
    bed.server.faults.add("403:path=/API/*notification*")
    asked = start(must=False, interval=0.1, info=flowhost.DaemonInfo("others", "/"), notes=None)
    asked.until(lambda: asked.source.counts.polling)
    items = [bed.new_item(f"{number}.bin") for number in range(2)]
    collection = bed.rest("POST", "collection?name=Harbour")["id"]
    names = ("shape_create", "collection_create")

    def ids(events: Any) -> set[str]:
        return {one.id for one in events if one.type in names}

    told.wait(lambda events: len(ids(events)) == 3)
    asked.wait(lambda events: len(ids(events)) == 3)
    assert ids(asked.events) == ids(told.events)
    assert {one.subject for one in asked.events if one.type == "shape_create"} == set(items)
    assert asked.one("collection_create").data["collectionId"] == collection
    assert len(ids(asked.events)) == len([one for one in asked.events if one.type in names])


def test_a_site_that_does_not_let_collections_be_searched_is_asked_for_the_rest(
    bed: Any, start: Any, caplog: pytest.LogCaptureFixture, impatient: None
) -> None:
    bed.server.faults.add("403:path=/API/*notification*")
    bed.server.faults.add("400:method=PUT,path=/API/collection")
    run = start(must=False, interval=0.1)
    run.until(lambda: run.source.counts.polling)
    items = {bed.new_item("one.bin")}
    run.wait(lambda events: items == {one.subject for one in events if one.type == "shape_create"})
    items |= {bed.new_item("two.bin")}
    run.wait(lambda events: items == {one.subject for one in events if one.type == "shape_create"})
    run.wait(lambda events: items == {one.subject for one in events if one.type == "job_finish"})
    lines = [one for one in caplog.messages if "cannot be searched for new collections" in one]
    assert len(lines) == 1
    bed.server.faults.clear()
    run.until(lambda: not run.source.counts.polling)
    bed.server.faults.add("403:path=/API/*notification*")
    run.until(lambda: run.source.counts.polling)
    line = [one for one in caplog.messages if "asking for changes instead" in one][-1]
    assert "which finds new shapes, but no new collections or deletions, nor" in line


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked for twice, so that what is passed over stays lost."""
    monkeypatch.setattr(following, "OVERLAP", timedelta(0))
    monkeypatch.setattr(looking, "OVERLAP", timedelta(0))


def refuse_collections(bed: Any, run: Any, status: int) -> str:
    """Refuse to search for collections, make one, and let some rounds pass; its id."""
    bed.server.faults.add(f"{status}:method=PUT,path=/API/collection")

    def refused() -> int:
        hits = bed.server.faults.hits.copy()  # the server goes on adding to it
        return len([path for _, path, fault in hits if fault.status == status and "coll" in path])

    run.until(refused)
    made: str = bed.rest("POST", "collection?name=Harbour")["id"]
    enough = refused() + 3
    run.until(lambda: refused() >= enough)
    return made


@pytest.mark.parametrize("status", [404, 409])
@pytest.mark.parametrize("is_deaf", [True, False])
def test_a_question_that_is_refused_for_a_while_is_asked_again(
    bed: Any,
    start: Any,
    caplog: pytest.LogCaptureFixture,
    impatient: None,
    narrow: None,
    status: int,
    is_deaf: bool,
) -> None:
    caplog.set_level(logging.INFO)
    bed.server.faults.add("403:path=/API/*notification*")
    run = start(must=False, interval=0.05)
    run.until(lambda: run.source.counts.polling)
    made = refuse_collections(bed, run, status)
    assert not [one for one in run.events if one.type == "collection_create"]
    bed.server.faults.clear()
    if is_deaf:
        bed.server.faults.add("403:path=/API/*notification*")
    assert run.one("collection_create").data["collectionId"] == made
    run.until(lambda: "behind" not in bed.notes.get("vidispine-notifications/tests"))
    said = [one for one in caplog.messages if "new collections can" in one]
    assert ["cannot be asked for now" in one for one in said] == [True, False]
    assert "not told of" not in caplog.text


def test_a_question_that_was_refused_is_asked_again_after_a_restart(
    bed: Any, start: Any, impatient: None, narrow: None
) -> None:
    bed.server.faults.add("403:path=/API/*notification*")
    run = start(must=False, interval=0.05)
    run.until(lambda: run.source.counts.polling)
    made = refuse_collections(bed, run, 404)
    run.close()
    kept = bed.notes.get("vidispine-notifications/tests")
    assert list(kept["behind"]) == ["collection-create"]
    assert kept["behind"]["collection-create"] < kept["seen"]
    bed.server.faults.clear()
    assert start().one("collection_create").data["collectionId"] == made


def test_what_was_made_just_before_the_site_told_again_is_found(
    bed: Any, start: Any, monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    register, is_over, made = following.register, threading.Event(), []

    def late(*given: Any) -> Any:
        if is_over.is_set() and not made:
            made.append(bed.rest("POST", "collection?name=Harbour")["id"])
            bed.server.faults.clear()
        return register(*given)

    monkeypatch.setattr(following, "register", late)
    bed.server.faults.add("403:path=/API/*notification*")
    run = start(must=False, interval=0.1)
    run.until(lambda: run.source.counts.polling)
    is_over.set()
    run.until(lambda: not run.source.counts.polling)
    assert [run.one("collection_create").data["collectionId"]] == made


def looks_that_ended(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When each look began that has ended."""
    look, begun = looking.Looking.look, []

    def noted(*given: Any) -> Any:
        now = flowhost.SystemClock().now()
        untold = look(*given)
        begun.append(now)
        return untold

    monkeypatch.setattr(looking.Looking, "look", noted)
    return begun


def test_shapes_that_are_not_told_of_do_not_make_the_site_untrusted(
    bed: Any, start: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, shifted: Shifted
) -> None:
    begun = looks_that_ended(monkeypatch)
    run = start(interval=0.1, clock=shifted)
    bed.server.faults.add("drop:path=*shape-create*")
    bed.new_item()
    run.one("job_finish")
    let_it_be_late(bed, shifted)
    so_far = flowhost.SystemClock().now()
    run.until(lambda: len([one for one in begun if one > so_far]) >= 2)  # so the first of them was judged
    assert not run.source.counts.polling
    assert "not told of" not in caplog.text


def test_a_daemon_that_is_not_reached_asks(
    bed: Any, start: Any, caplog: pytest.LogCaptureFixture, impatient: None
) -> None:
    run = start(url=NOWHERE, interval=0.1)
    item = bed.library.create_item({}, title="One").id
    created = run.one("item_create")
    assert created.subject == item
    run.until(lambda: run.source.counts.polling)
    assert f"does not reach {NOWHERE}" in caplog.text


def test_a_lost_notification_is_found(bed: Any, start: Any, shifted: Shifted) -> None:
    run = start(interval=0.1, clock=shifted)
    bed.server.faults.add("drop:path=*item-create*,count=1")
    items = [bed.library.create_item({}, title=title).id for title in ("one", "two")]
    let_it_be_late(bed, shifted)
    run.wait(lambda events: {one.subject for one in events if one.type == "item_create"} == set(items))
    lost, _ = items
    (found,) = (one for one in run.events if one.type == "item_create" and one.subject == lost)
    assert found.id == f"item-create:{lost}"
    run.until(lambda: run.source.counts.polling)
    bed.library.create_item({}, title="three")
    run.until(lambda: not run.source.counts.polling)  # it tells again
    # what is told may be found besides, but not as something else
    assert len({one.id for one in run.events}) == len({(one.type, one.subject) for one in run.events})


def test_what_was_found_has_the_id_it_would_have_been_told_with(
    bed: Any, start: Any, impatient: None
) -> None:
    told = start(interval=0.1)
    asked = start(interval=0.1, info=flowhost.DaemonInfo("others", "/"), url=NOWHERE, notes=None)
    item = bed.new_item()
    bed.library.set_metadata(item, {"title": ("Two",)})
    names = ("item_create", "metadata_modify", "job_finish")

    def ids(events: Any) -> set[str]:
        return {one.id for one in events if one.type in names}

    asked.wait(lambda events: any(one.data.get("title") == "Two" for one in events))
    asked.wait(lambda events: {one.type for one in events} >= set(names))
    told.wait(lambda events: ids(events) >= ids(asked.events))
    assert {one.split(":")[0] for one in ids(asked.events)} == {"item-create", "metadata-modify", "job-stop"}


def test_what_was_not_told_before_an_end_is_found_at_the_next_start(bed: Any, start: Any) -> None:
    run = start(interval=0.05)
    bed.server.faults.add("drop:path=*item-create*,count=1")
    item = bed.library.create_item({}, title="Lost").id
    bed.server.settle()
    rounds: list[int] = []
    run.until(lambda: rounds.append(1) or len(rounds) > 20)  # it is told other things for a while
    run.close()
    assert start(info=flowhost.DaemonInfo("tests", "/")).one("item_create").subject == item


def test_a_site_whose_clock_is_behind(bed: Any, start: Any) -> None:
    bed.server.faults.add("drop:path=*item-create*")
    item = bed.library.create_item({}, title="Stamped too early").id
    ahead = flowhost.SystemClock().now() + timedelta(seconds=45)
    bed.notes.put("vidispine-notifications/tests", {"seen": write_time(ahead)})
    assert start().one("item_create").subject == item


def test_what_was_told_and_is_not_done_yet_does_not_count_as_not_told(
    bed: Any, start: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, shifted: Shifted
) -> None:
    begun = looks_that_ended(monkeypatch)
    run = start(interval=0.1, wait=0.2, clock=shifted)
    waiting: Future[flowhost.Receipt] = Future()
    run.work = lambda event: waiting
    bed.library.create_item({}, title="One")
    run.one("item_create")
    shifted.ahead += following.LATE + timedelta(seconds=1)
    run.wait(lambda events: len([one for one in events if one.type == "item_create"]) > 2)  # told, and found
    waiting.set_result(flowhost.Receipt("done"))
    run.until(lambda: run.source.counts.found)
    looks = len(begun)
    run.until(lambda: len(begun) >= looks + 2)  # so the one that found it was judged
    assert not run.source.counts.polling
    assert "not told of" not in caplog.text


def test_items_that_change_while_they_are_looked_through(bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_order, "NUMBER", 3)
    since = flowhost.SystemClock().now() - timedelta(minutes=1)
    items = [bed.library.create_item({}, title=str(number)).id for number in range(10)]
    found = []
    for kind, told, _ in polling.happened(bed.library.notification_client, since, ["item-create"]):
        assert kind.key == "item-create"
        found.append(told["itemId"][0])
        if len(found) == 1:  # they leave their places, and all others move up
            for item in items[:3]:
                bed.library.set_metadata(item, {"title": ("again",)})
    assert set(found) == set(items)


def test_items_of_one_moment(bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [bed.library.create_item({}, title=str(number)).id for number in range(7)]
    monkeypatch.setattr(in_order, "NUMBER", 2)
    monkeypatch.setattr(in_order, "moment", lambda item, field: "2026-01-01T00:00:00.000Z")
    since = flowhost.SystemClock().now() - timedelta(minutes=1)
    found = polling.happened(bed.library.notification_client, since, ["item-create"])
    assert sorted(told["itemId"][0] for _, told, _ in found) == sorted(items)


def test_a_login_in_the_url_is_not_logged(
    bed: Any, start: Any, caplog: pytest.LogCaptureFixture, impatient: None
) -> None:
    caplog.set_level(logging.DEBUG)
    run = start(url="http://flow:geheim@127.0.0.1:9", interval=0.1)
    bed.library.create_item({}, title="One")
    run.until(lambda: run.source.counts.polling)
    assert "does not reach http://127.0.0.1:9" in caplog.text
    assert "geheim" not in caplog.text


def test_after_a_long_time_away_the_site_is_asked_once(bed: Any, start: Any) -> None:
    run = start()
    run.close()
    bed.server.faults.add("drop:path=*")
    away = flowhost.SystemClock().now() - timedelta(hours=1)
    bed.notes.put("vidispine-notifications/tests", {"seen": write_time(away)})
    item = bed.library.create_item({}, title="Meanwhile").id
    bed.server.settle()
    again = start()
    assert again.one("item_create").subject == item
    again.close()
    kept = bed.notes.get("vidispine-notifications/tests")["seen"]
    assert kept > write_time(away + timedelta(minutes=50))


def test_a_change_that_is_safe_nowhere_is_found_again(bed: Any, start: Any, impatient: None) -> None:
    run = start(url=NOWHERE, interval=0.1)
    run.work = lambda event: OSError("the disk is full")
    item = bed.library.create_item({}, title="One").id
    run.ended()
    assert isinstance(run.error, flowhost.Unavailable)
    assert "safe nowhere" in str(run.error)
    assert start(url=NOWHERE, interval=0.1).one("item_create").subject == item


@pytest.mark.parametrize(
    "fault", ["503:path=/API/*", "html:path=/API/*", "truncate:path=/API/*", "reset:path=/API/*"]
)
def test_a_site_in_trouble_is_asked_later(make_bed: Any, start: Any, fault: str, impatient: None) -> None:
    bed = make_bed(retries=0)
    bed.server.faults.add(f"{fault},count=40")
    run = start(bed=bed, must=False, interval=0.05)
    run.until(lambda: run.source.counts.registered)
    item = bed.server.catalogue.create_item({}, title="One").id
    assert run.one("item_create").subject == item
