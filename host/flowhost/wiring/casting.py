"""Which class plays each part: the names in a config looked up among the plugins and beside the profile.

Each name is looked up whatever else is wrong in its section, so that an operator sees every mistake at once.

A class written for another framework is no part itself. It may say what plays in its stead with a class method
``flowhost_part()``, which returns a class, or the name of a plugin's part.

The class of a worker may also bring ``flow_defaults`` along: key → text, the defaults of ``[Flow]`` for its daemons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flowhost.config import Config
from flowhost.config.ini import Section
from flowhost.discovery.fitting import unfit
from flowhost.errors import ConfigError
from flowhost.options import same_key
from flowhost.parts import Kind, Parser, Source
from flowhost.places import Place, Problem, Value
from flowhost.registry import Registry
from flowhost.wiring.making import Maker
from flowhost.wiring.user_classes import load_class


class Casting:
    """Finds the classes for one daemon; a problem is noted with the maker, and None returned.

    Args:
        config: it names the classes.
        registry: the plugins' classes.
        maker: notes the problems.
    """

    def __init__(self, config: Config, registry: Registry, maker: Maker) -> None:
        self._config = config
        self._registry = registry
        self._maker = maker
        self._flow = config.sections.get("Flow") or Section("Flow", config.place)

    def worker(self) -> type | None:
        """The class of the worker, as the config names it; `playing` says which class is made for it."""
        values = self._flow.values
        by_name, by_class = self.named(values, "worker"), self.named(values, "class")
        if by_name and by_class:
            self._problem("[Flow] has both 'worker' and 'class'; expected one of them", by_class.place)
        elif by_name:
            return self._maker.attempt(lambda: self._registry.get("worker", by_name.text), by_name.place)
        elif by_class:
            return self._maker.attempt(lambda: load_class(by_class, self._config.directory), by_class.place)
        elif not value_of(values, "worker") and not value_of(values, "class"):
            names = ", ".join(sorted(self._registry.parts("worker")))
            message = f"[Flow] names no worker; set 'worker' to one of {names}, or 'class' to module.Class"
            self._problem(message, self._flow.place)
        return None

    def playing(self, worker: type) -> type | None:
        """The class that is made for the worker the config names: most often that class itself."""
        named = value_of(self._flow.values, "class")
        return self._fit("worker", worker, named.place) if named else worker

    def source(
        self, section: Section, hosts: Mapping[str, Value], worker: type | None
    ) -> type[Source] | None:
        """The class of a source: the one its section names, or else the one the worker's class names.

        Args:
            section: of the source.
            hosts: its values that belong to the host, ``type`` among them.
            worker: the worker's class, if it was found.
        """
        named, own = self.named(hosts, "type"), source_of(worker) if worker else None
        at = named or value_of(self._flow.values, "class") or section
        if named or isinstance(own, str):
            name = named.text if named else str(own)
            return self._maker.attempt(lambda: self._registry.get("source", name), at.place)
        if own:
            return self._fit("source", own, at.place)
        if worker and not value_of(hosts, "type"):  # a worker that was not found may name its source
            names = ", ".join(sorted(self._registry.parts("source")))
            self._problem(f"[{section.title}] has no 'type'; expected one of {names}", section.place)
        return None

    def parser(self, named: Value, typed: Value | None) -> type[Parser] | None:
        """The class of a parser: the one its section names as its type, or else the one called so."""
        told = typed or named
        return self._maker.attempt(lambda: self._registry.get("parser", told.text), told.place)

    def named(self, values: Mapping[str, Value], key: str) -> Value | None:
        """The value of a key, its references replaced; None when it is missing or empty."""
        value = value_of(values, key)
        return self._maker.attempt(lambda: self._config.expanded(value), value.place) if value else None

    def _fit(self, kind: Kind, part: type, place: Place) -> type | None:
        """What plays in the class's stead, if it is a part of this kind; plugins' classes were looked at before."""
        if stand_in := getattr(part, "flowhost_part", None):
            given = self._maker.attempt(lambda: _called(stand_in, part), place)
            if given is None or isinstance(given, str):
                return self._maker.attempt(lambda: self._registry.get(kind, given), place) if given else None
            part = given
        if problem := unfit(kind, part):
            self._problem(f"class '{part.__module__}.{part.__qualname__}' {problem}", place)
            return None
        return part

    def _problem(self, message: str, place: Place) -> None:
        self._maker.problems.append(Problem(message, place))


def _called(stand_in: Callable[[], type | str], part: type) -> type | str:
    try:
        return stand_in()
    except ConfigError:
        raise
    except Exception as error:  # a stranger's code
        raise ConfigError(f"class '{part.__module__}.{part.__qualname__}' cannot be used: {error}") from error


def source_of(worker: type) -> str | type | None:
    """The source a worker class names itself, by name or class, as Flow's workers did."""
    named = (getattr(worker, name, None) for name in ("source", "SOURCE"))
    return next((one for one in named if one and isinstance(one, str | type)), None)


def name_of(part: type) -> str:
    """What a part is called; a class beside the profile need not have a name."""
    return str(getattr(part, "name", None) or part.__name__)


def value_of(values: Mapping[str, Value], key: str) -> Value | None:
    """The value of a key, however its spaces are written; None when it is missing or empty."""
    return next((value for written, value in values.items() if same_key(written, key) and value.text), None)
