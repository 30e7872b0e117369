"""``vizone.net.ftp`` with two servers, on addresses of their own, so that each is foreign to the other."""

from __future__ import annotations

import ftplib
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from vizone.net.ftp import FXP, connect, ftp_write

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # asyncore is deprecated, and pyftpdlib knows
    from pyftpdlib.authorizers import DummyAuthorizer  # type: ignore[import-untyped]  # it has no types
    from pyftpdlib.handlers import FTPHandler  # type: ignore[import-untyped]  # it has no types
    from pyftpdlib.ioloop import IOLoop  # type: ignore[import-untyped]  # it has no types
    from pyftpdlib.servers import FTPServer  # type: ignore[import-untyped]  # it has no types

USER, PASSWORD = "ann", "s3cr:t/p@ss"
Serve = Callable[[str, Path, bool], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers: address, folder, and whether transfers with other servers are allowed; returns their URL."""
    threads: list[threading.Thread] = []
    stop = threading.Event()

    def start(address: str, folder: Path, foreign: bool) -> str:
        class Handler(FTPHandler):  # type: ignore[misc]  # as above
            authorizer = DummyAuthorizer()
            permit_foreign_addresses = foreign
            passive_ports = None

        folder.mkdir()
        Handler.authorizer.add_user(USER, PASSWORD, str(folder), perm="elradfmw")
        # a loop that runs already would close a server that does not listen yet, so each has its own
        server = FTPServer((address, 0), Handler, ioloop=IOLoop())
        threads.append(threading.Thread(target=run, args=(server,), name=f"ftp {address}"))
        threads[-1].start()
        return f"ftp://{USER}:{quote(PASSWORD, safe='')}@{address}:{server.address[1]}"

    def run(server: FTPServer) -> None:
        while not stop.is_set():
            server.serve_forever(timeout=0.02, blocking=False)
        server.close_all()

    yield start
    stop.set()
    for thread in threads:
        thread.join()


def test_a_file_goes_from_server_to_server_with_its_xml(serve: Serve, tmp_path: Path) -> None:
    giver, taker = serve("127.0.0.2", tmp_path / "a", True), serve("127.0.0.3", tmp_path / "b", True)
    (tmp_path / "a" / "clip #1?.mxf").write_bytes(bytes(range(256)) * 500)
    transfer = FXP(f"{giver}/clip #1?.mxf", f"{taker}/clip%201.mxf", timeout=30)
    transfer.run()
    transfer.quit()
    ftp_write(f"{taker}/clip%201.mxf.xml", "<größe/>")
    assert (tmp_path / "b" / "clip 1.mxf").read_bytes() == bytes(range(256)) * 500
    assert (tmp_path / "b" / "clip 1.mxf.xml").read_text("utf-8") == "<größe/>"


def test_a_server_that_refuses_is_told_and_let_go(serve: Serve, tmp_path: Path) -> None:
    giver, taker = serve("127.0.0.2", tmp_path / "a", True), serve("127.0.0.3", tmp_path / "b", False)
    (tmp_path / "a" / "clip.mxf").write_bytes(b"media")
    transfer = FXP(f"{giver}/clip.mxf", f"{taker}/clip.mxf", timeout=30)
    with pytest.raises(ftplib.error_perm, match="501"):
        transfer.run()
    transfer.quit()
    with pytest.raises(ftplib.error_perm, match="530"):
        FXP(f"{giver}/clip.mxf", taker.replace(USER, "eve") + "/clip.mxf", timeout=30)


def test_what_is_no_address() -> None:
    with pytest.raises(ValueError, match="kind 'http' cannot be used; expected ftp://"):
        connect("http://ann:s3cret@one.test/clip.mxf")
