"""The database commits, and its answer is lost on the way: nobody can know whether it did."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

MESSAGES = 500
LOST = 0.02  # of the answers to a COMMIT
SEED = 20261122
CHUNK = 65536

PROFILE = """
[Flow]
app name = app
class = appending.Append
workers = 4
[Database]
url = {database}
[Source]
type = stomp
journal = {journal}
url = {queue}
"""


class LossyProxy:
    """Stands between a client and a PostgreSQL server, and breaks connections at the worst moment.

    Args:
        target: host and port of the server.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self.lost = 0
        self._target = target
        self._chance = random.Random(SEED)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        for one in [self._listener, *self._sockets]:
            _cut(one)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                server = socket.create_connection(self._target)
                self._sockets += [client, server]
                doomed = threading.Event()
                for pump in (self._upwards, self._downwards):
                    self._threads.append(threading.Thread(target=pump, args=[client, server, doomed]))
                    self._threads[-1].start()

    def _upwards(self, client: socket.socket, server: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(CHUNK):
                if b"COMMIT" in data and self._chance.random() < LOST:
                    doomed.set()
                server.sendall(data)
        _cut(client, server)

    def _downwards(self, client: socket.socket, server: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(CHUNK):
                if doomed.is_set():
                    self.lost += 1
                    break
                client.sendall(data)
        _cut(client, server)


def _cut(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@pytest.fixture
def proxy(postgresql_url: str) -> Iterator[LossyProxy]:
    """Between the program and the test's database."""
    parts = urlsplit(postgresql_url)
    made = LossyProxy((parts.hostname or "127.0.0.1", parts.port or 5432))
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.rabbitmq
@pytest.mark.postgresql
@pytest.mark.parametrize("journal", ["no", "yes"])
def test_lost_answers_of_the_database_neither_lose_nor_repeat_nor_block_a_message(
    journal: str,
    proxy: LossyProxy,
    postgresql_url: str,
    tmp_path: Path,
    start: Any,
    rabbitmq: Any,
    publish: Any,
    effects: Any,
    tell: Any,
    eventually: Callable[..., None],
) -> None:
    queue = rabbitmq.queue("lost-answers")
    ids = [f"message-{number:04}" for number in range(MESSAGES)]
    publish(rabbitmq, queue, ids)
    parts = urlsplit(postgresql_url)
    database = parts._replace(netloc=f"{parts.username}@127.0.0.1:{proxy.port}").geturl()
    (tmp_path / "app.ini").write_text(
        PROFILE.format(database=database, queue=rabbitmq.url(queue), journal=journal)
    )
    program = start("run", "app.ini")
    eventually(lambda: len(set(effects.ids())) == MESSAGES, "all messages")
    tell(f"seed {SEED}: {proxy.lost} answers were lost")
    assert proxy.lost > 10
    rabbitmq.wait_for_depth(queue, 0)  # also of what went back because nobody knew whether it was recorded
    assert program.terminate() == 0, program.output
    assert sorted(effects.ids()) == ids
    assert rabbitmq.depth(queue) == 0
