"""The asset of an item: found by its external id, made when there is none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import flowhost
from flowhost_plugins.iconik.newest import INDEXED
from flowhost_plugins.iconik.resource import Iconik

ASSETS = "API/assets/v1/assets/"
SEARCH = "API/search/v1/search/"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset of iconik.

    Args:
        id: its id.
        version: id of its version, when it tells.
        made: whether it was made just now.
    """

    id: str
    version: str | None = None
    made: bool = False


def asset_of(iconik: Iconik, external_id: str, title: str, cancelled: threading.Event) -> Asset:
    """The asset with this external id; its title is set.

    Raises:
        FlowhostError: see `Iconik.ask`.
    """
    with iconik.newest.alone(external_id):
        known = _found(iconik, external_id, cancelled) or iconik.newest.get(external_id)
        if known is None:
            made = _made(iconik, external_id, title, cancelled)
            iconik.newest.add(external_id, {**made, "title": None})  # which is another one soon, perhaps
            return Asset(str(made["id"]), _version(made), made=True)
    if known.get("title") != title:
        iconik.ask("PATCH", f"{ASSETS}{known['id']}/", {"title": title}, cancelled=cancelled)
    return Asset(str(known["id"]), _version(known))


def _found(iconik: Iconik, external_id: str, cancelled: threading.Event) -> Mapping[str, Any] | None:
    term = {"name": "external_id", "value": external_id}
    body = {"doc_types": ["assets"], "query": "", "filter": {"operator": "AND", "terms": [term]}}
    # a search may find what only resembles it
    same = [
        one
        for one in iconik.objects("POST", SEARCH, body, cancelled=cancelled)
        if one.get("external_id") == external_id and one.get("status", "ACTIVE") == "ACTIVE" and one.get("id")
    ]
    if len(same) > 1:
        log.warning(
            "iconik has %d assets with the external id %s; the oldest is used", len(same), external_id
        )
    return min(same, key=lambda one: (str(one.get("date_created", "")), str(one["id"])), default=None)


def _made(iconik: Iconik, external_id: str, title: str, cancelled: threading.Event) -> Mapping[str, Any]:
    body = {
        "title": title,
        "type": "ASSET",
        "status": "ACTIVE",
        "is_online": True,
        "external_id": external_id,
    }
    try:
        made = iconik.ask("POST", ASSETS, body, cancelled=cancelled)
    except flowhost.Retry as error:
        raise flowhost.Retry(str(error), after=max(error.after or 0.0, INDEXED)) from error
    except flowhost.Unavailable as error:  # it may have been made, though nobody heard of it
        raise flowhost.Retry(str(error), after=INDEXED) from error
    if not isinstance(made, Mapping) or not made.get("id"):
        raise flowhost.Retry(f"iconik, POST {ASSETS}: the answer has no id", after=INDEXED)
    return made


def _version(asset: Mapping[str, Any]) -> str | None:
    versions = asset.get("versions")
    latest = versions[-1] if isinstance(versions, list) and versions else None
    return str(latest["id"]) if isinstance(latest, Mapping) and latest.get("id") else None
