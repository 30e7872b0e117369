"""flowhost: a plugin host that automates media libraries.

A plugin imports what it needs from here and nowhere deeper. See `flowhost.hookspecs` for the hooks, each with an
example, and `flowhost.parts` for what a source, worker, action, parser or resource must be able to do.
"""

from flowhost.asset_system import AccessEntry, AssetJob, AssetSystem, Item, Page, Permission
from flowhost.clock import SystemClock
from flowhost.errors import (
    ConfigError,
    Conflict,
    FlowhostError,
    Permanent,
    Rejected,
    Retry,
    StateUnavailable,
    TimedOut,
    Unavailable,
)
from flowhost.expressions import Expression, ExpressionError
from flowhost.hookspecs import hookimpl
from flowhost.locks import Locked
from flowhost.options import Seconds, Secret, Section, Size, nearest
from flowhost.parts import (
    REJECT_HEADER,
    Action,
    Clock,
    Context,
    DaemonInfo,
    Emit,
    Event,
    Job,
    Outcome,
    Parser,
    Receipt,
    Resource,
    Source,
    Worker,
)
from flowhost.places import Place, Problem, Value
from flowhost.records import cloudevent, from_record, to_record
from flowhost.retrying import retry_on_conflict
from flowhost.roles import (
    Broker,
    Claim,
    DaemonRecord,
    Dictionary,
    Ledger,
    Letter,
    LetterState,
    Message,
    Store,
    Subscription,
)
from flowhost.state import database_file
from flowhost.values import value_reader

__all__ = [
    "REJECT_HEADER",
    "AccessEntry",
    "Action",
    "AssetJob",
    "AssetSystem",
    "Broker",
    "Claim",
    "Clock",
    "ConfigError",
    "Conflict",
    "Context",
    "DaemonInfo",
    "DaemonRecord",
    "Dictionary",
    "Emit",
    "Event",
    "Expression",
    "ExpressionError",
    "FlowhostError",
    "Item",
    "Job",
    "Ledger",
    "Letter",
    "LetterState",
    "Locked",
    "Message",
    "Outcome",
    "Page",
    "Parser",
    "Permanent",
    "Permission",
    "Place",
    "Problem",
    "Receipt",
    "Rejected",
    "Resource",
    "Retry",
    "Seconds",
    "Secret",
    "Section",
    "Size",
    "Source",
    "StateUnavailable",
    "Store",
    "Subscription",
    "SystemClock",
    "TimedOut",
    "Unavailable",
    "Value",
    "Worker",
    "cloudevent",
    "database_file",
    "from_record",
    "hookimpl",
    "nearest",
    "retry_on_conflict",
    "to_record",
    "value_reader",
]
