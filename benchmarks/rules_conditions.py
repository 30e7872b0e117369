"""What an event costs that no rule wants: conditions worked out in a second, against working out nothing but them.

Run it with ``python benchmarks/rules_conditions.py [RUNS]``. Neither the library nor, unless it is said, the journal
is asked.

* ``expressions``: the baseline: each condition is worked out for each event, and nothing else is done.
* ``source rules``: rules whose trigger has the condition; the events are of their type, and the condition does not hold.
* ``conditions``: rules whose notification comes and whose condition does not hold: what was decided is kept.
* ``other names``: rules that wait for another notification, counted as if each had a condition; events are not kept.
* ``other names, kept``: the same, and each event is kept, so that drafts of rules can be tried on it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from measuring import compare, header

import flowhost
from flowhost_plugins.rules import Journal
from flowhost_plugins.rules.matching import DeployedRule, Matcher, Settings
from flowhost_plugins.rules.rule import FromSource, Rule, Signal, StepSpec, Trigger

EVENTS = 5_000
RULES = 10
CONDITION = flowhost.Expression("event.data['status'] == 'approved'")


class NoLibrary(flowhost.AssetSystem):
    """The library that nobody asks."""

    name = "no library"


def events(number: int) -> list[flowhost.Event]:
    """Changes of as many items."""
    return [
        flowhost.Event(
            "metadata_modify",
            {"itemId": f"VX-{one}", "fields": "title", "status": "draft"},
            source="library",
            subject=f"VX-{one}",
            id=str(one),
            headers={"notifications": "metadata_modify"},
        )
        for one in range(number)
    ]


@contextmanager
def journal(folder: Path) -> Iterator[Journal]:
    """An open journal."""
    kept = Journal(info=flowhost.DaemonInfo("benchmark", str(folder)), clock=flowhost.SystemClock(),
                   url=flowhost.Secret(f"sqlite:///{folder}/rules.db"))  # fmt: skip
    kept.open()
    try:
        yield kept
    finally:
        kept.close()


def rules(
    kept: Journal, trigger: Trigger, conditions: Sequence[flowhost.Expression] = ()
) -> tuple[DeployedRule, ...]:
    """As many rules as are measured."""
    made = [
        Rule(f"rule {n}", (trigger,), (StepSpec("x"),), conditions=tuple(conditions)) for n in range(RULES)
    ]
    return tuple(DeployedRule(rule, kept.deploy(rule.name, repr(rule))) for rule in made)


def bare(told: Sequence[flowhost.Event]) -> float:
    """Conditions in a second, when nothing else is done."""
    began, held = time.perf_counter(), 0
    for event in told:
        for _ in range(RULES):
            held += bool(CONDITION.value({"event": event}))
    assert not held
    return len(told) * RULES / (time.perf_counter() - began)


def matched(matcher: Matcher, told: Sequence[flowhost.Event], deployed: tuple[DeployedRule, ...]) -> float:
    """Conditions in a second, by the matcher."""
    began = time.perf_counter()
    for event in told:
        assert not matcher.event(event, deployed)
    matcher.flush()
    return len(told) * RULES / (time.perf_counter() - began)


def main() -> None:
    """Measure each kind of rule."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    told = events(EVENTS)
    with tempfile.TemporaryDirectory() as folder, journal(Path(folder)) as kept:
        clock, library = flowhost.SystemClock(), NoLibrary()  # type: ignore[abstract]  # nobody calls it
        forgetful = Matcher(kept, library, clock, Settings(keep_events=False))
        keeping = Matcher(kept, library, clock)
        print(f"{RULES} rules, conditions a second\n\n{header()}")
        source = rules(kept, FromSource(type="metadata_*", when=CONDITION))
        compare("source rules", lambda: bare(told), lambda: matched(forgetful, told, source), runs)
        change = rules(kept, Signal("metadata_modify", "metadata-change"), [CONDITION])
        compare(
            "conditions, decisions kept", lambda: bare(told), lambda: matched(forgetful, told, change), runs
        )
        other = rules(kept, Signal("job_finish", "job"), [CONDITION])
        compare("other names", lambda: bare(told), lambda: matched(forgetful, told, other), runs)
        compare("other names, events kept", lambda: bare(told), lambda: matched(keeping, told, other), runs)


if __name__ == "__main__":
    main()
