"""Which archive a policy is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.archive.records import NATIVE
from flowhost_plugins.vidispine.media.storages import storages

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy.

    Args:
        archive: `plugin_guid` of its archive, or `NATIVE`.
        id: of a native one the id of the storage.
        name: for people.
        bulk: whether one call may bring several shapes.
    """

    archive: str
    id: str
    name: str
    bulk: bool = True


def policy(client: Client, archive: flowhost.Archive | None, wanted: str) -> Policy:
    """The policy with this id or name.

    Raises:
        Permanent: there is none.
    """
    known = [Policy(NATIVE, one.id, one.name) for one in storages(client) if one.kind == "ARCHIVE"]
    if archive is not None:
        given = archive.get_policies()
        known[:0] = [Policy(archive.plugin_guid, one.uuid, one.name, one.bulk_support) for one in given]
    named = [one for one in known if one.id == wanted] or [one for one in known if one.name == wanted]
    if named:
        return named[0]
    hint = flowhost.nearest(wanted, [one.name for one in known])
    what = "a policy of the wired archive, or a storage of the type ARCHIVE"
    raise flowhost.Permanent(f"there is no archive policy {wanted!r}, expected {what}{hint}")
