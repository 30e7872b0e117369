"""Rights of groups in an access list."""

from __future__ import annotations

from flowhost_plugins.viz_one.documents import Acl, AclEntry


def set_group_permissions(
    acl: Acl,
    group_name: str,
    read: bool = True,
    write: bool = True,
    admin: bool = True,
) -> bool:
    """Make sure that a group has exactly these rights; a group without any is taken out.

    It works in memory: saving the asset is up to you.

    Args:
        acl: is changed.
        group_name: name of the group.
        read: whether it may read.
        write: whether it may write.
        admin: whether it may administer.

    Returns:
        Whether the list was changed.
    """
    if not (read or write or admin):
        kept = [entry for entry in acl.groupentries if entry.name != group_name]
        changed = len(kept) < len(acl.groupentries)
        acl.groupentries[:] = kept
        return changed
    entry = next((entry for entry in acl.groupentries if entry.name == group_name), None)
    if entry is None:
        acl.groupentries.append(AclEntry(group_name, read=read, write=write, admin=admin))
        return True
    changed = (entry.read, entry.write, entry.admin) != (read, write, admin)
    entry.read, entry.write, entry.admin = read, write, admin
    return changed
