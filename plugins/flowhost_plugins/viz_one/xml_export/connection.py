"""The control connection to one FTP server."""

from __future__ import annotations

import ftplib
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from types import TracebackType

from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.errors import FtpError, FtpLost, FtpRefused
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings, Side

log = logging.getLogger(__name__)

MISSING = 550
"""The reply for a file that is not there, among other things."""

_KEEP_ALIVE = {  # seconds until the first question, between two, and how many stay without answer
    getattr(socket, name): value
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))
    if hasattr(socket, name)  # not every system lets us choose
}


class FtpConnection:
    """A control connection, logged in and ready for binary files. Every error says which server it is about.

    Args:
        address: the server, the user, and the file that the methods are about.
        side: whether it is the source or the destination of a transfer, for messages.
        settings: time-outs and encryption.
    """

    def __init__(self, address: FtpAddress, side: Side, settings: FtpSettings) -> None:
        self.address = address
        self.called = f"the {side} server {address.server}"
        self._time_out = settings.time_out
        self._secure = address.secure or settings.secure
        if self._secure:
            self.ftp: ftplib.FTP = ftplib.FTP_TLS(  # noqa: S321  # it is what these servers speak; ftps is there for those that can
                context=settings.tls(), timeout=settings.time_out, encoding=settings.encoding
            )
        else:
            self.ftp = ftplib.FTP(timeout=settings.time_out, encoding=settings.encoding)  # noqa: S321  # as above

    def __enter__(self) -> FtpConnection:
        try:
            with self.telling("to connect"):
                self.ftp.connect(self.address.host, self.address.port)
                _keep_alive(self.ftp)
            with self.telling(f"to let {self.address.user!r} in"):
                self.ftp.login(self.address.user, self.address.password)
            if isinstance(self.ftp, ftplib.FTP_TLS):
                with self.telling("to protect the data (PROT P)"):
                    self.ftp.prot_p()
            self.command("TYPE I")
        except BaseException:  # whatever went wrong, the socket is closed
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            with suppress(
                *ftplib.all_errors
            ):  # all is done; a server that does not say goodbye changes nothing
                self.ftp.quit()
        self.close()

    def close(self) -> None:
        """End the connection at once, also under a thread that waits for a reply."""
        if self.ftp.sock is not None:
            with suppress(OSError):  # it is closed already
                self.ftp.sock.shutdown(socket.SHUT_RDWR)
        self.ftp.close()

    @contextmanager
    def telling(self, doing: str, within: float | None = None) -> Iterator[None]:
        """Turn what FTP raises into an error that names the server and what it was asked.

        Args:
            doing: what it was asked, without secrets.
            within: seconds it has for that, if not the time-out for a reply.
        """
        try:
            yield
        except (ftplib.error_temp, ftplib.error_perm, ftplib.error_reply, ftplib.error_proto) as error:
            reply = self.address.masked(str(error))
            code = int(reply[:3]) if reply[:3].isdecimal() else 0
            raise FtpRefused(f"{self.called} refused {doing}: {reply}", code) from None
        except TimeoutError:
            raise FtpLost(f"{self.called} took more than {within or self._time_out:g} s {doing}") from None
        except EOFError:
            raise FtpLost(f"{self.called} closed the connection when it was asked {doing}") from None
        except (OSError, UnicodeError) as error:
            raise FtpLost(f"{self.called} failed {doing}: {self.address.masked(str(error))}") from None

    def command(self, line: str, *, shown: str = "") -> str:
        """Have a command done; return the reply.

        Args:
            line: the command.
            shown: what to call it in errors, when there are secrets in it.
        """
        with self.telling(f"to do {shown or line}"):
            return self.ftp.voidcmd(line)

    def size(self) -> int | None:
        """Bytes of the file; None when it is not there or the server does not tell."""
        try:
            reply = self.command(f"SIZE {self.address.path}")
        except FtpRefused as refused:
            log.debug("no size: %s", refused)
            return None
        number = reply[3:].strip()
        return int(number) if number.isdecimal() else None

    def can_resume(self) -> bool:
        """Whether the server can begin in the middle of a file (RFC 3659, section 5)."""
        try:
            return "REST STREAM" in self.command("FEAT").upper()
        except FtpRefused:
            return False

    def delete(self) -> None:
        """Remove the file, if it is there."""
        try:
            self.command(f"DELE {self.address.path}")
        except FtpRefused as refused:
            if refused.code != MISSING or self.size() is not None:
                raise

    def store(self, content: bytes) -> None:
        """Write the file."""
        with self.telling(f"to store {self.address.path}"):
            self.ftp.storbinary(f"STOR {self.address.path}", BytesIO(content))


def remove(address: FtpAddress, settings: FtpSettings) -> None:
    """Delete what a broken transfer left at its destination; that it cannot be is a line in the log."""
    try:
        with FtpConnection(address, "destination", settings) as server:
            server.delete()
    except FtpError as error:
        log.warning("what arrived of %s could not be removed: %s", address, error)


def _keep_alive(ftp: ftplib.FTP) -> None:
    """Have the system notice a server that is gone: while a file is under way it may be silent for hours."""
    assert ftp.sock is not None, "it is connected"
    ftp.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEP_ALIVE.items():
        ftp.sock.setsockopt(socket.IPPROTO_TCP, option, value)
