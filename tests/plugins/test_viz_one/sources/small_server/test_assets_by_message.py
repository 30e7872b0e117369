"""Changes of assets that messages tell of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import flowhost
from flowhost.testing.conformance import conforms
from flowhost_plugins.viz_one import Item
from flowhost_plugins.viz_one.sources import AssetEntries
from flowhost_plugins.viz_one.sources.assets import Assets

Make = Callable[..., Any]


def test_a_message_becomes_an_event(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any, site: Any
) -> None:
    run(assets())
    broker.tell(atom.asset(7, 5, "Köln"))
    work.wait_for(1)
    event = work.handled[0]
    assert (event.type, event.subject, event.key) == ("asset.changed", "Köln", "urn:vme:default:asset:7")
    assert (event.source, event.time.isoformat()) == (f"{site.here}/item", "2025-01-02T12:00:05+00:00")
    assert isinstance(event.data, bytes)
    assert (Item(event.data).title, Item(event.data).mediastatus) == ("Köln", "online")
    assert broker.urls == ["stomp://op:user@one.test:61613/?destination=/topic/assets"]


def test_two_changes_in_one_second(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any, site: Any, until: Make
) -> None:
    site.assets = {1: 1}
    run(assets(sweep=0.02, initial=True))
    work.wait_for(1)
    for _ in range(3):
        broker.tell(atom.asset(1, 1), message_id=f"T_sub@@session-x@@{_}")
    until(lambda: len(broker.acked) == 3, "acknowledgements")
    assert len(work.handled) == 3
    assert len(work.duplicates) == 1, "the first message tells what the sweep had found"
    assert len({event.id for event in work.handled}) == 3


@pytest.mark.parametrize("ids", [True, False], ids=["lasting ids", "no ids"])
def test_a_message_delivered_again_is_not_handled_twice(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any, until: Make, ids: bool
) -> None:
    run(assets(sweep=0))
    work.hold = True
    for number in (1, 2):
        broker.tell(atom.asset(1, 1), **({"message_id": f"ID:one-{number}"} if ids else {}))
    until(lambda: len(work.open) == 2, "both messages")
    broker.cut()
    until(lambda: len(work.open) == 4, "both messages again")
    assert [event.id for event, _ in work.open[:2]] == [event.id for event, _ in work.open[2:]]
    work.release()
    until(lambda: len(broker.acked) == 2, "acknowledgements")
    assert (len(work.handled), len(work.duplicates)) == (2, 2)


def test_messages_are_known_again_after_a_restart(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any, until: Make
) -> None:
    first = run(assets())
    work.hold = True
    broker.tell(atom.asset(1, 1), message_id="ID:1")
    broker.tell(atom.asset(1, 1), message_id="ID:2")
    until(lambda: len(work.open) == 2, "both messages")
    ids = [event.id for event, _ in work.open]
    first.stop.set()
    work.fail()
    first.wait()
    run(assets())
    until(lambda: len(broker.acked) == 2, "acknowledgements")
    assert sorted(event.id for event in work.handled) == sorted(ids)


def test_a_second_message_about_one_second_after_a_restart(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any
) -> None:
    first = run(assets())
    broker.tell(atom.asset(1, 1))
    work.wait_for(1)
    first.end()
    run(assets())
    broker.tell(atom.asset(1, 1))
    work.wait_for(2)
    assert not work.duplicates


def test_nothing_is_acknowledged_before_its_work_is_done(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any, until: Make
) -> None:
    running = run(assets())
    work.hold = True
    broker.tell(atom.feed(atom.asset(1, 1, spaces=""), atom.asset(2, 2, spaces="")))
    until(lambda: len(work.open) == 2, "both entries")
    running.stop.set()
    work.open.pop()[1].set_result(flowhost.Receipt("done"))
    assert not broker.acked, "one of two entries is done"
    assert not running.over, "it waits for the work in flight"
    work.release()
    running.wait()
    assert len(broker.acked) == 1


def test_an_asset_twice_in_one_message_is_one_change(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any, until: Make
) -> None:
    run(assets())
    broker.tell(atom.feed(*(atom.asset(1, 1, spaces="") for _ in range(2))))
    until(lambda: broker.acked, "the acknowledgement")
    assert (len(work.handled), len(work.duplicates)) == (1, 0)


def test_deleted_assets(assets: Make, run: Make, work: Any, broker: Any, atom: Any, site: Any) -> None:
    site.assets = {4: 4}
    run(assets(sweep=0.02))
    urn = "urn:vme:default:asset:"
    broker.tell(
        f'<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="{urn}1" when="{atom.at(1)}"/>'
    )
    broker.tell("", identity=f"{urn}2", location=f"{site.here}/item/2")
    broker.tell("", identity=f"{urn}3")
    broker.tell(atom.asset(5, 5).replace("online", "deleted"))
    work.wait_for(4)
    assert [event.type for event in work.handled] == ["asset.deleted"] * 4
    assert [event.key for event in work.handled] == [f"{urn}{number}" for number in (1, 2, 3, 5)]
    assert all(Item(event.data).mediastatus == "deleted" for event in work.handled)
    broker.tell("", location=f"{site.here}/item/4")
    work.wait_for(5)
    assert (work.handled[4].type, work.handled[4].subject) == ("asset.changed", "asset 4")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("no XML at all", "cannot be read as XML"),
        ("<service xmlns='http://www.w3.org/2007/app'/>", "expected an Atom entry, a feed or a tombstone"),
        ("", "neither a body nor a header 'identity' or 'location'"),
        ("<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>", "document type declaration"),
    ],
)
def test_a_poisoned_message_becomes_a_dead_letter(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any, until: Make, body: str, reason: str
) -> None:
    running = run(assets())
    broker.tell(body, message_id="ID:7")
    broker.tell(atom.asset(1, 1))
    until(lambda: len(broker.acked) == 2, "both messages")
    assert reason in work.dead[0].headers[flowhost.REJECT_HEADER]
    assert (work.dead[0].data, work.dead[0].id) == (body.encode(), "message ID:7")
    assert work.subjects == ["asset 1"]
    assert not running.errors


def test_a_message_that_trips_up_its_reader_becomes_a_dead_letter(
    assets: Make,
    run: Make,
    work: Any,
    broker: Any,
    atom: Any,
    until: Make,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A fault in reading one message is no reason to keep all those behind it waiting."""
    read = Assets.read

    def faulty(self: Assets, message: flowhost.Message) -> Any:
        if b"odd" in message.body:
            raise ZeroDivisionError("a bug")
        return read(self, message)

    monkeypatch.setattr(Assets, "read", faulty)
    running = run(assets())
    broker.tell(atom.asset(1, 1, "odd"))
    broker.tell(atom.asset(2, 2))
    until(lambda: len(broker.acked) == 2, "both messages")
    assert work.dead[0].headers[flowhost.REJECT_HEADER] == "ZeroDivisionError: a bug"
    assert "a bug" in caplog.text
    assert (work.subjects, running.errors) == (["asset 2"], [])


def test_a_server_that_cannot_be_asked_loses_no_message(
    assets: Make, run: Make, work: Any, broker: Any, site: Any, until: Make, swept: Make
) -> None:
    running = run(assets())
    swept()
    site.assets = {3: 3}
    site.failing = True
    broker.tell("", location=f"{site.here}/item/3")
    until(lambda: running.errors, "the source to fail")
    assert not broker.acked
    site.failing = False
    work.wait_for(1)
    assert work.subjects == ["asset 3"]


def test_no_monitor_link(assets: Make, run: Make, work: Any, site: Any, until: Make) -> None:
    site.monitored = False
    running = run(assets())
    until(lambda: running.errors, "an error")
    assert isinstance(running.errors[0], flowhost.Unavailable)
    for part in ("no monitor link for user 'op'", "permission Asset/Admin", "'notifications = no'"):
        assert part in str(running.errors[0])
    with pytest.raises(flowhost.Unavailable, match="Asset/Admin"):
        assets().probe()
    assets(notifications=False).probe()


def test_it_conforms(viz_one: Any, broker: Any, store: Any, site: Any) -> None:
    site.assets = {1: 1, 2: 2}
    conforms(AssetEntries, viz_one=viz_one, broker=broker, store=store, initial=True)


def test_a_window_without_room(assets: Make) -> None:
    with pytest.raises(ValueError, match="'prefetch' is 0, expected 1 or more"):
        assets(prefetch=0)
