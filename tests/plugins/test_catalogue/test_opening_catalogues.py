"""Opening: which database, who may have it, its tables, and options that cannot be."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import flowhost
from flowhost_plugins.catalogue import Catalogue
from flowhost_plugins.catalogue.database import schema
from flowhost_plugins.catalogue.resource import VERSION_TABLE

CLOCK = flowhost.SystemClock()

OPEN = """
import sys, flowhost
from flowhost_plugins.catalogue import Catalogue
made = Catalogue(url=flowhost.Secret(sys.argv[1]), clock=flowhost.SystemClock())
sys.stdin.readline()
made.open()
made.create_item({}, title=sys.argv[2])
print("open", flush=True)
sys.stdin.readline()
made.close()
"""


def other_process(url: str, title: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OPEN, url, title],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def is_index_of_words(table: str) -> bool:
    """The engines make tables of their own for it, so it is described nowhere else."""
    return table.startswith("catalogue_search_texts")


def test_migrations_make_the_tables_that_are_described(new_library: Any) -> None:
    new_library.open().close()
    engine = sqlalchemy.create_engine(new_library.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        options = {
            "version_table": VERSION_TABLE,
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or not is_index_of_words(name),
        }
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), schema.metadata)
        tables = sqlalchemy.inspect(connection).get_table_names()
    engine.dispose()
    assert differences == []
    described = {table for table in tables if not is_index_of_words(table)} - {"sqlite_sequence"}
    assert described == {*schema.metadata.tables, VERSION_TABLE}


def test_tables_of_a_newer_flowhost_are_left_alone(new_library: Any) -> None:
    new_library.open().close()
    new_library.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(flowhost.ConfigError, match="its tables are version 9999"):
        new_library.open()


def test_a_file_belongs_to_one_process(file_library: Any) -> None:
    catalogue = file_library.open()
    again = file_library.open()
    catalogue.create_item({}, title="x")
    assert again.count_items() == 1, "within a process it may be opened often"
    catalogue.close()
    process = other_process(file_library.url, "theirs")
    process.communicate("\n\n")
    assert process.returncode != 0
    again.close()

    process = other_process(file_library.url, "theirs")
    assert process.stdin and process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "open\n"
    with pytest.raises(
        flowhost.Unavailable, match=rf"in use by process {process.pid} \(daemon of no profile\); stop it"
    ):
        file_library.open()
    process.kill()
    process.communicate()
    assert file_library.open().count_items() == 2, "the lock of a dead process is free"


@pytest.mark.postgresql
def test_a_server_is_shared(postgresql_url: str) -> None:
    processes = [other_process(postgresql_url, str(number)) for number in range(3)]
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout and process.stdout.readline() == "open\n", (
            "also when all make the tables at once"
        )
        process.communicate("\n")
    catalogue = Catalogue(url=flowhost.Secret(postgresql_url), clock=CLOCK)
    catalogue.open()
    assert catalogue.count_items() == 3
    catalogue.close()


def advisory_locks(url: str) -> int:
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    asked = "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database WHERE locktype = 'advisory' AND datname = current_database()"
    with engine.connect() as connection:
        count: int = connection.execute(sqlalchemy.text(asked)).scalar_one()
    engine.dispose()
    return count


@pytest.mark.postgresql
def test_a_server_that_restarts_is_no_end(request: Any, clock: Any, tmp_path: Path) -> None:
    server = request.getfixturevalue("postgresql_server")
    url = request.getfixturevalue("postgresql_url")
    if server.url.split("/")[2] not in url:
        pytest.skip("the tests use a server that they may not restart")
    catalogue = Catalogue(url=flowhost.Secret(url), clock=clock)
    catalogue.open()
    catalogue.create_item({})
    assert advisory_locks(url) == 1
    server.kill()
    with pytest.raises(flowhost.Unavailable, match="cannot use the database"):
        catalogue.count_items()
    server.start()
    assert catalogue.count_items() == 1
    clock.wait_for_waiters(2)
    clock.advance(20)  # the sweep takes its lock again
    clock.wait_for_waiters(2)
    assert advisory_locks(url) == 1, "others would take its jobs for those of a dead process"
    media = tmp_path / "media"
    media.mkdir()
    catalogue.add_storage("media", media)
    (tmp_path / "a.mov").write_bytes(b"x")
    job = catalogue.import_file("VX-1", tmp_path / "a.mov")
    assert catalogue.wait_for_job(job.id, 60).status == "FINISHED"
    catalogue.close()


def test_the_default_is_a_file_in_the_state_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWHOST_STATE", str(tmp_path / "state"))
    catalogue = Catalogue(clock=CLOCK)
    assert catalogue.location == str(tmp_path / "state" / "catalogue.db")
    catalogue.open()
    catalogue.close()
    assert (tmp_path / "state" / "catalogue.db").exists()


def test_a_relative_path_begins_at_the_profile(tmp_path: Path) -> None:
    info = flowhost.DaemonInfo("d", str(tmp_path))
    catalogue = Catalogue(url=flowhost.Secret("sqlite:///x/c.db"), clock=CLOCK, info=info)
    assert catalogue.location == str(tmp_path / "x" / "c.db")
    with pytest.raises(flowhost.Unavailable, match="check that its folder exists"):
        catalogue.open()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"url": flowhost.Secret("mysql://u:secret@one.test/x")},
            "begins with 'mysql://', expected sqlite:///PATH",
        ),
        ({"url": flowhost.Secret("sqlite:///:memory:")}, "names no file"),
        ({"site": "vx"}, "two capital letters"),
        ({"job_threads": 0}, "expected 1 to 64"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        Catalogue(clock=CLOCK, **options)
    assert "secret" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    catalogue = Catalogue(url=flowhost.Secret("postgresql://u:secret@127.0.0.1:1/x"), clock=CLOCK)
    assert catalogue.location == "postgresql://u@127.0.0.1:1/x"
    with pytest.raises(flowhost.Unavailable) as caught:
        catalogue.open()
    assert "secret" not in str(caught.value) and "127.0.0.1:1/x" in str(caught.value)


def test_a_catalogue_that_is_not_open_says_so(tmp_path: Path) -> None:
    catalogue = Catalogue(url=flowhost.Secret(f"sqlite:///{tmp_path}/c.db"), clock=CLOCK)
    with pytest.raises(flowhost.Unavailable, match="is not open"):
        catalogue.items()
    catalogue.close()


def test_ids_have_the_letters_of_the_site(file_library: Any) -> None:
    catalogue = file_library.open(site="KP")
    assert catalogue.create_item({}).id == "KP-1"
    assert catalogue.item("VX-1") is None


def test_importing_the_plugin_is_light() -> None:
    program = "import sys, flowhost_plugins.catalogue; print([n for n in ('sqlalchemy', 'alembic') if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


def test_a_damaged_file_is_explained(file_library: Any, tmp_path: Path) -> None:
    (tmp_path / "catalogue.db").write_bytes(b"no database" * 1000)
    with pytest.raises(flowhost.Unavailable, match="no SQLite database or damaged; restore it"):
        file_library.open()


def test_a_catalogue_that_another_has_can_be_read(file_library: Any) -> None:
    owner = file_library.open()
    item = owner.create_item({}, title="clip").id
    program = """
        import sys
        import flowhost
        from flowhost_plugins.catalogue import Catalogue

        catalogue = Catalogue(url=flowhost.Secret(sys.argv[1]), clock=flowhost.SystemClock())
        catalogue.open_to_read()
        print(catalogue.record(sys.argv[2]).title, catalogue.last_change())
        try:
            catalogue.create_item({})
        except flowhost.Permanent as error:
            print(error)
        catalogue.close()
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program), file_library.url, item]
    ended = subprocess.run(arguments, capture_output=True, text=True, check=True)
    first, second = ended.stdout.splitlines()
    assert first == f"clip {owner.last_change()}"
    assert second == f"the catalogue {owner.location} was opened to be read, not to be changed"
    assert owner.count_items() == 1


def test_opening_to_read_makes_and_changes_nothing(file_library: Any) -> None:
    reader = file_library.made()
    with pytest.raises(flowhost.ConfigError, match="there is no catalogue"):
        reader.open_to_read()
    assert list(file_library.folder.iterdir()) == []
    file_library.open().close()
    ((newest,),) = file_library.execute(f"SELECT version_num FROM {VERSION_TABLE}")
    file_library.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0003'")
    with pytest.raises(flowhost.Unavailable, match="its tables are version 0003, expected"):
        reader.open_to_read()
    file_library.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{newest}'")
    reader.open_to_read()
    assert reader.count_items() == 0
    reader.close()
