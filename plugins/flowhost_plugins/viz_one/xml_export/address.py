"""Where a file is on an FTP server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from flowhost_plugins.viz_one.xml_export.errors import FtpRefused

PORT, HIGHEST_PORT = 21, 65535
SCHEMES = ("ftp", "ftps")
MASK = "********"

# by hand: an FTP path may hold ? and #, which urllib takes for the beginning of something else
_URL = re.compile(
    r"(?P<scheme>[a-z]+)://(?:(?P<login>.*)@)?(?P<host>\[[^]/]*\]|[^:/@]*)(?::(?P<port>\d*))?", re.I
)
_FORBIDDEN = re.compile(r"[\0\r\n]")


@dataclass(frozen=True, slots=True)
class FtpAddress:
    """A file on an FTP server, and who may have it. As text it has neither user nor password.

    Args:
        host: name or address of the server.
        path: the file, beginning with ``/``.
        port: of the control connection.
        user: who logs in.
        password: of the user.
        secure: whether the connection is encrypted (``ftps``; with AUTH TLS, RFC 4217).
        url: the address as it was given, secrets included.
    """

    host: str
    path: str
    port: int = PORT
    user: str = "anonymous"
    password: str = field(default="anonymous@", repr=False)
    secure: bool = False
    url: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> FtpAddress:
        """Read ``ftp://user:password@host:port/path`` (RFC 1738, section 3.2); every part may be percent-encoded.

        Raises:
            FtpRefused: it is no such URL; the sentence has nothing of it that may be secret.
        """
        authority, slash, rest = url.partition("://")[2].partition("/")
        match = _URL.fullmatch(f"{url.partition('://')[0]}://{authority}")
        scheme = match["scheme"].lower() if match else ""
        if match is None or scheme not in SCHEMES or not match["host"]:
            shown = url.partition("://")[0] if "://" in url else "no URL"
            raise FtpRefused(
                f"an address of kind {shown!r} cannot be used; expected ftp://user:password@host/path"
            )
        port = int(match["port"] or PORT)
        if port > HIGHEST_PORT:
            raise FtpRefused(
                f"the address on {match['host']} has the port {port}, expected one up to {HIGHEST_PORT}"
            )
        path = "/" + unquote(re.sub(r";type=\w$", "", rest))
        user, colon, password = (unquote(part) for part in (match["login"] or "").partition(":"))
        if not slash or path.endswith("/"):
            raise FtpRefused(f"the address on {match['host']} names no file; expected {scheme}://host/path")
        if any(_FORBIDDEN.search(part) for part in (url, path, user, password)):
            raise FtpRefused(
                f"the address on {match['host']} has a line break in it, which FTP cannot transport"
            )
        address = cls(match["host"].strip("[]"), path, port, secure=scheme == "ftps", url=url)
        return replace(address, user=user, password=password) if user or colon else address

    def __str__(self) -> str:
        return f"{'ftps' if self.secure else 'ftp'}://{self.server}{self.path}"

    @property
    def server(self) -> str:
        """Host and port, for messages."""
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def file(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def beside(self, ending: str) -> FtpAddress:
        """The file of the same name with this added."""
        return replace(self, path=self.path + ending, url=self.url + ending)

    def masked(self, text: str) -> str:
        """A server's words without the password, should it repeat it."""
        text = text.replace(self.url, str(self)) if self.url else text
        return text.replace(self.password, MASK) if self.password else text
