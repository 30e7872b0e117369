"""A development server in a process of its own, so that its Python does not hold up ours."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import flowhost
from flowhost_plugins.viz_one import (
    Item,
    UnmanagedFile,
    UnmanagedFileCollection,
    VizOne,
    create_or_update_asset,
)

T = TypeVar("T")

USER = PASSWORD = "user"
PATIENCE = 120.0  # seconds for what the server does on its own


class Site:
    """What the benchmark does with the server beside what it measures.

    Args:
        url: where it is, without a slash at the end.
        inbox: folder of its import storage ``inbox``.
    """

    def __init__(self, url: str, inbox: Path) -> None:
        self.url, self.inbox = url, inbox
        self.host = url.removeprefix("http://")
        self.client = VizOne(
            hostname=self.host, username=USER, password=flowhost.Secret(PASSWORD), use_https=False
        )

    @property
    def model(self) -> str:
        """URL of the model of the form ``hubitem``."""
        return f"{self.url}/api/metadata/form/hubitem/r1"

    def make_assets(self, number: int) -> list[Item]:
        """Placeholders with a title and an owner."""
        fields = {"form": "hubitem", "asset.owner": "Ada"}
        return [
            create_or_update_asset(
                f"MAP-{each}", fields | {"asset.title": f"Clip {each}"}, client=self.client
            )
            for each in range(number)
        ]

    def files(self, number: int) -> list[UnmanagedFile]:
        """The files of the import storage, when there are so many."""

        def listed() -> list[UnmanagedFile]:
            first = self.client.location("inbox").self_link
            return list(self.client.feed(first, UnmanagedFileCollection))

        return _wait_for(listed, lambda files: len(files) == number, f"{number} files in the import storage")

    def forget_imports(self, identities: list[str]) -> None:
        """Wait for the media of these assets; then delete them, and every file that is left in the inbox."""
        for identity in identities:
            asset = _wait_for(
                lambda: self.client.asset(identity, inline=False),  # noqa: B023  # called at once
                lambda found: found.mediastatus == "online",
                f"the media of {identity}",
            )
            self.client.delete(asset.edit_link)
        for path in self.inbox.iterdir():
            path.unlink()
        self.files(0)


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """A server that lives in `folder`.

    Args:
        folder: empty, and on the disk that the server is to work on.
    """
    inbox = folder / "inbox"
    command = [sys.executable, "-m", "flowhost_devserver", "viz-one", "--port", "0"]
    command += ["--root", str(folder / "viz-one"), "--location", f"inbox={inbox}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout, "it is a pipe"
            said = process.stdout.readline()
            words = [word for word in said.split() if word.startswith("http://")]
            if not words:
                raise RuntimeError(f"the development server said {said!r} instead of its URL")
            site = Site(words[0].removesuffix("/thirdparty"), inbox)
            site.client.open()
            yield site
            site.client.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _wait_for(find: Callable[[], T], good: Callable[[T], bool], what: str) -> T:
    deadline = time.monotonic() + PATIENCE
    while not good(found := find()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {PATIENCE:g} s for {what}")
        time.sleep(0.05)
    return found
