"""Moves a file from one FTP server to another without it passing through this machine (FXP)."""

from __future__ import annotations

import ftplib
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import flowhost
from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.connection import FtpConnection, remove
from flowhost_plugins.viz_one.xml_export.conversation import Conversation
from flowhost_plugins.viz_one.xml_export.data_path import ALLOW, join
from flowhost_plugins.viz_one.xml_export.errors import FtpError, FtpLost
from flowhost_plugins.viz_one.xml_export.growth import Growth
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings, Side

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds before a broken transfer is tried again; servers need a moment to notice
_CANNOT_CONNECT = 425


@dataclass(frozen=True, slots=True)
class Fxp:
    """One transfer between two servers.

    Args:
        source: the file.
        destination: where it is to be.
        settings: time-outs and encryption.
        clock: the time.
        passive: the server that listens; the other connects to it.
        tries: how often a transfer that breaks off is begun or continued before it fails.
        resume: continue where it broke off, where both servers can.
    """

    source: FtpAddress
    destination: FtpAddress
    settings: FtpSettings
    clock: flowhost.Clock
    passive: Side = "source"
    tries: int = 3
    resume: bool = True

    def run(self, told: Callable[[float], None]) -> None:
        """Move the file; after a failure nothing of it stays at the destination.

        Args:
            told: called with the per cent that are there, as often as they change.

        Raises:
            FtpRefused: a server refused; the sentence says which.
            FtpLost: a server was silent for too long, or cannot be reached, at every try.
        """
        offset, arriving = 0, False
        for number in range(1, self.tries + 1):
            try:
                self._once(offset, told)
            except _BrokenError as broken:
                error, again, anew = broken.error, broken.again, broken.anew
                arriving = arriving or broken.arriving
            except (
                FtpError
            ) as refused:  # before anything moved, so that at the first try nothing is to be done
                error, again, anew = refused, number > 1 and refused.passing, False
            else:
                return
            if not again or number == self.tries:
                if arriving:
                    remove(self.destination, self.settings)
                raise error from None
            log.warning("the transfer broke off, try %d of %d follows: %s", number + 1, self.tries, error)
            self.clock.wait(threading.Event(), PAUSE)
            offset = self._offset() if self.resume and not anew else 0

    def _once(self, offset: int, told: Callable[[float], None]) -> None:
        with (
            FtpConnection(self.source, "source", self.settings) as giving,
            FtpConnection(self.destination, "destination", self.settings) as taking,
            Growth(self.destination, self.settings) as growth,
        ):
            for connection in (giving, taking):
                _unprotect(connection)
            total = giving.size()
            join(*((giving, taking) if self.passive == "source" else (taking, giving)))
            if offset:
                with giving.telling(f"to do REST {offset}"):
                    giving.ftp.sendcmd(f"REST {offset}")
            store = f"{'APPE' if offset else 'STOR'} {self.destination.path}"
            conversation = Conversation(
                (taking, store), (giving, f"RETR {self.source.path}"), self.settings, self.clock
            )
            try:
                conversation.hold(growth.size, lambda size: told(100 * min(1, size / total) if total else 0))
            except FtpError as error:
                begun, again = conversation.begun, conversation.begun and error.passing
                explained = _explained(error, begun=begun)
                raise _BrokenError(explained, arriving=conversation.arriving, again=again) from None
            arrived = taking.size()
            if None not in (total, arrived) and total != arrived:
                cut = FtpLost(f"{arrived} of {total} bytes of {self.source} arrived as {self.destination}")
                raise _BrokenError(cut, arriving=True, again=True, anew=True)

    def _offset(self) -> int:
        """How much of the file is at the destination already and may stay; 0 to begin anew."""
        with suppress(FtpError):  # the next try tells what is wrong
            with FtpConnection(self.source, "source", self.settings) as giving:
                total, able = giving.size(), giving.can_resume()
            with FtpConnection(self.destination, "destination", self.settings) as taking:
                size = taking.size()
            if able and size and total and size < total:
                return size
        return 0


class _BrokenError(Exception):
    """A transfer broke off.

    Args:
        error: why.
        arriving: whether something of the file is at the destination.
        again: whether another try may help.
        anew: whether what is at the destination is of no use.
    """

    def __init__(self, error: FtpError, *, arriving: bool, again: bool, anew: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.arriving = arriving
        self.again = again
        self.anew = anew


def _unprotect(connection: FtpConnection) -> None:
    """Leave the data as they are: two servers cannot agree on encryption without SSCN, which few know."""
    if isinstance(connection.ftp, ftplib.FTP_TLS):
        with connection.telling("to do PROT C"):
            connection.ftp.prot_c()


def _explained(error: FtpError, *, begun: bool) -> FtpError:
    """The error with what may be behind it: that one server did not let the other connect."""
    if begun or not (error.code == _CANNOT_CONNECT or isinstance(error, FtpLost)):
        return error
    return type(error)(f"{error}; {ALLOW}", error.code)
