"""The folder of the scripts: what is in it, and how that changes. Nothing else of the project writes there."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import flowhost
from flowhost_plugins.scripts.names import check_name
from flowhost_plugins.scripts.obstacles import obstacle

NEW_MODE = 0o755
"""Of a script that is uploaded: all may run it, its owner may change it."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script.

    Args:
        name: of its file.
        size: bytes.
        modified: when it was last written.
        problem: why it cannot be run, as the end of a sentence; empty when nothing speaks against it.
    """

    name: str
    size: int
    modified: datetime
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ScriptFolder:
    """The scripts in one folder. Hidden files and folders in it are none.

    Args:
        directory: the folder; it need not exist before the first upload.
    """

    directory: Path

    def listed(self) -> list[Script]:
        """All scripts, by name.

        Raises:
            Unavailable: the folder cannot be read.
        """
        try:
            return [_described(self.directory / name) for name in self.names()]
        except FileNotFoundError:  # one was deleted just now
            return self.listed()

    def names(self) -> list[str]:
        """The names of all scripts, sorted.

        Raises:
            Unavailable: the folder cannot be read.
        """
        try:
            return sorted(
                entry.name for entry in self.directory.iterdir() if _is_name(entry.name) and entry.is_file()
            )
        except FileNotFoundError:
            return []
        except OSError as error:
            raise flowhost.Unavailable(
                f"cannot read the scripts in {self.directory}: {_why(error)}"
            ) from error

    def file(self, name: str) -> Path:
        """Where the script of this name is.

        Raises:
            Permanent: there is none, or no script is called so.
        """
        file = self._place(name)
        if not file.is_file():
            near = flowhost.nearest(name, self.names())
            raise flowhost.Permanent(f"there is no script {name!r} in {self.directory}{near}")
        return file

    def read(self, name: str) -> bytes:
        """What is in the script.

        Raises:
            Permanent: there is none of this name.
            Unavailable: it cannot be read.
        """
        file = self.file(name)
        try:
            return file.read_bytes()
        except OSError as error:
            raise flowhost.Unavailable(f"cannot read the script {file}: {_why(error)}") from error

    def upload(self, name: str, content: bytes) -> Script:
        """Add a script, which may be run from then on. It appears whole or not at all.

        Raises:
            Permanent: there is one of this name already, or no script can be called so.
            Unavailable: it cannot be written.
        """
        target = self._place(name)
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            written = self._written(content, NEW_MODE)
            try:
                _link(written, target)
            finally:
                written.unlink()
        except OSError as error:
            raise flowhost.Unavailable(f"cannot write the script {target}: {_why(error)}") from error
        return _described(target)

    def replace(self, name: str, content: bytes) -> Script:
        """Put something else into a script. Runs that are under way go on with what was in it.

        Raises:
            Permanent: there is none of this name.
            Unavailable: it cannot be written.
        """
        target = self.file(name)
        try:
            mode = target.stat().st_mode & 0o777
            self._written(content, mode | (mode & 0o444) >> 2).replace(target)
        except OSError as error:
            raise flowhost.Unavailable(f"cannot write the script {target}: {_why(error)}") from error
        return _described(target)

    def delete(self, name: str) -> None:
        """Delete a script. Steps of rules that run it fail from then on.

        Raises:
            Permanent: there is none of this name.
            Unavailable: it cannot be deleted.
        """
        file = self.file(name)
        try:
            file.unlink()
        except OSError as error:
            raise flowhost.Unavailable(f"cannot delete the script {file}: {_why(error)}") from error

    def _place(self, name: str) -> Path:
        try:
            check_name(name)
        except ValueError as error:
            raise flowhost.Permanent(str(error)) from error
        return self.directory / name

    def _written(self, content: bytes, mode: int) -> Path:
        """A hidden file in the folder with this in it, on the disk."""
        number, path = tempfile.mkstemp(prefix=".", suffix=".upload", dir=self.directory)
        written = Path(path)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fchmod(number, mode)
                os.fsync(number)
        except BaseException:
            written.unlink()
            raise
        return written


def _link(written: Path, target: Path) -> None:
    try:
        os.link(written, target)  # unlike a rename, it does not replace
    except FileExistsError as error:
        where = f"there is a script {target.name!r} in {target.parent} already"
        raise flowhost.Permanent(f"{where}; replace it, or delete it first") from error


def _described(file: Path) -> Script:
    state = file.stat()
    return Script(file.name, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC), obstacle(file))


def _is_name(name: str) -> bool:
    try:
        check_name(name)
    except ValueError:
        return False
    return True


def _why(error: OSError) -> str:
    return error.strerror or str(error)
