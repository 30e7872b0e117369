"""A Vidispine to develop and test against."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from werkzeug.wrappers import Response

import flowhost
from flowhost_devserver.faults import Faults
from flowhost_devserver.folders import make_folder
from flowhost_devserver.keeping import Keeping
from flowhost_devserver.serving import Serving
from flowhost_devserver.spoiling import Spoiling
from flowhost_devserver.vidispine.answers import refused
from flowhost_devserver.vidispine.pages import Pages
from flowhost_devserver.vidispine.refusals import Refusal
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import Catalogue

THREADS = 20  # requests worked on at once

ADMIN = {"admin": "admin"}
"""The user of a fresh server, and the password; it serves loopback only unless told otherwise."""


class VidispineServer:
    """A server that behaves like Vidispine, on a folder of this machine; a context manager.

    It keeps its state in the folder: started again there, it goes on where it was.

    Args:
        root: the folder; None: a temporary one, removed at the end.
        users: user name → password of those who are made at the first start.
        interface: name or address to listen on.
        port: TCP port; 0 takes any free one.
        seed: of the probabilities of faults.

    Attributes:
        url: ``http://127.0.0.1:PORT``, without a slash at the end; the API is below ``/API``.
        faults: what goes wrong; empty at first.
        catalogue: what the server stands on; what is changed there shows at once.
        site: what the pages work on.
        root: the folder.
    """

    def __init__(
        self,
        root: str | Path | None = None,
        *,
        users: Mapping[str, str] | None = None,
        interface: str = "127.0.0.1",
        port: int = 0,
        seed: int = 0,
    ) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._root = root
        self._users = dict(ADMIN if users is None else users)
        self._interface, self._port = interface, port
        self.faults = Faults(seed)
        self._serving: Serving | None = None

    def start(self) -> Self:
        """Open the catalogue and begin to serve.

        Raises:
            ConfigError: a folder cannot be made.
            Unavailable: the port is taken, or the catalogue used by another process.
        """
        if self._root is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="vidispine-")
        self.root = make_folder(
            Path(self._temporary.name if self._temporary else self._root or "").absolute()
        )
        self.catalogue = Catalogue(
            url=flowhost.Secret(f"sqlite:///{self.root / 'catalogue.db'}"), clock=flowhost.SystemClock()
        )
        try:
            self.catalogue.open()
            self._keeping = Keeping(self.root / "vidispine.db")
            self._build()
        except BaseException:
            self.stop()
            raise
        return self

    def _build(self) -> None:
        self.site = Site(self.catalogue, self._keeping, self.root)
        for name, password in self._users.items():
            if self._keeping.get("user", name) is None:
                self._keeping.put("user", name, {"password": password})
        serving = Serving(
            Spoiling(Pages(self.site), self.faults, _refusal),
            interface=self._interface,
            port=self._port,
            threads=THREADS,
        )
        serving.listen()
        self._serving = serving
        host = f"[{self._interface}]" if ":" in self._interface else self._interface
        self.url = self.site.url = f"http://{host}:{serving.port}"
        serving.start()

    def stop(self) -> None:
        """Answer the open requests and close everything."""
        if self._serving:
            self._serving.stop()
        self.catalogue.close()
        if hasattr(self, "_keeping"):
            self._keeping.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def _refusal(status: int, sentence: str, headers: dict[str, str]) -> Response:
    """A fault that was ordered, in Vidispine's words."""
    answer = refused(
        "json", Refusal(status, "internalServer", context=None, id=None, explanation=sentence, value=None)
    )
    answer.headers.extend(headers)
    return answer
