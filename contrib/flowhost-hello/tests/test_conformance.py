"""One line a part: does it keep what flowhost asks of its kind?"""

from __future__ import annotations

from flowhost_hello import Greet, GreetItem, Hello, Introduction, Phrases

from flowhost import Template
from flowhost.testing.clock import FakeClock
from flowhost.testing.conformance import conforms


def opened() -> Phrases:
    phrases = Phrases()
    phrases.open()
    return phrases


def test_the_source(clock: FakeClock) -> None:
    conforms(Hello, count=2, every=0, clock=clock)


def test_the_worker() -> None:
    conforms(Greet, phrases=opened())


def test_the_action() -> None:
    conforms(GreetItem, who=(Template("${title}"),), phrases=opened())


def test_the_parser() -> None:
    conforms(Introduction)


def test_the_resource() -> None:
    conforms(Phrases)
