"""Where the database is, how it is called, and what is said when it cannot be opened."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.database import Database

SYSTEM = flowhost.SystemClock()


def database(url: str, directory: Path, name: str = "d", **options: Any) -> Database:
    info = flowhost.DaemonInfo(name, str(directory))
    return Database(url=flowhost.Secret(url), info=info, clock=SYSTEM, **options)


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"FLOWHOST_STATE": "{0}/a", "STATE_DIRECTORY": "{0}/b"}, "a"),
        ({"STATE_DIRECTORY": "{0}/b:{0}/c", "XDG_STATE_HOME": "{0}/x"}, "b"),
        ({"XDG_STATE_HOME": "{0}/x"}, "x/flowhost"),
        ({"HOME": "{0}"}, ".local/state/flowhost"),
    ],
)
def test_the_default_is_a_file_in_the_state_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: str
) -> None:
    for name in ("FLOWHOST_STATE", "STATE_DIRECTORY", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp_path))
    made = database("", tmp_path, "XML import/2")
    made.open()
    made.close()
    file = tmp_path / folder / "XML import%2F2.db"
    assert file.is_file()
    assert made.location == str(file)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_relative_path_begins_at_the_profile_s_folder(tmp_path: Path) -> None:
    made = database("sqlite:///a b?.db", tmp_path)
    made.open()
    made.close()
    assert (tmp_path / "a b?.db").is_file()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://me:geheim@host/x", "begins with 'mysql://', expected sqlite:///PATH or postgresql://USER"),
        ("postgresql+psycopg2://me:geheim@host/x", r"begins with 'postgresql\+psycopg2://'"),
        ("me:geheim@host", "has no scheme we know"),
        ("me:geheim ://host", "has no scheme we know"),
        ("sqlite://", "has no scheme we know|begins with 'sqlite://'"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:x?mode=ro", "names no file"),
    ],
)
def test_a_wrong_url_is_refused_before_anything_is_opened(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        database(url, tmp_path)
    assert "geheim" not in str(refused.value)


def test_a_port_that_is_none_is_a_config_error_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(flowhost.ConfigError, match="the database url cannot be read, expected") as refused:
        database("postgresql://me:geheim@host:port/x", tmp_path).open()
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("options", [{"lease": 0}, {"lease": -1}, {"keep_handled": -1}])
def test_times_must_be_positive(tmp_path: Path, options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected positive times"):
        database("", tmp_path, **options)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(flowhost.StateUnavailable) as refused:
        database("sqlite:///none/x.db", tmp_path).open()
    assert str(refused.value) == (
        f"cannot use the database {tmp_path}/none/x.db: the file cannot be opened; "
        "check that its folder exists and this user may write there"
    )


def test_a_state_directory_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FLOWHOST_STATE", str(tmp_path / "file" / "state"))
    with pytest.raises(flowhost.StateUnavailable, match="Not a directory; check that its folder exists"):
        database("", tmp_path).open()


@pytest.mark.parametrize("content", [b"not a database at all" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    with pytest.raises(
        flowhost.StateUnavailable, match="no SQLite database or damaged; restore it from a backup"
    ):
        database("sqlite:///x.db", tmp_path).open()
    assert (tmp_path / "x.db").read_bytes() == content


def test_a_folder_in_the_file_s_place(tmp_path: Path) -> None:
    (tmp_path / "x.db").mkdir()
    with pytest.raises(flowhost.StateUnavailable, match="the file cannot be opened; check that its folder"):
        database("sqlite:///x.db", tmp_path).open()


def test_sqlite_is_tuned_as_promised(file_site: Any) -> None:
    def pragma(database: Any, name: str) -> Any:
        return database._sql.read(lambda c: c.exec_driver_sql(f"PRAGMA {name}").scalar())

    full, normal = file_site.open(), file_site.open(synchronous="normal")
    assert pragma(full, "journal_mode") == "wal"
    assert pragma(full, "foreign_keys") == 1
    assert (pragma(full, "synchronous"), pragma(normal, "synchronous")) == (2, 1)
    full.enlist("d")
    full.settle(full.claim("d", "1"))
    assert pragma(full, "synchronous") == 2


def test_the_driver_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(flowhost.ConfigError, match=r"pip install 'flowhost\[postgresql\]'"):
        database("postgresql://host/x", tmp_path).open()


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    made = database("postgresql://me:geheim@127.0.0.1:1/x?sslmode=disable", tmp_path)
    with pytest.raises(flowhost.StateUnavailable) as refused:
        made.open()
    assert str(refused.value) == (
        "cannot use the database postgresql://me@127.0.0.1:1/x: "
        'connection failed: connection to server at "127.0.0.1", port 1 failed: Connection refused; '
        "check that the server runs and the url is right"
    )


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("/flowhost_test", "/no_such"), "no such database .*; make it with .createdb NAME"),
        (
            ("flowhost@", "somebody:geheim@"),
            'refused the user or password .role "somebody" does not exist.; corr',
        ),
    ],
)
def test_a_server_that_refuses(
    postgresql_url: str, tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    made = database(postgresql_url.replace(*change), tmp_path)
    with pytest.raises(flowhost.StateUnavailable, match=message) as refused:
        made.open()
    cause: BaseException | None = refused.value
    while cause:
        assert "geheim" not in str(cause)
        cause = cause.__cause__ or cause.__context__
    assert "geheim" not in made.location + repr(made)


@pytest.mark.postgresql
def test_plain_and_driver_urls_mean_the_same(server_site: Any) -> None:
    server_site.open().put("k", 1)
    for scheme in ("postgres", "postgresql+psycopg"):
        other = type(server_site)(
            server_site.url.replace("postgresql", scheme, 1), server_site._directory, server_site.clock
        )
        assert other.open().get("k") == 1
        assert other._opened[0].location == server_site.url
        other.close()


def test_the_plugin_is_imported_without_sqlalchemy() -> None:
    import subprocess
    import sys

    heavy = "{'sqlalchemy', 'alembic', 'psycopg'}"
    code = f"import sys, flowhost_plugins.database; print(sorted({heavy} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
