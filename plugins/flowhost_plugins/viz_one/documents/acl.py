"""Access lists of an asset and of its media: which group may read, write and administer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.namespaces import ACL, qualified

if TYPE_CHECKING:
    from lxml.etree import _Element

ASSET_ACL = qualified(ACL, "asset")
MEDIA_ACL = qualified(ACL, "media")
GROUP = qualified(ACL, "group")
RIGHTS = ("read", "write", "admin")
TRUE = frozenset({"1", "true", "yes"})  # the first was seen; the others are what servers write elsewhere


@dataclass(slots=True)
class AclEntry:
    """What a group may do.

    Args:
        name: the group.
        read: whether it may read.
        write: whether it may write.
        admin: whether it may administer.
    """

    name: str
    read: bool = False
    write: bool = False
    admin: bool = False
    origin: _Element | None = field(default=None, compare=False, repr=False)
    """The element it was read from, so that what else stands there is kept."""


class Acl:
    """An access list. Its entries can be changed, added and removed as those of a list.

    Args:
        entries: what each group may do.
    """

    def __init__(self, entries: Iterable[AclEntry] = ()) -> None:
        self.groupentries: list[AclEntry] = list(entries)

    def entry(self, name: str) -> AclEntry | None:
        """The first entry of this group, None when there is none."""
        return next((entry for entry in self.groupentries if entry.name == name), None)

    def __iter__(self) -> Iterator[AclEntry]:
        return iter(self.groupentries)

    def __len__(self) -> int:
        return len(self.groupentries)

    def __eq__(self, other: object) -> bool:
        return self.groupentries == other.groupentries if isinstance(other, Acl) else NotImplemented

    __hash__ = None  # type: ignore[assignment] # an access list can be changed

    def __repr__(self) -> str:
        return f"Acl({self.groupentries!r})"


def read_acl(entry: _Element, tag: str) -> Acl:
    """The access list of this name in an entry; one without entries when it has none."""
    found = trees.child(entry, tag)
    return Acl(() if found is None else map(_entry_of, found.iterchildren(GROUP)))


def _entry_of(group: _Element) -> AclEntry:
    read, write, admin = (_granted(group, right) for right in RIGHTS)
    return AclEntry(group.get("name") or "", read, write, admin, origin=group)


def _granted(group: _Element, right: str) -> bool:
    return (group.get(right) or "").strip().lower() in TRUE


def write_acl(entry: _Element, tag: str, acl: Acl) -> None:
    """Let the access list of this name in an entry say this; an empty one is not made."""
    found = trees.child(entry, tag)
    if found is None:
        if not acl.groupentries:
            return
        found = trees.add(entry, tag)
    kept = [each.origin for each in acl.groupentries]
    for group in list(found.iterchildren(GROUP)):
        if not any(group is element for element in kept):
            found.remove(group)
    for each in acl.groupentries:
        _write_entry(found, each)


def _write_entry(acl: _Element, entry: AclEntry) -> None:
    group = entry.origin
    if group is None or group.getparent() is not acl:
        group = trees.add(acl, GROUP)
        entry.origin = group
    trees.put_attribute(group, "name", entry.name)
    for right in RIGHTS:
        wanted: bool = getattr(entry, right)
        if group.get(right) is None or wanted != _granted(group, right):
            trees.put_attribute(group, right, "1" if wanted else "0")
