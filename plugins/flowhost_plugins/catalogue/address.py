"""What the option `url` means: which database, in which file, and how it is called in messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import flowhost

if TYPE_CHECKING:
    from sqlalchemy import URL

SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://", "postgresql+psycopg://")
EXPECTED = "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"


@dataclass(frozen=True, slots=True)
class Address:
    """A database to open.

    Args:
        url: for SQLAlchemy.
        location: for people: the file, or the URL without its password and parameters.
        file: SQLite's file; None on a server.
        made: whether the file's folder may be made.
    """

    url: URL
    location: str
    file: Path | None = None
    made: bool = False


def check(url: str) -> None:
    """Raise ValueError when `url` can be no address of ours; a password in it is not repeated."""
    if not url or url.startswith(POSTGRESQL):
        return
    if not url.startswith(SQLITE):
        raise ValueError(f"the url of the catalogue has no scheme we know, expected {EXPECTED}")
    path = url.removeprefix(SQLITE)
    if path in ("", ":memory:") or path.startswith("file:"):
        raise ValueError(f"the url of the catalogue {url!r} names no file, expected sqlite:///PATH")


def resolve(url: str, folder: Path) -> Address:
    """The address a checked `url` means; empty: ``catalogue.db`` in the state directory.

    Args:
        url: as in the option.
        folder: where relative paths begin.

    Raises:
        ConfigError: it cannot be read, or its driver is not installed.
    """
    if not url:
        return _file(flowhost.database_file("catalogue"), made=True)
    if url.startswith(SQLITE):
        return _file(Path(folder, Path(url.removeprefix(SQLITE)).expanduser()).absolute(), made=False)
    return _server(url)


def _file(path: Path, *, made: bool) -> Address:
    from sqlalchemy import URL

    return Address(URL.create("sqlite+pysqlite", database=str(path)), str(path), path, made)


def _server(url: str) -> Address:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(url.replace("postgres://", "postgresql://", 1)).set(
            drivername="postgresql+psycopg"
        )
    except (ArgumentError, ValueError):
        # the library's own message may repeat parts of the URL, and with them the password
        raise flowhost.ConfigError(f"the url of the catalogue cannot be read, expected {EXPECTED}") from None
    try:
        import psycopg  # noqa: F401  # only to see whether it is there
    except ImportError as error:
        advice = "install it with: pip install 'flowhost[postgresql]'"
        raise flowhost.ConfigError(
            f"PostgreSQL needs the driver psycopg, which is not installed; {advice}"
        ) from error
    shown = address.set(drivername="postgresql", query={})._replace(password=None)
    return Address(address, shown.render_as_string())
