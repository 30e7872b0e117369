from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import pytest

from flowhost.testing.services import missing

SERVER = Path(__file__).with_name("ftp_server.py")
USER, PASSWORD = "ann", "s3cr:t/p@ss"
HASH = "$6$flowhost$bV/XyqwvUVjfWiBIU4IME3DTsx5ATaxCBXQroigq54skQduemaJkhBjcIEWZS0X31kZ3kWCudUXJ4o9fbmtse1"
"""What ``openssl passwd -6`` makes of the password."""
DEADLINE = 60  # seconds, on a busy machine


@dataclass
class Ftp:
    """An FTP server at work."""

    address: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    root: str = ""

    def url(self, path: str, user: str = USER, password: str = PASSWORD) -> str:
        path = quote(self.root) + path
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"ftp://{quote(user, safe='')}:{quote(password, safe='')}@{host}:{self.port}{path}"

    def put(self, path: str, content: bytes) -> str:
        """Have a file there; return its URL."""
        file = self.folder / path.strip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return self.url(path)

    def read(self, path: str) -> bytes | None:
        file = self.folder / path.strip("/")
        return file.read_bytes() if file.exists() else None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(DEADLINE)


class Serve(Protocol):
    def __call__(self, address: str, *options: str) -> Ftp: ...


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers of pyftpdlib: the address on the loopback, and options of `ftp_server.py`."""
    with ExitStack() as stack:
        yield lambda address, *options: _serve(
            stack, tmp_path / f"disk-{address.replace(':', '')}", address, options
        )


def _serve(stack: ExitStack, folder: Path, address: str, options: tuple[str, ...]) -> Ftp:
    folder.mkdir(exist_ok=True)
    command = [sys.executable, str(SERVER), address, str(folder), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    stack.callback(_end, process)
    assert process.stdout
    line = process.stdout.readline()
    assert line, f"the server did not start: {' '.join(command)}"
    return Ftp(address, int(line), folder, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def _end_all(process: subprocess.Popen[bytes]) -> None:
    """End the server with the processes it has for its connections."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(DEADLINE)


PROFTPD = """
ServerName "flowhost tests"
ServerType standalone
DefaultServer on
DefaultAddress {address}
SocketBindTight on
Port {port}
User {user}
Group {group}
AuthOrder mod_auth_file.c
AuthUserFile {home}/users
RequireValidShell off
PidFile {home}/pid
ScoreboardFile {home}/scoreboard
DelayTable none
DelayEngine off
SystemLog {home}/log
WtmpLog off
TransferLog none
UseReverseDNS off
UseIPv6 on
AllowOverwrite on
AllowRetrieveRestart on
AllowStoreRestart on
AllowForeignAddress {foreign}
MaxConnectionRate 1000
RootLogin on
RootRevoke off
"""


@pytest.fixture
def proftpd(tmp_path: Path) -> Iterator[Callable[..., Ftp]]:
    """Starts servers of ProFTPD: the address, and whether foreign addresses are allowed."""
    program = shutil.which("proftpd") or shutil.which("proftpd", path="/usr/sbin")
    if program is None:
        missing("there is no ProFTPD; on Debian: apt-get install proftpd-core")
    with ExitStack() as stack:

        def start(address: str, *, foreign: bool = True, more: str = "") -> Ftp:
            home = tmp_path / f"proftpd-{address}"
            return _proftpd(stack, program, home, address, foreign=foreign, more=more)

        yield start


def _proftpd(stack: ExitStack, program: str, home: Path, address: str, *, foreign: bool, more: str) -> Ftp:
    folder = home / "disk"
    folder.mkdir(parents=True)
    for parent in (folder, home):
        parent.chmod(0o755)
    owner, group = pwd.getpwuid(os.getuid()), grp.getgrgid(os.getgid())
    users = home / "users"
    users.write_text(f"{USER}:{HASH}:{owner.pw_uid}:{owner.pw_gid}::{folder}:/bin/false\n")
    users.chmod(0o600)
    port = free_port(address)
    config = home / "proftpd.conf"
    config.write_text(
        PROFTPD.format(
            address=address,
            port=port,
            home=home,
            user=owner.pw_name,
            group=group.gr_name,
            foreign="on" if foreign else "off",
        )
        + more
    )
    log = (home / "output").open("wb")
    stack.enter_context(log)
    command = [program, "-n", "-q", "-c", str(config)]
    process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    stack.callback(_end_all, process)
    _await_welcome(address, port, process, home / "output")
    return Ftp(address, port, folder, process, root=str(folder))


def free_port(address: str) -> int:
    with closing(socket.socket()) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def _await_welcome(address: str, port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    pause = threading.Event()
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        assert process.poll() is None, output.read_text()
        try:
            with socket.create_connection((address, port), 10) as probe:
                if probe.recv(3) == b"220":
                    return
        except OSError:
            pass
        pause.wait(0.1)
    raise AssertionError(f"ProFTPD does not answer: {output.read_text()}")
