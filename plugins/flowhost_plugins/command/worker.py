"""The worker itself: its options, and what the end of a program means for the event."""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import flowhost
from flowhost_plugins.command.environment import checked, environment_of
from flowhost_plugins.command.finding import obstacle
from flowhost_plugins.command.words import Words

if TYPE_CHECKING:
    from flowhost_plugins.command.process import Ended

LAST_LINES = 3  # of the output that go into the error
LAST_CHARACTERS = 300

log = logging.getLogger(__name__)


class Command:
    """Runs a program for each event. No shell is involved, so a value is always part of one argument.

    Placeholders in ``command``: ``{type} {id} {subject} {source} {key} {time} {data}``, and parts of data and
    headers as ``{data.title}``, ``{data[0].name}`` or ``{headers[content-type]}``; ``{{`` is a brace. A value
    may start with ``-``: put ``--`` before it where the program understands that.

    Environment: ``FLOWHOST_EVENT_TYPE``, ``_ID``, ``_SUBJECT``, ``_SOURCE``, ``_KEY``, ``_TIME``, and
    ``FLOWHOST_HEADER_...`` for each header. A value with a NUL character or over 128 KiB is left out there,
    and sends the event to the dead letters where an argument needs it.

    Returns the end of the program's standard output. Its output (the last 64 KiB) is logged when it fails.
    No program outlives its worker: by default it is ended in time before the daemon's ``worker timeout``.
    """

    name: ClassVar[str] = "command"

    def __init__(
        self,
        *,
        command: Annotated[
            str, "program and arguments, with placeholders such as {subject} and {data.title}"
        ],
        stdin: Annotated[
            Literal["none", "data", "cloudevent"],
            "what the program can read: nothing, the data, the event as JSON",
        ] = "none",
        timeout: Annotated[
            flowhost.Seconds | None,
            "after this the program and its children are ended; empty: in time before the daemon's worker timeout",
        ] = None,
        directory: Annotated[Path, "where the program runs; relative to the profile"] = Path(),
        success: Annotated[tuple[int, ...], "exit codes that mean done"] = (0,),
        retry_on: Annotated[tuple[int, ...], "exit codes that mean: try again later"] = (75,),
        environment: Annotated[
            dict[str, flowhost.Secret] | None, flowhost.Section("Environment"), "variables for the program"
        ] = None,
        daemon: flowhost.DaemonInfo,
    ) -> None:
        for code in (*success, *retry_on):
            if not 0 <= code <= 255:
                raise ValueError(f"{code} is not an exit code, expected 0 to 255")
        if both := set(success) & set(retry_on):
            raise ValueError(f"exit code {min(both)} is in 'success' and in 'retry on'; keep it in one")
        self._words = Words(command)
        self._stdin = stdin
        self._timeout = _timeout(timeout, daemon.worker_timeout)
        self._directory = Path(daemon.directory) / directory
        self._success, self._retry_on = success, retry_on
        self._variables = checked(environment or {})

    def work(self, event: flowhost.Event) -> str:
        """Run the program; return the end of its standard output.

        Raises:
            Retry: it ended with an exit code that asks for that.
            Permanent: the event lacks a value, or has one that no program can be given.
            TimedOut: it took too long, and was ended.
            Unavailable: it cannot be started.
            FlowhostError: it failed.
        """
        from flowhost_plugins.command.process import run

        words = self._words.filled(event)
        try:
            ended = run(
                words,
                environment=environment_of(event, self._variables),
                directory=self._directory,
                stdin=self._input(event),
                timeout=self._timeout,
            )
        except OSError as error:
            raise self._not_started(error) from error
        if ended.code in self._success and not ended.timed_out:
            log.debug("'%s' took %.1f s", self._words.program, ended.seconds)
            return ended.stdout.rstrip("\n")
        raise self._failure(ended)

    def probe(self) -> None:
        """Look for the program, without running it.

        Raises:
            Unavailable: there is no such program or directory, or it may not be executed.
        """
        path = self._variables.get("PATH", os.environ.get("PATH"))
        if error := obstacle(self._words.program, self._directory, path):
            raise self._not_started(error)

    def _input(self, event: flowhost.Event) -> bytes:
        if self._stdin == "none":
            return b""
        value = event.data if self._stdin == "data" else flowhost.cloudevent(event)
        if isinstance(value, bytes) or value is None:
            return value or b""
        try:
            return (value if isinstance(value, str) else json.dumps(value)).encode(errors="surrogateescape")
        except (TypeError, ValueError, RecursionError) as error:
            raise flowhost.Permanent(
                f"the data of the event cannot be written to the program: {error}"
            ) from error

    def _not_started(self, error: OSError) -> flowhost.FlowhostError:
        program, reason = self._words.program, error.strerror
        if error.errno == errno.E2BIG:
            return flowhost.Permanent(
                f"cannot start '{program}': arguments and environment are too large together"
            )
        if error.filename is not None and Path(error.filename) == self._directory:
            return flowhost.Unavailable(
                f"cannot start '{program}' in {self._directory}: {reason}; see 'directory'"
            )
        if isinstance(error, FileNotFoundError):
            reason = "there is no such program; install it, or give its whole path"
        elif isinstance(error, PermissionError):
            reason = "it is not executable for this user; see its mode and the modes of its folders"
        elif error.errno == errno.ENOEXEC:
            reason = "it is no program; a script needs a first line such as #!/bin/sh"
        return flowhost.Unavailable(f"cannot start '{program}': {reason}")

    def _failure(self, ended: Ended) -> flowhost.FlowhostError:
        lines = [_printable(line) for line in ended.output.splitlines() if line.strip()]
        how = self._how(ended)
        log.error("%s; its output:%s", how, "".join(f"\n  | {line}" for line in lines) or " none")
        last = " / ".join(lines[-LAST_LINES:])[-LAST_CHARACTERS:]
        message = f"{how}: {last}" if last else how
        if ended.timed_out:
            return flowhost.TimedOut(message)
        if ended.code in self._retry_on:
            return flowhost.Retry(message)
        return flowhost.FlowhostError(message)

    def _how(self, ended: Ended) -> str:
        program = f"'{self._words.program}'"
        if ended.timed_out:
            return f"{program} took longer than {self._timeout:g} s and was ended"
        if ended.code < 0:
            return f"{program} was ended by {_signal_name(-ended.code)} after {ended.seconds:.1f} s"
        return f"{program} ended with exit code {ended.code} after {ended.seconds:.1f} s"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _printable(line: str) -> str:
    """The line without terminal sequences, so that a program cannot play tricks on who reads the log."""
    line = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line)
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in line)


def _timeout(chosen: float | None, worker_timeout: float) -> float | None:
    """Seconds the program may take, so that it has ended when the daemon gives its worker up; None: no limit."""
    if chosen is not None and chosen <= 0:
        raise ValueError(f"'timeout' is {chosen:g} s, expected more than 0")
    from flowhost_plugins.command.process import GRACE_SECONDS

    if not worker_timeout:
        return chosen
    longest = max(worker_timeout - 2 * GRACE_SECONDS, worker_timeout / 2)  # ending may take the grace twice
    if chosen is not None and chosen > longest:
        raise ValueError(
            f"'timeout' is {chosen:g} s, but the daemon's 'worker timeout' is {worker_timeout:g} s; expected at most "
            f"{longest:g} s, or a longer worker timeout"
        )
    return chosen or longest
