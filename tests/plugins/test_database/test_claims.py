"""Claims: one owner an event, handled once, lost only to who took over."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

import flowhost


def held(answer: flowhost.Claim | str) -> flowhost.Claim:
    assert isinstance(answer, flowhost.Claim), answer
    return answer


def test_an_event_is_claimed_once_and_handled_once(site: Any) -> None:
    ledger = site.owner()
    claim = held(ledger.claim("d", "clip-1"))
    assert (claim.daemon, claim.event_id) == ("d", "clip-1")
    assert ledger.claim("d", "clip-1") == "busy"
    assert ledger.settle(claim) is True
    assert ledger.claim("d", "clip-1") == "handled"


def test_settling_twice_is_settling_once(site: Any) -> None:
    """An answer lost on its way from the server must not look like a claim lost to somebody else."""
    ledger = site.owner()
    claim = held(ledger.claim("d", "clip-1"))
    assert ledger.settle(claim) is True
    assert ledger.settle(claim) is True
    ledger.release(claim)
    assert ledger.claim("d", "clip-1") == "handled"


def test_each_daemon_handles_an_event_for_itself(site: Any) -> None:
    ledger = site.owner()
    ledger.enlist("other")
    held(ledger.claim("d", "clip-1"))
    held(ledger.claim("other", "clip-1"))


def test_a_released_event_can_be_claimed_again_with_a_higher_token(site: Any) -> None:
    ledger = site.owner()
    first = held(ledger.claim("d", "clip-1"))
    ledger.release(first)
    second = held(ledger.claim("d", "clip-1"))
    assert second.token > first.token
    assert ledger.settle(first) is False
    ledger.release(first)
    assert ledger.claim("d", "clip-1") == "busy"
    assert ledger.settle(second) is True


def test_tokens_grow_over_what_was_pruned_and_when_the_clock_goes_back(site: Any) -> None:
    ledger = site.owner(keep_handled=10)
    first = held(ledger.claim("d", "clip-1"))
    ledger.settle(first)
    site.clock.advance(11)
    ledger.beat("d", {})
    second = held(ledger.claim("d", "clip-1"))
    assert second.token > first.token
    ledger.release(second)
    site.clock.jump(-3600)
    assert held(ledger.claim("d", "clip-1")).token > second.token


def test_what_was_handled_is_forgotten_after_its_time_and_not_before(site: Any) -> None:
    ledger = site.owner(keep_handled=3600)
    for number in range(3):
        ledger.settle(held(ledger.claim("d", f"old-{number}")))
    still = held(ledger.claim("d", "still-working"))
    site.clock.advance(1800)
    ledger.settle(held(ledger.claim("d", "new")))
    site.clock.advance(1801)
    ledger.beat("d", {})
    assert {row[0] for row in site.execute("SELECT event FROM flowhost_claims")} == {"still-working", "new"}
    assert ledger.settle(still) is True


def test_pruning_goes_in_small_transactions_until_all_is_gone(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flowhost_plugins.database import claims

    monkeypatch.setattr(claims, "PRUNED_AT_ONCE", 4)
    ledger = site.owner(keep_handled=1)
    for number in range(10):
        ledger.settle(held(ledger.claim("d", str(number))))
    site.clock.advance(2)
    monkeypatch.setattr(claims, "PRUNINGS", 2)
    ledger.beat("d", {})
    assert site.execute("SELECT count(*) FROM flowhost_claims") == [(2,)]
    ledger.beat("d", {})
    assert site.execute("SELECT count(*) FROM flowhost_claims") == [(0,)]


@pytest.mark.parametrize(
    "event_id",
    ["x" * 5000, "nul\0inside", "n\u00e4me.mxf", "\U0001f3ac" * 256, "half\udc80name", "sha256:abc", ""],
)
def test_any_text_is_an_id(site: Any, event_id: str) -> None:
    ledger = site.owner()
    ledger.settle(held(ledger.claim("d", event_id)))
    assert ledger.claim("d", event_id) == "handled"
    held(ledger.claim("d", event_id + "2"))


def test_of_many_threads_exactly_one_claims_each_event(site: Any) -> None:
    owners = [site.owner(), site.owner()]
    won: list[str] = []
    others: Counter[str] = Counter()
    start = threading.Barrier(8)

    def race(ledger: Any) -> None:
        start.wait(60)
        for number in range(30):
            answer = ledger.claim("d", f"clip-{number}")
            if isinstance(answer, flowhost.Claim):
                won.append(answer.event_id)
                assert ledger.settle(answer)
            else:
                others[answer] += 1

    threads = [threading.Thread(target=race, args=(owners[number % 2],)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(won) == sorted(f"clip-{number}" for number in range(30))
    assert sum(others.values()) == 7 * 30


def test_leaving_frees_what_was_claimed_for_this_daemon_alone(site: Any) -> None:
    ledger = site.owner()
    ledger.enlist("other")
    lost, kept = held(ledger.claim("d", "1")), held(ledger.claim("other", "2"))
    ledger.leave("d")
    assert ledger.settle(lost) is False
    assert ledger.settle(kept) is True
    ledger.enlist("d")
    assert held(ledger.claim("d", "1")).token > lost.token


def test_a_dead_owner_s_claim_passes_to_the_next(site: Any) -> None:
    first = site.owner()
    old = held(first.claim("d", "clip-1"))
    done = held(first.claim("d", "clip-2"))
    first.settle(done)
    site.kill(first)
    second = site.owner()
    new = held(second.claim("d", "clip-1"))
    assert new.token > old.token
    assert second.claim("d", "clip-2") == "handled"
    assert second.settle(new) is True


@pytest.mark.postgresql
def test_a_late_owner_harms_nobody(server_site: Any, letter: Callable[..., flowhost.Letter]) -> None:
    site = server_site
    late, next_one = site.owner(), site.owner()
    old = held(late.claim("d", "clip-1"))
    assert next_one.claim("d", "clip-1") == "busy"
    site.expire(late._tables.owner)
    new = held(next_one.claim("d", "clip-1"))
    assert new.token > old.token

    assert late.settle(old) is False
    late.release(old)
    assert late.park(letter(id="clip-1"), old) == 0
    assert late.letters() == []
    late.leave("d")
    assert late.claim("d", "clip-1") == "busy"
    assert next_one.settle(new) is True
    late.enlist("d")
    assert late.park(letter(id="clip-1"), old) == 0


@pytest.mark.postgresql
def test_an_owner_whose_lease_ran_out_keeps_what_nobody_took(server_site: Any) -> None:
    late, other = server_site.owner(), server_site.owner()
    claim = held(late.claim("d", "clip-1"))
    server_site.expire(late._tables.owner)
    other.beat("d", {})
    assert late.claim("d", "clip-1") == "busy"
    assert late.settle(claim) is True
    late.beat("d", {})
    assert other.claim("d", "clip-1") == "handled"


@pytest.mark.postgresql
def test_a_lease_is_as_long_as_it_says_and_beats_renew_it(server_site: Any) -> None:
    def one(expression: str, **values: str) -> float:
        ((value,),) = server_site.execute(f"SELECT CAST({expression} AS double precision)", **values)
        return float(value)

    def now() -> float:  # by the clock that measures leases: how long our own steps take must not matter
        return one("extract(epoch FROM clock_timestamp())")

    def end() -> float:
        query = "(SELECT alive_until FROM flowhost_daemons WHERE owner = :owner)"
        return one(query, owner=short._tables.owner)

    short, other = server_site.owner(lease=0.4), server_site.owner()
    held(short.claim("d", "clip-1"))
    for _ in range(10):
        begun = now()
        short.beat("d", {})
        assert begun + 0.4 <= end() <= now() + 0.4
    answer: flowhost.Claim | str = "busy"
    while answer == "busy":
        asked = now()
        answer = other.claim("d", "clip-1")
        assert answer != "busy" or asked < end()
    held(answer)
    assert now() >= end()


@pytest.mark.postgresql
def test_a_host_whose_clock_is_wrong_is_not_dead(server_site: Any) -> None:
    behind = server_site.owner()
    held(behind.claim("d", "clip-1"))
    server_site.clock.jump(86400)
    ahead = server_site.owner()
    assert ahead.claim("d", "clip-1") == "busy"
