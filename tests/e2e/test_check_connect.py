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


Connect = Callable[..., tuple[int, dict[str, list[str]]]]


@pytest.fixture
def connect(tmp_path: Path, flowhost: Any) -> Connect:
    """Check these profiles, NAME.ini each, in one go; return the exit code, and what was said of each NAME."""

    def check(**profiles: str) -> tuple[int, dict[str, list[str]]]:
        for name, text in profiles.items():
            (tmp_path / f"{name}.ini").write_text(f"[Flow]\napp name = {name}\n{text}")
        ran = flowhost("check", "--connect", *(f"{name}.ini" for name in profiles))
        assert "Traceback" not in ran.stderr and SECRET not in ran.stdout + ran.stderr
        said: dict[str, list[str]] = {name: [] for name in profiles}
        for line in (ran.stdout + ran.stderr).splitlines():
            file, _, text = line.partition(".ini: ")
            said[file].append(text)
        return ran.returncode, said

    return check


LOG = "worker = log\n[Source]\n"
TICKS = "[Source]\ntype = interval\n"
GOOD = ["ok, and everything it uses can be reached"]


def test_the_folder_of_watch_folder(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "clip.wav").write_text("x")
    folder = LOG + "type = watch-folder\nfolder = "
    assert connect(good=folder + "inbox", missing=folder + "gone", file=folder + "file.ini") == (
        69,
        {
            "good": GOOD,
            "missing": [f"source 'watch-folder': there is no folder '{tmp_path}/gone'; create or mount it"],
            "file": [
                f"source 'watch-folder': the folder '{tmp_path}/file.ini' cannot be read: Not a directory"
            ],
        },
    )
    assert [path.name for path in (tmp_path / "inbox").iterdir()] == ["clip.wav"]


def test_a_section_that_nothing_uses_is_not_tried_and_that_is_told(connect: Connect) -> None:
    unused = "worker = log\n[Vidispine]\nurl = http://nowhere.invalid\npassword = x\n" + TICKS
    not_tried = "; nothing in it uses [Vidispine], so that was not tried"
    assert connect(unused=unused) == (0, {"unused": [GOOD[0] + not_tried]})


def test_the_port_of_http(connect: Connect, listening: socket.socket, free_port: int, tmp_path: Path) -> None:
    taken = listening.getsockname()[1]
    http = LOG + "type = http\nport = "
    code, said = connect(
        good=f"{http}{free_port}", taken=f"{http}{taken}", tls=f"{http}0\ncertificate = no.pem"
    )
    assert (code, said["good"]) == (69, GOOD)
    start = f"source 'http': cannot listen on 127.0.0.1:{taken}: address already in use; "
    assert said["taken"][0].startswith(start)
    assert said["tls"][0].startswith(
        f"source 'http': cannot read {tmp_path}/no.pem: No such file or directory; see"
    )


def test_the_server_of_http_post(connect: Connect, listening: socket.socket, free_port: int) -> None:
    worker = f"worker = http-post\n{TICKS}[Worker]\ntoken = {SECRET}\ntimeout = 1\nurl = %s/secret-path\n"
    answering, nobody = f"127.0.0.1:{listening.getsockname()[1]}", f"127.0.0.1:{free_port}"
    urls = {"good": f"http://{answering}", "nobody": f"http://{nobody}", "silent": f"https://{answering}"}
    code, said = connect(
        **{name: worker % url for name, url in urls.items()}, unknown=worker % "http://server.invalid"
    )
    unknown = said.pop("unknown")[0]
    assert unknown.startswith(
        "worker: cannot connect to http://server.invalid: its name cannot be resolved ("
    )
    assert (code, said) == (
        69,
        {
            "good": GOOD,
            "nobody": [f"worker: cannot connect to http://{nobody}: connection refused"],
            "silent": [f"worker: cannot connect to https://{answering}: no answer within 1 s"],
        },
    )


def test_a_server_that_speaks_no_tls(connect: Connect, listening: socket.socket) -> None:
    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            connection.recv(65536)

    answering = threading.Thread(target=answer)
    answering.start()
    url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
    code, said = connect(app=f"worker = http-post\n{TICKS}[Worker]\nurl = {url}\n")
    answering.join()
    assert code == 69
    assert said["app"][0].endswith("; is that its HTTPS port?")


COMMANDS = {
    "absent": ("no-such-program {subject}", "cannot start 'no-such-program': there is no such program; install it, or give its whole path"),
    "closed": ("./there.sh", "cannot start './there.sh': it is not executable for this user; see its mode and the modes of its folders"),
    "nowhere": ("cat\ndirectory = away", "cannot start 'cat' in {folder}/away: No such file or directory; see 'directory'"),
    "found": ("cat {subject}", None),
    "own": ("./runs.sh", None),
}  # fmt: skip


def test_the_program_of_command(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "there.sh").write_text("#!/bin/sh\n")
    (tmp_path / "runs.sh").write_text("#!/bin/sh\ntouch ran\n")
    (tmp_path / "runs.sh").chmod(0o755)
    profiles = {
        name: f"worker = command\n{TICKS}[Worker]\ncommand = {command}\n"
        for name, (command, _) in COMMANDS.items()
    }
    expected = {
        name: [f"worker: {said.format(folder=tmp_path)}"] if said else GOOD
        for name, (_, said) in COMMANDS.items()
    }
    assert connect(**profiles) == (69, expected)
    assert not (tmp_path / "ran").exists()


def test_everything_that_fails_is_said_at_once(
    connect: Connect, listening: socket.socket, tmp_path: Path
) -> None:
    taken = listening.getsockname()[1]
    (tmp_path / "app.db").write_text("no database at all, and long enough to be sure of that" * 100)
    code, said = connect(
        app=f"worker = command\nmonitoring port = {taken}\n[Worker]\ncommand = nothing\n"
        f"[Source]\ntype = http\nport = {taken}\n"
        "[Source:inbox]\ntype = watch-folder\nfolder = inbox\n[Database]\nurl = sqlite:///app.db\n",
    )
    assert code == 69
    assert [line.split(": ", 1)[0] for line in said["app"]] == [
        "resource 'database'", "worker", "source 'http'", "source 'inbox'", "[Flow]",
    ]  # fmt: skip


def test_without_connect_nothing_is_opened(tmp_path: Path, flowhost: Any) -> None:
    (tmp_path / "app.ini").write_text(f"[Flow]\n{LOG}type = watch-folder\nfolder = gone\n")
    ran = flowhost("check", "app.ini")
    assert (ran.returncode, ran.stdout) == (0, "app.ini: ok\n")
    assert not (tmp_path / "state").exists()


def test_a_daemon_that_runs_is_named_when_its_own_port_is_taken(
    connect: Connect, start: Any, tmp_path: Path, free_port: int
) -> None:
    profile = f"{LOG}type = http\nport = {free_port}\n"
    (tmp_path / "app.ini").write_text(f"[Flow]\napp name = app\n{profile}")
    running = start("run", "app.ini")
    running.wait_for("listening on")
    code, said = connect(app=profile)
    assert code == 69
    assert (
        said["app"][1]
        == f"app runs just now (process {running.process.pid}): a port it holds counts as taken"
    )
    assert running.terminate() == 0


def test_a_probe_that_fails_in_its_own_way(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "class App:\n    def work(self, event): ...\n    def probe(self): raise KeyError('colour')\n"
    )
    assert connect(app=f"class = mine.App\n{TICKS}") == (69, {"app": ["worker: KeyError: 'colour'"]})


@pytest.mark.rabbitmq
def test_every_broker_of_stomp(connect: Connect, rabbitmq: Any, free_port: int) -> None:
    queue = rabbitmq.queue()
    rabbitmq.send(queue, b"stays")
    good, wrong = rabbitmq.url(queue), rabbitmq.url(queue, password=SECRET)
    nobody = f"stomp://user:{SECRET}@127.0.0.1:{free_port}/?destination=/queue/x"
    stomp = LOG + "type = stomp\nurl = "
    code, said = connect(good=stomp + good, bad=f"{stomp}{good}, {wrong}, {nobody}")
    assert (code, said["good"]) == (69, GOOD)
    assert said["bad"] == [
        f"source 'stomp': the STOMP broker at {rabbitmq.host}:{rabbitmq.port} refused to log in user "
        f"'{rabbitmq.user}' (virtual host '/'): Bad CONNECT: Access refused for user '{rabbitmq.user}'; "
        f"cannot connect to the STOMP broker at 127.0.0.1:{free_port}: connection refused; is it running, with a "
        "STOMP listener on that port?"
    ]
    assert rabbitmq.depth(queue) == 1


def test_a_resource_is_asked_what_it_depends_on(connect: Connect, free_port: int) -> None:
    """Viz One opens without a word to the server, so that daemons start while it is away; it tells when asked."""
    viz_one = (
        f"worker = metadata-mapper\n[Source]\ntype = asset-entries\n[Mappings]\nasset.owner = 'desk'\n"
        f"[Viz One]\nhostname = 127.0.0.1:{free_port}\nuse https = no\nretries = 0\npassword = {SECRET}\n"
    )
    code, said = connect(away=viz_one)
    assert code == 69
    assert len(said["away"]) == 1
    assert "connection refused" in said["away"][0]
