"""Changes of assets that sweeps find, whatever the broker lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

import flowhost
from flowhost_plugins.viz_one.client import VizOne

Make = Callable[..., Any]


def test_what_is_there_already_is_no_event(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any, site: Any, swept: Make
) -> None:
    site.assets = {1: 1, 2: 2}
    run(assets(sweep=0.02))
    swept()
    site.assets[3] = 3
    work.wait_for(1)
    assert work.subjects == ["asset 3"]


def test_initial_emits_what_is_there(assets: Make, run: Make, work: Any, site: Any) -> None:
    site.assets, site.page = {number: number for number in range(1, 251)}, 20
    first = run(assets(initial=True))
    work.wait_for(250)
    first.end()
    assert len(set(work.subjects)) == 250
    run(assets(initial=True, sweep=0.02))
    site.assets[7] = 1000
    work.wait_for(251)
    assert work.subjects[250:] == ["asset 7"]
    assert not work.duplicates, "the second start does not go through everything again"


def test_initial_works_also_later(assets: Make, run: Make, work: Any, site: Any, swept: Make) -> None:
    site.assets = {1: -5000, 2: 2}
    first = run(assets())
    swept()
    first.end()
    run(assets(initial=True))
    work.wait_for(2)
    assert sorted(work.subjects) == ["asset 1", "asset 2"]


def test_a_sweep_finds_what_no_message_told(
    assets: Make, run: Make, work: Any, broker: Any, atom: Any, site: Any, swept: Make, until: Make
) -> None:
    site.assets = {1: 1, 2: 2, 3: 3}
    run(assets(sweep=0.02))
    swept()
    site.assets |= {1: 10, 2: 11}
    broker.tell(atom.asset(2, 11))
    work.wait_for(2)
    asked = len(site.asked)
    until(lambda: len(site.asked) > asked + 3, "some more sweeps")
    assert sorted(work.subjects) == ["asset 1", "asset 2"]


def test_a_sweep_of_many_assets_ends_at_the_mark(
    assets: Make, run: Make, work: Any, site: Any, swept: Make, until: Make
) -> None:
    site.assets = {number: number * 100 for number in range(1, 1001)}
    run(assets(sweep=0.02))
    swept()
    del site.asked[:]
    site.assets[5] = 1_000_000
    work.wait_for(1)
    until(lambda: len(site.asked) > 6, "some more sweeps")
    assert work.subjects == ["asset 5"]
    assert not [path for path in site.asked if "start=201" in path], "two pages suffice"


@pytest.mark.parametrize("how", ["no search", "refused", "ignored"])
def test_a_server_that_cannot_sort(
    assets: Make, run: Make, work: Any, site: Any, swept: Make, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    site.assets = {number: number * 100 for number in range(1, 301)}
    site.sorts, site.refuses_to_sort = how != "no search", how == "refused"
    running = run(assets(sweep=0.02, sort="title" if how == "ignored" else "-search.modificationDate"))
    swept()
    site.assets[299] = 40_000
    site.assets[301] = 40_001
    work.wait_for(2)
    assert sorted(work.subjects) == ["asset 299", "asset 301"]
    assert caplog.text.count("does not sort") == (1 if how == "refused" else 0)
    assert not running.errors


def test_a_server_that_cannot_answer_just_now_is_still_asked_to_sort(
    assets: Make, run: Make, work: Any, site: Any, swept: Make, until: Make, caplog: pytest.LogCaptureFixture
) -> None:
    run(assets(sweep=0.02))
    swept()
    site.failing = 403
    until(lambda: "the sweep of the assets failed" in caplog.text, "a sweep that fails")
    site.failing = False
    del site.asked[:]
    site.assets[1] = 1
    work.wait_for(1)
    assert any("sort=" in path for path in site.asked)
    assert "does not sort" not in caplog.text


def test_a_broker_that_is_away_does_not_keep_sweeps_from_finding(
    assets: Make, run: Make, work: Any, broker: Any, site: Any, swept: Make
) -> None:
    broker.down = True
    running = run(assets(sweep=0.02))
    swept()
    site.assets[1] = 1
    work.wait_for(1)
    assert {str(error) for error in running.errors} == {"the broker is down"}


def test_two_servers_in_one_store(assets: Make, run: Make, work: Any, site: Any) -> None:
    site.assets = {1: 1000}
    run(assets(notifications=False, sweep=0, initial=True)).wait()
    other = VizOne(hostname=f"localhost:{urlsplit(site.here).port}", use_https=False, retries=0)
    site.assets = {2: 2}
    run(assets(viz_one=other, notifications=False, sweep=0, initial=True)).wait()
    other.close()
    assert work.subjects == ["asset 1", "asset 2"]


def test_what_changed_while_the_daemon_was_down(
    assets: Make, run: Make, work: Any, site: Any, swept: Make
) -> None:
    site.assets = {1: 1, 2: 2, 3: 3}
    first = run(assets())
    swept()
    first.end()
    site.assets |= {2: 100, 4: 101}
    second = run(assets())
    work.wait_for(2)
    second.end()
    third = run(assets(sweep=0.02))
    site.assets[1] = 200
    work.wait_for(3)
    third.end()
    assert sorted(work.subjects) == ["asset 1", "asset 2", "asset 4"]


def test_what_changed_while_the_connection_was_lost(
    assets: Make, run: Make, work: Any, broker: Any, site: Any, swept: Make, until: Make, atom: Any
) -> None:
    running = run(assets())
    swept()
    broker.down = True
    broker.cut()
    until(lambda: len(broker.urls) > 2, "tries to connect")
    site.assets = {1: 1}
    broker.down = False
    work.wait_for(1)
    broker.tell(atom.asset(2, 2))
    work.wait_for(2)
    assert work.subjects == ["asset 1", "asset 2"]
    assert {str(error) for error in running.errors} == {"the connection was cut", "the broker is down"}


def test_the_sweep_comes_after_the_subscription(
    assets: Make, run: Make, broker: Any, site: Any, until: Make
) -> None:
    """What changes between the two is told by a message; the other way round nobody would tell it."""
    consume, before = broker.consume, list[str]()

    def subscribed(*arguments: Any, **options: Any) -> None:
        before.extend(site.asked)
        consume(*arguments, **options)

    broker.consume = subscribed
    run(assets())
    until(lambda: any("sort=" in path for path in site.asked), "a sweep")
    assert before
    assert not any("sort=" in path for path in before)


def test_a_sweep_that_fails_is_tried_again(
    assets: Make, run: Make, work: Any, site: Any, swept: Make, until: Make, caplog: pytest.LogCaptureFixture
) -> None:
    running = run(assets(sweep=0.02))
    swept()
    site.failing = True
    until(lambda: "the sweep of the assets failed" in caplog.text, "a sweep that fails")
    site.assets[1] = 1
    site.failing = False
    work.wait_for(1)
    assert not running.errors, "messages go on meanwhile"


def test_work_that_failed_is_found_again(
    assets: Make, run: Make, work: Any, site: Any, swept: Make, until: Make
) -> None:
    first = run(assets(sweep=0.02))
    swept()
    work.hold = True
    site.assets = {1: 1, 2: 2000}
    until(lambda: len(work.open) == 2, "the sweep")
    first.stop.set()
    work.open.pop(next(n for n, (event, _) in enumerate(work.open) if event.subject == "asset 2"))[
        1
    ].set_result(flowhost.Receipt("done"))
    work.fail()
    first.wait()
    run(assets())
    work.wait_for(1)
    assert work.subjects == ["asset 1"]


def test_a_tombstone_whose_time_is_none_hides_nothing(
    assets: Make, run: Make, work: Any, site: Any, swept: Make
) -> None:
    run(assets(sweep=0.02))
    swept()
    site.more = '<at:deleted-entry ref="urn:x" when="long ago"/>'
    site.assets[1] = 1
    work.wait_for(2)
    assert sorted(event.key for event in work.handled) == ["urn:vme:default:asset:1", "urn:x"]


def test_a_sweep_finds_tombstones(
    assets: Make, run: Make, work: Any, site: Any, swept: Make, broker: Any, atom: Any, until: Make
) -> None:
    site.assets, site.tombstones = {1: 1}, {2: 2}
    run(assets(sweep=0.02))
    swept()
    site.tombstones[3] = 30
    work.wait_for(1)
    assert [(event.type, event.key) for event in work.handled] == [
        ("asset.deleted", "urn:vme:default:asset:3")
    ]
    broker.tell(
        '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" '
        f'ref="urn:vme:default:asset:3" when="{atom.at(30)}"/>'
    )
    until(lambda: len(broker.acked) == 1, "the acknowledgement")
    assert (len(work.handled), len(work.duplicates)) == (1, 1)


def test_without_notifications_the_sweep_alone_works(
    assets: Make, run: Make, work: Any, site: Any, swept: Make, broker: Any
) -> None:
    site.monitored = False
    running = run(assets(notifications=False, sweep=0.02))
    swept()
    site.assets = {1: 1}
    work.wait_for(1)
    running.end()
    assert (running.errors, broker.urls) == ([], [])


def test_neither_is_a_batch_job(assets: Make, run: Make, work: Any, site: Any) -> None:
    site.assets = {1: 1, 2: 2}
    run(assets(notifications=False, sweep=0)).wait()
    assert not work.handled
    site.assets[2] = 100
    run(assets(notifications=False, sweep=0)).wait()
    assert work.subjects == ["asset 2"]


def test_a_batch_job_waits_for_its_work(assets: Make, run: Make, work: Any, site: Any, until: Make) -> None:
    site.assets = {1: 1, 2: 2}
    work.hold = True
    job = run(assets(notifications=False, sweep=0, initial=True))
    until(lambda: len(work.open) == 2, "both assets")
    work.open.pop()[1].set_result(flowhost.Receipt("done"))
    assert not job.over
    work.release()
    job.wait()
    run(assets(notifications=False, sweep=0, initial=True)).wait()
    assert (len(work.handled), len(work.duplicates)) == (1, 0), "what is done is known"


def test_the_end_says_nothing_to_a_pool_that_is_closed(
    assets: Make, run: Make, site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    site.assets = {1: 1}

    source = assets(initial=True)
    real = source.run

    def run_until_emit(_: Any, stop: threading.Event) -> None:
        def emit(_: flowhost.Event) -> Any:
            stop.set()
            raise RuntimeError("the daemon stops")

        real(emit, stop)

    source.run = run_until_emit
    running = run(source)
    running.wait()
    assert (running.errors, caplog.text) == ([], "")
