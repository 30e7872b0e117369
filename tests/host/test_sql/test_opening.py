"""Opening: which database, whose tables in which version, who owns a file, and what is said when it cannot be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

import flowhost

Make = Callable[[str], Callable[[Connection], str]]


OWN = """
import sys
from pathlib import Path
import flowhost

database = flowhost.SqlDatabase(
    sys.argv[1], file=Path(), folder=Path(), migrations="m", version_table="v", section="[Notes] url"
)
database.own("you", "c")
"""


def columns(notes: Any) -> set[str]:
    """The columns of the table, as a stranger sees them."""
    if notes.is_server:
        found = notes.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'notes'")
    else:
        found = notes.execute("SELECT name FROM pragma_table_info('notes')")
    return {row[0] for row in found}


def test_without_a_url_it_is_the_file_of_the_part(file_notes: Any, tmp_path: Path) -> None:
    database = file_notes.open("")
    file = tmp_path / "state" / "default.db"
    assert (database.file, database.location, database.dialect) == (file, str(file), "sqlite")
    assert file.is_file()


def test_a_relative_path_begins_at_the_folder(file_notes: Any, tmp_path: Path) -> None:
    assert file_notes.open("sqlite:///a b.db").file == tmp_path / "a b.db"


def test_a_server_has_a_location_without_its_password_and_no_file(file_notes: Any) -> None:
    database = file_notes.made("postgresql://me:secret@127.0.0.1:1/x?sslmode=disable")
    assert (database.location, database.dialect) == ("postgresql://me@127.0.0.1:1/x", "postgresql")
    assert database.file is None
    with pytest.raises(
        flowhost.StateUnavailable, match="Connection refused; check that the server runs"
    ) as refused:
        database.open()
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://me:secret@host/x", "me:secret@host", "sqlite:///:memory:"])
def test_a_wrong_url_is_refused_by_the_constructor(file_notes: Any, url: str) -> None:
    with pytest.raises(ValueError, match="the database url") as refused:
        file_notes.made(url)
    assert "secret" not in str(refused.value)


def test_one_that_is_not_open_says_so(file_notes: Any) -> None:
    database = file_notes.made()
    for use in (database.read, database.write):
        with pytest.raises(flowhost.StateUnavailable, match=r"notes\.db is not open \(any more\)"):
            use(lambda connection: None)
    database.open()
    database.close()
    with pytest.raises(flowhost.StateUnavailable, match="is not open"):
        database.check_file()
    database.open()
    assert database.read(lambda connection: "again") == "again"


def test_units_read_and_write(notes: Any, note: Make) -> None:
    database = notes.open()
    assert database.write(note("a")) == "a"
    assert database.write(note("b"), lasting=False) == "b"
    rows = database.read(
        lambda connection: connection.execute(text("SELECT text FROM notes")).scalars().all()
    )
    assert sorted(rows) == ["a", "b"]
    with pytest.raises(flowhost.StateUnavailable):
        database.write(note("a"))
    with pytest.raises(ZeroDivisionError):
        database.write(lambda connection: note("c")(connection) and 1 // 0)
    assert notes.kept() == ["a", "b"]


def test_the_queries_of_one_reader_see_one_state(notes: Any, note: Make) -> None:
    database = notes.open()

    def look(connection: Connection) -> list[int]:
        count = text("SELECT count(*) FROM notes")
        before = connection.execute(count).scalar_one()
        database.write(note("meanwhile"))
        return [before, connection.execute(count).scalar_one()]

    assert database.read(look) == [0, 0]
    assert notes.kept() == ["meanwhile"]


def test_the_original_error_is_the_cause(notes: Any, note: Make) -> None:
    from sqlalchemy.exc import IntegrityError

    database = notes.open()
    database.write(note("a"))
    with pytest.raises(flowhost.StateUnavailable) as refused:
        database.write(note("a"))
    assert isinstance(refused.value.__cause__, IntegrityError)


def test_tables_are_upgraded_once(notes: Any, note: Make) -> None:
    notes.open().write(note("old"))
    assert columns(notes) == {"text"}
    notes.upgrade_plugin()
    for _ in range(2):
        notes.open()
        assert columns(notes) == {"text", "author"}
    assert notes.kept() == ["old"]


def test_newer_tables_are_left_alone(notes: Any) -> None:
    notes.open()
    notes.execute("UPDATE notes_version SET version_num = '0003'")
    for way in ("open", "open_to_read"):
        with pytest.raises(
            flowhost.ConfigError, match=r"newer flowhost \(its tables are version 0003, this one knows 0001"
        ):
            getattr(notes.made(), way)()


def test_families_of_tables_live_side_by_side(notes: Any, tmp_path: Path, note: Make) -> None:
    versions = tmp_path / "marks_plugin" / "migrations" / "versions"
    versions.mkdir(parents=True)
    of_notes = tmp_path / "notes_plugin" / "migrations"
    (versions.parent / "env.py").write_text((of_notes / "env.py").read_text())
    first = (of_notes / "versions" / "v0001_notes.py").read_text()
    (versions / "v0001_marks.py").write_text(first.replace('"notes"', '"marks"'))
    notes.open().write(note("a"))
    notes.open(migrations="marks_plugin.migrations", version_table="marks_version")
    assert notes.execute("SELECT count(*) FROM marks") == [(0,)]
    assert notes.kept() == ["a"]


@pytest.mark.parametrize("package", ["notes_plugin.none", "notes_plugin.lonely"])
def test_a_plugin_without_migrations_is_a_clear_error(file_notes: Any, tmp_path: Path, package: str) -> None:
    (tmp_path / "notes_plugin" / "lonely").mkdir()
    with pytest.raises(
        (ModuleNotFoundError, FileNotFoundError), match=r"notes_plugin\.none|holds no migration"
    ):
        file_notes.open(migrations=package)


def test_a_file_has_one_owner_at_a_time(file_notes: Any) -> None:
    owner, other = file_notes.open(), file_notes.open()
    owner.own("me", "a")
    other.own("me", "b")
    assert owner.owners() == other.owners() == ["me"]

    link = file_notes.folder / "link.db"
    link.symlink_to(owner.location)

    def owned_elsewhere(url: str = file_notes.url) -> str:
        program = [sys.executable, "-c", OWN, url]
        return subprocess.run(program, capture_output=True, text=True, timeout=60).stderr

    assert "(daemon a, b); stop it or give this daemon its own [Notes] url" in owned_elsewhere()
    assert "(daemon a, b)" in owned_elsewhere(f"sqlite:///{link}"), "whatever the file is called"
    owner.disown("me")
    assert owner.owners() == []
    assert owned_elsewhere() == ""
    with other.alone():
        assert "is in use by another process; stop it" in owned_elsewhere()
    assert owned_elsewhere() == ""


@pytest.mark.postgresql
def test_a_server_belongs_to_many(postgresql_url: str, file_notes: Any) -> None:
    database = file_notes.open(postgresql_url)
    database.own("me", "a")
    assert database.owners() == []
    with database.alone():
        database.disown("me", "a")


def test_reading_beside_an_owner_changes_nothing(file_notes: Any, note: Make) -> None:
    owner = file_notes.open()
    owner.own("me", "a")
    owner.write(note("a"))
    reader = file_notes.made()
    reader.open_to_read()
    assert reader.read(lambda connection: connection.execute(text("SELECT text FROM notes")).scalar()) == "a"
    with pytest.raises(RuntimeError, match="was opened to read, not to write"):
        reader.write(note("b"))
    with pytest.raises(flowhost.StateUnavailable, match="may not be written"):
        reader.read(note("b"))
    assert file_notes.kept() == ["a"]


def test_reading_makes_no_file(file_notes: Any) -> None:
    database = file_notes.made()
    with pytest.raises(flowhost.StateUnavailable) as refused:
        database.open_to_read()
    assert str(refused.value) == (
        f"cannot read the database {database.location}: there is no such file; start a daemon that uses it, which makes it"
    )
    assert not database.file.exists()


def test_reading_changes_no_tables(notes: Any) -> None:
    if notes.is_server:
        with pytest.raises(
            flowhost.StateUnavailable, match="it has no tables yet; start a daemon that uses it"
        ):
            notes.made().open_to_read()
    notes.open()
    notes.upgrade_plugin()
    with pytest.raises(
        flowhost.StateUnavailable, match="its tables are version 0001, expected 0002; start a daemon"
    ):
        notes.made().open_to_read()
    assert columns(notes) == {"text"}


def test_the_face_is_imported_without_sqlalchemy() -> None:
    code = "import sys, flowhost; flowhost.SqlDatabase; print(sorted({'sqlalchemy', 'alembic'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
