"""Changes, lost messages, doubled messages, cut connections, failures and restarts, in any order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., Any]

STEPS = 150


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_and_nothing_done_twice(
    assets: Make, run: Make, work: Any, broker: Any, site: Any, swept: Make, until: Make, atom: Any, seed: int
) -> None:
    chance = random.Random(seed)
    running = run(assets(sweep=0.05))
    swept()
    told, now = Counter[str](), 1
    for step in range(STEPS):
        now += chance.randrange(2)  # two changes may fall into one second
        number = chance.randrange(8)
        site.assets[number] = now
        match chance.choice(["told", "told", "lost", "doubled", "cut", "restart", "failing"]):
            case "told":
                told[tell(broker, atom, number, now, f"ID:{step}")] += 1
            case "doubled":  # the broker delivers one message twice
                for _ in range(2):
                    state = tell(broker, atom, number, now, f"ID:{step}")
                told[state] += 1
            case "cut":
                broker.cut()
            case "restart":
                running.end()
                running = run(assets(sweep=0.05))
            case "failing":
                work.hold = True
                state = tell(broker, atom, number, now, f"ID:{step}")
                told[state] += 1
                until(lambda: work.open, "work")
                broker.cut()
                work.fail()
    final = {f"urn:vme:default:asset:{number} {atom.at(time)}" for number, time in site.assets.items()}
    until(lambda: broker.idle, "the messages")
    until(lambda: final <= set(handled(work, atom)), f"the last states; {final - set(handled(work, atom))}")
    running.end()
    counts = handled(work, atom)
    assert {state: counts[state] for state in told} == dict(told), "each message once"
    assert all(count == 1 for state, count in counts.items() if state not in told), "each sweep's find once"


def tell(broker: Any, atom: Any, number: int, now: int, name: str) -> str:
    broker.tell(atom.asset(number, now), message_id=name)
    return f"urn:vme:default:asset:{number} {atom.at(now)}"


def handled(work: Any, atom: Any) -> Counter[str]:
    """How often each state was worked on."""
    return Counter(f"{event.key} {event.time.strftime('%Y-%m-%dT%H:%M:%SZ')}" for event in list(work.handled))
