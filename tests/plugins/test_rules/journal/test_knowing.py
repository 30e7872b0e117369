"""Deployments, decisions, events and facts."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import Check, Decision, Deployment


def test_a_rule_is_deployed_in_revisions(journal: Journal, clock: Any) -> None:
    first = clock.now()
    assert journal.deployment("r") is None
    assert journal.deploy("r", "one", file="/x/r.yaml") == Deployment("r", 1, first, "/x/r.yaml")
    clock.advance(5)
    stamp = journal.stamp()
    assert journal.deploy("r", "one", file="/x/r.yaml") == journal.deployment("r")
    assert journal.stamp() == stamp, "nothing has changed"
    assert journal.deploy("r", "two", file="/y/r.yaml") == Deployment("r", 2, clock.now(), "/y/r.yaml")
    assert journal.stamp() > stamp
    assert journal.deploy("r", "one").revision == 3
    assert [journal.revision_text("r", revision) for revision in (1, 2, 3, 4)] == ["one", "two", "one", None]
    assert journal.revisions("r") == [(3, clock.now()), (2, clock.now()), (1, first)]


def test_what_somebody_decided_stays(journal: Journal, clock: Any) -> None:
    journal.deploy("r", "one", suspended=True)
    assert journal.deployment("r").suspended
    until = clock.now() + timedelta(hours=1)
    journal.change_deployment("r", suspended=False, approved=until, held=3)
    assert journal.deploy("r", "one", suspended=True) == journal.deployment("r")
    deployment = journal.deployment("r")
    assert (deployment.suspended, deployment.approved, deployment.held) == (False, until, 3)
    deployment = journal.deploy("r", "two")
    assert (deployment.approved, deployment.held) == (None, 0), "another text is another thing to approve"


def test_deleting_and_deploying_again(journal: Journal) -> None:
    journal.deploy("b", "text")
    journal.deploy("a", "text")
    assert [deployment.rule for deployment in journal.deployments()] == ["a", "b"]
    journal.change_deployment("a", deleted=True, trigger_deleted=True, issue="gone", suspended=True)
    assert [deployment.rule for deployment in journal.deployments()] == ["b"]
    assert [deployment.rule for deployment in journal.deployments(deleted=True)] == ["a", "b"]
    deployment = journal.deploy("a", "text")
    assert deployment == Deployment("a", 1, deployment.deployed)


def test_changes_that_are_none(journal: Journal, clock: Any) -> None:
    assert not journal.change_deployment("r", held=1)
    journal.deploy("r", "text")
    assert journal.change_deployment("r", approved=clock.now())
    stamp = journal.stamp()
    assert journal.change_deployment("r", held=0, issue="", suspended=False)
    assert journal.stamp() == stamp
    assert journal.change_deployment("r", approved=None, issue="x\0")
    assert journal.stamp() > stamp
    assert (journal.deployment("r").approved, journal.deployment("r").issue) == (None, "x\\x00")


def test_equal_decisions_in_a_row_are_one(journal: Journal, clock: Any) -> None:
    begin = clock.now()

    def decide(held: bool, *, trigger: str = "sweep", run: int | None = None, item: str = "VX-1") -> None:
        checks = (
            Check("rule", True, "deployed"),
            Check("condition", held, "duration is 5"),
            Check("ledger", None),
        )
        now = clock.now()
        journal.decide(Decision("r", item, checks, now, now, run=run, trigger=trigger))
        clock.advance(10)

    for _ in range(3):
        decide(False)
    decide(False, trigger="item_create")
    decide(False, item="VX-2")
    decide(True, run=7)
    decide(True, run=8)
    decide(True)
    found = journal.decisions("r", "VX-1")
    assert [(one.times, one.trigger, one.run) for one in found] == [
        (1, "sweep", None),
        (1, "sweep", 8),
        (1, "sweep", 7),
        (1, "item_create", None),
        (3, "sweep", None),
    ]
    oldest = found[-1]
    assert (oldest.since, oldest.until) == (begin, begin + timedelta(seconds=20))
    assert oldest.blocked_by == Check("condition", False, "duration is 5")
    assert found[0].blocked_by is None
    middle = begin + timedelta(seconds=10)
    assert journal.decisions("r", "VX-1", since=middle, until=middle) == [oldest]
    assert journal.decisions("r", "VX-1", number=2) == found[:2]
    assert journal.decisions("r", "VX-3") == []
    assert journal.prune(keep_runs=0, keep_events=0, keep_decisions=45) == 2


@pytest.mark.parametrize("item", ["", "x\0\ud800", "ä" * 300, "".join(map(chr, range(32, 6000)))])
def test_decisions_about_anything(journal: Journal, clock: Any, item: str) -> None:
    decision = Decision(
        "r", item, (Check("trigger", False, "no\0"),), clock.now(), clock.now(), trigger="t\0"
    )
    journal.decide_many([decision, decision])
    [kept] = journal.decisions("r", item)
    assert (kept.times, kept.checks) == (2, decision.checks)
    event = flowhost.Event("a", {}, "here", item, "1", "k", clock.now())
    journal.keep_event(event, item)
    assert [event for _, event in journal.events(since=clock.now(), item=item or None)] == [event]


def test_events_are_kept(journal: Journal, clock: Any) -> None:
    begin = clock.now()
    events = [
        flowhost.Event("a", {"x": [1]}, "here", "VX-1", "1", "k", begin, {"h": "v"}),
        flowhost.Event("b", b"\0\xff", subject="x" * 5000),
        flowhost.Event("c", "text\0\ud800", time=begin - timedelta(days=900)),
    ]
    for event in events:
        journal.keep_event(event)
        clock.advance(10)
    journal.keep_event(events[0])
    journal.keep_event(events[2], "VX-1")
    kept = journal.events(since=begin)
    assert [event for _, event in kept] == [*events, events[2]]
    assert [event.type for _, event in journal.events(since=begin, item="VX-1")] == ["a", "c"]
    assert [
        event.type for _, event in journal.events(since=begin + timedelta(seconds=10), until=clock.now())
    ] == list("bcc")
    assert journal.events(since=begin, until=begin) == kept[:1]
    assert journal.events(since=begin, after=kept[0][0], number=2) == kept[1:3]
    assert journal.events(since=clock.now() + timedelta(seconds=1)) == []
    assert journal.prune(keep_runs=0, keep_events=15, keep_decisions=0) == 2
    assert journal.events(since=begin) == kept[2:]


def test_events_without_an_id_are_all_different(journal: Journal, clock: Any) -> None:
    for _ in range(2):
        journal.keep_event(flowhost.Event("tick", time=clock.now()))
    assert len(journal.events(since=clock.now())) == 2


def test_facts(journal: Journal) -> None:
    assert journal.fact("swept/r") is None
    journal.put_fact("swept/r", {"at": "2026-01-01", "n": [1, None]})
    journal.put_fact("swept/s", 1)
    assert journal.fact("swept/r") == {"at": "2026-01-01", "n": [1, None]}
    journal.put_fact("swept/r", 2)
    assert journal.fact("swept/r") == 2
    with pytest.raises(TypeError):
        journal.put_fact("swept/r", object())


LOOK = """
import sys, flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import Cause, NewRun
journal = Journal(url=flowhost.Secret(sys.argv[1]), info=flowhost.DaemonInfo("c", "."), clock=flowhost.SystemClock())
journal.open()
journal.change_deployment("r", suspended=True)
print(journal.start(NewRun("r", 1, "VX-1", Cause("manual", user="kim"))).id)
try:
    journal.enlist("other")
    journal.leave("other")
except flowhost.Unavailable as refused:
    print(refused)
journal.close()
"""


def test_commands_change_a_journal_that_is_in_use(site: Any) -> None:
    journal = site.owner("me")
    journal.deploy("r", "text")
    before = journal.stamp()
    command = [sys.executable, "-c", LOOK, site.url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    number, *refused = done.stdout.splitlines()
    assert journal.stamp() >= before + 2
    assert journal.deployment("r").suspended
    [run] = journal.claim("me", number=1, total=1, per_rule={})
    assert (run.id, run.cause.user) == (int(number), "kim")
    if site.is_server:
        assert refused == []
    else:
        [sentence] = refused
        assert "is in use by process" in sentence
        assert sentence.endswith("its own [Rules Journal] url")


def test_two_daemons_of_one_process_share_no_file(file_site: Any) -> None:
    first = file_site.owner("a/1")
    first.enlist("a/2")
    other = file_site.open(daemon="other")
    with pytest.raises(flowhost.Unavailable) as refused:
        other.enlist("other/1")
    assert str(refused.value) == (
        f"the journal {first.location} has the rules of the daemon 'd', which runs in this process;"
        " give the daemon 'other' its own [Rules Journal] url"
    )
    assert first.owners() == ["a/1", "a/2"]
    first.leave("a/1")
    first.leave("a/2")
    other.enlist("other/1")
    assert other.owners() == ["other/1"]


@pytest.mark.postgresql
def test_daemons_of_several_hosts_share_a_server(server_site: Any) -> None:
    server_site.owner("a/1")
    assert server_site.owner("b/1", daemon="other").owners() == ["a/1", "b/1"]


def test_options_that_make_no_sense(site: Any, tmp_path: Any) -> None:
    with pytest.raises(ValueError, match="lease is 0 s"):
        site.made(lease=0)
    site.url = "mysql://x"
    with pytest.raises(ValueError, match="begins with 'mysql://'"):
        site.made()


def test_without_a_url_it_is_in_the_state_directory(
    file_site: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWHOST_STATE", str(tmp_path / "state"))
    file_site.url = ""
    journal = file_site.open()
    assert journal.location == str(tmp_path / "state" / "rules.db")
    assert journal.deployments() == []
