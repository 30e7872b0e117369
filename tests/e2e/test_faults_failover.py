"""The way to the broker fails, half first and then wholly; there is another one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

MESSAGES = 3000
MOMENT = 300  # messages worked on when the way fails
LOST_ACKNOWLEDGEMENTS = 50

PROFILE = """
[Flow]
app name = app
class = appending.Append
workers = 4
[Worker]
seconds = 1 ms
[Source]
type = stomp
url = {first}, {second}
"""


class Way:
    """A way to a broker, which may first swallow what the client says and then end."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.swallows = False
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets = [self._listener]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def end(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, server = self._listener.accept()[0], socket.create_connection(self._target)
                self._sockets += [client, server]
                for pair in ((client, server, True), (server, client, False)):
                    self._threads.append(threading.Thread(target=self._pump, args=pair))
                    self._threads[-1].start()

    def _pump(self, one: socket.socket, other: socket.socket, upwards: bool) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if not (upwards and self.swallows):
                    other.sendall(data)


@pytest.fixture
def way(rabbitmq: Any) -> Iterator[Way]:
    """To RabbitMQ."""
    made = Way((rabbitmq.host, rabbitmq.port))
    yield made
    made.end()


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_what_was_done_is_known_again_when_it_comes_from_the_next_broker_of_the_list(
    way: Way, tmp_path: Path, start: Any, rabbitmq: Any, publish: Any, effects: Any, eventually: Any
) -> None:
    queue = rabbitmq.queue("failover")
    ids = [f"message-{number:04}" for number in range(MESSAGES)]
    publish(rabbitmq, queue, ids)
    direct = rabbitmq.url(queue)
    first = direct.replace(f":{rabbitmq.port}/", f":{way.port}/")
    (tmp_path / "app.ini").write_text(PROFILE.format(first=first, second=direct))
    program = start("run", "app.ini")
    eventually(lambda: len(effects.ids()) >= MOMENT, f"{MOMENT} messages")
    way.swallows = True
    done = len(effects.ids())
    eventually(
        lambda: len(effects.ids()) >= done + LOST_ACKNOWLEDGEMENTS, "work whose acknowledgement is lost"
    )
    way.end()
    program.wait_for(f"receiving from stomp://127.0.0.1:{rabbitmq.port}{queue}")
    eventually(lambda: len(set(effects.ids())) == MESSAGES, "all messages")
    rabbitmq.wait_for_depth(queue, 0)  # the lost connection may give back late what the next one knows
    assert program.terminate() == 0, program.output
    assert sorted(effects.ids()) == ids
    assert rabbitmq.depth(queue) == 0
