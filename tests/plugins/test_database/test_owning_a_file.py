"""An SQLite database belongs to one process at a time; its death, however it comes, frees everything."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import flowhost

OWNER = textwrap.dedent(
    """
    import sys, flowhost
    from flowhost_plugins.database import Database

    info = flowhost.DaemonInfo("d", ".")
    ledger = Database(url=flowhost.Secret(sys.argv[1]), info=info, clock=flowhost.SystemClock(), lease=3600)
    ledger.open()
    ledger.enlist("d")
    {body}
    print("ready", flush=True)
    sys.stdin.read()
    """
)


@contextmanager
def process(url: str, body: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns the database, has done `body`, and waits."""
    script = [sys.executable, "-c", OWNER.format(body=body), url]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout and running.stdout.readline() == "ready\n"
        try:
            yield running
        finally:
            running.kill()


def test_a_second_process_is_refused_and_told_who_has_it(file_site: Any) -> None:
    ledger = file_site.open()
    with process(file_site.url, "ledger.enlist('e')") as other:
        with pytest.raises(flowhost.Unavailable) as refused:
            ledger.enlist("d")
        assert str(refused.value) == (
            f"the database {ledger.location} is in use by process {other.pid} (daemon d, e); "
            "stop it or give this daemon its own [Database] url"
        )
        assert not isinstance(refused.value, flowhost.StateUnavailable)
        other.kill()
        other.wait()
        ledger.enlist("d")


def test_kill_9_in_the_middle_of_the_work_frees_it_at_once(file_site: Any) -> None:
    body = """
    ledger.settle(ledger.claim("d", "done"))
    ledger.claim("d", "half")
    event = flowhost.Event("t")
    ledger.park(flowhost.Letter("d", "in", event, "waiting"))
    ledger.take("d", 1)
    """
    with process(file_site.url, textwrap.dedent(body)) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
    ledger = file_site.owner()
    assert ledger.claim("d", "done") == "handled"
    claim = ledger.claim("d", "half")
    assert ledger.settle(claim) is True
    assert len(ledger.take("d", 9)) == 1


@pytest.mark.slow
def test_kill_9_at_any_moment_loses_nothing_that_was_settled(file_site: Any) -> None:
    body = """
    import itertools
    print("ready", flush=True)
    for number in itertools.count():
        ledger.settle(ledger.claim("d", f"{sys.argv[2]}-{number}"))
        print(number, flush=True)
    """
    for round_ in range(4):
        script = [sys.executable, "-c", OWNER.format(body=textwrap.dedent(body)), file_site.url, str(round_)]
        with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout and running.stdout.readline() == "ready\n"
            for _ in range(50 + 37 * round_):
                running.stdout.readline()
            running.kill()
            said = [int(line) for line in running.stdout.read().split()[:-1]]
        last = max(said, default=0)
        ledger = file_site.owner()
        answers = [ledger.claim("d", f"{round_}-{number}") for number in range(last + 1)]
        assert set(answers) == {"handled"}
        ledger.close()


def test_daemons_of_one_process_share_a_database(file_site: Any) -> None:
    a, b = file_site.owner("a"), file_site.owner("b")
    claim = a.claim("a", "1")
    b.leave("b")
    b.close()
    assert a.settle(claim) is True
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run(
            [sys.executable, "-c", OWNER.format(body=""), file_site.url],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    a.leave("a")
    with process(file_site.url, ""):
        pass


def test_closing_without_leaving_is_like_dying(
    file_site: Any, letter: Callable[..., flowhost.Letter]
) -> None:
    first, second = file_site.owner("a"), file_site.owner("b")
    first.claim("a", "1")
    first.park(letter(daemon="a"))
    first.take("a", 1)
    first.close()
    assert [record.daemon for record in second.daemons()] == ["a", "b"]
    third = file_site.owner("a")
    assert isinstance(third.claim("a", "1"), flowhost.Claim)
    assert len(third.take("a", 1)) == 1


def test_a_living_owner_s_claims_survive_any_stall(file_site: Any) -> None:
    stalled, other = file_site.owner(), file_site.owner()
    claim = stalled.claim("d", "1")
    file_site.clock.advance(86400)
    other.beat("d", {})
    assert other.claim("d", "1") == "busy"
    assert stalled.settle(claim) is True


def test_commands_open_what_another_process_owns(file_site: Any) -> None:
    with process(file_site.url, "ledger.put('k', [1])"):
        command = file_site.open()
        assert command.get("k") == [1]
        assert [record.daemon for record in command.daemons()] == ["d"]


def test_a_lock_file_that_cannot_be_made_is_a_clear_error(file_site: Any, tmp_path: Path) -> None:
    (tmp_path / "state.db.lock").mkdir()
    ledger = file_site.open()
    with pytest.raises(
        flowhost.StateUnavailable, match=r"state\.db\.lock: Is a directory; check that its folder"
    ):
        ledger.enlist("d")
