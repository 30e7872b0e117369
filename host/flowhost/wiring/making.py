"""Makes one part from its class and the values an operator gave, and says all that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Protocol, TypeVar

from flowhost.config import Config
from flowhost.config.expansion import expand
from flowhost.config.ini import Section
from flowhost.errors import ConfigError
from flowhost.options import Binding, Need, bind, bind_document, options_of, same_key
from flowhost.parts import Clock, DaemonInfo, Resource
from flowhost.places import Place, Problem, Value
from flowhost.workbench import Path, Workbench

T = TypeVar("T")

FindResource = Callable[[Need, str, Place], Resource | None]
"""Finds the resource for a need of the part called so, whose section is there; None when there is none."""


class OwnWorkbench(Workbench, Protocol):
    """The daemon's own workbench, as far as a `Maker` looks into it."""

    @property
    def stands_on(self) -> tuple[Resource, ...]:
        """The resources that were given to the parts made there so far."""


class Maker:
    """Makes the parts of one daemon.

    Args:
        config: where app sections, defaults and variables come from.
        clock: given to the parts that ask for it.

    Attributes:
        info: given to the parts that ask for it; complete once the options of ``[Flow]`` are known.
        secrets: title and key of every value that an option of type `flowhost.options.Secret` was bound to.
        readable_sections: titles, or patterns of them, that the parts made so far can read.
        stands_on: id of a part that was made → the resources it was given.
        workbench: given to the parts that ask for it.
    """

    def __init__(self, config: Config, *, clock: Clock) -> None:
        self.problems: list[Problem] = []
        self.used_sections: set[str] = set()
        self.secrets: set[tuple[str, str]] = set()
        self.readable_sections: set[str] = set()
        self.stands_on: dict[int, tuple[Resource, ...]] = {}
        self.reads_everything = False  # a part asked for the whole config, so no section is unknown
        self._config = config
        self.info = DaemonInfo(config.name, str(config.directory))
        self.workbench: OwnWorkbench | None = None
        self._clock = clock
        self._app_sections = {
            title: dict(config.defaults) | section.values for title, section in config.sections.items()
        }

    def make(
        self,
        part: type[T],
        section: Section,
        *,
        called: str,
        find: FindResource | None = None,
        besides: Mapping[str, Value] | None = None,
    ) -> T | None:
        """Make a part, or note the problems and return None.

        Args:
            part: its class.
            section: where its options stand.
            called: how messages name it, e.g. ``source 'interval'``.
            find: finds resources for its needs.
            besides: options in that section which belong to somebody else.
        """
        before = len(self.problems)
        self.readable_sections |= {option.section for option in options_of(part) if option.section}
        values = {key: value for key, value in section.values.items() if key not in (besides or {})}
        values |= self._fitting_defaults(part, values)
        secret = _secret_keys(part, values)
        self.secrets |= {(section.title, key) for key in secret}
        binding = bind(
            part,
            self._expanded(values, secret),
            self._sections_for(part),
            called=called,
            place=section.place,
            title=section.title,
        )
        whole = Section(section.title, section.place, values)
        return self._of_binding(part, binding, called, whole, find, before)

    def make_of_document(
        self,
        part: type[T],
        data: Mapping[str, Any],
        *,
        called: str,
        place: Place,
        places: Mapping[Path, Place],
        find: FindResource | None = None,
    ) -> T | None:
        """Make a part of what a document says, or note the problems and return None; see `bind_document`.

        In options that are secret references are replaced, as in a profile: a document need not hold a password.
        """
        before = len(self.problems)
        self.readable_sections |= {option.section for option in options_of(part) if option.section}
        values = {str(key): Value(str(key), "", places.get((key,), place)) for key in data}
        texts = {key: data[key] for key in _secret_keys(part, values) if isinstance(data.get(key), str)}
        hidden = {key: replace(values[key], text=text) for key, text in texts.items()}
        known = {key: value.text for key, value in self._expanded(hidden, secret=hidden).items()}
        if len(self.problems) > before:
            return None
        binding = bind_document(
            part, dict(data) | known, self._sections_for(part), called=called, place=place, places=places
        )
        return self._of_binding(part, binding, called, Section("", place, values), find, before)

    def _of_binding(
        self,
        part: type[T],
        binding: Binding,
        called: str,
        section: Section,
        find: FindResource | None,
        before: int,
    ) -> T | None:
        self.problems += binding.problems
        self.used_sections |= binding.used_sections
        arguments = dict(binding.arguments)
        for name, need in binding.needs.items():
            found = self._given(need) or (find and find(need, called, section.place))
            if found is not None:
                arguments[name] = found
            elif need.required:
                return None  # `find` has said why, perhaps for an earlier part
        if len(self.problems) > before:
            return None
        made = self._called(part, arguments, called, section)
        if made is not None:
            self.stands_on[id(made)] = tuple(
                self._resources_in(arguments.get(name) for name in binding.needs)
            )
        return made

    def _resources_in(self, needed: Iterable[object]) -> Iterator[Resource]:
        """Who has the workbench stands on all that was given to what is made there."""
        for one in needed:
            if self.workbench is not None and one is self.workbench:
                yield from self.workbench.stands_on
            elif isinstance(one, Resource):
                yield one

    def _given(self, need: Need) -> object:
        """What the host itself gives for a need."""
        given = {
            Clock: self._clock,
            DaemonInfo: self.info,
            Config: self._config,
            Workbench: self.workbench,
        }
        found = given.get(need.role)
        if getattr(need.role, "given_by_host", False):
            self.reads_everything = True
            found = found or need.role.from_config(self._config)  # type: ignore[attr-defined]  # that is what such a type promises
        return found

    def attempt(self, function: Callable[[], T], place: Place) -> T | None:
        """The function's result; or None, its problems noted, those without a place at this one."""
        try:
            return function()
        except ConfigError as error:
            self.problems += [Problem(p.message, p.place or place) for p in error.problems]
            return None

    def _fitting_defaults(self, part: type, given: Mapping[str, Value]) -> dict[str, Value]:
        """Values of [DEFAULT] that this part has an option for and that its section does not set."""
        known = [option.name for option in options_of(part) if not option.section]
        return {
            key: value
            for key, value in self._config.defaults.items()
            if any(same_key(key, name) for name in known) and not any(same_key(key, own) for own in given)
        }

    def _sections_for(self, part: type) -> dict[str, Mapping[str, Value]]:
        """The app sections; in those that hold secrets of this part references are replaced, as in options."""
        patterns = [option.section for option in options_of(part) if option.secret and option.section]
        sections: dict[str, Mapping[str, Value]] = dict(self._app_sections)
        for title, values in self._app_sections.items():
            if any(fnmatchcase(title, pattern) for pattern in patterns):
                self.secrets |= {(title, key) for key in values}
                sections[title] = self._expanded(values, secret=values)
        return sections

    def _expanded(self, values: Mapping[str, Value], secret: Container[str]) -> dict[str, Value]:
        config, expanded = self._config, {}
        for key, value in values.items():
            expansion = partial(expand, directory=config.directory, environ=config.environ)
            if found := self.attempt(partial(expansion, value, secret=key in secret), value.place):
                expanded[key] = found
        return expanded

    def _called(self, part: type[T], arguments: dict[str, Any], called: str, section: Section) -> T | None:
        try:
            return part(**arguments)
        except ConfigError as error:
            for problem in error.problems:
                self._complain(problem.message, called, section, problem.place)
        except ValueError as error:
            self._complain(str(error), called, section)
        except Exception as error:  # noqa: BLE001  # a plugin's constructor is a stranger's code
            reason = f"{called} cannot be made: {type(error).__name__}: {error}"
            self.problems.append(Problem(reason, section.place))
        return None

    def _complain(self, message: str, called: str, section: Section, place: Place | None = None) -> None:
        told = (
            Problem(message, place) if place else Problem(f"{called}: {message}", _place_of(message, section))
        )
        self.problems.append(told)


def _secret_keys(part: type, values: Mapping[str, Value]) -> set[str]:
    names = [option.name for option in options_of(part) if option.secret]
    return {key for key in values if any(same_key(key, name) for name in names)}


def _place_of(complaint: str, section: Section) -> Place:
    """Where the option stands that a part's complaint speaks of first; the section's when it names none."""
    found = []
    for key, value in section.values.items():
        words = "[ _-]+".join(map(re.escape, re.split("[ _-]+", key)))
        if match := re.search(rf"(?<!\w){words}(?!\w)", complaint, re.IGNORECASE):
            found.append((match.start(), -match.end(), value.place))
    return min(found)[-1] if found else section.place
