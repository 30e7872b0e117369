"""Gives flowhost's commands, as a person would in the folder of the demo."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flowhost.demo.layout import PROFILE
from flowhost.errors import FlowhostError


class DemoFailed(FlowhostError):
    """Something did not come out as it should."""

    exit_code = 1


class Commands:
    """flowhost's commands in one folder.

    Args:
        folder: with the profile.
        disabled: plugins not to load.
    """

    def __init__(self, folder: Path, disabled: Sequence[str] = ()) -> None:
        self.folder = folder
        self._program = [sys.executable, "-m", "flowhost", *(f"-pno:{name}" for name in disabled)]

    def line(self, *words: str) -> list[str]:
        """The whole command."""
        return [*self._program, *words]

    def told(self, *words: str) -> Any:
        """What a command answers as JSON.

        Raises:
            DemoFailed: it failed.
        """
        ran = subprocess.run(  # noqa: S603  # ourselves
            self._about_profile(*words, "--json"),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return answer(words, ran.returncode, ran.stdout, ran.stderr)

    def give(self, *words: str) -> None:
        """Give a command that answers nothing of interest.

        Raises:
            DemoFailed: it failed.
        """
        ran = subprocess.run(  # noqa: S603  # ourselves
            self._about_profile(*words), cwd=self.folder, capture_output=True, text=True, check=False
        )
        _check(words, ran.returncode, ran.stderr)

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Begin a command that takes long; its output can be read."""
        return subprocess.Popen(  # noqa: S603  # ourselves
            self._about_profile(*words, "--json"),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def show(self, *words: str) -> None:
        """Let a command write to our own terminal.

        Raises:
            DemoFailed: it failed.
        """
        sys.stdout.flush()
        ran = subprocess.run(  # noqa: S603  # ourselves
            self._about_profile(*words), cwd=self.folder, stderr=subprocess.PIPE, text=True, check=False
        )
        _check(words, ran.returncode, ran.stderr)

    def _about_profile(self, *words: str) -> list[str]:
        return self.line(*words, "-c", PROFILE)


def answer(words: Sequence[str], code: int, output: str, complaints: str) -> Any:
    """The JSON that a command answered.

    Raises:
        DemoFailed: it failed.
    """
    _check(words, code, complaints)
    return json.loads(output)


def _check(words: Sequence[str], code: int, complaints: str) -> None:
    if code:
        raise DemoFailed(f"'flowhost {' '.join(words)}' ended with {code}: {complaints.strip()}")
