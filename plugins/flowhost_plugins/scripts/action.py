"""The action ``run-script``."""

from __future__ import annotations

import errno
import logging
import os
import re
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import flowhost
from flowhost_plugins.scripts.environment import environment, told
from flowhost_plugins.scripts.names import check_name
from flowhost_plugins.scripts.obstacles import obstacle
from flowhost_plugins.scripts.resource import Scripts

if TYPE_CHECKING:
    from flowhost_plugins.scripts.process import Ended

ARGUMENT_BYTES = 128 * 1024 - 1  # what Linux takes for one argument, without the byte that ends it
TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: a script asks for another try
SHOWN_CHARACTERS = 300  # of the last line of the output that go into the reason

log = logging.getLogger(__name__)


class RunScript:
    """Runs a script: any program in the folder of the scripts, told of the item by its environment.

    Every variable of the notification that started the run is there as ``portal_KEY``; other runs have only
    ``portal_itemId``. What is too long for the system is in a file, whose path is in ``portal_KEY_file``.

    The step is done when the script ends with exit code 0. With 75 it is tried again, as the rule says; with any
    other it failed, and what the script wrote is in the log.
    """

    name: ClassVar[str] = "run-script"

    def __init__(
        self,
        *,
        script: Annotated[str, "name of the script"],
        arguments: Annotated[
            tuple[flowhost.Template, ...],
            "its arguments, each may have tags; one that is a tag has all its values",
        ] = (),
        scripts: Scripts,
        clock: flowhost.Clock,
    ) -> None:
        check_name(script)
        self._script = script
        self._arguments = arguments
        self._scripts = scripts
        self._clock = clock

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Run the script, and wait until it ends.

        Raises:
            Permanent: it was deleted, cannot be run, or an argument has a tag without a value or is too long.
            Retry: it ended with exit code 75.
            Unavailable: the system has no room for another process, or for the files.
        """
        words = self._words(context)
        file = self._file()
        if reason := obstacle(file):
            raise flowhost.Permanent(f"the script {self._script!r} {reason}")
        if context.cancelled.is_set():
            return flowhost.Outcome.failed(
                f"the script {self._script!r} was not started: it is not wanted any more"
            )
        try:
            return self._outcome(self._run([os.fsencode(file), *words], context))
        except OSError as error:
            raise self._not_started(error) from error

    def plan(self, context: flowhost.Context) -> str:
        """What would be run."""
        words = [os.fsdecode(word) for word in self._words(context)]
        return " ".join([f"run the script {self._script!r}", *([f"with {words}"] if words else [])])

    def probe(self) -> None:
        """Look for the script, and for its interpreter, without running it.

        Raises:
            Unavailable: there is no such script, or it cannot be run.
        """
        try:
            reason = obstacle(self._scripts.folder.file(self._script))
        except flowhost.Permanent as error:
            raise flowhost.Unavailable(str(error)) from error
        if reason:
            raise flowhost.Unavailable(f"the script {self._script!r} {reason}")

    def _file(self) -> Path:
        folder = self._scripts.folder
        file = folder.directory / self._script
        if not file.exists():
            raise flowhost.Permanent(
                f"the script {self._script!r} was deleted: there is none of this name in {folder.directory}"
            )
        return file

    def _words(self, context: flowhost.Context) -> list[bytes]:
        texts = [text for one in self._arguments for text in one.values(context.tags)]
        words = [text.encode(errors="surrogateescape").replace(b"\0", b"") for text in texts]
        for number, word in enumerate(words, 1):
            if len(word) > ARGUMENT_BYTES:
                raise flowhost.Permanent(
                    f"argument {number} of the script {self._script!r} has {len(word)} bytes, expected at most "
                    f"{ARGUMENT_BYTES}"
                )
        return words

    def _run(self, words: list[bytes], context: flowhost.Context) -> Ended:
        from flowhost_plugins.scripts.process import run

        # whether the folder can be removed says nothing about the step
        with tempfile.TemporaryDirectory(prefix="flowhost-script-", ignore_cleanup_errors=True) as folder:
            variables = told(context.variables, context.item)
            return run(
                words,
                environment=environment(variables, Path(folder), words),
                directory=self._scripts.folder.directory,
                limit=self._scripts.time_limit,
                cancelled=context.cancelled,
                clock=self._clock,
            )

    def _outcome(self, ended: Ended) -> flowhost.Outcome:
        if ended.code == 0 and not ended.ended_for:
            return flowhost.Outcome.done(f"the script {self._script!r} took {ended.seconds:.1f} s")
        lines = [_printable(line) for line in ended.output.splitlines() if line.strip()]
        how = self._how(ended)
        log.error("%s; its output:%s", how, "".join(f"\n  | {line}" for line in lines) or " none")
        reason = f"{how}: {lines[-1][-SHOWN_CHARACTERS:]}" if lines else how
        if ended.code == TRY_AGAIN and not ended.ended_for:
            raise flowhost.Retry(reason)
        return flowhost.Outcome.failed(reason)

    def _how(self, ended: Ended) -> str:
        script = f"the script {self._script!r}"
        if ended.ended_for == "time":
            return f"{script} took longer than {self._scripts.time_limit:g} s and was ended"
        if ended.ended_for == "cancelled":
            return f"{script} was ended after {ended.seconds:.1f} s: it is not wanted any more"
        if ended.code < 0:
            return f"{script} was ended by {_signal_name(-ended.code)} after {ended.seconds:.1f} s"
        return f"{script} ended with exit code {ended.code} after {ended.seconds:.1f} s"

    def _not_started(self, error: OSError) -> flowhost.FlowhostError:
        script = f"the script {self._script!r}"
        if error.errno == errno.E2BIG:
            return flowhost.Permanent(f"{script} cannot be started: its arguments are too long together")
        if error.errno == errno.ENOEXEC:
            return flowhost.Permanent(
                f"{script} is no program; a script needs a first line such as #!/bin/bash"
            )
        if isinstance(error, FileNotFoundError | PermissionError):
            return flowhost.Permanent(
                f"{script} cannot be started: {error.strerror}; was it changed just now?"
            )
        return flowhost.Unavailable(f"{script} cannot be started: {error.strerror}")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # the real-time signals have no names
        return f"signal {number}"


def _printable(line: str) -> str:
    """The line without terminal sequences, so that a script cannot play tricks on who reads the log."""
    line = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line)
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in line)
