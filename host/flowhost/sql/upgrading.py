"""Brings a database to the tables of this version, once, whoever opens it first.

Looking costs one plain query; Alembic is imported only when there is something to do.
"""

from __future__ import annotations

import importlib.util
import re
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection, column, func, inspect, select, table

from flowhost.errors import ConfigError, StateUnavailable
from flowhost.locks import Locked
from flowhost.sql.access import Access


class Migrations:
    """The tables of one plugin, in all their versions.

    Args:
        package: the dotted name of the package that holds ``env.py`` and ``versions/``.
        version_table: the name of Alembic's own table.
    """

    def __init__(self, package: str, version_table: str) -> None:
        self._version_table = version_table
        self._folder = _folder(package)
        self.newest = _newest(self._folder / "versions")

    def upgrade(
        self, access: Access, undisturbed: Callable[[str | None], AbstractContextManager[None]]
    ) -> None:
        """Make or change the tables when they are not of this version.

        Args:
            access: the database.
            undisturbed: what keeps others away meanwhile, from tables of this version (None: there are none yet).

        Raises:
            ConfigError: they are of a newer version.
            Unavailable: a daemon of an older version uses them now.
        """
        seen = access.read(self._version)
        if seen == self.newest:
            return
        self._refuse_newer(seen, access.location)
        # Alembic keeps its context in module globals: one upgrade at a time in this process
        with Locked("alembic"), undisturbed(seen):
            access.write(self._upgrade)

    def check(self, access: Access) -> None:
        """Look whether the tables are of this version.

        Raises:
            ConfigError: they are newer.
            StateUnavailable: they are older, or there are none.
        """
        seen = access.read(self._version)
        if seen == self.newest:
            return
        self._refuse_newer(seen, access.location)
        what = f"its tables are version {seen}, expected {self.newest}" if seen else "it has no tables yet"
        advice = "start a daemon that uses it, which makes or changes them"
        raise StateUnavailable(f"cannot read the database {access.location}: {what}; {advice}")

    def _refuse_newer(self, seen: str | None, location: str) -> None:
        if seen is None or int(seen) <= int(self.newest):
            return
        made = f"was made by a newer flowhost (its tables are version {seen}, this one knows {self.newest})"
        raise ConfigError(f"the database {location} {made}; install that one, or name another database")

    def _version(self, connection: Connection) -> str | None:
        if not inspect(connection).has_table(self._version_table):
            return None
        return connection.execute(
            select(column("version_num")).select_from(table(self._version_table))
        ).scalar_one_or_none()

    def _upgrade(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            lock = zlib.crc32(self._version_table.encode())  # any number that all programs work out alike
            connection.execute(select(func.pg_advisory_xact_lock(lock)))
        if self._version(connection) == self.newest:  # somebody else did it while we waited
            return
        from alembic import command
        from alembic.config import Config

        config = Config(attributes={"connection": connection, "version_table": self._version_table})
        config.set_main_option("script_location", str(self._folder).replace("%", "%%"))
        command.upgrade(config, "head")


def _folder(package: str) -> Path:
    """Where a package lies; it need not have an ``__init__.py``, and is not imported."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package of migrations {package!r} is not there", name=package)
    return Path(next(iter(spec.submodule_search_locations)))


def _newest(versions: Path) -> str:
    """The number of the newest migration, as its file is called: ``0002`` for ``v0002_more_tables.py``."""
    numbers = [found[1] for file in versions.glob("*.py") if (found := re.match(r"v(\d+)_", file.name))]
    if not numbers:
        raise FileNotFoundError(
            f"{versions} holds no migration, expected files such as v0001_first_tables.py"
        )
    return max(numbers, key=int)
