"""flowhost: a plugin host that automates media libraries.

A plugin imports what it needs from here and nowhere deeper. See `flowhost.hookspecs` for the hooks, each with an
example, and `flowhost.parts` for what a source, worker, action, parser or resource must be able to do.
"""

from flowhost.actions import Action, Context, Outcome
from flowhost.archive import Archive, ArchivePolicy, ArchiveResult, FileSet
from flowhost.asset_system import AccessEntry, AssetJob, AssetSystem, Item, Page, Permission
from flowhost.clock import SystemClock
from flowhost.disks import Disks
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
from flowhost.media import (
    Component,
    ComponentKind,
    File,
    FileState,
    Finding,
    Ids,
    LastCopy,
    MediaType,
    MediaTypeMismatch,
    Shape,
    ShapeExists,
    ShapeTag,
    Storage,
    StorageKind,
)
from flowhost.media_library import MediaLibrary
from flowhost.options import Seconds, Secret, Section, Size, nearest
from flowhost.outside import part_of, resource_of, workbench_of
from flowhost.parts import (
    ASK_AGAIN_HEADER,
    REJECT_HEADER,
    Clock,
    DaemonInfo,
    Emit,
    Event,
    Job,
    Metric,
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
    Executor,
    Ledger,
    Letter,
    LetterState,
    Message,
    Store,
    Subscription,
)
from flowhost.showing import harmless, print_json, print_table
from flowhost.sql import SqlDatabase
from flowhost.state import database_file
from flowhost.templates import PathTemplate, Template, TemplateError, UndefinedTag, item_tags
from flowhost.values import value_reader
from flowhost.workbench import Workbench

__all__ = [
    "ASK_AGAIN_HEADER",
    "REJECT_HEADER",
    "AccessEntry",
    "Action",
    "Archive",
    "ArchivePolicy",
    "ArchiveResult",
    "AssetJob",
    "AssetSystem",
    "Broker",
    "Claim",
    "Clock",
    "Component",
    "ComponentKind",
    "ConfigError",
    "Conflict",
    "Context",
    "DaemonInfo",
    "DaemonRecord",
    "Dictionary",
    "Disks",
    "Emit",
    "Event",
    "Executor",
    "Expression",
    "ExpressionError",
    "File",
    "FileSet",
    "FileState",
    "Finding",
    "FlowhostError",
    "Ids",
    "Item",
    "Job",
    "LastCopy",
    "Ledger",
    "Letter",
    "LetterState",
    "Locked",
    "MediaLibrary",
    "MediaType",
    "MediaTypeMismatch",
    "Message",
    "Metric",
    "Outcome",
    "Page",
    "Parser",
    "PathTemplate",
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
    "Shape",
    "ShapeExists",
    "ShapeTag",
    "Size",
    "Source",
    "SqlDatabase",
    "StateUnavailable",
    "Storage",
    "StorageKind",
    "Store",
    "Subscription",
    "SystemClock",
    "Template",
    "TemplateError",
    "TimedOut",
    "Unavailable",
    "UndefinedTag",
    "Value",
    "Workbench",
    "Worker",
    "cloudevent",
    "database_file",
    "from_record",
    "harmless",
    "hookimpl",
    "item_tags",
    "nearest",
    "part_of",
    "print_json",
    "print_table",
    "resource_of",
    "retry_on_conflict",
    "to_record",
    "value_reader",
    "workbench_of",
]
