"""Config + Registry → Blueprint: every part of one daemon made and wired, nothing opened yet.

All problems are gathered before any is raised, so that an operator sees the whole list at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flowhost.clock import SystemClock
from flowhost.config import Config
from flowhost.errors import ConfigError
from flowhost.ini import Section
from flowhost.logs import LoggingSection
from flowhost.making import Maker
from flowhost.options import Need, nearest, options_of, same_key
from flowhost.parts import Clock, DaemonInfo, Ledger, Parser, Resource, Source, Store, Worker
from flowhost.places import Problem, Value
from flowhost.registry import Registry
from flowhost.resources import Resources
from flowhost.settings import FlowSection, SourceSection
from flowhost.user_classes import load_class


@dataclass(frozen=True, slots=True)
class NamedSource:
    """A source ready to run, with what the host adds to it."""

    name: str
    source: Source
    parser: Parser | None = None
    journal: bool = False


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One daemon, made but not started.

    Args:
        resources: in the order in which they must be opened; close them the other way round.
        ledger: where events are recorded; None when no installed plugin provides one.
    """

    config: Config
    info: DaemonInfo
    flow: FlowSection
    logging: LoggingSection
    worker: Worker
    sources: tuple[NamedSource, ...]
    resources: tuple[Resource, ...]
    ledger: Ledger | None


def blueprint(config: Config, registry: Registry, *, clock: Clock | None = None) -> Blueprint:
    """Make every part the config names.

    Args:
        config: see `flowhost.config.read_profile`.
        registry: the plugins of this installation.
        clock: the time the parts see; the machine's own by default.

    Raises:
        ConfigError: everything that is wrong, with its place.
    """
    return _Wiring(config, registry, clock or SystemClock()).blueprint()


def worker_class(config: Config, registry: Registry) -> type:
    """The class of the worker a config names.

    Raises:
        ConfigError: it names none, or it cannot be found or imported.
    """
    wiring = _Wiring(config, registry, SystemClock())
    flow = wiring.maker.make(FlowSection, wiring.section("Flow"), called="[Flow]")
    kind = wiring.worker_kind(flow) if flow else None
    wiring.raise_problems()
    assert kind is not None
    return kind


def ledger_of(config: Config, registry: Registry) -> Ledger:
    """The ledger of a daemon, not opened: for commands that look at its state from outside.

    Raises:
        ConfigError: the config's resources are wrong, or there is no ledger.
    """
    return _outside(config, registry, Ledger)  # type: ignore[no-any-return]  # a role cannot be a type argument: it is abstract


def store_of(config: Config, registry: Registry) -> Store:
    """The store of a daemon, not opened; see `ledger_of`."""
    return _outside(config, registry, Store)  # type: ignore[no-any-return]  # as above


def _outside(config: Config, registry: Registry, role: type) -> Any:
    wiring = _Wiring(config, registry, SystemClock())
    wiring.resources.read()
    found = wiring.resources.find(Need(role, None, required=True), "the command", config.place)
    wiring.raise_problems()
    return found


class _Wiring:
    """The making of one blueprint."""

    def __init__(self, config: Config, registry: Registry, clock: Clock) -> None:
        self.config = config
        self.registry = registry
        self.info = DaemonInfo(config.name, str(config.directory))
        self.maker = Maker(config, clock=clock, info=self.info)
        self.resources = Resources(config, registry, self.maker)

    def blueprint(self) -> Blueprint:
        self.resources.read()
        flow = self.maker.make(FlowSection, self.section("Flow"), called="[Flow]")
        logging = self.maker.make(LoggingSection, self.section("Logging"), called="[Logging]")
        ledger = self.resources.find(Need(Ledger, None, required=False), "the daemon", self.config.place)
        kind = self.worker_kind(flow) if flow else None
        worker = self._worker(kind) if kind else None
        sources = [self._source(section, kind) for section in self._source_sections(kind)]
        self.resources.make_rest()
        self._note_unknown_sections()
        self.raise_problems()
        assert flow and logging and worker is not None
        made = tuple(source for source in sources if source)
        return Blueprint(
            self.config,
            self.info,
            flow,
            logging,
            worker,
            made,
            tuple(self.resources.needed),
            ledger,  # type: ignore[arg-type]  # find() returns a Resource of the role asked for
        )

    def raise_problems(self) -> None:
        if self.maker.problems:
            files = [str(path) for path in self.config.files]
            raise ConfigError(
                sorted(dict.fromkeys(self.maker.problems), key=lambda p: _reading_order(p, files))
            )

    def section(self, title: str) -> Section:
        return self.config.sections.get(title) or Section(title, self.config.place)

    def _problem(self, message: str, at: Section | Value) -> None:
        self.maker.problems.append(Problem(message, at.place))

    # -- the worker

    def worker_kind(self, flow: FlowSection) -> type | None:
        section = self.section("Flow")
        by_name, by_class = _value(section, "worker"), _value(section, "class")
        if by_name and by_class:
            self._problem("[Flow] has both 'worker' and 'class'; expected one of them", by_class)
        elif by_name:
            return self.maker.attempt(lambda: self.registry.get("worker", flow.worker), by_name.place)
        elif by_class:
            return self._user_worker(Value(by_class.key, flow.class_, by_class.place))
        else:
            names = ", ".join(sorted(self.registry.parts("worker")))
            self._problem(
                f"[Flow] names no worker; set 'worker' to one of {names}, or 'class' to module.Class", section
            )
        return None

    def _user_worker(self, named: Value) -> type | None:
        kind = self.maker.attempt(lambda: load_class(named, self.config.directory), named.place)
        if kind and not callable(getattr(kind, "work", None)):
            self._problem(f"class {named.text!r} is no worker: it has no method work(event)", named)
            return None
        return kind

    def _worker(self, kind: type) -> Worker | None:
        called = f"worker {getattr(kind, 'name', kind.__name__)!r}"
        return self.maker.make(kind, self.section("Worker"), called=called, find=self.resources.find)

    # -- the sources

    def _source_sections(self, worker: type | None) -> list[Section]:
        sections = self.config.titled("Source")
        if not sections and worker and _source_of(worker) is None:
            self._problem(
                "there is no [Source] section, so nothing would ever happen", self.section("Source")
            )
        return sections or ([self.section("Source")] if worker and _source_of(worker) else [])

    def _source(self, section: Section, worker: type | None) -> NamedSource | None:
        hosts = _belonging_to(SourceSection, section)
        settings = self.maker.make(
            SourceSection, Section(section.title, section.place, hosts), called=f"[{section.title}]"
        )
        kind = self._source_kind(settings, section, worker) if settings else None
        if not settings or not kind:
            return None
        name = section.title.partition(":")[2].strip() or kind.name
        source = self.maker.make(
            kind, section, called=f"source {kind.name!r}", find=self.resources.find, besides=hosts
        )
        parser = self._parser(settings.parser, hosts) if settings.parser else None
        return NamedSource(name, source, parser, settings.journal) if source else None

    def _source_kind(
        self, settings: SourceSection, section: Section, worker: type | None
    ) -> type[Source] | None:
        fallback = _source_of(worker) if worker else None
        if isinstance(fallback, type) and not settings.type:
            return fallback
        name = settings.type or fallback
        if not name:
            names = ", ".join(sorted(self.registry.parts("source")))
            self._problem(f"[{section.title}] has no 'type'; expected one of {names}", section)
            return None
        at = _value(section, "type") or section
        return self.maker.attempt(lambda: self.registry.get("source", str(name)), at.place)

    def _parser(self, name: str, hosts: dict[str, Value]) -> Parser | None:
        at = next(value for key, value in hosts.items() if same_key(key, "parser"))
        section = self.config.sections.get(f"Parser:{name}")
        typed = _value(section, "type") if section else None
        kind = self.maker.attempt(
            lambda: self.registry.get("parser", typed.text if typed else name), (typed or at).place
        )
        if not kind:
            return None
        besides = {typed.key: typed} if typed else {}
        where = section or Section(f"Parser:{name}", at.place)
        return self.maker.make(
            kind, where, called=f"parser {name!r}", find=self.resources.find, besides=besides
        )

    # -- what is left

    def _note_unknown_sections(self) -> None:
        titles = {"Flow", "Logging", "Source", "Worker", *self.resources.titles, *self.maker.used_sections}
        prefixes = ("Source:", "Resource:", "Parser:")
        for title, section in self.config.sections.items():
            if title not in titles and not title.startswith(prefixes) and not self.maker.reads_everything:
                self._problem(f"unknown section [{title}]{nearest(title, titles)}", section)


def _value(section: Section | None, key: str) -> Value | None:
    values = section.values if section else {}
    return next((value for written, value in values.items() if same_key(written, key) and value.text), None)


def _belonging_to(kind: type, section: Section) -> dict[str, Value]:
    names = [option.name for option in options_of(kind)]
    return {key: value for key, value in section.values.items() if any(same_key(key, name) for name in names)}


def _source_of(worker: type) -> str | type | None:
    """The source a worker class names itself, by name or class, as Flow's workers did."""
    return getattr(worker, "source", None) or getattr(worker, "SOURCE", None)


def _reading_order(problem: Problem, files: list[str]) -> tuple[int, int, int]:
    place = problem.place
    if place is None:
        return (len(files) + 1, 0, 0)
    return (files.index(place.file) if place.file in files else len(files), place.line, place.column)
