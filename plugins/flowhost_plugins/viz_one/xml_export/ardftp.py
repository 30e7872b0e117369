"""Has the source server send a file by itself, with the SITE commands of Ardome's FTP server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing

from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.connection import MISSING, FtpConnection, remove
from flowhost_plugins.viz_one.xml_export.errors import FtpError, FtpRefused
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings

log = logging.getLogger(__name__)

STATUS_LOG = "status.log"
"""What the server writes its progress to, and closes when the transfer is over."""

LONGEST_LINE = 4096  # characters; what is longer is no line of a log


def send(
    source: FtpAddress, destination: FtpAddress, settings: FtpSettings, told: Callable[[float], None]
) -> None:
    """Have the source server store the file at the destination, and follow its log until the end.

    Args:
        source: the file, on Ardome's FTP server.
        destination: where it is to be.
        settings: time-outs and encryption.
        told: called with every per cent the server reports.

    Raises:
        FtpRefused: the server refused a command.
        FtpLost: the server cannot be reached, or said nothing for too long.
    """
    with FtpConnection(source, "source", settings) as server:
        server.command("SITE ARDENDO FORMAT MXF")
        server.command(f"SITE ARDENDO USE MXF {source.file}")
        begun = True  # also when the answer is lost
        try:
            try:
                server.command(
                    f"SITE ARDENDO STOR {destination.url}", shown=f"SITE ARDENDO STOR {destination}"
                )
            except FtpRefused as refused:
                begun = False
                raise FtpRefused(destination.masked(str(refused)), refused.code) from None
            for line in _lines(server, settings.stall_time_out):
                _tell(destination.masked(line), server, told)
            _check(destination, settings)
        except FtpError:
            server.close()  # the server must not go on with what is removed now
            if begun:
                remove(destination, settings)
            raise


def _tell(line: str, server: FtpConnection, told: Callable[[float], None]) -> None:
    percent = percent_of(line)
    if percent is None:
        log.warning("%s says: %s", server.called, line)
    else:
        told(percent)


def _check(destination: FtpAddress, settings: FtpSettings) -> None:
    """The log says nothing of success: the file has to be there, where the server tells sizes."""
    with FtpConnection(destination, "destination", settings) as there:
        try:
            there.command(f"SIZE {destination.path}")
        except FtpRefused as refused:
            if refused.code == MISSING:
                raise FtpRefused(f"{STATUS_LOG} ended, but there is no file: {refused}", MISSING) from None


def percent_of(line: str) -> float | None:
    """The progress in a line such as ``progress 42% of it``; None when it is another kind of line.

    What stands before the first per cent sign are exactly two words, the second a number.
    """
    before, sign, _ = line.partition("%")
    words = before.split(" ")
    if not sign or len(words) != 2:
        return None
    try:
        percent = float(words[1])
    except ValueError:
        return None
    return percent if 0 <= percent <= 100 else None


def _lines(server: FtpConnection, patience: float) -> Iterator[str]:
    """The log, line by line, as the server writes it."""
    with server.telling(f"to go on with {STATUS_LOG}", patience):
        data = server.ftp.transfercmd(f"RETR {STATUS_LOG}")
        data.settimeout(patience)
        with closing(data), data.makefile("r", encoding="utf-8", errors="replace") as text:
            while line := text.readline(LONGEST_LINE):
                yield line.rstrip("\r\n")
        server.ftp.voidresp()
