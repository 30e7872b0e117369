"""What works on orders needs, whichever archive they are for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.archive import noting, status
from flowhost_plugins.vidispine.archive.places import Places
from flowhost_plugins.vidispine.archive.policies import Policy
from flowhost_plugins.vidispine.archive.records import Archived, Place, joined
from flowhost_plugins.vidispine.documents import File, Item, Shape
from flowhost_plugins.vidispine.marks import Marks
from flowhost_plugins.vidispine.media.shapes import item_with_shapes
from flowhost_plugins.vidispine.orders.carrying_out import Course

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


@dataclass(frozen=True, slots=True)
class Bench:
    """What there is to work with.

    Args:
        client: for the site.
        marks: see `Marks`.
        clock: the time.
        course: of the order.
    """

    client: Client
    marks: Marks
    clock: flowhost.Clock
    course: Course

    def item(self) -> tuple[Item, Places]:
        """The item as it is now, and where its files are."""
        return item_with_shapes(self.client, self.course.order.item), Places(self.client)

    def note_archived(self, item: str, shape: Shape, what: Archived) -> Archived:
        """Note that a shape is archived; return what stands there then.

        An order that goes on after its process died may have purged some files already: they stay known.
        """
        before, order = noting.archived(shape), self.course.order.id
        earlier = before.places if before and before.order == order else ()
        whole = replace(what, places=joined(earlier, what.places), order=order)
        if whole != before:
            noting.note(self.client, item, shape, whole)
        return whole

    def archived_before(self, item: Item, policy: Policy, places: Places) -> list[tuple[Shape, Archived]]:
        """The shapes that are archived by this policy, and have no whole file online any more."""
        return [
            (shape, kept)
            for shape, kept in noting.all_archived(item)
            if (kept.archive, kept.policy) == (policy.archive, policy.id) and not online_files(shape, places)
        ]

    def tell_archived(self, item: str) -> None:
        """Let the item say that it is archived."""
        now = item_with_shapes(self.client, item)
        ids = [one for _, found in noting.all_archived(now) for one in found.external_ids]
        status.archived(self.client, self.marks, item, ids, self.clock.now())

    def tell_restored(self, item: str) -> None:
        """Let the item say that it came back."""
        status.restored(self.client, self.marks, item, self.clock.now())


def place_of(file: File) -> Place:
    """Where a file is."""
    return Place(file.id, file.storage or "", file.path)


def online_files(shape: Shape, places: Places) -> list[File]:
    """The whole files of a shape outside archives."""
    return [file for file in shape.files if places.online(file)]


Tell = Callable[[str], None]
"""Takes a sentence about what could not be done."""
