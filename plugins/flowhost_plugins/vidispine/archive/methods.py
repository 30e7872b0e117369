"""The library's face: the archive."""

from __future__ import annotations

import flowhost
from flowhost_plugins.vidispine import marks
from flowhost_plugins.vidispine.archive import deleting, noting
from flowhost_plugins.vidispine.archive.framework import Framework
from flowhost_plugins.vidispine.archive.native import Native
from flowhost_plugins.vidispine.archive.places import Places
from flowhost_plugins.vidispine.archive.policies import Policy, policy
from flowhost_plugins.vidispine.archive.records import NATIVE, Archived
from flowhost_plugins.vidispine.archive.working import Bench, online_files
from flowhost_plugins.vidispine.documents import Item
from flowhost_plugins.vidispine.media.shapes import item_with_shapes
from flowhost_plugins.vidispine.orders.carrying_out import Course
from flowhost_plugins.vidispine.orders.methods import OrderMethods
from flowhost_plugins.vidispine.orders.records import Order, id_for


class ArchiveMethods(OrderMethods):
    """The archive: the wired one, or storages of the type ``ARCHIVE``. One order works on an item at a time."""

    _archive: flowhost.Archive | None = None

    def archive_item(
        self, item_id: str, policy: str, *, purge: bool = False, key: str = ""
    ) -> flowhost.AssetJob:
        """See `flowhost.MediaLibrary`. The policy is one of the wired archive, or a storage of the type ``ARCHIVE``.

        A key that is known asks nothing of the site; else two requests.

        Raises:
            Permanent: there is no such policy, or the item has nothing to archive.
            Conflict: the archive is at work on the item.
        """
        if known := self._known(key):
            return known
        item = item_with_shapes(self._client, item_id)
        where = self._policy(policy, purge=purge)
        places = Places(self._client)
        if not any(online_files(shape, places) for shape in item.shape):
            raise flowhost.Permanent(f"the item {item.id} has no whole file online that could be archived")
        order = Order(id_for(key), "archive", item.id, where.id, purge=purge, mark=marks.current())
        return self._give(order)

    def check_archive_policy(self, policy: str) -> None:
        """See `flowhost.MediaLibrary`."""
        self._policy(policy, purge=False)

    def restore_from_archive(self, item_id: str, *, key: str = "") -> flowhost.AssetJob:
        """See `flowhost.MediaLibrary`.

        Raises:
            Permanent: it is not in the archive.
            Conflict: the archive is at work on the item.
        """
        if known := self._known(key):
            return known
        item = item_with_shapes(self._client, item_id)
        for kept in self._kept_of(item):
            if kept.archive != NATIVE and not deleting.matching(self._archive, kept).role_restore:
                raise flowhost.Permanent("the wired archive cannot bring anything back")
        return self._give(Order(id_for(key), "restore", item.id, mark=marks.current()))

    def delete_from_archive(self, item_id: str) -> int:
        """See `flowhost.MediaLibrary`.

        Raises:
            LastCopy: a shape has no whole file online; nothing is deleted then.
            Conflict: the archive is at work on the item.
        """
        item = item_with_shapes(self._client, item_id)
        with flowhost.Locked(f"vidispine archive {item.id}"):
            self._refuse_while_working(item.id)
            return deleting.delete(self._client, self._marks, self._archive, item)

    def _known(self, key: str) -> flowhost.AssetJob | None:
        order = self._orders.order(id_for(key)) if key else None
        if order is not None:
            self._carrying_out.submit(order)  # one of a process that died
        return order.job if order else None

    def _give(self, order: Order) -> flowhost.AssetJob:
        with flowhost.Locked(f"vidispine archive {order.item}"):
            self._refuse_while_working(order.item, order.id)
            return self._order(order)

    def _refuse_while_working(self, item: str, own: str = "") -> None:
        for order in self._live_orders(item):
            if order.id != own:
                raise flowhost.Conflict(
                    f"the archive is at work on the item {item}: the order {order.id} is {order.state}"
                )

    def _policy(self, wanted: str, *, purge: bool) -> Policy:
        found = policy(self._client, self._archive, wanted)
        if found.archive != NATIVE and self._archive is not None:
            if not self._archive.role_archive:
                raise flowhost.Permanent(f"the archive {self._archive.name!r} cannot archive")
            if purge and not self._archive.role_purge:
                raise flowhost.Permanent(
                    f"the archive {self._archive.name!r} does not allow to purge files online"
                )
        return found

    def _kept_of(self, item: Item) -> list[Archived]:
        found = [kept for _, kept in noting.all_archived(item)]
        if not found:
            raise flowhost.Permanent(f"the item {item.id} is not in the archive")
        return found

    def _work_on(self, course: Course) -> str:
        with marks.marked(course.order.mark):
            return self._worked(Bench(self._client, self._marks, self._clock, course))

    def _worked(self, bench: Bench) -> str:
        order, told = bench.course.order, list[str]()
        if order.kind == "archive":
            where = self._policy(order.policy, purge=order.purge)
            if not self._worker(bench, where.archive, told).keep(where, purge=order.purge):
                raise flowhost.Permanent(
                    "; ".join(told) or f"the item {order.item} has no whole file online any more"
                )
        else:
            for archive in dict.fromkeys(one.archive for one in self._kept_of(bench.item()[0])):
                self._worker(bench, archive, told).bring_back()
        return "; ".join(told)

    def _worker(self, bench: Bench, archive: str, told: list[str]) -> Framework | Native:
        if archive == NATIVE:
            return Native(bench, told.append)
        if self._archive is None or self._archive.plugin_guid != archive:
            raise flowhost.Permanent(f"the archive with the id {archive} is not wired")
        if not self._archive.is_ready():
            raise flowhost.Unavailable(
                f"the archive {self._archive.name!r} is not ready; are its folders mounted?"
            )
        return Framework(bench, self._archive, told.append)
