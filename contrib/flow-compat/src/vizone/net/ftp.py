"""Files on FTP servers, by their URLs: ``ftp://user:password@host:port/path``, or ``ftps`` (AUTH TLS).

For new code there is the worker ``xml-export-fxp``, which watches a transfer, continues one that broke off, and cleans up.
"""

from __future__ import annotations

import contextlib
import ftplib
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote, urlsplit

SILENCE = 3600.0
"""Seconds a server may say nothing; while a file is under way between two of them, it does not."""


def connect(url: str, timeout: float = SILENCE) -> ftplib.FTP:
    """A connection to the server of a URL, logged in.

    Args:
        url: of a file, or of the server.
        timeout: seconds a server may say nothing.

    Raises:
        ValueError: it is no such URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("ftp", "ftps") or not parts.hostname:
        raise ValueError(
            f"an address of kind {parts.scheme!r} cannot be used; expected ftp://user:password@host/path"
        )
    kind = ftplib.FTP_TLS if parts.scheme == "ftps" else ftplib.FTP
    connection = kind(timeout=timeout, encoding="utf-8")
    with _closed_if_it_fails(connection):
        connection.connect(parts.hostname, parts.port or ftplib.FTP_PORT)
        connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
    return connection


def ftp_write(url: str, content: bytes | str) -> None:
    """Write a file.

    Args:
        url: of the file.
        content: of the file; text is written as UTF-8.
    """
    data = content.encode() if isinstance(content, str) else content
    with connect(url) as connection:
        if isinstance(connection, ftplib.FTP_TLS):
            connection.prot_p()
        connection.storbinary(f"STOR {_path(url)}", BytesIO(data))


class FXP:
    """Has one server send a file to another, without it passing through this machine.

    Args:
        source: URL of the file.
        destination: URL it is to have.
        timeout: seconds each server may say nothing.
    """

    def __init__(self, source: str, destination: str, timeout: float = SILENCE) -> None:
        self._paths = _path(source), _path(destination)
        self._source = connect(source, timeout)
        with _closed_if_it_fails(self._source):
            self._destination = connect(destination, timeout)

    def run(self) -> None:
        """Move the file; after a failure both connections are closed.

        Raises:
            ftplib.Error: a server refused; many take part in such transfers only when they are told to.
            OSError: a server is gone, or said nothing for too long.
        """
        giving, taking = self._paths
        with _closed_if_it_fails(self._source, self._destination):
            ftplib.ftpcp(self._source, giving, self._destination, taking, "I")  # noqa: S321  # it is what these servers speak

    def quit(self) -> None:
        """End both connections."""
        for connection in (self._source, self._destination):
            with contextlib.suppress(ftplib.Error), connection:
                pass  # leaving it says goodbye, unless it is closed already


def _path(url: str) -> str:
    return "/" + unquote(url.partition("://")[2].partition("/")[2])


@contextlib.contextmanager
def _closed_if_it_fails(*connections: ftplib.FTP) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for connection in connections:
            connection.close()
        raise
