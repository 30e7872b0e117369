"""What the world does to a database: full, read-only, locked, damaged, removed, restarted."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.postgresql import PostgresqlServer
from flowhost.testing.services import missing

Make = Callable[..., flowhost.Letter]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, stderr=subprocess.DEVNULL).returncode != 0:
        missing("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def disk_site(file_site: Any, small_disk: Path) -> Iterator[Any]:
    """A database on the small disk."""
    site = type(file_site)(f"sqlite:///{small_disk / 'state.db'}", small_disk, file_site.clock)
    yield site
    site.close()


def fill(folder: Path) -> Path:
    """Fill a disk to the last byte."""
    file = folder / "filler"
    with suppress(OSError), file.open("ab", buffering=0) as filler:
        while filler.write(b"x" * 1024):
            pass
    return file


def test_a_full_disk_is_an_error_and_everything_works_again_afterwards(
    disk_site: Any, small_disk: Path, letter: Make
) -> None:
    ledger = disk_site.owner()
    claim = ledger.claim("d", "1")
    filler = fill(small_disk)
    with pytest.raises(flowhost.StateUnavailable) as refused:
        for number in range(1000):
            ledger.park(letter(id="1", data="x" * 3000), claim if not number else None)
    assert str(refused.value) == (
        f"cannot use the database {ledger.location}: its disk is full; free some space"
    )
    kept = len(ledger.letters())
    with pytest.raises(flowhost.StateUnavailable, match="disk is full"):
        ledger.put("k", "x" * 100_000)
    assert ledger.get("k") is None

    filler.unlink()
    assert len(ledger.letters()) == kept
    assert ledger.claim("d", "1") == ("handled" if kept else "busy")
    other = ledger.claim("d", "2")
    assert ledger.park(letter(id="2", data="x" * 3000), other) > 0
    assert ledger.claim("d", "2") == "handled"
    assert ledger.put("k", 1) == 1
    assert disk_site.execute("PRAGMA integrity_check") == [("ok",)]


def test_a_disk_that_is_full_from_the_start(disk_site: Any, small_disk: Path) -> None:
    filler = fill(small_disk)
    with pytest.raises(
        flowhost.StateUnavailable, match=r"disk is full|the disk reports an error|cannot be opened"
    ):
        disk_site.open()
    filler.unlink()
    assert disk_site.open().put("k", 1) == 1


def test_a_limit_on_the_size_of_files(file_site: Any, letter: Make) -> None:
    ledger = file_site.owner()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(
            flowhost.StateUnavailable, match="the disk reports an error; check its free space"
        ):
            ledger.park(letter(data="x" * 2_000_000))
        assert ledger.letters() == []
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ledger.park(letter(data="x" * 2_000_000)) > 0


def test_a_disk_that_became_read_only(disk_site: Any, small_disk: Path) -> None:
    disk_site.open().close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(
        flowhost.StateUnavailable, match=r"may not be written; check owner|cannot be opened; check"
    ):
        disk_site.open().put("k", 1)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert disk_site.open().put("k", 1) == 1


def test_a_lock_by_another_program(file_site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from flowhost.sql import engines

    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.1)
    ledger = file_site.owner()
    claim = ledger.claim("d", "1")
    with closing(sqlite3.connect(ledger.location, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(
            flowhost.StateUnavailable, match="another program keeps it locked; find that program"
        ):
            ledger.settle(claim)
        assert ledger.daemons()
        other.execute("ROLLBACK")
    assert ledger.settle(claim) is True


def test_a_short_lock_is_waited_for(file_site: Any) -> None:
    import threading

    ledger = file_site.owner()
    with closing(sqlite3.connect(ledger.location, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
        release.start()
        assert isinstance(ledger.claim("d", "1"), flowhost.Claim)
        release.join()


def test_a_damaged_file(file_site: Any) -> None:
    ledger = file_site.owner()
    for number in range(200):
        ledger.settle(ledger.claim("d", f"{number}" * 50))
    ledger.leave("d")
    ledger.close()
    ((page,),) = file_site.execute("SELECT rootpage FROM sqlite_master WHERE name = 'flowhost_claims'")
    with Path(ledger.location).open("r+b") as damaged:
        damaged.seek((page - 1) * 4096)
        damaged.write(b"\xa5" * 4096)
    damaged_ledger = file_site.open()
    with pytest.raises(flowhost.StateUnavailable, match="the file is damaged; restore it from a backup"):
        damaged_ledger.claim("d", "0" * 50)


def test_a_table_somebody_dropped(site: Any) -> None:
    ledger = site.owner()
    site.execute("DROP TABLE flowhost_claims")
    with pytest.raises(flowhost.StateUnavailable, match=r"no such table|a table is missing") as refused:
        ledger.claim("d", "1")
    assert "INSERT" not in str(refused.value)


WRITES: dict[str, Callable[[Any, flowhost.Claim, flowhost.Letter], object]] = {
    "beat": lambda ledger, claim, letter: ledger.beat("d", {}),
    "settle": lambda ledger, claim, letter: ledger.settle(claim),
    "park": lambda ledger, claim, letter: ledger.park(letter, claim),
    "put": lambda ledger, claim, letter: ledger.put("k", 1),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("removed", "somebody removed the one that is open"),
        ("replaced", "another file took the place of the one that is open"),
    ],
)
def test_nothing_is_written_to_a_file_that_was_removed_under_a_daemon(
    file_site: Any, letter: Make, change: str, what: str, write: str
) -> None:
    ledger = file_site.owner()
    claim = ledger.claim("d", "1")
    file = Path(ledger.location)
    if change == "removed":
        file.unlink()
    else:
        file.rename(file.with_suffix(".old"))
        file.touch()
    with pytest.raises(flowhost.StateUnavailable) as refused:
        WRITES[write](ledger, claim, letter())
    assert str(refused.value) == f"cannot use the database {file}: {what}; restart the daemon"


def test_a_file_that_is_put_back_is_written_to_again(file_site: Any, letter: Make) -> None:
    ledger = file_site.owner()
    file = Path(ledger.location)
    away = file.rename(file.with_suffix(".away"))
    with pytest.raises(flowhost.StateUnavailable, match="somebody removed"):
        ledger.park(letter())
    away.rename(file)
    assert ledger.park(letter()) > 0


@pytest.fixture
def private_site(postgresql_server: PostgresqlServer, file_site: Any, tmp_path: Path) -> Iterator[Any]:
    """A database on a server that the test may stop."""
    site = type(file_site)(postgresql_server.url, tmp_path, file_site.clock)
    yield site
    postgresql_server.start()
    for table in ("letters", "claims", "daemons", "store", "version"):
        site.execute(f"DROP TABLE IF EXISTS flowhost_{table}")
    site.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_server_that_is_restarted(
    private_site: Any, postgresql_server: PostgresqlServer, letter: Make, end: str
) -> None:
    ledger = private_site.owner()
    claim = ledger.claim("d", "1")
    getattr(postgresql_server, end)()
    with pytest.raises(flowhost.StateUnavailable, match="Connection refused; check that the server runs"):
        ledger.settle(claim)
    with pytest.raises(flowhost.StateUnavailable):
        ledger.beat("d", {})
    postgresql_server.start()
    assert ledger.settle(claim) is True
    assert ledger.claim("d", "1") == "handled"
    getattr(postgresql_server, end)()
    postgresql_server.start()
    assert ledger.park(letter(id="2"), ledger.claim("d", "2")) > 0


@pytest.mark.postgresql
def test_a_connection_lost_within_a_transaction(server_site: Any) -> None:
    ledger = server_site.owner()

    def cut(connection: Any) -> None:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        server_site.execute("SELECT pg_terminate_backend(:pid)", pid=pid)
        connection.exec_driver_sql("SELECT 1")

    with pytest.raises(flowhost.StateUnavailable, match="the server is stopping or starting"):
        ledger._sql.write(cut)
    assert isinstance(ledger.claim("d", "1"), flowhost.Claim)


@pytest.mark.postgresql
def test_a_read_only_server(server_site: Any) -> None:
    ledger = server_site.owner()
    name = server_site.url.rpartition("/")[2]
    server_site.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    ledger.close()
    with pytest.raises(flowhost.StateUnavailable, match=r"read-only \(a standby"):
        server_site.open().put("k", 1)
