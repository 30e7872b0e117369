"""Clients of a web server that says what a test tells it to."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from flowhost_plugins.vidispine import Client, Settings

FAULTS = (
    "notFound",
    "internalServer",
    "forbidden",
    "notYetImplemented",
    "conflict",
    "invalidInput",
    "licenseFault",
    "fileAlreadyExists",
    "notAuthorized",
)


@pytest.fixture
def client_of(hurried: Any) -> Iterator[Callable[..., Client]]:
    """Makes clients: called with the web server and settings."""
    made: list[Client] = []

    def make(web: Any, *, clock: Any = hurried, **settings: Any) -> Client:
        login = {"username": "ada", "password": "lovelace-1815"}
        made.append(Client(Settings(**{"base": f"{web.url}/API", **login, **settings}), clock))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(web: Any, client_of: Callable[..., Client]) -> Client:
    return client_of(web)


@pytest.fixture
def told(reply: Any) -> Callable[..., Any]:
    """Makes answers of JSON documents."""

    def make(data: object, status: int = 200, **more: Any) -> Any:
        return reply(json.dumps(data).encode(), status, **more)

    return make


@pytest.fixture
def fault(told: Any) -> Callable[..., Any]:
    """Makes error documents: all nine keys, one of them with something."""

    def make(status: int, name: str, **details: Any) -> Any:
        return told({key: details if key == name else None for key in FAULTS}, status)

    return make


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits for what other threads do; fails after a minute."""

    def wait(is_so: Callable[[], bool]) -> None:
        patience = threading.Event()
        for _ in range(6000):
            if is_so():
                return
            patience.wait(0.01)
        raise AssertionError("it did not come to that within a minute")

    return wait


@pytest.fixture
def waiting() -> Callable[[], int]:
    """Counts the threads that wait for another one's request."""

    def waits(frame: FrameType | None) -> bool:
        called = []
        while frame is not None:
            called.append((Path(frame.f_code.co_filename).name, frame.f_code.co_name))
            frame = frame.f_back
        return ("threading.py", "wait") in called[:2] and ("sharing.py", "get") in called

    return lambda: sum(waits(frame) for frame in sys._current_frames().values())
