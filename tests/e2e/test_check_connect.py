"""`flowhost check --connect`: what a daemon depends on is tried, and nothing is done."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SECRET = "sesame-1001"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port that takes connections, and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as freed:
        return int(freed.getsockname()[1])


@pytest.fixture
def connect(tmp_path: Path, flowhost: Any) -> Callable[..., tuple[int, list[str]]]:
    """Check a profile with this worker, sources and more; return the exit code and what was said."""

    def check(
        worker: str = "worker = log\n", source: str = "type = interval\n", more: str = ""
    ) -> tuple[int, list[str]]:
        (tmp_path / "app.ini").write_text(f"[Flow]\napp name = app\n{worker}[Source]\n{source}{more}")
        ran = flowhost("check", "--connect", "app.ini")
        assert "Traceback" not in ran.stderr and SECRET not in ran.stdout + ran.stderr
        return ran.returncode, (ran.stdout + ran.stderr).splitlines()

    return check


GOOD = (0, ["app.ini: ok, and everything it uses can be reached"])


def test_the_folder_of_watch_folder(connect: Any, tmp_path: Path) -> None:
    source = "type = watch-folder\nfolder = inbox\n"
    said = f"app.ini: source 'watch-folder': there is no folder '{tmp_path}/inbox'; create or mount it"
    assert connect(source=source) == (69, [said])
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "clip.wav").write_text("x")
    assert connect(source=source) == GOOD
    assert [path.name for path in (tmp_path / "inbox").iterdir()] == ["clip.wav"]
    source = "type = watch-folder\nfolder = app.ini\n"
    said = f"app.ini: source 'watch-folder': the folder '{tmp_path}/app.ini' cannot be read: Not a directory"
    assert connect(source=source) == (69, [said])


def test_the_port_of_http(connect: Any, listening: socket.socket, free_port: int) -> None:
    taken = listening.getsockname()[1]
    code, (said,) = connect(source=f"type = http\nport = {taken}\n")
    assert code == 69
    assert said.startswith(
        f"app.ini: source 'http': cannot listen on 127.0.0.1:{taken}: address already in use; "
    )
    assert connect(source=f"type = http\nport = {free_port}\n") == GOOD


def test_the_certificate_of_http(connect: Any, tmp_path: Path) -> None:
    said = (
        f"app.ini: source 'http': cannot read {tmp_path}/no.pem: No such file or directory; see the options"
    )
    code, (line,) = connect(source="type = http\nport = 0\ncertificate = no.pem\n")
    assert (code, line.startswith(said)) == (69, True), line


def test_the_server_of_http_post(connect: Any, listening: socket.socket, free_port: int) -> None:
    worker = f"worker = http-post\n[Worker]\nurl = {{}}://127.0.0.1:{{}}/secret-path\ntoken = {SECRET}\ntimeout = 1\n"
    answering = listening.getsockname()[1]
    assert connect(worker.format("http", answering)) == GOOD
    said = f"app.ini: worker: cannot connect to http://127.0.0.1:{free_port}: connection refused"
    assert connect(worker.format("http", free_port)) == (69, [said])
    said = f"app.ini: worker: cannot connect to https://127.0.0.1:{answering}: no answer within 1 s"
    assert connect(worker.format("https", answering)) == (69, [said])
    code, (line,) = connect(worker.format("http", "1").replace("127.0.0.1:1", "server.invalid"))
    assert code == 69
    assert line.startswith(
        "app.ini: worker: cannot connect to http://server.invalid: its name cannot be resolved ("
    )


def test_a_server_that_speaks_no_tls(connect: Any, listening: socket.socket) -> None:
    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            connection.recv(65536)

    answering = threading.Thread(target=answer)
    answering.start()
    code, (line,) = connect(
        f"worker = http-post\n[Worker]\nurl = https://127.0.0.1:{listening.getsockname()[1]}/\n"
    )
    answering.join()
    assert code == 69
    assert line.endswith("; is that its HTTPS port?")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            "no-such-program {subject}",
            "cannot start 'no-such-program': there is no such program; install it, or give its whole path",
        ),
        (
            "./there.sh",
            "cannot start './there.sh': it is not executable for this user; see its mode and the modes of its folders",
        ),
        (
            "cat\ndirectory = away",
            "cannot start 'cat' in {folder}/away: No such file or directory; see 'directory'",
        ),
        ("cat {subject}", None),
        ("./runs.sh", None),
    ],
)
def test_the_program_of_command(connect: Any, tmp_path: Path, command: str, said: str | None) -> None:
    (tmp_path / "there.sh").write_text("#!/bin/sh\n")
    (tmp_path / "runs.sh").write_text("#!/bin/sh\ntouch ran\n")
    (tmp_path / "runs.sh").chmod(0o755)
    expected = (69, [f"app.ini: worker: {said.format(folder=tmp_path)}"]) if said else GOOD
    assert connect(f"worker = command\n[Worker]\ncommand = {command}\n") == expected
    assert not (tmp_path / "ran").exists()


def test_everything_that_fails_is_said_at_once(
    connect: Any, listening: socket.socket, tmp_path: Path
) -> None:
    taken = listening.getsockname()[1]
    (tmp_path / "app.db").write_text("no database at all, and long enough to be sure of that" * 100)
    code, said = connect(
        f"worker = command\nmonitoring port = {taken}\n[Worker]\ncommand = nothing\n",
        f"type = http\nport = {taken}\n",
        "[Source:inbox]\ntype = watch-folder\nfolder = inbox\n[Database]\nurl = sqlite:///app.db\n",
    )
    assert code == 69
    assert [line.split(": ", 2)[1] for line in said] == [
        "resource 'database'", "worker", "source 'http'", "source 'inbox'", "[Flow]",
    ]  # fmt: skip


def test_several_files_are_told_apart(tmp_path: Path, flowhost: Any) -> None:
    profile = "[Flow]\napp name = {0}\nworker = log\n[Source]\ntype = watch-folder\nfolder = {0}\n"
    (tmp_path / "good").mkdir()
    for name in ("good", "bad"):
        (tmp_path / f"{name}.ini").write_text(profile.format(name))
    ran = flowhost("check", "--connect", "bad.ini", "good.ini")
    assert ran.returncode == 69
    assert ran.stdout == "good.ini: ok, and everything it uses can be reached\n"
    assert ran.stderr.startswith("bad.ini: source 'watch-folder': there is no folder ")
    assert flowhost("check", "bad.ini", "good.ini").returncode == 0  # without --connect nothing is opened


def test_a_daemon_that_runs_is_named_when_its_own_port_is_taken(
    connect: Any, start: Any, tmp_path: Path, free_port: int
) -> None:
    source = f"type = http\nport = {free_port}\n"
    (tmp_path / "app.ini").write_text(f"[Flow]\napp name = app\nworker = log\n[Source]\n{source}")
    running = start("run", "app.ini")
    running.wait_for("listening on")
    code, said = connect(source=source)
    assert code == 69
    assert (
        said[1]
        == f"app.ini: app runs just now (process {running.process.pid}): a port it holds counts as taken"
    )
    assert running.terminate() == 0


def test_a_probe_that_fails_in_its_own_way(connect: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "class App:\n    def work(self, event): ...\n    def probe(self): raise KeyError('colour')\n"
    )
    assert connect("class = mine.App\n") == (69, ["app.ini: worker: KeyError: 'colour'"])
