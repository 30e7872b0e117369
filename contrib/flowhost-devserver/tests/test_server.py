"""Servers as a whole: started again, side by side, and as a program."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import flowhost_devserver
import pytest
import requests
from flowhost_devserver import VizOneServer
from flowhost_devserver.viz_one.command import read_dictionary

import flowhost

CONFIG = "/thirdparty/client/config/key?application=app"


def test_a_server_goes_on_where_it_was(tmp_path: Path, client_for: Callable[..., Any]) -> None:
    with VizOneServer(tmp_path / "one") as server:
        client = client_for(server)
        made = client.made("Sample", "SITE-1")
        asset = client.one(made, "/*/atom:id/text()")
        body = client.get(client.link(made, "describedby")).text.replace(">Sample<", ">Named<")
        assert client.ask("PUT", client.link(made, "describedby"), body).status_code == 200
        assert client.ask("PUT", CONFIG, b"value").status_code == 201
        server.add_dictionary("genre", {"N": "News"})
        transfer = server.add_transfer()
    with VizOneServer(tmp_path / "one") as server:
        client = client_for(server)
        found = client.get("/thirdparty/asset/item/SITE-1")
        assert client.one(found, "/*/atom:id/text()") == asset
        assert client.one(found, "/*/atom:title/text()") == "Named"
        assert client.get(CONFIG).content == b"value"
        assert client.get("/api/metadata/dictionary/~genre")
        assert server.transfer_step(transfer).state == "new"


def test_two_servers_know_nothing_of_each_other(
    make_viz_one_server: Callable[..., Any], client_for: Callable[..., Any]
) -> None:
    one, two = (client_for(make_viz_one_server()) for _ in range(2))
    one.made("Only here")
    assert one.one(one.get("/thirdparty/asset/item"), "/*/os:totalResults/text()") == "1"
    assert two.one(two.get("/thirdparty/asset/item"), "/*/os:totalResults/text()") == "0"


def test_what_changes_in_the_catalogue_shows_at_once(client: Any) -> None:
    client.server.catalogue.create_item({"asset.owner": ["Ada"]}, title="Made inside", external_id="SITE-9")
    found = client.get("/thirdparty/asset/item/SITE-9", X_Inline="describedby")
    assert client.one(found, "//vdf:field[@name='asset.owner']/vdf:value/text()") == "Ada"


def test_many_clients_at_once(client: Any, client_for: Callable[..., Any]) -> None:
    def work(number: int) -> str:
        mine = client_for(client.server)
        made = mine.made(f"Clip {number}", f"SITE-{number}")
        described = mine.link(made, "describedby")
        first = mine.get(described)
        body = first.text.replace(f"Clip {number}<", f"Named {number}<")
        assert mine.ask("PUT", described, body, If_Match=first.headers["ETag"]).status_code == 200
        return str(mine.one(mine.get(f"/thirdparty/asset/item/SITE-{number}"), "/*/atom:title/text()"))

    with ThreadPoolExecutor(8) as pool:
        titles = list(pool.map(work, range(40)))
    assert titles == [f"Named {number}" for number in range(40)]


def test_a_taken_port_is_told(server: Any, tmp_path: Path) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(flowhost.Unavailable) as told:
        VizOneServer(tmp_path / "other", port=port).start()
    assert (
        str(told.value) == f"cannot listen on 127.0.0.1:{port}: address already in use; choose another port"
    )


def test_a_broker_that_is_away_is_told(tmp_path: Path, unused_port: int) -> None:
    url = f"stomp://user:secret@127.0.0.1:{unused_port}"
    with pytest.raises(flowhost.Unavailable, match="no STOMP broker") as told:
        VizOneServer(tmp_path / "other", broker_url=url).start()
    assert "secret" not in str(told.value)
    with pytest.raises(ValueError, match="no URL of a STOMP broker"):
        VizOneServer(broker_url="http://one.test")


def test_who_hangs_up_at_once_is_told_as_a_broker_that_lets_nobody_in(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def hang_up() -> None:
            with suppress(OSError):  # the end of the test
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(1000)

        peer = threading.Thread(target=hang_up, name="peer")
        peer.start()
        try:
            with pytest.raises(flowhost.Unavailable, match="does not let 'user' in") as told:
                VizOneServer(tmp_path, broker_url=f"stomp://user:secret@127.0.0.1:{port}").start()
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            peer.join()
    assert "user and password" in str(told.value)
    assert "secret" not in str(told.value)


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_program_tells_its_url_and_ends_cleanly(tmp_path: Path, end: signal.Signals) -> None:
    dictionary = tmp_path / "genre"
    dictionary.write_text("# terms\nN = News\nS\n")
    command = [
        sys.executable,
        "-m",
        "flowhost_devserver",
        "viz-one",
        "--port",
        "0",
        "--root",
        str(tmp_path / "root"),
    ]
    command += ["--location", f"xmlimport={tmp_path / 'drop'}", "--dictionary", str(dictionary)]
    command += ["--user", "me", "--password", "mine", "--fault", "503:path=/api/*,count=1"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert program.stdout
    with program, program.stdout:
        try:
            url = program.stdout.readline().split(" at ")[1].split()[0].removesuffix("/thirdparty")
            dictionary_url = f"{url}/api/metadata/dictionary/~genre"
            statuses = [
                requests.get(dictionary_url, auth=("me", "mine"), timeout=60).status_code for _ in range(2)
            ]
            program.send_signal(end)
            rest = program.stdout.read()
            assert program.wait(60) == 0
        finally:
            program.kill()  # what failed must not be waited for
    assert statuses == [503, 200]
    assert "xmlimport" in rest
    assert rest.endswith("stopped\n")
    assert (tmp_path / "drop").is_dir()


@pytest.mark.parametrize(
    ("model", "told"), [("<model", "not well-formed"), ("<payload/>", "expected a VDF model")]
)
def test_what_is_no_model_is_refused(model: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        VizOneServer(models={"news": model})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fault", "latencey"], "did you mean"),
        (["--location", "here"], "expected NAME=FOLDER"),
        (["--broker", "http://one.test"], "expected stomp://"),
    ],
)
def test_wrong_arguments_are_explained(arguments: list[str], told: str) -> None:
    from click.testing import CliRunner
    from flowhost_devserver.command import main

    result = CliRunner().invoke(main, ["viz-one", *arguments])
    assert result.exit_code == 2
    assert told in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--root", "{file}/x"], 78, "cannot make the folder {file}/x: not a directory; choose another one"),
        (["--location", "a={file}"], 78, "cannot make the folder {file}: file exists; choose another one"),
        (
            ["--interface", "192.0.2.1"],
            69,
            "cannot listen on 192.0.2.1:0: cannot assign requested address; choose another interface",
        ),
        (
            ["--broker", "stomp://user:secret@127.0.0.1:{port}"],
            69,
            "there is no STOMP broker at 127.0.0.1:{port}: connection refused; start it, or name another",
        ),
    ],
    ids=["root", "location", "interface", "broker"],
)
def test_the_program_says_in_one_sentence_why_it_cannot_start(
    tmp_path: Path, unused_port: int, arguments: list[str], code: int, told: str
) -> None:
    file = tmp_path / "file"
    file.touch()
    words = [word.format(file=file, port=unused_port) for word in arguments]
    command = [sys.executable, "-m", "flowhost_devserver", "viz-one", "--port", "0", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr == f"flowhost-devserver: {told.format(file=file, port=unused_port)}\n"


def test_state_of_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "viz-one.db").write_text("This is no database, but text that is long enough to tell. " * 50)
    with pytest.raises(flowhost.Unavailable, match=r"viz-one\.db: file is not a database; choose another"):
        VizOneServer(tmp_path).start()


def test_a_dictionary_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "genre").write_bytes(b"N = Nyheter fr\xe5n A")
    with pytest.raises(ValueError, match="genre is no UTF-8 text"):
        read_dictionary(tmp_path / "genre")


def test_looking_for_plugins_loads_no_heavy_library() -> None:
    heavy = ("lxml", "werkzeug", "cheroot", "sqlalchemy", "stomp")
    code = f"import sys, flowhost_devserver.plugin; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_package_has_no_other_names() -> None:
    assert VizOneServer in [getattr(flowhost_devserver, name) for name in flowhost_devserver.__all__]
    with pytest.raises(AttributeError, match="no attribute 'VizTwoServer'"):
        flowhost_devserver.VizTwoServer  # noqa: B018  # asked for, to be refused


def test_an_import_storage_may_move(tmp_path: Path, client_for: Callable[..., Any]) -> None:
    for name in ("old", "new"):
        with VizOneServer(tmp_path / "one", locations={"drop": tmp_path / name}) as server:
            assert server.location("drop") == (tmp_path / name).resolve()
            (tmp_path / name / f"{name}.mxf").write_bytes(b"1")
            files = client_for(server).get("/api/unmanaged/drop")
            assert f"{name}.mxf" in files.text
    assert "old.mxf" not in files.text
