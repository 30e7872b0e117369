"""What works on an open journal: one part for each thing it does. From here on SQLAlchemy is imported."""

from __future__ import annotations

from dataclasses import dataclass

import flowhost
from flowhost_plugins.rules.journal.claiming import Claiming
from flowhost_plugins.rules.journal.decisions import Decisions
from flowhost_plugins.rules.journal.deployments import Deployments
from flowhost_plugins.rules.journal.ending import Ending
from flowhost_plugins.rules.journal.events import Events
from flowhost_plugins.rules.journal.facts import Facts
from flowhost_plugins.rules.journal.intervening import Intervening
from flowhost_plugins.rules.journal.items import Items
from flowhost_plugins.rules.journal.owners import Owners
from flowhost_plugins.rules.journal.pruning import Pruning
from flowhost_plugins.rules.journal.recording import Recording
from flowhost_plugins.rules.journal.runs import Runs
from flowhost_plugins.rules.journal.stamps import Stamps
from flowhost_plugins.rules.journal.starting import Starting
from flowhost_plugins.rules.journal.statements import Statements
from flowhost_plugins.rules.journal.summing import Summing
from flowhost_plugins.rules.journal.waking import Waking


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of an open journal."""

    owners: Owners
    stamps: Stamps
    deployments: Deployments
    starting: Starting
    items: Items
    claiming: Claiming
    recording: Recording
    waking: Waking
    intervening: Intervening
    runs: Runs
    summing: Summing
    decisions: Decisions
    events: Events
    facts: Facts
    pruning: Pruning


def parts_of(sql: flowhost.SqlDatabase, clock: flowhost.Clock, daemon: str, *, lease: float) -> Parts:
    """The parts of an open journal, for the rules of this daemon."""
    statements = Statements(sql)
    owners = Owners(sql, statements, clock, daemon, lease)
    stamps = Stamps(statements)
    ending = Ending(statements)
    intervening = Intervening(statements, stamps, ending, clock)
    return Parts(
        owners=owners,
        stamps=stamps,
        deployments=Deployments(sql, stamps, clock),
        starting=Starting(statements, stamps, clock),
        items=Items(sql, clock),
        claiming=Claiming(statements, owners, clock),
        recording=Recording(statements, ending, intervening, clock),
        waking=Waking(statements, stamps, clock),
        intervening=intervening,
        runs=Runs(sql, statements),
        summing=Summing(statements, clock),
        decisions=Decisions(statements),
        events=Events(statements, clock),
        facts=Facts(statements),
        pruning=Pruning(statements, clock),
    )
