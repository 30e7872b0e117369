"""Two servers at work on one file: both are listened to at once, because either may be the one that refuses."""

from __future__ import annotations

import ftplib
import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import flowhost
from flowhost_plugins.viz_one.xml_export.connection import FtpConnection
from flowhost_plugins.viz_one.xml_export.errors import FtpError, FtpLost, FtpRefused
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds between two looks at how far the transfer is
HEAD_START = 1.0  # seconds for the destination to get ready before the source begins
GRACE = 0.5  # seconds for the other server to say why as well: the first complaint need not be the cause

Size = Callable[[], int | None]
"""Bytes at the destination by now; None when nobody can tell."""


class Conversation:
    """Waits until both servers have said that the file is through.

    Args:
        taking: the destination, and the command it is to do, e.g. ``STOR /in/clip.mxf``.
        giving: the source, and its command.
        settings: time-outs.
        clock: the time.
    """

    def __init__(
        self,
        taking: tuple[FtpConnection, str],
        giving: tuple[FtpConnection, str],
        settings: FtpSettings,
        clock: flowhost.Clock,
    ) -> None:
        self._sides = (taking, giving)
        self._settings = settings
        self._clock = clock
        self._answered = threading.Event()
        self._begun = {taking[0]: threading.Event(), giving[0]: threading.Event()}

    @property
    def begun(self) -> bool:
        """Whether both servers had begun."""
        return all(event.is_set() for event in self._begun.values())

    @property
    def arriving(self) -> bool:
        """Whether the destination had begun: from then on the file there is ours."""
        return self._begun[self._sides[0][0]].is_set()

    def hold(self, size: Size, told: Callable[[int], None]) -> None:
        """Give both commands and wait for the end.

        Args:
            size: asked every second while the file is under way.
            told: called with every new size.

        Raises:
            FtpRefused: one server refused, before or in the middle; both connections are closed.
            FtpLost: one was silent for too long or is gone, or nothing moved for too long; the same.
        """
        with ThreadPoolExecutor(2, thread_name_prefix="fxp") as threads:
            try:
                ends = [threads.submit(self._converse, *self._sides[0])]
                # a small file would be over before the destination expects it; but it cannot be waited for without
                # limit, because some servers answer only once the other has connected
                self._answered.wait(HEAD_START)
                if not (ends[0].done() and ends[0].exception()):
                    ends.append(threads.submit(self._converse, *self._sides[1]))
                self._watch(ends, size, told)
            except BaseException:
                self._close()  # else a thread would wait for a server that has no reason to speak
                raise

    def _converse(self, connection: FtpConnection, command: str) -> None:
        """Give the command and read the replies to it: one when it begins, one when it ends."""
        with connection.telling(f"to do {command}"):
            try:
                reply = connection.ftp.sendcmd(command)
            finally:
                self._answered.set()
            if not reply.startswith("1"):
                raise ftplib.error_reply(reply)  # noqa: S321  # nothing is connected here
            self._begun[connection].set()
            assert connection.ftp.sock is not None, "the connection is open"
            connection.ftp.sock.settimeout(None)  # however long the file takes; `_watch` sees that it moves
            connection.ftp.voidresp()
            connection.ftp.sock.settimeout(self._settings.time_out)

    def _watch(self, ends: list[Future[None]], size: Size, told: Callable[[int], None]) -> None:
        pending = set(ends)
        moved, last, first_ended = self._clock.monotonic(), None, 0.0
        grows = False
        while pending:
            done, pending = wait(pending, LOOK_EVERY, FIRST_COMPLETED)
            if any(end.exception() for end in done):
                raise self._cause([*done, *wait(pending, GRACE).done])
            now = self._clock.monotonic()
            if len(pending) == 1:
                first_ended = first_ended or now
                if now - first_ended > self._settings.time_out:
                    raise self._silent(pending, ends)
            elif pending and self.begun and (bytes_there := size()) is not None:
                if bytes_there != last:
                    grows = grows or last is not None
                    moved, last = now, bytes_there
                    told(bytes_there)
                elif grows and now - moved > self._settings.stall_time_out:
                    raise FtpLost(
                        f"the transfer stands still: no byte more for {self._settings.stall_time_out:g} s at "
                        f"{self._sides[0][0].called}"
                    )

    def _silent(self, pending: Iterable[Future[None]], ends: list[Future[None]]) -> FtpError:
        [index] = [ends.index(end) for end in pending]
        silent, other = self._sides[index][0], self._sides[1 - index][0]
        return FtpLost(
            f"{silent.called} said nothing for {self._settings.time_out:g} s after {other.called} had finished"
        )

    def _cause(self, ends: Iterable[Future[None]]) -> FtpError:
        """One error of all there are: the refusals, or else what was lost."""
        errors = [error for end in ends if (error := end.exception())]
        for error in errors:
            if not isinstance(error, FtpError):
                raise error  # a bug of ours
        said = [error for error in errors if isinstance(error, FtpError)]
        kind = next((type(error) for error in said if isinstance(error, FtpRefused)), FtpLost)
        lasting = next((error.code for error in said if not error.passing), said[0].code)
        return kind("; ".join(map(str, said)), lasting)

    def _close(self) -> None:
        for connection, _ in self._sides:
            connection.close()
