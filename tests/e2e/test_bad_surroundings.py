"""What is wrong around a daemon: ports, brokers, databases, messages. The real program, and what it says.

Whatever a source cannot reach is tried again for ever, so there the log line counts. What a daemon cannot start
without ends it with exit code 69.
"""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SECRET = "sesame-1001"
PROFILE = "[Flow]\napp name = app\nworker = log\n{flow}[Source]\ntype = interval\ninterval = 600\n{more}"
MEBIBYTE = 1024 * 1024


@pytest.fixture
def port_in_use() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.fixture
def refused(tmp_path: Path, flowhost: Any) -> Any:
    """Run a profile that cannot start; return the exit code and the one line on stderr."""

    def run(*, flow: str = "", more: str = "") -> tuple[int, str]:
        (tmp_path / "app.ini").write_text(PROFILE.format(flow=flow, more=more))
        ran = flowhost("run", "app.ini")
        said = ran.stdout + ran.stderr
        assert "Traceback" not in said and SECRET not in said, said
        return ran.returncode, ran.stderr.rstrip("\n")

    return run


def test_the_monitoring_port_is_in_use(refused: Any, port_in_use: int) -> None:
    where = f"127.0.0.1:{port_in_use}"
    assert refused(flow=f"monitoring port = {port_in_use}\n") == (
        69,
        f"flowhost: the monitoring pages cannot be served at {where}: address already in use; "
        "set another 'monitoring port' or 'monitoring address'",
    )


def test_the_log_file_cannot_be_written(refused: Any, tmp_path: Path) -> None:
    assert refused(more="[Logging]\nlogger = file\nfile name = /proc/app.log\n") == (
        78,
        f"{tmp_path}/app.ini:9:13: the log file '/proc/app.log' cannot be opened: no such file or directory",
    )


def test_an_sqlite_file_that_is_none(refused: Any, tmp_path: Path) -> None:
    (tmp_path / "app.db").write_text("Dear flowhost, " * 500)
    assert refused(more="[Database]\nurl = sqlite:///app.db\n") == (
        69,
        f"flowhost: cannot use the database {tmp_path}/app.db: the file is no SQLite database or damaged; "
        "restore it from a backup, or move it away to begin with an empty one",
    )


def test_a_damaged_sqlite_file(refused: Any, tmp_path: Path) -> None:
    file = tmp_path / "app.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,)] * 100)
    connection.close()
    content = bytearray(file.read_bytes())
    content[100:4096] = b"\xff" * 3996  # the table of tables
    file.write_bytes(content)
    assert refused(more="[Database]\nurl = sqlite:///app.db\n") == (
        69,
        f"flowhost: cannot use the database {file}: the file is damaged; "
        "restore it from a backup, or move it away to begin with an empty one",
    )


@pytest.mark.parametrize("folder", ["missing", "/proc"])
def test_a_folder_without_room_for_a_database(refused: Any, tmp_path: Path, folder: str) -> None:
    assert refused(more=f"[Database]\nurl = sqlite:///{folder}/app.db\n") == (
        69,
        f"flowhost: cannot use the database {tmp_path / folder}/app.db: the file cannot be opened; "
        "check that its folder exists and this user may write there",
    )


def test_a_database_that_another_process_uses(refused: Any, start: Any, tmp_path: Path) -> None:
    (tmp_path / "app.ini").write_text(PROFILE.format(flow="", more=""))
    running = start("run", "app.ini")
    running.wait_for("app runs")
    assert refused() == (
        69,
        f"flowhost: the database {tmp_path}/state/app.db is in use by process {running.process.pid} (daemon app); "
        "stop it or give this daemon its own [Database] url",
    )
    assert running.terminate() == 0


def test_postgresql_that_nobody_runs(refused: Any, free_port: int) -> None:
    code, said = refused(more=f"[Database]\nurl = postgresql://user:{SECRET}@127.0.0.1:{free_port}/x\n")
    assert code == 69
    assert said.startswith(f"flowhost: cannot use the database postgresql://user@127.0.0.1:{free_port}/x: ")
    assert said.endswith("Connection refused; check that the server runs and the url is right")


def test_postgresql_without_a_driver(refused: Any, tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "psycopg.py").write_text("raise ImportError('not here')")
    environ["PYTHONPATH"] = str(tmp_path / "site")
    assert refused(more=f"[Database]\nurl = postgresql://user:{SECRET}@127.0.0.1/x\n") == (
        78,
        "flowhost: PostgreSQL needs the driver psycopg, which is not installed; "
        "install it with: pip install 'flowhost[postgresql]'",
    )


@pytest.fixture
def with_password(postgresql_server: Any) -> Iterator[str]:
    """The address of a server which has asked for passwords since, and a user who has one."""
    import psycopg

    def rules(text: str) -> None:
        connection.execute(f"COPY (SELECT unnest(string_to_array('{text}', '|'))) TO '{hba_file}'")
        connection.execute("SELECT pg_reload_conf()")

    with psycopg.connect(postgresql_server.url, autocommit=True) as connection:
        hba_file = connection.execute("SHOW hba_file").fetchone()[0]  # type: ignore[index]  # SHOW gives a row
        connection.execute("CREATE ROLE careful LOGIN PASSWORD 'right'")
        rules("host all careful all scram-sha-256|host all all all trust")
        yield postgresql_server.url.partition("@")[2]
        rules("host all all all trust")
        connection.execute("DROP ROLE careful")


@pytest.mark.postgresql
def test_postgresql_with_a_wrong_password(refused: Any, with_password: str) -> None:
    assert refused(more=f"[Database]\nurl = postgresql://careful:{SECRET}@{with_password}\n") == (
        69,
        f"flowhost: cannot use the database postgresql://careful@{with_password}: the server refused the user or "
        'password (password authentication failed for user "careful"); correct them in the url',
    )


def test_sources_that_cannot_reach_anything(
    tmp_path: Path, start: Any, port_in_use: int, free_port: int
) -> None:
    (tmp_path / "app.ini").write_text(
        "[Flow]\napp name = app\nworker = log\n"
        f"[Source:nobody]\ntype = stomp\nurl = stomp://user:{SECRET}@127.0.0.1:{free_port}/?destination=/queue/x\n"
        f"[Source:nowhere]\ntype = stomp\nurl = stomp://user:{SECRET}@broker.invalid/?destination=/queue/x\n"
        f"[Source:hook]\ntype = http\nport = {port_in_use}\n"
        "[Source:folder]\ntype = watch-folder\nfolder = missing\n"
        "[Source:ticks]\ntype = interval\ninterval = 600\n"
    )
    program = start("run", "app.ini")
    for name in ("nobody", "nowhere", "hook", "folder"):
        program.wait_for(f"source {name} failed: ")
    program.wait_for("(0) tick")  # whatever happens to the others
    assert program.terminate() == 0
    said = program.output
    assert (
        f"ERROR   (*) source nobody failed: cannot connect to the STOMP broker at 127.0.0.1:{free_port}: "
        "connection refused; is it running, with a STOMP listener on that port?; next try in "
    ) in said
    assert (
        "ERROR   (*) source nowhere failed: cannot connect to the STOMP broker at broker.invalid:61613: "
        "its name cannot be resolved ("
    ) in said
    assert (
        f"ERROR   (*) source hook failed: cannot listen on 127.0.0.1:{port_in_use}: address already in use; "
        "stop what listens there ('ss -ltnp' shows it), or choose another 'port'; next try in "
    ) in said
    assert (
        f"ERROR   (*) source folder failed: there is no folder '{tmp_path}/missing'; create or mount it; next try"
        in said
    )
    assert "Traceback" not in said and SECRET not in said


def test_not_even_debugging_shows_a_secret(
    tmp_path: Path, start: Any, environ: dict[str, str], free_port: int
) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    environ["MY_TOKEN"] = SECRET
    (tmp_path / "app.ini").write_text(
        "[Flow]\napp name = app\nworker = http-post\n[Worker]\nurl = http://127.0.0.1/\ntoken = $MY_TOKEN\n"
        f"[Source:one]\ntype = stomp\nurl = stomp://u:{SECRET}@127.0.0.1:{free_port}/?destination=/queue/x\n"
        "[Source:two]\ntype = http\nport = 0\nusername = u\npassword = ${file:secret.txt}\n"
    )
    program = start("run", "-g", "app.ini")
    program.wait_for("next try in")
    program.wait_for("listening on")
    assert program.terminate() == 0
    assert "DEBUG" in program.output
    assert SECRET not in program.output


@pytest.mark.rabbitmq
def test_a_broker_that_refuses(tmp_path: Path, start: Any, rabbitmq: Any) -> None:
    (tmp_path / "app.ini").write_text(
        "[Flow]\napp name = app\nworker = log\n"
        f"[Source:password]\ntype = stomp\nurl = {rabbitmq.url('/queue/open.x', password=SECRET)}\n"
        f"[Source:closed]\ntype = stomp\nurl = {rabbitmq.url('/queue/closed.x', user=rabbitmq.limited_user)}\n"
        f"[Source:typo]\ntype = stomp\nurl = {rabbitmq.url('/qeue/x')}\n"
    )
    program = start("run", "app.ini")
    for name in ("password", "closed", "typo"):
        program.wait_for(f"source {name} failed: ")
    assert program.terminate() == 0
    broker = f"the STOMP broker at {rabbitmq.host}:{rabbitmq.port}"
    assert (
        f"source password failed: {broker} refused to log in user '{rabbitmq.user}' (virtual host '/'): "
        f"Bad CONNECT: Access refused for user '{rabbitmq.user}'; next try in "
    ) in program.output
    assert (
        f"source closed failed: {broker} refused to subscribe user 'limited' to '/queue/closed.x': "
        in program.output
    )
    assert (
        f"source typo failed: {broker} refused to subscribe user '{rabbitmq.user}' to '/qeue/x': "
        in program.output
    )
    for secret in (SECRET, rabbitmq.password, "Traceback"):
        assert secret not in program.output


@pytest.mark.rabbitmq
def test_what_a_parser_rejects_is_kept_with_its_message(
    tmp_path: Path, start: Any, flowhost: Any, rabbitmq: Any
) -> None:
    queue = rabbitmq.queue()
    url = rabbitmq.url(queue)
    (tmp_path / "app.ini").write_text(
        f"[Flow]\napp name = app\nworker = log\n[Source]\ntype = stomp\nurl = {url}\nparser = json\n"
    )
    rabbitmq.send(queue, b'{"title": nope', x_clip="7")
    program = start("run", "app.ini")
    reason = "the payload '{\"title\": nope' is not JSON: Expecting value at line 1, column 11"
    program.wait_for(f"{queue} failed after 1 try and is dead letter 1: {reason}")
    rabbitmq.wait_for_depth(queue, 0)  # acknowledged, because it is safe
    assert program.terminate() == 0
    shown = flowhost("dead-letters", "show", "1")
    assert shown.returncode == 0, shown
    for line in (f"error:       {reason}", '{"title": nope', "x-clip:    7", "state:       dead"):
        assert line in shown.stdout
    assert flowhost("dead-letters", "show", "1", "--raw").stdout == '{"title": nope'
    assert rabbitmq.password not in program.output + shown.stdout


@pytest.mark.rabbitmq
def test_a_message_of_50_mb(tmp_path: Path, start: Any, rabbitmq: Any) -> None:
    queue = rabbitmq.queue()
    text = f"[Flow]\napp name = app\nworker = log\n[Source]\ntype = stomp\nurl = {rabbitmq.url(queue)}\n"
    (tmp_path / "strict.ini").write_text(text + "max size = 10 MB\n")
    (tmp_path / "app.ini").write_text(text)
    rabbitmq.send(queue, b"m" * (50 * MEBIBYTE))
    strict = start("run", "strict.ini")
    strict.wait_for("ERROR")
    assert strict.terminate() == 0
    where = f"stomp://{rabbitmq.host}:{rabbitmq.port}{queue}"
    assert (
        f"a message of 52,428,800 bytes from {where} is above the 'max size' of 10,000,000 bytes; it stays at the broker, "
        "unacknowledged: raise 'max size', or name a destination for such messages with 'oversized'"
    ) in strict.output
    program = start("run", "app.ini")
    program.wait_for("(0)")
    rabbitmq.wait_for_depth(queue, 0)
    memory = program.resident_memory
    assert program.terminate() == 0
    assert memory < 500 * MEBIBYTE
    assert max(map(len, program.output.splitlines())) < 1000, "the log is no place for a payload"
