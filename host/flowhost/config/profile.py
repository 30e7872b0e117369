"""A daemon's config: the profile and the site's overlays, merged, with the place of every value.

Later wins: ``$PYTHON_CONFIG_ROOT/flow.ini``, the profile, ``$PYTHON_CONFIG_ROOT/<app name>.ini``. The last one is
deliberate: a site keeps its hosts and secrets there, over whatever a packaged profile says.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from flowhost.config.expansion import expand
from flowhost.config.ini import Section, read_ini
from flowhost.errors import ConfigError
from flowhost.options import same_key
from flowhost.places import Place, Problem, Value

DEFAULTS = "DEFAULT"
"""Title of the section whose values show up in every other section."""

DEFAULT_APP_NAME = "default"

COMMAND_LINE = Place("<command line>")


@dataclass(frozen=True, slots=True)
class Config:
    """One daemon's settings, not yet bound to parts.

    Args:
        profile: path as the operator named it.
        name: the app name, or the instance name when one was given.
        sections: by title, without ``DEFAULT``.
        defaults: the values of ``DEFAULT``.
        files: every file that was read, in order.
        environ: where ``$VAR`` is looked up.
    """

    given_by_host: ClassVar[bool] = (
        True  # a part that must see everything asks for it with an option of this type
    )

    profile: Path
    name: str
    sections: Mapping[str, Section]
    defaults: Mapping[str, Value] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def directory(self) -> Path:
        """Folder of the profile: where relative paths start and where ``class = module.Class`` is found."""
        return self.profile.resolve().parent

    @property
    def place(self) -> Place:
        """The profile as a whole, for problems that stand nowhere in particular."""
        return Place(str(self.profile))

    def value(self, title: str, key: str) -> Value | None:
        """The value of a key as it is written in a section, however its spaces are spelled."""
        values = self.sections[title].values if title in self.sections else {}
        return next((value for written, value in values.items() if same_key(written, key)), None)

    def titled(self, prefix: str) -> list[Section]:
        """The section ``[prefix]`` and all ``[prefix:NAME]``, in file order."""
        return [
            section
            for title, section in self.sections.items()
            if re.match(rf"{re.escape(prefix)}(:|$)", title)
        ]

    def expanded(self, value: Value) -> Value:
        """The value with ``$VAR`` and ``${file:PATH}`` replaced; see `flowhost.config.expansion.expand`."""
        return expand(value, directory=self.directory, environ=self.environ)

    def fingerprint(self) -> str:
        """Changes whenever a value, or what a reference stands for, changes; not with comments."""
        digest = hashlib.sha256(self.name.encode())
        for section in (*self.sections.values(), Section(DEFAULTS, self.place, dict(self.defaults))):
            digest.update(f"\n[{section.title}]".encode())
            for key, value in section.values.items():
                digest.update(f"\n{key}={self._text(value)}".encode())
        return digest.hexdigest()

    def _text(self, value: Value) -> str:
        try:
            return self.expanded(value).text
        except ConfigError:
            return value.text


def read_profile(
    profile: Path | str,
    *,
    instance_name: str | None = None,
    workers: int = 0,
    environ: Mapping[str, str] | None = None,
) -> Config:
    """Read a profile and the site's overlays.

    Args:
        profile: the INI file.
        instance_name: replaces ``[Flow] app name``.
        workers: if not 0, replaces ``[Flow] workers``.
        environ: the environment; the process's own by default.

    Raises:
        ConfigError: a file is missing, unreadable or not INI; every problem of every file at once.
    """
    environ = os.environ if environ is None else environ
    profile = Path(profile)
    root = Path(environ["PYTHON_CONFIG_ROOT"]) if environ.get("PYTHON_CONFIG_ROOT") else None
    merging = _Merging()
    if root:
        merging.add_if_there(root / "flow.ini")
    merging.add(profile)
    name = instance_name or merging.app_name()
    if root and name != "flow":
        merging.add_if_there(root / f"{name}.ini")
    if merging.problems:
        raise ConfigError(merging.problems)
    if workers:
        merging.set("Flow", Value("workers", str(workers), COMMAND_LINE))
    defaults = merging.sections.pop(DEFAULTS, None)
    values = defaults.values if defaults else {}
    return Config(profile, name, merging.sections, values, tuple(merging.files), environ)


def namesakes(configs: Sequence[Config]) -> list[Problem]:
    """What is wrong with the names of daemons of one process, which are told apart by them."""
    first: dict[str, Config] = {}
    problems = []
    for config in configs:
        other = first.setdefault(config.name, config)
        if other is not config:
            named = config.value("Flow", "app name")
            message = f"this daemon is called {config.name!r}, and so is that of {other.profile}"
            place = named.place if named else config.place
            problems.append(Problem(f"{message}; give each its own 'app name' in [Flow]", place))
    return problems


class _Merging:
    """Sections gathered from several files."""

    def __init__(self) -> None:
        self.sections: dict[str, Section] = {}
        self.files: list[Path] = []
        self.problems: list[Problem] = []

    def add_if_there(self, path: Path) -> None:
        if path.exists():
            self.add(path)

    def add(self, path: Path) -> None:
        try:
            sections = read_ini(path)
        except ConfigError as error:
            self.problems += error.problems
            return
        self.files.append(path)
        for title, section in sections.items():
            self.sections.setdefault(title, Section(title, section.place))
            for value in section.values.values():
                self.set(title, value)

    def set(self, title: str, value: Value) -> None:
        section = self.sections.setdefault(title, Section(title, value.place))
        _replace(section.values, value.key, value)

    def app_name(self) -> str:
        flow = self.sections.get("Flow")
        value = next((v for k, v in flow.values.items() if same_key(k, "app name")), None) if flow else None
        return value.text if value and value.text else DEFAULT_APP_NAME


def _replace(values: dict[str, Value], key: str, value: Value) -> None:
    """Set a key over an older file's, whichever of ``a b``, ``a_b`` and ``a-b`` the older one was spelled."""
    for older in [known for known in values if known != key and same_key(known, key)]:
        if values[older].place.file != value.place.file:
            del values[older]
    values[key] = value
