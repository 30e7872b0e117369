"""What the option `url` means: which database, in which file, and how it is called in messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flowhost.errors import ConfigError

if TYPE_CHECKING:
    from sqlalchemy import URL

SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://", "postgresql+psycopg://")
EXPECTED = "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"


@dataclass(frozen=True, slots=True)
class Address:
    """A database to open.

    Args:
        location: for people: the file, or the URL without its password and parameters.
        file: SQLite's file; None on a server.
        made: whether the file's folder may be made.
        server: the URL of a server, for SQLAlchemy.
    """

    location: str
    file: Path | None = None
    made: bool = False
    server: URL | None = None


def check(url: str) -> None:
    """Raise ValueError when `url` can be no address of ours; a password in it is not repeated."""
    if not url or url.startswith(POSTGRESQL):
        return
    if not url.startswith(SQLITE):
        scheme, found, _ = url.partition("://")
        seen = (
            f"begins with '{scheme}://'"
            if found and scheme.replace("+", "").isalnum()
            else "has no scheme we know"
        )
        raise ValueError(f"the database url {seen}, expected {EXPECTED}")
    path = url.removeprefix(SQLITE)
    if path in ("", ":memory:") or path.startswith("file:"):
        raise ValueError(f"the database url {url!r} names no file, expected sqlite:///PATH")


def resolve(url: str, file: Path, folder: Path) -> Address:
    """The address a checked `url` means.

    Args:
        url: as in the option.
        file: SQLite's file when it is empty.
        folder: where relative paths begin.

    Raises:
        ConfigError: it cannot be read, or its driver is not installed.
    """
    if not url:
        return Address(str(file), file, made=True)
    if url.startswith(SQLITE):
        named = Path(folder, Path(url.removeprefix(SQLITE)).expanduser()).absolute()
        return Address(str(named), named)
    return _server(url)


def _server(url: str) -> Address:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        # the library's own message may repeat parts of the URL, and with them the password
        raise ConfigError(f"the database url cannot be read, expected {EXPECTED}") from None
    try:
        import psycopg  # noqa: F401  # only to see whether it is there
    except ImportError as error:
        advice = "install it with: pip install 'flowhost[postgresql]'"
        raise ConfigError(f"PostgreSQL needs the driver psycopg, which is not installed; {advice}") from error
    shown = address.set(drivername="postgresql", query={})._replace(password=None)
    return Address(shown.render_as_string(), server=address)
