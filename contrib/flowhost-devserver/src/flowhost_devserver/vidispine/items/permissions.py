"""What a user may do with an item, as documents about the item say it."""

from __future__ import annotations

from flowhost_devserver.vidispine.access.documents import TYPES
from flowhost_devserver.vidispine.access.records import GENERIC
from flowhost_devserver.vidispine.access.rights import for_user, groups_of, is_super, reaching
from flowhost_devserver.vidispine.call import Call


def permissions(call: Call, item_id: str) -> list[dict[str, str]]:
    """For each type of operation the permission that who asks has: all of the item, its metadata, shapes, URIs."""
    site, user = call.site, call.run_as
    if is_super(site, user):
        return [{"type": kind, "permission": "ALL"} for kind in TYPES]
    entries = [one for one in reaching(site, "item", item_id) if not one.extra]
    groups, told = groups_of(site, user), []
    for kind in TYPES:
        counting = for_user([one for one in entries if one.type in (GENERIC, kind)], user, groups)
        told.append({"type": kind, "permission": counting[0].permission if counting else "NONE"})
    return told
