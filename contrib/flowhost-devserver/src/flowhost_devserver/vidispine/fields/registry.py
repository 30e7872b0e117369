"""Which fields and groups there are, kept as their documents."""

from __future__ import annotations

from typing import Any

from flowhost_devserver.vidispine.fields.defaults import FIELDS, GROUPS
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.site import Site

FIELD, GROUP = "metadata-field", "metadata-field-group"
"""Kinds of what is kept: name → document."""


def is_transient(name: str) -> bool:
    """Whether a field is worked out for every answer, by its name."""
    return name.startswith("__")


def seed_fields(site: Site) -> None:
    """Make the fields and groups of a fresh server; those of an older one are read as they are called now."""
    with site.lock:
        for name, field in site.keeping.all(FIELD).items():
            if "timecode" in field["type"]:  # as older servers called it
                kind = field["type"].replace("timecode", "timeCode")
                site.keeping.put(FIELD, name, {**field, "type": kind})
        if site.keeping.get("seeded", FIELD):
            return
        for field in FIELDS:
            site.keeping.put(FIELD, field["name"], field)
        for group in GROUPS:
            site.keeping.put(GROUP, group["name"], group)
        site.keeping.put("seeded", FIELD, True)


def field_of(site: Site, name: str) -> dict[str, Any] | None:
    """The field's document; None when there is no such field."""
    found = site.keeping.get(FIELD, name)
    return None if found is None else dict(found)


def group_of(site: Site, name: str) -> dict[str, Any] | None:
    """The group's document; None when there is no such group."""
    found = site.keeping.get(GROUP, name)
    return None if found is None else dict(found)


def field_data(site: Site, name: str) -> dict[str, str]:
    """The key-values of a field, which its users keep with it."""
    return {one["key"]: one["value"] for one in (field_of(site, name) or {}).get("data", ())}


def known(site: Site, kind: str, name: str) -> dict[str, Any]:
    """The document of a field or group.

    Raises:
        Refusal: there is none of this name.
    """
    found = site.keeping.get(kind, name)
    if found is None:
        raise not_found("namespace", name)
    return dict(found)
