"""What each part of the plugin does. The fixtures come with flowhost."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flowhost_hello import Greet, GreetItem, Hello, Introduction, Phrases

import flowhost
from flowhost.registry import Registry
from flowhost.testing.clock import FakeClock
from flowhost.testing.inline import InlinePool
from flowhost.testing.workbench import workbench


def opened(**options: Any) -> Phrases:
    phrases = Phrases(**options)
    phrases.open()
    return phrases


def test_an_installation_knows_every_part() -> None:
    registry = Registry.load()
    plugin = next(plugin for plugin in registry.plugins if plugin.name == "hello")
    assert (plugin.distribution, plugin.status) == ("flowhost-hello", "ready")
    assert set(plugin.provides) == {
        ("source", "hello"),
        ("worker", "greet"),
        ("action", "greet-item"),
        ("parser", "introduction"),
        ("resource", "phrases"),
    }
    assert registry.get("source", "hello") is Hello


def test_the_source_says_hello_every_so_often(clock: FakeClock) -> None:
    times: list[float] = []
    pool, stop = InlinePool(lambda event: times.append(clock.monotonic())), threading.Event()
    source = threading.Thread(target=Hello(who="Ada", every=60, clock=clock).run, args=(pool.emit, stop))
    source.start()
    clock.elapse(150)
    stop.set()
    source.join(30)
    assert not source.is_alive()
    assert times == [0, 60, 120]
    assert [(event.type, event.subject, event.data) for event in pool.events] == [("hello", "Ada", "Ada")] * 3


def test_the_source_is_exhausted_when_it_has_said_it_often_enough(clock: FakeClock) -> None:
    pool = InlinePool()
    Hello(count=3, every=0, clock=clock).run(pool.emit, threading.Event())
    assert len(pool.events) == 3


def test_the_source_stops_when_it_is_told(clock: FakeClock) -> None:
    stop = threading.Event()
    pool = InlinePool(lambda event: stop.set())
    Hello(clock=clock).run(pool.emit, stop)
    assert len(pool.events) == 1


def test_a_negative_count_is_refused(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="'count' is -1, expected 0 or more"):
        Hello(count=-1, clock=clock)


@pytest.mark.parametrize(("formal", "greeting"), [(False, "hello Ada"), (True, "good day, Ada")])
def test_the_worker_greets(formal: bool, greeting: str) -> None:
    assert Greet(formal=formal, phrases=opened()).work(flowhost.Event("hello", subject="Ada")) == greeting


def test_an_event_about_nobody_can_never_be_greeted() -> None:
    with pytest.raises(flowhost.Permanent, match="names nobody"):
        Greet(phrases=opened()).work(flowhost.Event("hello"))


class Memory(flowhost.Store):
    """A store for tests."""

    name = "memory"

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def open(self) -> None: ...

    def close(self) -> None: ...

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def put(self, key: str, value: Any) -> Any:
        self.values[key] = value
        return value

    def delete(self, key: str) -> bool:
        return self.values.pop(key, None) is not None

    def keys(self, prefix: str = "") -> list[str]:
        return sorted(key for key in self.values if key.startswith(prefix))


def test_greetings_are_counted_from_many_threads() -> None:
    store = Memory()
    worker = Greet(phrases=opened(), store=store)
    threads = [
        threading.Thread(
            target=lambda: [worker.work(flowhost.Event("hello", subject="Ada")) for _ in range(50)]
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.values == {"Ada": 200}


def test_the_phrases_are_the_operators() -> None:
    assert opened(casual="hi {name}!").greeting("{name}", formal=False) == "hi {name}!"
    with pytest.raises(ValueError, match=r"'formal' is 'hm', expected a text with {name} in it"):
        Phrases(formal="hm")


def test_closed_phrases_cannot_be_used() -> None:
    phrases = opened()
    phrases.close()
    with pytest.raises(flowhost.Unavailable, match="not open"):
        phrases.greeting("Ada", formal=True)


def made_of(step: dict[str, Any], phrases: Phrases) -> GreetItem:
    """The action as a rule's file has it."""
    bench = workbench(resources=[phrases])
    action = bench.make("action", "greet-item", step, place=flowhost.Place("rule.yaml", 5, 5), places={})
    assert isinstance(action, GreetItem)
    return action


def test_the_action_greets_with_the_tags_of_the_item() -> None:
    action = made_of({"who": ["${title}", "everybody"], "formal": "no"}, opened())
    context = flowhost.Context(flowhost.Event("item.changed"), "VX-1", tags={"title": "Ada"})
    assert action.plan(context) == "would say: hello Ada; hello everybody"
    assert action.act(context) == flowhost.Outcome.done("hello Ada; hello everybody")


def test_the_action_needs_an_item_and_values_for_its_tags() -> None:
    action = made_of({"who": "${director}"}, opened())
    event = flowhost.Event("item.changed")
    assert action.act(flowhost.Context(event)).state == "skipped"
    with pytest.raises(flowhost.UndefinedTag, match=r"there is no value for \$\{director\}"):
        action.act(flowhost.Context(event, "VX-1", tags={"itemId": "VX-1"}))


def test_a_mistake_in_a_rule_is_told_with_its_place() -> None:
    with pytest.raises(flowhost.ConfigError) as raised:
        made_of({"whom": "x", "formal": "perhaps"}, opened())
    assert [str(problem) for problem in raised.value.problems] == [
        "rule.yaml:5:5: option 'formal' of action 'greet-item': 'perhaps' is neither yes nor no; expected 1, yes, "
        "true, on or 0, no, false, off",
        "rule.yaml:5:5: unknown option 'whom' of action 'greet-item'; did you mean 'who'?",
        "rule.yaml:5:5: action 'greet-item' needs the option 'who' (who is greeted; tags such as ${title} are "
        "filled in)",
    ]


@pytest.mark.parametrize("data", ["I am Ada", b"i am Ada!", "My name is Ada.\n"])
def test_the_parser_reads_introductions(data: bytes | str) -> None:
    assert Introduction().parse(data) == {"name": "Ada"}


@pytest.mark.parametrize("data", ["hello", "", "I am ", b"\xff"])
def test_the_parser_rejects_what_it_cannot_read(data: bytes | str) -> None:
    with pytest.raises(flowhost.Rejected, match="introduction"):
        Introduction().parse(data)
