"""Classes of another framework: what plays in their stead, and the defaults a worker's class brings along."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest

from flowhost import Emit, Event, hookimpl
from flowhost.config import read_profile
from flowhost.errors import ConfigError
from flowhost.registry import Registry
from flowhost.wiring import Blueprint, blueprint, worker_class

Wire = Callable[[str, str], Blueprint]

LIBRARY = """
class Old:
    "A worker of another framework."
    @classmethod
    def flowhost_part(cls):
        from tests_of_stand_ins import Playing
        return Playing

class OldSource:
    @classmethod
    def flowhost_part(cls):
        return "ticks"
"""


class Ticks:
    """Emits nothing."""

    name = "ticks"

    def __init__(self, *, every: Annotated[int, "seconds"] = 60) -> None:
        self.every = every

    def run(self, emit: Emit, stop: threading.Event) -> None:
        """Return at once."""


class Profile:
    """Made from the config of the host."""

    given_by_host: ClassVar[bool] = True

    def __init__(self, titles: list[str]) -> None:
        self.titles = titles

    @classmethod
    def from_config(cls, config: Any) -> Profile:
        return cls(list(config.sections))


class Playing:
    """Does nothing."""

    name = "playing"
    flow_defaults: ClassVar[dict[str, str]] = {"worker timeout": "0", "attempts": "1", "ledger": "no"}

    def __init__(self, *, profile: Profile) -> None:
        self.profile = profile

    def work(self, event: Event) -> None:
        """Do nothing."""


class Parts:
    @hookimpl
    def flowhost_sources(self) -> list[type]:
        return [Ticks]

    @hookimpl
    def flowhost_workers(self) -> list[type]:
        return [Playing]


@pytest.fixture
def registry() -> Registry:
    installed = {plugin.distribution for plugin in Registry.load(quiet=True).plugins}
    return Registry.load(disabled=installed, extra=[("parts", Parts())])


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Path]]:
    monkeypatch.setattr("sys.path", [*sys.path])
    monkeypatch.setitem(sys.modules, "tests_of_stand_ins", sys.modules[__name__])
    number = 0

    def write(code: str, text: str) -> Path:
        nonlocal number
        number += 1
        module = f"stand_in_{tmp_path.name}_{number}"
        (tmp_path / f"{module}.py").write_text(LIBRARY + code)
        path = tmp_path / f"{number}.ini"
        path.write_text(text.replace("MODULE", module))
        return path

    yield write


@pytest.fixture
def wire(profile: Callable[[str, str], Path], registry: Registry) -> Wire:
    return lambda code, text: blueprint(read_profile(profile(code, text), environ={}), registry)


MINE = "class Mine(Old):\n    SOURCE = OldSource\n"
FLOW = "[Flow]\nclass = MODULE.Mine\n"


def test_what_stands_in_is_made_of_the_options_in_the_profile(wire: Wire) -> None:
    made = wire(MINE, FLOW + "[Source]\nevery = 7\n")
    assert isinstance(made.worker, Playing)
    assert isinstance(made.sources[0].source, Ticks)
    assert made.sources[0].source.every == 7


def test_the_source_a_class_names_may_be_overruled(wire: Wire) -> None:
    made = wire("class Mine(Old):\n    SOURCE = dict\n", FLOW + "[Source]\ntype = ticks\n")
    assert isinstance(made.sources[0].source, Ticks)


def test_an_attribute_that_names_no_source_hides_none(wire: Wire) -> None:
    code = "class Mine(Old):\n    SOURCE = OldSource\n    source = property(lambda self: 1)\n"
    assert isinstance(wire(code, FLOW).sources[0].source, Ticks)


def test_a_type_the_host_gives_is_made_from_its_config_and_no_section_is_unknown(wire: Wire) -> None:
    made = wire(MINE, FLOW + "[Mine]\na = 1\n")
    assert made.worker.profile.titles == ["Flow", "Mine"]  # type: ignore[attr-defined]


def test_defaults_of_the_class_hold_where_the_profile_is_silent(wire: Wire) -> None:
    made = wire(MINE, FLOW + "worker_timeout = 5\n")
    assert (made.flow.worker_timeout, made.flow.attempts, made.flow.ledger) == (5, 1, False)
    assert (made.info.worker_timeout, made.ledger) == (5, None)


def test_defaults_of_the_profile_go_before_those_of_the_class(wire: Wire) -> None:
    made = wire(MINE, "[DEFAULT]\nattempts = 9\n" + FLOW)
    assert (made.flow.attempts, made.flow.ledger) == (9, False)


def test_defaults_of_the_class_in_the_profile_go_before_those_of_its_stand_in(wire: Wire) -> None:
    made = wire(MINE + "    flow_defaults = {'attempts': '3', 'worker timeout': '7'}\n", FLOW)
    assert (made.flow.attempts, made.flow.ledger) == (3, False)


def test_defaults_that_are_wrong_are_said(wire: Wire) -> None:
    with pytest.raises(ConfigError, match="attempts is 0"):
        wire(MINE + "    flow_defaults = {'attempts': '0'}\n", FLOW)


def test_the_manual_is_that_of_the_class_in_the_profile(
    profile: Callable[[str, str], Path], registry: Registry
) -> None:
    assert worker_class(read_profile(profile(MINE, FLOW), environ={}), registry).__name__ == "Mine"


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("'nothing'", "unknown worker 'nothing'"),
        ("dict", "class 'builtins.dict' is no worker"),
        ("1 / 0", "cannot be used: division by zero"),
    ],
    ids=["no-such-name", "no-part", "broken"],
)
def test_what_cannot_stand_in_is_said(wire: Wire, returned: str, said: str) -> None:
    code = f"class Mine:\n    @classmethod\n    def flowhost_part(cls):\n        return {returned}\n"
    with pytest.raises(ConfigError) as caught:
        wire(code, FLOW + "[Source]\ntype = ticks\n")
    (problem,) = caught.value.problems
    assert said in problem.message
    assert problem.place
    assert problem.place.line == 2
