"""``flowhost status``: how the daemons are, as each last told its ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from flowhost.commands.databases import Databases, takes_databases
from flowhost.roles import DaemonRecord
from flowhost.showing import print_json, print_table

COLUMNS = (
    "daemon",
    "state",
    "sources",
    "done",
    "running",
    "waiting",
    "dead letters",
    "reported",
    "last error",
)


@click.command()
@takes_databases
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def status(databases: Databases, as_json: bool) -> None:
    """Show each daemon: whether it lives, its sources, its work, its dead letters, its last error.

    A daemon reports every few seconds; one that was killed is shown as lost once its lease is over.
    """
    now = datetime.now(UTC)
    with databases.ledgers() as ledgers:
        records = [record for one in ledgers for record in one.part.daemons()]
    if as_json:
        print_json([_as_json(record, now) for record in records])
        return
    if not records:
        click.echo("no daemon runs here")
        return
    print_table(COLUMNS, [_row(record, now) for record in records])


def _lost(record: DaemonRecord, now: datetime) -> bool:
    return now > record.alive_until


def _as_json(record: DaemonRecord, now: datetime) -> dict[str, Any]:
    return {
        "daemon": record.daemon,
        "owner": record.owner,
        "started": record.started.isoformat(),
        "alive_until": record.alive_until.isoformat(),
        "alive": not _lost(record, now),
        **record.status,
    }


def _row(record: DaemonRecord, now: datetime) -> list[object]:
    told, stats = record.status, record.status.get("stats", {})
    errors = stats.get("last_errors", [])
    state = "lost" if _lost(record, now) else told.get("state", "starting")
    return [
        record.daemon,
        state
        if state != "running" or told.get("ready")
        else "not ready: " + "; ".join(told.get("reasons", [])),
        ", ".join(_source(source) for source in told.get("sources", [])),
        stats.get("done"),
        stats.get("running"),
        stats.get("queued", 0) + stats.get("delayed", 0),
        told.get("dead_letters"),
        _ago(told.get("reported"), now),
        f"{errors[-1]['subject']}: {errors[-1]['error']}" if errors else "",
    ]


def _source(source: dict[str, Any]) -> str:
    restarts = f", {source['restarts']} restarts" if source.get("restarts") else ""
    return f"{source['name']} ({source['state']}{restarts})"


def _ago(reported: str | None, now: datetime) -> str:
    if not reported:
        return ""
    return f"{max(0, (now - datetime.fromisoformat(reported)).total_seconds()):.0f} s ago"
