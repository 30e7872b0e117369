"""Single parts of a daemon, made without the rest and not opened: for commands that look at it from outside."""

from __future__ import annotations

from typing import Any, TypeVar

from flowhost.clock import SystemClock
from flowhost.config import Config
from flowhost.options import Need
from flowhost.registry import Registry
from flowhost.roles import Ledger, Store
from flowhost.wiring.blueprint import Wiring, belonging_to
from flowhost.workbench import Workbench

Kind = TypeVar("Kind")


def ledger_of(config: Config, registry: Registry) -> Ledger:
    """The ledger of a daemon, not opened: for commands that look at its state from outside.

    Raises:
        ConfigError: the config's resources are wrong, or there is no ledger.
    """
    return _outside(config, registry, Ledger)  # type: ignore[no-any-return]  # a role cannot be a type argument: it is abstract


def store_of(config: Config, registry: Registry) -> Store:
    """The store of a daemon, not opened; see `ledger_of`."""
    return _outside(config, registry, Store)  # type: ignore[no-any-return]  # as above


def resource_outside(config: Config, registry: Registry, kind: type[Kind]) -> Kind:
    """The resource of this class of a daemon, not opened; see `ledger_of`."""
    return _outside(config, registry, kind)  # type: ignore[no-any-return]  # as above


def workbench_outside(config: Config, registry: Registry) -> Workbench:
    """The workbench of a daemon; nothing it gives to a part is opened. See `ledger_of`."""
    wiring = Wiring(config, registry, SystemClock())
    wiring.resources.read()
    wiring.raise_problems()
    return wiring.workbench


def part_outside(config: Config, registry: Registry, part: type[Kind], title: str) -> Kind:
    """A part with the options of one section of a daemon, its needs not opened; other keys there are somebody else's."""
    wiring = Wiring(config, registry, SystemClock())
    wiring.resources.read()
    section = wiring.section(title)
    own = belonging_to(part, section.values)
    besides = {key: value for key, value in section.values.items() if key not in own}
    called = f"[{title}]"
    made = wiring.maker.make(part, section, called=called, find=wiring.resources.find, besides=besides)
    wiring.raise_problems()
    assert made is not None
    return made


def _outside(config: Config, registry: Registry, role: type) -> Any:
    wiring = Wiring(config, registry, SystemClock())
    wiring.resources.read()
    found = wiring.resources.find(Need(role, None, required=True), "the command", config.place)
    wiring.raise_problems()
    return found
