"""A Vidispine to measure on: the development server in a process of its own, so that its Python does not hold up ours."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

USER = PASSWORD = "admin"
TIME_OUT = 60.0  # seconds for one request
MEMORY = Path("/dev/shm")  # where there is one the server works there: a real one has a disk of its own


class Site:
    """What the benchmarks do with the server beside what they measure.

    Args:
        url: where it is, without a slash at the end.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """The JSON that a request is answered with.

        Raises:
            RuntimeError: it was refused.
        """
        answer = requests.request(
            method,
            f"{self.url}/API{path}",
            auth=(USER, PASSWORD),
            headers={"Accept": "application/json"},
            timeout=TIME_OUT,
            **options,
        )
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.content else {}

    def make_items(self, number: int) -> list[str]:
        """Placeholders with a title; their ids."""
        made = []
        for each in range(number):
            title = [{"name": "title", "value": [{"value": f"Clip {each}"}]}]
            document = {"timespan": [{"start": "-INF", "end": "+INF", "field": title}]}
            made.append(self.ask("POST", "/import/placeholder?container=1", json=document)["id"])
        return made

    def make_collection(self, name: str) -> str:
        """A collection; its id."""
        return str(self.ask("POST", "/collection", params={"name": name})["id"])


@contextmanager
def running_site() -> Iterator[Site]:
    """A server on a folder that is removed with it.

    Raises:
        RuntimeError: it does not say where it is.
    """
    place = MEMORY if MEMORY.is_dir() else None
    command = [sys.executable, "-m", "flowhost_devserver", "vidispine", "--port", "0", "--root"]
    with (
        tempfile.TemporaryDirectory(dir=place) as folder,
        subprocess.Popen([*command, folder], stdout=subprocess.PIPE, text=True) as process,
    ):
        try:
            assert process.stdout, "it is a pipe"
            said = process.stdout.readline()
            found = re.search(r"(http://\S+)/API", said)
            if not found:
                raise RuntimeError(f"the development server said {said!r} instead of its URL")
            yield Site(found[1])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
