"""Events as JSON: the CloudEvents 1.0 JSON format for the world outside, and the ledger's lossless record."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flowhost.parts import Event


def cloudevent(event: Event) -> dict[str, Any]:
    """The event in the JSON format of CloudEvents 1.0, without its transport headers.

    Bytes become ``data_base64``; the key becomes the extension attribute ``partitionkey``. The format requires an
    id and a source: an event without gets an id made of all it says, the same at each try, and the source
    ``flowhost``.
    """
    written: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.id or _made_id(event),
        "type": event.type,
        "source": event.source or "flowhost",
        "time": event.time.isoformat(),
    }
    if event.subject is not None:
        written["subject"] = event.subject
    if event.key is not None:
        written["partitionkey"] = event.key
    return written | _data_member(event.data)


def to_record(event: Event) -> dict[str, Any]:
    """Everything about the event as a JSON object, for keeping; `from_record` gives back an equal event."""
    record: dict[str, Any] = {
        "type": event.type,
        "source": event.source,
        "time": event.time.isoformat(),
        "headers": dict(event.headers),
    }
    optional = {"id": event.id, "subject": event.subject, "key": event.key}
    record |= {name: value for name, value in optional.items() if value is not None}
    return record | _data_member(event.data)


def from_record(record: Mapping[str, Any]) -> Event:
    """The event a record was made of."""
    encoded = record.get("data_base64")
    return Event(
        type=record["type"],
        data=record.get("data") if encoded is None else base64.b64decode(encoded),
        source=record["source"],
        subject=record.get("subject"),
        id=record.get("id"),
        key=record.get("key"),
        time=datetime.fromisoformat(record["time"]),
        headers=record["headers"],
    )


def _made_id(event: Event) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(to_record(event), sort_keys=True)))


def _data_member(data: Any) -> dict[str, Any]:
    if data is None:
        return {}
    if isinstance(data, bytes):
        return {"data_base64": base64.b64encode(data).decode("ascii")}
    return {"data": data}
