"""An FTP server for the tests, on pyftpdlib, in a process of its own; prints its port when it listens.

python ftp_server.py ADDRESS FOLDER [--foreign] [--pace BYTES] [--break-at BYTES --times N] [--room BYTES]
"""

from __future__ import annotations

import argparse
import errno
import ftplib
import logging
import threading
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # asyncore is deprecated, and pyftpdlib knows
    from pyftpdlib.authorizers import DummyAuthorizer  # type: ignore[import-untyped]  # it has no types
    from pyftpdlib.filesystems import AbstractedFS  # type: ignore[import-untyped]  # it has no types
    from pyftpdlib.handlers import DTPHandler, FTPHandler, ThrottledDTPHandler  # type: ignore[import-untyped]  # it has no types
    from pyftpdlib.servers import ThreadedFTPServer  # type: ignore[import-untyped]  # it has no types

USER, PASSWORD = "ann", "s3cr:t/p@ss"
CHUNK = 8192


class Breaking:
    """Reads a file, and fails after some bytes."""

    def __init__(self, file: Any, after: int) -> None:
        self._file = file
        self._left = after

    def more(self) -> bytes:
        if self._left <= 0:
            raise ConnectionResetError("broken on purpose")
        chunk: bytes = self._file.read(min(self._left, CHUNK))
        self._left -= len(chunk)
        return chunk


class Lines:
    """The status log of a transfer that goes on while it is read."""

    def __init__(self, lines: Any) -> None:
        self._lines = iter(lines)

    def more(self) -> bytes:
        return next(self._lines, b"")


class Handler(FTPHandler):  # type: ignore[misc]  # as above
    use_sendfile = False
    break_at = 0
    times = 0
    sends = "all"
    told_to_send = ""
    chosen = ""
    proto_cmds = {  # noqa: RUF012  # as pyftpdlib has it
        **FTPHandler.proto_cmds,
        "SITE ARDENDO": {"perm": None, "auth": True, "arg": True, "help": "Syntax: SITE ARDENDO ..."},
    }

    def push_dtp_data(self, data: Any, isproducer: bool = False, file: Any = None, cmd: Any = None) -> None:
        if self.break_at and Handler.times and cmd == "RETR":
            Handler.times -= 1
            data = Breaking(file, self.break_at)
        super().push_dtp_data(data, isproducer, file, cmd)

    def ftp_SITE_ARDENDO(self, line: str) -> None:  # noqa: N802  # so pyftpdlib finds it
        words = line.split(" ", 2)
        if words[:2] == ["FORMAT", "MXF"]:
            self.respond("200 MXF it is.")
        elif words[:2] == ["USE", "MXF"]:
            self.chosen = words[2]
            found = Path(self.fs.root, "media", self.chosen).exists()
            self.respond("200 found." if found else f"550 there is no {self.chosen}.")
        elif words[0] == "STOR" and words[1].startswith("ftp://"):
            self.told_to_send = words[1]
            if self.sends == "unanswered":
                list(self._send())
                return
            self.respond("200 the log tells how it goes.")
        else:
            self.respond(f"501 not understood: {line}")

    def ftp_RETR(self, file: str) -> Any:  # noqa: N802  # as above
        if Path(file).name != "status.log":
            return super().ftp_RETR(file)
        self.push_dtp_data(Lines(self._send()), isproducer=True, cmd="RETR")
        return file

    def _send(self) -> Any:
        """Sends the file by itself, and says how it goes."""
        url = urlsplit(self.told_to_send)
        content = Path(self.fs.root, "media", self.chosen).read_bytes()
        yield b"Transfer of the file begins\r\n"
        if self.sends == "nothing":
            return
        if self.sends == "silence":
            threading.Event().wait(60)
        with ftplib.FTP() as ftp:
            ftp.connect(url.hostname or "", url.port or 21, timeout=10)
            ftp.login(USER, PASSWORD)
            with ftp.transfercmd(f"STOR {url.path}") as data:
                for percent in range(0, 101, 25):
                    data.sendall(
                        content[len(content) * percent // 100 : len(content) * (percent + 25) // 100]
                    )
                    yield f"progress {percent}% of {self.chosen}\r\n".encode()
            ftp.voidresp()
        yield b"done\r\n"


class Full:
    """A file on a disk that has room for so many bytes more."""

    def __init__(self, file: Any, room: int) -> None:
        self._file = file
        self._room = room

    def write(self, data: bytes) -> int:
        if len(data) > self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._room -= len(data)
        return int(self._file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class FullDisk(DTPHandler):  # type: ignore[misc]  # as above
    """Says what happened; pyftpdlib's own says that None did."""

    def handle_error(self) -> None:
        self._resp = ("452 No space left on device.", logging.warning)
        self.close()


class Disk(AbstractedFS):  # type: ignore[misc]  # as above
    room: int | None = None

    def open(self, filename: str, mode: str) -> Any:
        file = super().open(filename, mode)
        return Full(file, self.room) if self.room is not None and "r" not in mode else file


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--foreign", action="store_true")
    parser.add_argument("--pace", type=int, default=0, help="bytes a second")
    parser.add_argument("--break-at", type=int, default=0)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--room", type=int)
    parser.add_argument("--perm", default="elradfmwMT")
    parser.add_argument("--sends-nothing", dest="sends", action="store_const", const="nothing", default="all")
    parser.add_argument("--falls-silent", dest="sends", action="store_const", const="silence")
    parser.add_argument("--never-answers", dest="sends", action="store_const", const="unanswered")
    given = parser.parse_args()
    Handler.sends = given.sends
    logging.basicConfig(level=logging.WARNING)
    Handler.authorizer = DummyAuthorizer()
    Handler.authorizer.add_user(USER, PASSWORD, str(given.folder), perm=given.perm)
    Handler.permit_foreign_addresses = given.foreign
    Handler.break_at, Handler.times = given.break_at, given.times
    Handler.abstracted_fs = Disk
    Disk.room = given.room
    if given.pace:
        Handler.dtp_handler = type(
            "Slow", (ThrottledDTPHandler,), {"read_limit": given.pace, "write_limit": given.pace}
        )
    else:
        Handler.dtp_handler = DTPHandler if given.room is None else FullDisk
    # with one loop for all connections, pyftpdlib loses some whose descriptor was another's just before
    server = ThreadedFTPServer((given.address, given.port), Handler)
    print(server.socket.getsockname()[1], flush=True)
    server.serve_forever(handle_exit=True)


if __name__ == "__main__":
    main()
