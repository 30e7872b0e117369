"""A client of a web server that says what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import VizOne


@pytest.fixture
def client_of(hurried: Any) -> Iterator[Callable[..., VizOne]]:
    """Makes clients: called with the web server and options."""
    made: list[VizOne] = []

    def make(web: Any, **options: Any) -> VizOne:
        plain = {"hostname": web.host, "use_https": web.url.startswith("https"), "clock": hurried}
        secret = {"username": "ada", "password": flowhost.Secret("lovelace-1815")}
        made.append(VizOne(**{**plain, **secret, **options}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(web: Any, client_of: Callable[..., VizOne]) -> VizOne:
    return client_of(web)


@pytest.fixture
def reply(reply: type) -> type:
    """The class of what the server answers: Atom, when nobody says what."""

    @dataclass(frozen=True)
    class Atom(reply):  # type: ignore[misc,valid-type]  # whatever the class is
        kind: str | None = "application/atom+xml"

    return Atom
