"""A broker for tests: one that somebody else runs, or a private one that a test may kill and start again."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import secrets
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import IO
from urllib.parse import quote

from flowhost.testing.services import missing
from flowhost.testing.stomp_wire import StompWire

START_SECONDS = 120
"""RabbitMQ needs ten seconds on a quiet machine; continuous integration is seldom quiet."""
STOP_SECONDS = 30

PR_SET_PDEATHSIG = 1
"""Of Linux's prctl(2): the signal that a process gets when the thread that started it ends."""
_END_WITH_PARENT = ctypes.CDLL(None).prctl


class StompBroker:
    """A running broker that speaks STOMP.

    Args:
        host: its address.
        port: its STOMP port.
        user: a user who may do everything.
        password: that user's password.
    """

    tls_port: int | None = None
    certificate: Path | None = None
    limited_user = ""
    """A user with the same password who may only use destinations whose name starts with ``open.``."""

    def __init__(self, host: str, port: int, user: str, password: str) -> None:
        self.host, self.port, self.user, self.password = host, port, user, password

    def url(
        self, destination: str, *, user: str | None = None, password: str | None = None, tls: bool = False
    ) -> str:
        """The URL of a destination, as an operator would write it."""
        login = ":".join(quote(part, safe="") for part in (user or self.user, password or self.password))
        scheme, port = ("stomp+ssl", self.tls_port) if tls else ("stomp", self.port)
        return f"{scheme}://{login}@{self.host}:{port}/?destination={quote(destination, safe='/')}"

    def queue(self, name: str = "open.test") -> str:
        """A queue that nobody has used: ``/queue/NAME.RANDOM``."""
        return f"/queue/{name}.{uuid.uuid4().hex[:12]}"

    def connect(self) -> StompWire:
        """A connection of the test's own."""
        return StompWire(self.host, self.port, self.user, self.password)

    def send(self, destination: str, *bodies: bytes | str, **headers: str) -> None:
        """Send persistent messages and wait until the broker has them; ``a_b=`` is the header ``a-b``."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        fields |= {"destination": destination, "persistent": "true"}
        *most, last = [body.encode() if isinstance(body, str) else body for body in bodies]
        with self.connect() as wire:
            for body in most:
                wire.write("SEND", fields, body)
            wire.write("SEND", fields | {"receipt": "last"}, last)
            wire.expect("RECEIPT")

    def depth(self, queue: str) -> int:
        """How many messages are in the queue, waiting or not yet acknowledged; may take a second."""
        found = 0
        with self.connect() as wire:
            wire.write("SUBSCRIBE", {"destination": queue, "id": "0", "ack": "client-individual"})
            try:
                while wire.read(timeout=1)[0] == "MESSAGE":
                    found += 1
            except TimeoutError:
                return found
        raise ConnectionError(f"the broker would not show {queue}")

    def unacknowledged(self, queue: str) -> int:  # noqa: ARG002  # a subclass knows its broker
        """How many messages of the queue were delivered and not yet acknowledged."""
        missing("this test looks into the broker, and this one is not ours")

    def wait_for_depth(self, queue: str, wanted: int, seconds: float = 60) -> None:
        """Wait until the queue holds so many messages.

        Raises:
            AssertionError: it does not come to that in time.
        """
        end = time.monotonic() + seconds
        while (found := self.depth(queue)) != wanted:
            assert time.monotonic() < end, f"{queue} holds {found} messages, expected {wanted}"
            time.sleep(0.05)

    def start(self) -> None:
        """Start it again, with what it had stored."""
        missing("this test stops and starts the broker, and this one is not ours")

    def stop(self) -> None:
        """Shut it down in good order."""
        missing("this test stops the broker, and this one is not ours")

    def kill(self) -> None:
        """End it as a power cut would."""
        missing("this test kills the broker, and this one is not ours")

    def close(self) -> None:
        """Leave nothing behind."""


class PrivateBroker(StompBroker):
    """A broker of our own in a temporary folder; a subclass knows how to configure and run it."""

    program = ""

    def __init__(self, user: str, password: str) -> None:
        super().__init__("127.0.0.1", free_port(), user, password)
        self._folder = tempfile.TemporaryDirectory(prefix="flowhost-broker-")
        self.folder = Path(self._folder.name)
        self._log: IO[bytes] = (self.folder / "output.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> tuple[list[str], dict[str, str]]:
        """The program with its arguments, and its environment."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        arguments, environment = self.command()
        self._process = self.spawn(arguments, environment)
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect().close()
                return
            except OSError as error:
                if self._process.poll() is not None or time.monotonic() > end:
                    output = (self.folder / "output.log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"{self.program} does not start: {error}\n{output}") from error
                time.sleep(0.1)

    def spawn(self, arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        """Start a program that ends with the tests, however they end."""
        return subprocess.Popen(  # noqa: S603 - the arguments are our own
            arguments,
            env=environment,
            cwd=self.folder,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
            preexec_fn=functools.partial(_END_WITH_PARENT, PR_SET_PDEATHSIG, signal.SIGKILL),
        )

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Shut it down in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Kill it and remove its folder."""
        self.kill()
        self._log.close()
        self._folder.cleanup()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self.running:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._signal(number)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


_given: set[int] = set()
"""What `free_port` gave so far; who asked for one may begin to listen much later."""


def free_port() -> int:
    """A TCP port on the loopback interface that was free a moment ago.

    It is not one that the system gives to outgoing connections (from 32768 on): such a connection would take it
    while a killed broker is away.
    """
    while True:
        port = secrets.choice(range(15000, 32000))
        if port in _given:
            continue
        _given.add(port)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
