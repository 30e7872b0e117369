"""What a site can be asked to tell: its triggers, and what rules call them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One trigger, and so one registration.

    Args:
        key: part of the URL that it is told at, which says which one it was: bodies do not.
        resource: segments of the path it is registered below.
        trigger: the trigger of the document.
        names: what its events can be called.
    """

    key: str
    resource: tuple[str, ...]
    trigger: Mapping[str, Any]
    names: tuple[str, ...]


def _kind(resource: str, entity: str, event: str, *names: str) -> Kind:
    trigger: Any = ""
    for part in reversed(event.split("/")):
        trigger = {part: trigger}
    key = names[0].replace("_", "-") if len(names) == 1 else f"{entity}-{event.replace('/', '-')}"
    return Kind(key, tuple(resource.split("/")), {entity: trigger}, names)


KINDS: tuple[Kind, ...] = (
    _kind("item", "item", "create", "item_create"),
    _kind("item", "item", "delete", "item_delete"),
    _kind("item", "metadata", "modify", "metadata_modify", "item_trash", "item_restore"),
    *(_kind("item", "access", event, f"access_{event}") for event in ("create", "modify", "delete")),
    *(_kind("item", "shape", event, f"shape_{event}") for event in ("create", "modify", "delete")),
    _kind("job", "job", "create", "job_create"),
    _kind("job", "job", "update", "job_update"),
    _kind("job", "job", "stop", "job_finish", "job_fail", "job_stop"),
    _kind("collection", "collection", "create", "collection_create"),
    _kind("collection", "collection", "metadata", "collection_metadata_modify"),
    _kind("collection", "collection", "item/add", "collection_item_add"),
    _kind("collection", "collection", "item/remove", "collection_item_remove"),
    _kind("collection", "collection", "delete", "collection_delete"),
    *(_kind("storage", "storage", event, f"storage_{event}") for event in ("create", "filename", "delete")),
    _kind("storage/file", "file", "new", "file_create"),
    *(
        _kind("storage/file", "file", event, f"file_{event}")
        for event in ("change", "hash", "close", "delete")
    ),
)
"""Every trigger that is of use here. The end of a job is registered once, as ``stop``: its status says how it ended."""

BY_KEY = {kind.key: kind for kind in KINDS}

NAMES = tuple(name for kind in KINDS for name in kind.names)
"""What events can be called."""

ON_REQUEST = frozenset(
    name for name in NAMES if name == "job_update" or name.startswith(("storage_", "file_"))
)
"""Only told when somebody names them: there are many, or few need them."""

DEFAULT_NAMES = tuple(name for name in NAMES if name not in ON_REQUEST)


def kinds_for(names: Iterable[str]) -> list[Kind]:
    """What must be registered so that all of these are told."""
    wanted = set(names)
    return [kind for kind in KINDS if wanted.intersection(kind.names)]
