"""The tables: made once whoever opens first, as they are described, and left alone by an older program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import flowhost
import flowhost_plugins.database
from flowhost_plugins.database import schema

VERSION_TABLE = "flowhost_version"

OPEN = """
import sys, flowhost
from flowhost_plugins.database import Database
info = flowhost.DaemonInfo("d", ".")
made = Database(url=flowhost.Secret(sys.argv[1]), info=info, clock=flowhost.SystemClock())
sys.stdin.readline()
made.open()
made.put(sys.argv[2], 1)
made.close()
"""


def test_migrations_make_the_tables_that_are_described(site: Any) -> None:
    site.open().close()
    engine = sqlalchemy.create_engine(site.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, schema.metadata)
        tables = sqlalchemy.inspect(connection).get_table_names()
    engine.dispose()
    assert differences == []
    assert set(tables) - {"sqlite_sequence"} == {*schema.metadata.tables, VERSION_TABLE}


def test_the_comparison_above_can_fail(file_site: Any) -> None:
    file_site.open().close()
    file_site.execute("DROP INDEX flowhost_claims_changed")
    engine = sqlalchemy.create_engine(file_site.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, schema.metadata) != []
    engine.dispose()


def test_every_migration_is_called_after_its_revision() -> None:
    folder = Path(flowhost_plugins.database.__file__).with_name("migrations")
    config = Config()
    config.set_main_option("script_location", str(folder))
    script = ScriptDirectory.from_config(config)
    revisions = {Path(revision.path).name: revision.revision for revision in script.walk_revisions()}
    assert revisions
    assert {file: file[1:].partition("_")[0] for file in revisions} == revisions


def test_alembic_is_not_needed_when_there_is_nothing_to_do(site: Any) -> None:
    site.open().close()
    code = OPEN + "print('alembic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, site.url, "k"], input="\n", capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_many_processes_open_a_new_database_at_once(site: Any) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", OPEN, site.url, f"k{number}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(5)
    ]
    for program in programs:
        assert program.stdin
        program.stdin.write("\n")
        program.stdin.flush()
    assert [program.communicate(timeout=60)[1] for program in programs] == [""] * 5
    assert site.open().keys() == [f"k{number}" for number in range(5)]


def test_the_database_of_a_newer_flowhost_is_left_alone(site: Any) -> None:
    site.open().close()
    site.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0009'")
    with pytest.raises(
        flowhost.ConfigError, match=r"newer flowhost \(its tables are version 0009, this one knows"
    ):
        site.open()


def test_tables_in_use_are_not_changed_under_an_older_daemon(file_site: Any) -> None:
    older = file_site.owner()
    file_site.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0000'")
    program = [sys.executable, "-c", OPEN, file_site.url, "k"]
    done = subprocess.run(program, input="\n", capture_output=True, text=True)
    assert "is in use by process" in done.stderr
    assert older.keys() == []


def test_another_program_s_alembic_is_not_disturbed(site: Any) -> None:
    site.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    site.execute("INSERT INTO alembic_version VALUES ('theirs')")
    site.open().close()
    assert site.execute("SELECT version_num FROM alembic_version") == [("theirs",)]
