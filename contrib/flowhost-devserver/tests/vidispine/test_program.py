"""The program ``flowhost-devserver vidispine``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from flowhost_devserver import VidispineServer
from flowhost_devserver.command import main

import flowhost

SECONDS = 60.0
COMMAND = [sys.executable, "-m", "flowhost_devserver", "vidispine", "--port", "0"]


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_tells_where_it_is_and_ends_cleanly(tmp_path: Path, end: signal.Signals) -> None:
    words = ["--root", str(tmp_path / "root"), "--storage", f"hires={tmp_path / 'hires'}"]
    words += ["--user", "me", "--password", "mine", "--portal-token", "key"]
    words += ["--fault", "503:path=/API/version,count=1"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    program = subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, text=True, env=environment)
    assert program.stdout
    with program, program.stdout:
        try:
            first = program.stdout.readline()
            assert first.endswith("/API (user 'me')\n")
            url = first.split(" at ")[1].split()[0]
            asked = [requests.get(f"{url}/version", auth=("me", "mine"), timeout=SECONDS) for _ in range(2)]
            assert [answer.status_code for answer in asked] == [503, 200]
            by_key = requests.get(f"{url}/v2/whoami/", headers={"AUTH-TOKEN": "key"}, timeout=SECONDS)
            assert by_key.json()["username"] == "me"
            program.send_signal(end)
            rest = program.stdout.read()
            assert program.wait(SECONDS) == 0
        finally:
            program.kill()  # what failed must not be waited for
    assert f"storage VX-1 (hires): {tmp_path / 'hires'}" in rest
    assert f"state in {tmp_path / 'root'}" in rest
    assert rest.endswith("Ctrl-C ends it.\nstopped\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fault", "latencey"], "did you mean"),
        (["--storage", "here"], "expected NAME=FOLDER"),
        (["--port", "70000"], "70000 is not in the range"),
    ],
)
def test_wrong_arguments_are_explained(arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(main, ["vidispine", *arguments])
    assert result.exit_code == 2
    assert told in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--root", "{file}/x"], 78, "cannot make the folder {file}/x: not a directory; choose another one"),
        (["--storage", "a={file}"], 78, "cannot make the folder {file}: file exists; choose another one"),
        (
            ["--interface", "192.0.2.1"],
            69,
            "cannot listen on 192.0.2.1:0: cannot assign requested address; choose another interface",
        ),
    ],
    ids=["root", "storage", "interface"],
)
def test_it_says_in_one_sentence_why_it_cannot_start(
    tmp_path: Path, arguments: list[str], code: int, told: str
) -> None:
    file = tmp_path / "file"
    file.touch()
    words = [word.format(file=file) for word in arguments]
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=SECONDS, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr == f"flowhost-devserver: {told.format(file=file)}\n"


def test_a_server_goes_on_where_it_was(tmp_path: Path) -> None:
    with VidispineServer(tmp_path / "one") as server:
        item = server.catalogue.create_item({}, title="Kept").id
        server.add_user("ann", "secret")
    with VidispineServer(tmp_path / "one") as server:
        assert [storage.name for storage in server.catalogue.storages()] == ["media"]
        assert server.catalogue.record(item).title == "Kept"
        url = f"{server.url}/API/whoami"
        assert requests.get(url, auth=("ann", "secret"), timeout=SECONDS).text == "ann"


def test_a_taken_port_is_told(module_server: VidispineServer, tmp_path: Path) -> None:
    port = int(module_server.url.rpartition(":")[2])
    with pytest.raises(
        flowhost.Unavailable, match=f"cannot listen on 127.0.0.1:{port}: address already in use"
    ):
        VidispineServer(tmp_path / "other", port=port).start()


def test_state_of_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "vidispine.db").write_text("This is no database, but text that is long enough to tell. " * 50)
    with pytest.raises(flowhost.Unavailable, match=r"vidispine\.db: file is not a database; choose another"):
        VidispineServer(tmp_path).start()
