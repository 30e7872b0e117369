"""The ledger against a model of it: whatever happens in whatever order, both give the same answers."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import flowhost

EVENTS = st.sampled_from(["a", "b"])
OWNERS = st.integers(0, 1)
_daemons = itertools.count()


class Machine(RuleBasedStateMachine):
    """Two owners of one daemon; each may stall (its lease is over unnoticed) or die and be followed."""

    site: Any

    def __init__(self) -> None:
        super().__init__()
        self.daemon = f"d{next(_daemons)}"
        self.owners = [self.site.open(self.daemon, synchronous="normal") for _ in range(2)]
        for owner in self.owners:
            owner.enlist(self.daemon)
        self.stalled: set[int] = set()
        self.events: dict[str, Any] = {}  # event → (owner, token), "free", or "handled" and the token
        self.tokens: dict[str, int] = {}
        self.claims: list[tuple[int, flowhost.Claim]] = []
        self.letters: dict[int, Any] = {}  # number → owner, "waiting" or "dead"

    def answer(self, who: int, event: str) -> str:
        """What the model says to a claim."""
        holder = self.events.get(event, "free")
        if holder[0] == "handled":
            return "handled"
        if holder == "free" or (holder[0] != who and holder[0] in self.stalled):
            return "claim"
        return "busy"

    @rule(who=OWNERS, event=EVENTS)
    def claim_again(self, who: int, event: str) -> None:
        """Many ways lead to a claim that is old; this one is short."""
        self.claim(who, event)
        if isinstance(holder := self.events[event], tuple) and holder[0] == who:
            self.owners[who].release(flowhost.Claim(self.daemon, event, holder[1]))
            self.events[event] = "free"
            self.claim(who, event)

    @rule(who=OWNERS, event=EVENTS)
    def claim(self, who: int, event: str) -> None:
        expected = self.answer(who, event)
        got = self.owners[who].claim(self.daemon, event)
        if expected != "claim":
            assert got == expected
            return
        assert isinstance(got, flowhost.Claim)
        assert got.token > self.tokens.get(event, 0)
        self.tokens[event] = got.token
        self.events[event] = (who, got.token)
        self.claims.append((who, got))

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), how=st.sampled_from(["settle", "release"]))
    def end(self, data: st.DataObject, how: str) -> None:
        who, claim = data.draw(st.sampled_from(self.claims))
        ours = self.events[claim.event_id] == (who, claim.token)
        if how == "settle":
            again = self.events[claim.event_id] == ("handled", claim.token)
            assert self.owners[who].settle(claim) is (ours or again)
        else:
            self.owners[who].release(claim)
        if ours:
            self.events[claim.event_id] = ("handled", claim.token) if how == "settle" else "free"

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), state=st.sampled_from(["waiting", "dead"]))
    def park(self, data: st.DataObject, state: flowhost.LetterState) -> None:
        who, claim = data.draw(st.sampled_from(self.claims))
        ours = self.events[claim.event_id] == (who, claim.token)
        kept = ours or self.answer(who, claim.event_id) == "claim"
        letter = flowhost.Letter(self.daemon, "in", flowhost.Event("t", id=claim.event_id), state)
        number = self.owners[who].park(letter, claim)
        assert (number > 0) is kept
        if kept:
            self.letters[number] = state
            self.events[claim.event_id] = ("handled", claim.token if ours else "another")

    @rule(who=OWNERS, limit=st.integers(1, 3))
    def take(self, who: int, limit: int) -> None:
        expected = sorted(number for number, state in self.letters.items() if state == "waiting")[:limit]
        assert [letter.number for letter in self.owners[who].take(self.daemon, limit)] == expected
        self.letters |= dict.fromkeys(expected, who)

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), who=OWNERS, state=st.sampled_from(["waiting", "dead", None]))
    def finish(self, data: st.DataObject, who: int, state: flowhost.LetterState | None) -> None:
        number = data.draw(st.sampled_from(sorted(self.letters)))
        if state is None:
            self.owners[who].delivered(number)
        else:
            self.owners[who].returned(number, state=state, error="e", attempts=1)
        if self.letters[number] == who:
            self.letters[number] = state
            self.letters = {number: state for number, state in self.letters.items() if state is not None}

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), how=st.sampled_from(["requeue", "drop"]))
    def decide(self, data: st.DataObject, how: str) -> None:
        numbers = data.draw(st.lists(st.sampled_from(sorted(self.letters))))
        fitting = {"dead"} if how == "requeue" else {"dead", "waiting"}
        met = {number for number in numbers if self.letters[number] in fitting}
        assert getattr(self.owners[0], how)(numbers) == len(met)
        for number in met:
            self.letters[number] = "waiting"
            if how == "drop":
                del self.letters[number]

    @rule(who=OWNERS, again=st.booleans())
    def beat(self, who: int, again: bool) -> None:
        if again:
            self.owners[who].enlist(self.daemon)
        else:
            self.owners[who].beat(self.daemon, {})
        self.stalled.discard(who)
        self.free_letters(self.stalled)

    @precondition(lambda self: self.site.is_server)
    @rule(who=OWNERS)
    def stall(self, who: int) -> None:
        self.site.expire(self.owners[who]._tables.owner)
        self.stalled.add(who)

    @rule(who=OWNERS)
    def leave(self, who: int) -> None:
        self.owners[who].leave(self.daemon)
        self.free_claims(who)
        self.free_letters({who})
        self.beat(who, again=True)

    @rule(who=OWNERS)
    def die(self, who: int) -> None:
        self.site.kill(self.owners[who])
        self.owners[who] = self.site.open(self.daemon, synchronous="normal")
        self.claims = [(one, claim) for one, claim in self.claims if one != who]
        self.free_claims(who)
        self.free_letters({who})
        self.beat(who, again=True)

    @rule(seconds=st.integers(1, 3600))
    def pass_time(self, seconds: int) -> None:
        self.site.clock.advance(seconds)

    def free_claims(self, who: int) -> None:
        for event, holder in self.events.items():
            if isinstance(holder, tuple) and holder[0] == who:
                self.events[event] = "free"

    def free_letters(self, owners: set[int]) -> None:
        for number, state in self.letters.items():
            if isinstance(state, int) and state in owners:
                self.letters[number] = "waiting"

    @invariant()
    def letters_agree(self) -> None:
        found = {letter.number: letter.state for letter in self.owners[0].letters(daemon=self.daemon)}
        assert found == {n: "taken" if isinstance(state, int) else state for n, state in self.letters.items()}

    def teardown(self) -> None:
        for owner in self.owners:
            owner.close()


@pytest.mark.slow
def test_the_ledger_does_what_its_model_does(site: Any) -> None:
    machine = type("SiteMachine", (Machine,), {"site": site})
    examples = 12 if site.is_server else 50
    options = settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a failure on disk takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(machine, settings=options)
