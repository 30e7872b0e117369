"""The tables are made as they are described, beside those of others; and every query finds an index."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import flowhost
from flowhost_plugins.rules.journal import schema

VERSION_TABLE = "rules_version"


def differences(site: Any) -> list[Any]:
    engine = site.engine()
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        found = compare_metadata(context, schema.metadata)
    engine.dispose()
    return found


def indexes(site: Any) -> set[str]:
    """Every index, as its engine writes it down."""
    if site.is_server:
        rows = site.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'rules%'")
    else:
        rows = site.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    return {
        row[0].split("rules_", 1)[1].replace("(queue)", "queue")
        for row in rows
        if VERSION_TABLE not in row[0]
    }


def test_migrations_make_the_tables_that_are_described(site: Any) -> None:
    site.open().close()
    assert differences(site) == []
    migrated = indexes(site)
    engine = site.engine()
    with engine.begin() as connection:
        schema.metadata.drop_all(connection)
        schema.metadata.create_all(connection)
        assert set(sqlalchemy.inspect(connection).get_table_names()) >= set(schema.metadata.tables)
    engine.dispose()
    assert indexes(site) == migrated


def test_the_comparison_above_can_fail(file_site: Any) -> None:
    file_site.open().close()
    file_site.execute("DROP INDEX rules_items_state")
    assert differences(file_site) != []


def test_they_can_be_beside_the_tables_of_the_ledger(site: Any) -> None:
    from flowhost_plugins.database import Database

    ledger = Database(url=flowhost.Secret(site.url), info=flowhost.DaemonInfo("d", "."), clock=site.clock)
    ledger.open()
    journal = site.open()
    ledger.enlist("d")
    journal.enlist("me")
    journal.put_fact("k", 1)
    assert ledger.put("k", 2) == 2
    assert journal.fact("k") == 1
    journal.leave("me")
    ledger.leave("d")
    ledger.close()


def test_a_newer_journal_is_left_alone(site: Any) -> None:
    site.open().close()
    site.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0999'")
    with pytest.raises(flowhost.ConfigError, match="newer flowhost"):
        site.open()
