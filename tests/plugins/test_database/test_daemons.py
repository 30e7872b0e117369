"""The records of daemons: who runs, since when, until when it is known to live, and what it last said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import flowhost


def test_a_daemon_is_listed_from_enlisting_to_leaving(site: Any) -> None:
    ledger = site.owner("b", lease=3600)
    ledger.enlist("a")
    ledger.beat("b", {"jobs": 3, "sources": [{"name": "in"}], "at": site.clock.now()})
    a, b = ledger.daemons()
    assert (a.daemon, b.daemon) == ("a", "b")
    assert a.owner == b.owner
    assert b.status["jobs"] == 3
    assert timedelta(0) <= b.alive_until - b.started - timedelta(seconds=3600) < timedelta(seconds=60)
    ledger.leave("b")
    assert [record.daemon for record in ledger.daemons()] == ["a"]


def test_a_beat_renews_the_lease_and_keeps_the_start(file_site: Any) -> None:
    ledger = file_site.owner()
    (before,) = ledger.daemons()
    assert before.started == file_site.clock.now()
    file_site.clock.advance(12)
    ledger.beat("d", {})
    (after,) = ledger.daemons()
    assert (after.started, after.alive_until) == (before.started, before.alive_until + timedelta(seconds=12))
    ledger.enlist("d")
    assert ledger.daemons()[0].started == file_site.clock.now()


def test_the_owner_names_host_and_process(site: Any) -> None:
    import os
    import socket

    host, pid, random = site.owner().daemons()[0].owner.rsplit(":", 2)
    assert (host, pid) == (socket.gethostname(), str(os.getpid()))
    assert len({record.owner for record in site.owner().daemons()}) == 2
    assert len(random) == 8


def test_a_successor_replaces_the_record_of_a_dead_owner(site: Any) -> None:
    site.kill(site.owner())
    second = site.owner()
    assert [record.owner for record in second.daemons()] == [second._tables.owner]


@pytest.mark.postgresql
def test_other_daemons_that_died_stay_listed(server_site: Any) -> None:
    server_site.kill(server_site.owner("dead"))
    alive = server_site.owner("alive")
    alive.beat("alive", {})
    assert [record.daemon for record in alive.daemons()] == ["alive", "dead"]


def test_a_closed_database_says_so(site: Any) -> None:
    ledger = site.owner()
    ledger.close()
    ledger.close()
    with pytest.raises(flowhost.StateUnavailable, match="is not open"):
        ledger.claim("d", "1")
