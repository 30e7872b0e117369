"""Metadata groups that are the same groups as before."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import replace

from flowhost_plugins.catalogue import Group


def with_old_ids(new: Iterable[Group], old: Iterable[Group]) -> tuple[Group, ...]:
    """The new groups, each with the id of the old one in its place: rows of a list are known by their position.

    So the catalogue sees no change where a client writes what is there already.
    """
    left: dict[str, deque[Group]] = defaultdict(deque)
    for group in old:
        left[group.name].append(group)
    made = []
    for group in new:
        former = left[group.name].popleft() if left[group.name] else Group(group.name)
        made.append(replace(group, id=former.id, groups=with_old_ids(group.groups, former.groups)))
    return tuple(made)
