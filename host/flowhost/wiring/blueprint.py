"""Config + Registry → Blueprint: every part of one daemon made and wired, nothing opened yet.

All problems are gathered before any is raised, so that an operator sees the whole list at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from flowhost.clock import SystemClock
from flowhost.config import Config
from flowhost.config.ini import Section
from flowhost.config.settings import FlowSection, SourceSection
from flowhost.errors import ConfigError
from flowhost.logs import LoggingSection
from flowhost.options import Need, nearest, options_of, same_key
from flowhost.parts import Clock, DaemonInfo, Parser, Resource, Source, Worker
from flowhost.places import Place, Problem, Value
from flowhost.registry import Registry
from flowhost.roles import Ledger
from flowhost.wiring.casting import Casting, name_of, source_of, value_of
from flowhost.wiring.making import Maker
from flowhost.wiring.resources import Resources
from flowhost.wiring.workbench import Probed, WiredWorkbench

Kind = TypeVar("Kind")


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
        ledger: where events are recorded; None when ``[Flow]`` wants none or no installed plugin provides one.
        secrets: title and key, as they are written, of the values that must never be shown.
        stands_on: id of a part → the resources it was given.
        actions: those that were made on the workbench and can be probed.
        unused: sections of resources that nobody needs, so that they are not opened.
    """

    config: Config
    info: DaemonInfo
    flow: FlowSection
    logging: LoggingSection
    worker: Worker
    sources: tuple[NamedSource, ...]
    resources: tuple[Resource, ...]
    ledger: Ledger | None
    secrets: frozenset[tuple[str, str]]
    stands_on: Mapping[int, tuple[Resource, ...]]
    actions: tuple[Probed, ...] = ()
    unused: tuple[str, ...] = ()


def blueprint(config: Config, registry: Registry, *, clock: Clock | None = None) -> Blueprint:
    """Make every part the config names.

    Args:
        config: see `flowhost.config.profile.read_profile`.
        registry: the plugins of this installation.
        clock: the time the parts see; the machine's own by default.

    Raises:
        ConfigError: everything that is wrong, with its place.
    """
    return Wiring(config, registry, clock or SystemClock()).blueprint()


def worker_class(config: Config, registry: Registry) -> type:
    """The class of the worker a config names.

    Raises:
        ConfigError: it names none, or it cannot be found or imported.
    """
    wiring = Wiring(config, registry, SystemClock())
    kind = wiring.casting.worker()
    if kind:
        wiring.casting.playing(kind)
    wiring.raise_problems()
    assert kind is not None
    return kind


class Wiring:
    """The making of one blueprint, or of a single part of it (see `outside`)."""

    def __init__(self, config: Config, registry: Registry, clock: Clock) -> None:
        self.config = config
        self.registry = registry
        self.maker = Maker(config, clock=clock)
        self.resources = Resources(config, registry, self.maker)
        self.workbench = self.maker.workbench = WiredWorkbench(registry, self.maker, self.resources)
        self.casting = Casting(config, registry, self.maker)
        self.flow = self._flow({})

    def _flow(self, defaults: Mapping[str, str]) -> FlowSection | None:
        """The daemon's own options, over the defaults that the worker's class brings along."""
        section = self.section("Flow")
        place = Place("<defaults of the worker>")
        written = [*section.values, *self.config.defaults]
        values = {
            key: Value(key, text, place)
            for key, text in defaults.items()
            if not any(same_key(key, one) for one in written)
        }
        whole = Section(section.title, section.place, values | section.values)
        flow = self.maker.make(FlowSection, whole, called="[Flow]")
        if flow:
            self.maker.info = replace(
                self.maker.info, workers=flow.workers, worker_timeout=flow.worker_timeout
            )
        return flow

    def blueprint(self) -> Blueprint:
        """Make everything; see the function of this name."""
        kind = self.casting.worker()
        playing = self.casting.playing(kind) if kind else None
        flow = self.flow
        if defaults := {**getattr(playing, "flow_defaults", {}), **getattr(kind, "flow_defaults", {})}:
            flow = self.flow = self._flow(defaults)
        self.resources.read()
        logging = self.maker.make(LoggingSection, self.section("Logging"), called="[Logging]")
        ledger = self._ledger() if flow and flow.ledger else None
        worker = self._worker(playing) if playing else None
        sections = self._source_sections(kind)
        sources = [self._source(section, kind) for section in sections]
        self._note_namesakes(zip(sources, sections, strict=True))
        self.resources.make_rest()
        self.resources.complete = True
        self._note_unknown_sections(known_worker=kind is not None)
        self.raise_problems()
        assert flow and logging and worker is not None
        made = tuple(source for source in sources if source)
        return Blueprint(
            self.config,
            self.maker.info,
            flow,
            logging,
            worker,
            made,
            tuple(self.resources.needed),
            ledger,
            frozenset(self.maker.secrets),
            self.maker.stands_on,
            tuple(self.workbench.probed),
            tuple(self.resources.unused()),
        )

    def raise_problems(self) -> None:
        """Raise a ConfigError if anything is wrong so far, in the order of the files."""
        if self.maker.problems:
            files = [str(path) for path in self.config.files]
            raise ConfigError(
                sorted(dict.fromkeys(self.maker.problems), key=lambda p: _reading_order(p, files))
            )

    def section(self, title: str) -> Section:
        """The section of this title; an empty one when the config has none."""
        return self.config.sections.get(title) or Section(title, self.config.place)

    def _problem(self, message: str, at: Section | Value) -> None:
        self.maker.problems.append(Problem(message, at.place))

    def _ledger(self) -> Ledger | None:
        need = Need(Ledger, None, required=False)
        return self.resources.find(need, "the daemon", self.config.place)  # type: ignore[return-value]  # of the role asked for

    def _worker(self, kind: type) -> Worker | None:
        called = f"worker {name_of(kind)!r}"
        return self.maker.make(kind, self.section("Worker"), called=called, find=self.resources.find)

    # -- the sources

    def _source_sections(self, worker: type | None) -> list[Section]:
        sections = self.config.titled("Source")
        own = source_of(worker) if worker else None
        if not sections and worker and own is None:
            message = "there is no [Source] section, so nothing would ever happen; add one and set its 'type'"
            self._problem(message, self.section("Source"))
        return sections or ([self.section("Source")] if own else [])

    def _source(self, section: Section, worker: type | None) -> NamedSource | None:
        defaults = belonging_to(SourceSection, self.config.defaults)
        hosts = defaults | belonging_to(SourceSection, section.values)
        settings = self.maker.make(
            SourceSection, Section(section.title, section.place, hosts), called=f"[{section.title}]"
        )
        named = self.casting.named(hosts, "parser")
        parser = self._parser(named) if named else None
        kind = self.casting.source(section, hosts, worker)
        if not kind:
            return None
        source = self.maker.make(
            kind, section, called=f"source {name_of(kind)!r}", find=self.resources.find, besides=hosts
        )
        name = section.title.partition(":")[2].strip() or name_of(kind)
        return NamedSource(name, source, parser, settings.journal) if source and settings else None

    def _parser(self, named: Value) -> Parser | None:
        section = self.config.sections.get(f"Parser:{named.text}")
        typed = value_of(section.values, "type") if section else None
        kind = self.casting.parser(named, typed)
        if not kind:
            return None
        if section:
            self.maker.used_sections.add(section.title)
        besides = {typed.key: typed} if typed else {}
        where = section or Section(f"Parser:{named.text}", named.place)
        return self.maker.make(
            kind, where, called=f"parser {named.text!r}", find=self.resources.find, besides=besides
        )

    def _note_namesakes(self, sources: Iterable[tuple[NamedSource | None, Section]]) -> None:
        seen: dict[str, Section] = {}
        for source, section in sources:
            if source and (first := seen.setdefault(source.name, section)) is not section:
                both = f"[{first.title}] and [{section.title}] are both called {source.name!r}"
                self._problem(f"{both}; give one of them another name: [Source:NAME]", section)

    # -- what is left

    def _note_unknown_sections(self, *, known_worker: bool) -> None:
        """Complain of sections nobody reads; those of a worker that was not found may well be right."""
        titles = {"Flow", "Logging", "Source", "Worker", *self.resources.titles, *self.maker.used_sections}
        for title, section in self.config.sections.items():
            if title in titles or title.startswith(("Source:", "Resource:")) or self.maker.reads_everything:
                continue
            if title.startswith("Parser:"):
                name = title.partition(":")[2]
                self._problem(f"no source uses [{title}]; set 'parser = {name}' in one", section)
            else:
                meant = nearest(title, titles | self._readable(title))
                if meant or known_worker:
                    self._problem(f"unknown section [{title}]{meant}", section)

    def _readable(self, title: str) -> set[str]:
        """Titles the parts could read, with what stands behind the colon of this one."""
        rest = title.partition(":")[2] or "NAME"
        return {pattern.replace("*", rest) for pattern in self.maker.readable_sections}


def belonging_to(kind: type, values: Mapping[str, Value]) -> dict[str, Value]:
    """Those of the values that a part has an option for."""
    names = [option.name for option in options_of(kind)]
    return {key: value for key, value in values.items() if any(same_key(key, name) for name in names)}


def _reading_order(problem: Problem, files: list[str]) -> tuple[int, str, int, int]:
    """The profile's own files in their order, then others, then what stands nowhere."""
    place = problem.place
    if place is None:
        return (len(files) + 1, "", 0, 0)
    number = files.index(place.file) if place.file in files else len(files)
    return (number, place.file, place.line, place.column)
