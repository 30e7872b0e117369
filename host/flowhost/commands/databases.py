"""Which databases a command looks into: options that commands share, and the opening and closing."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import click

from flowhost.cli import Choices
from flowhost.clock import SystemClock
from flowhost.commands.profiles import registry_for
from flowhost.config import read_profile
from flowhost.errors import ConfigError
from flowhost.options import Secret, nearest
from flowhost.parts import DaemonInfo, Resource
from flowhost.roles import Ledger, Store
from flowhost.state import DATABASE_SUFFIX, daemon_of, database_file, state_directory

Part = TypeVar("Part", bound=Resource)
F = TypeVar("F", bound=Callable[..., Any])

SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Opened(Generic[Part]):
    """An open ledger or store.

    Args:
        part: the ledger or store.
        name: the daemon it was found by, or empty.
        location: where it is, for messages.
        daemon: the daemon the command line names; None when it means every daemon in this database.
    """

    part: Part
    name: str
    location: str
    daemon: str | None


@dataclass(frozen=True, slots=True)
class Databases:
    """What the command line says about databases.

    Args:
        profiles: those of these daemons.
        database: the one at this URL.
        app: the one of the daemon with this name; with a profile, the instance's name.
        choices: the program's global options.
    """

    profiles: tuple[Path, ...]
    database: str
    app: str
    choices: Choices | None

    @contextmanager
    def ledgers(self, *, only: bool = False) -> Iterator[list[Opened[Ledger]]]:
        """The ledgers, open; with `only` there must be exactly one."""
        with self._opened("ledger_of", only) as opened:
            yield opened

    @contextmanager
    def stores(self, *, only: bool = False) -> Iterator[list[Opened[Store]]]:
        """The stores, open; with `only` there must be exactly one."""
        if self.database and not self.app and not self.profiles:
            raise ConfigError("name the daemon whose store is meant with --app NAME: each has its own keys")
        with self._opened("store_of", only) as opened:
            yield opened

    @contextmanager
    def _opened(self, role: str, only: bool) -> Iterator[list[Opened[Any]]]:
        found = self._by_profile(role) if self.profiles else self._by_place()
        if only and len(found) > 1:
            names = ", ".join(one.name for one in found)
            raise ConfigError(f"there are several databases, of {names}; choose one with --app NAME")
        with ExitStack() as stack:
            for one in found:
                one.part.open()
                stack.callback(one.part.close)
            yield found

    def _by_profile(self, role: str) -> list[Opened[Any]]:
        from flowhost import wiring

        if self.database or (self.app and len(self.profiles) > 1):
            raise click.UsageError("--profile goes without --database, and --app with one --profile only")
        configs = [read_profile(profile, instance_name=self.app or None) for profile in self.profiles]
        registry = registry_for(configs, self.choices)
        parts = [(config, getattr(wiring, role)(config, registry)) for config in configs]
        return [Opened(part, config.name, _location(part), config.name) for config, part in parts]

    def _by_place(self) -> list[Opened[Any]]:
        kind: Any = registry_for([], self.choices).get("resource", "database")
        names: Sequence[str] = [self.app] if self.database else self._daemons()
        return [self._made(kind, name) for name in names]

    def _daemons(self) -> list[str]:
        """The daemons that have a database in the state directory; the one asked for, if one is."""
        folder = state_directory()
        there = sorted(daemon_of(file) for file in folder.glob(f"*{DATABASE_SUFFIX}"))
        if self.app and not database_file(self.app).exists():
            hint = nearest(self.app, there)
            raise ConfigError(f"there is no database of a daemon {self.app!r} in {folder}{hint}")
        if not there:
            advice = "name a profile with --profile FILE, or a database with --database URL"
            raise ConfigError(f"there is no database in {folder}; {advice}")
        return [self.app] if self.app else there

    def _made(self, kind: Any, daemon: str) -> Opened[Any]:
        # a mistyped path must not make a new, empty database
        if self.database.startswith(SQLITE) and not Path(self.database.removeprefix(SQLITE)).exists():
            raise ConfigError(f"there is no database {self.database.removeprefix(SQLITE)}")
        info = DaemonInfo(daemon, str(Path.cwd()))
        try:
            part = kind(url=Secret(self.database), info=info, clock=SystemClock())
        except ValueError as error:
            raise ConfigError(str(error)) from error
        return Opened(part, daemon, _location(part), self.app or None)


def _location(part: Resource) -> str:
    """Where a part says it keeps things; a foreign implementation of a role may not say."""
    return str(getattr(part, "location", part.name))


def takes_databases(command: F) -> F:
    """Give a command the options ``--profile``, ``--database`` and ``--app`` as one argument, `databases`."""

    @click.option(
        "-c",
        "--profile",
        "profiles",
        multiple=True,
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Use the database of the daemon with this profile; repeatable.",
    )
    @click.option(
        "--database", default="", metavar="URL", help="Use this database: sqlite:///PATH, postgresql://..."
    )
    @click.option("--app", default="", metavar="NAME", help="Use the database of the daemon with this name.")
    @functools.wraps(command)
    def wrapped(*args: Any, profiles: tuple[Path, ...], database: str, app: str, **kwargs: Any) -> Any:
        choices = click.get_current_context().find_object(Choices)
        return command(*args, databases=Databases(profiles, database, app, choices), **kwargs)

    return cast(F, wrapped)
