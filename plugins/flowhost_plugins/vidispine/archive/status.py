"""What an item says of its archiving, in Portal's fields."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from flowhost_plugins.vidispine import portal_fields
from flowhost_plugins.vidispine.documents import write_time
from flowhost_plugins.vidispine.marks import Marks

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

STATUS, ARCHIVED_AT, RESTORED_AT, EXTERNAL_IDS = (
    "portal_archive_status",
    "portal_archive_ts",
    "portal_restore_ts",
    "portal_archive_external_ids",
)

log = logging.getLogger(__name__)


def archived(client: Client, marks: Marks, item: str, ids: Sequence[str], now: datetime) -> None:
    """The item is in the archive."""
    _set(client, marks, item, {STATUS: ["Archived"], ARCHIVED_AT: [write_time(now)], EXTERNAL_IDS: ids})


def restored(client: Client, marks: Marks, item: str, now: datetime) -> None:
    """The item is in the archive, and online again."""
    _set(client, marks, item, {STATUS: ["Archived/Restored"], RESTORED_AT: [write_time(now)]})


def deleted(client: Client, marks: Marks, item: str) -> None:
    """The item is in no archive any more."""
    _set(client, marks, item, {name: [] for name in (STATUS, ARCHIVED_AT, RESTORED_AT, EXTERNAL_IDS)})


def _set(client: Client, marks: Marks, item: str, fields: Mapping[str, Sequence[str]]) -> None:
    """Set the fields, where the site has them: without Portal nobody misses them."""
    try:
        portal_fields.set_fields(client, marks, item, fields)
    except portal_fields.NoSuchField as error:
        log.info("the archive status of the item %s is kept with its shapes only: %s", item, error)
