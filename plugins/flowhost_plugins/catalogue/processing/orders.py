"""Orders for jobs that make something of an item's media: what is asked is checked at once, and kept as a job."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Connection, Row, select

import flowhost
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision
from flowhost_plugins.catalogue.database.schema import items, jobs
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.jobs import jobs as job_writing
from flowhost_plugins.catalogue.jobs.ordering import Ordering
from flowhost_plugins.catalogue.jobs.runner import Runner
from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg
from flowhost_plugins.catalogue.records import Job, MediaTypeMismatch, ShapeExists, ShapeTag
from flowhost_plugins.catalogue.shapes import components, presets
from flowhost_plugins.catalogue.shapes.copies import source_of, tagged
from flowhost_plugins.catalogue.storages import storages
from flowhost_plugins.catalogue.storages.planning import reserve, reserve_path
from flowhost_plugins.catalogue.storages.target_paths import checked_path, file_name

PICTURE_BYTES = 1_000_000
"""What is planned for a picture when it is made of a film; the file's own size counts once it is there."""

OVERHEAD = 1.05
"""What a container adds to the streams in it, generously."""


class Processing:
    """Takes orders for media jobs. See `processing.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions, runner: Runner, owner: str, ffmpeg: Ffmpeg) -> None:
        self._site = transactions.site
        self._owner = owner
        self._ffmpeg = ffmpeg
        self._ordering = Ordering(transactions, runner)

    def transcode(
        self,
        item_id: str,
        tag: str,
        *,
        replace: bool,
        storage: str | None,
        source_tag: str,
        timeout: float | None,
        key: str,
    ) -> Job:
        """Keep a job that makes a shape, and let it run."""
        if known := self._ordering.known(key):
            return known
        self._ffmpeg.program()  # else every job fails, one by one

        def work(transaction: Transaction) -> int:
            preset = presets.find(transaction.connection, tag)
            item = self._item(transaction, item_id, (preset.media_type,), tag)
            source = self._source(transaction, item, tag, source_tag, replace)
            orders = self._orders(preset, source_tag, timeout, replace=replace)
            size = _planned(transaction.connection, item, preset, source)
            return self._shape_job(transaction, "TRANSCODE", item, preset, source, size, storage, orders)

        return self._ordering.start(work, key)

    def thumbnail(
        self, item_id: str, at: float | None, tag: str, *, replace: bool, storage: str | None
    ) -> Job:
        """Keep a job that makes a picture, and let it run."""
        self._ffmpeg.program()
        if at is not None and not 0 <= at < 1e9:
            raise flowhost.Permanent(f"the moment of the picture is {at!r}, expected seconds from 0 on")

        def work(transaction: Transaction) -> int:
            preset = _picture(transaction.connection, tag)
            item = self._item(transaction, item_id, ("video", "image"), tag)
            source = self._source(transaction, item, tag, components.SIGNIFICANT, replace)
            orders = self._orders(preset, components.SIGNIFICANT, None, replace=replace, at=at)
            return self._shape_job(
                transaction, "THUMBNAIL", item, preset, source, PICTURE_BYTES, storage, orders
            )

        return self._ordering.start(work)

    def export(
        self, item_id: str, tag: str, location: str, name: str, timeout: float | None, key: str
    ) -> Job:
        """Keep a job that delivers a shape, and let it run."""
        if known := self._ordering.known(key):
            return known

        def work(transaction: Transaction) -> int:
            connection = transaction.connection
            storage = storages.find(connection, self._site, location)
            if storage.kind != "EXPORT":
                what = f"the storage {storage.name!r} is {storage.kind}"
                raise flowhost.Permanent(f"{what}, expected one of the kind EXPORT to deliver to")
            path = checked_path(storage, name)
            item = self._item(transaction, item_id, None, tag)
            if tagged(connection, item, tag) or tag == components.SIGNIFICANT:
                source = source_of(connection, self._site, item, tag)
                orders: dict[str, Any] = {"source_tag": tag, "preset": None}
                size = source.size
            else:
                self._ffmpeg.program()
                preset = presets.find(connection, tag)
                self._item(transaction, item_id, (preset.media_type,), tag)
                source = source_of(connection, self._site, item, components.SIGNIFICANT)
                orders = self._orders(preset, components.SIGNIFICANT, timeout)
                size = _planned(connection, item, preset, source)
            number, target = reserve_path(transaction, storage, path, size, None)
            places = {"folder": storage.path, "target": str(target), "made": not target.parent.exists()}
            return job_writing.add(transaction, self._owner, item, number, orders | places, "EXPORT")

        return self._ordering.start(work, key)

    def analyze(self, item_id: str, tag: str) -> Job:
        """Keep a job that looks into a shape, and let it run."""
        self._ffmpeg.program()

        def work(transaction: Transaction) -> int:
            item = self._item(transaction, item_id, None, tag)
            source_of(transaction.connection, self._site, item, tag)
            return job_writing.add(transaction, self._owner, item, None, {"tag": tag}, "SHAPE_UPDATE")

        return self._ordering.start(work)

    def _item(self, transaction: Transaction, item_id: str, kinds: tuple[str, ...] | None, tag: str) -> int:
        """The item, kept from going away, when its media is of one of these kinds; None: of any."""
        item = item_number(transaction.connection, self._site, item_id)
        raise_revision(transaction, items, item, None, by_one=False)
        wanted = select(items.c.media_type).where(items.c.number == item)
        kind = transaction.connection.execute(wanted).scalar_one()
        if not kind:
            raise flowhost.Permanent(f"the item {item_id} is a placeholder; import its media first")
        if kinds is not None and kind not in kinds:
            what = f"the item {item_id} is {kind}, the shape tag {tag!r} is for {' and '.join(kinds)}"
            raise MediaTypeMismatch(what)
        return item

    def _source(
        self, transaction: Transaction, item: int, tag: str, source_tag: str, replace: bool
    ) -> Row[tuple[object, ...]]:
        """The file a new shape is made of, when it may be made."""
        connection, shown = transaction.connection, self._site.id(item)
        if tag in (source_tag, components.SIGNIFICANT):
            raise flowhost.Permanent(f"a shape {tag!r} is not made by a transcode: others are made of it")
        if tagged(connection, item, tag) and not replace:
            raise ShapeExists(f"the item {shown} has a shape {tag!r} already")
        running = select(jobs.c.number, jobs.c.orders).where(
            jobs.c.item == item, jobs.c.live.is_(True), jobs.c.kind.in_(("TRANSCODE", "THUMBNAIL"))
        )
        for row in connection.execute(running):
            if json.loads(row.orders)["tag"] == tag:
                job = self._site.id(row.number)
                raise ShapeExists(f"the job {job} makes a shape {tag!r} of the item {shown} already")
        return source_of(connection, self._site, item, source_tag)

    def _orders(
        self,
        preset: ShapeTag,
        source_tag: str,
        timeout: float | None,
        *,
        replace: bool = False,
        at: float | None = None,
    ) -> dict[str, Any]:
        if timeout is not None and not timeout > 0:
            raise flowhost.Permanent(f"the time-out is {timeout!r}, expected seconds")
        return {
            "tag": preset.name,
            "source_tag": source_tag,
            "preset": json.dumps(asdict(preset)),  # as it is now: it may change while the job waits
            "replace": replace,
            "at": at,
            "timeout": timeout or self._ffmpeg.timeout,
        }

    def _shape_job(
        self,
        transaction: Transaction,
        kind: str,
        item: int,
        preset: ShapeTag,
        source: Row[tuple[object, ...]],
        size: int,
        storage: str | None,
        orders: dict[str, Any],
    ) -> int:
        name = f"{file_name(PurePosixPath(source.path).stem)}-{preset.name}{preset.suffix}"
        number, target = reserve(transaction, item, name, size, storage, None)
        places = {"folder": str(target.parents[1]), "target": str(target), "made": True}
        return job_writing.add(transaction, self._owner, item, number, orders | places, kind)


def _picture(connection: Connection, tag: str) -> ShapeTag:
    """How a picture with this tag is made: as its owner set it, else as ours."""
    if tag == presets.THUMBNAIL.name:
        return presets.own(connection).get(tag, presets.THUMBNAIL)
    preset = presets.find(connection, tag)
    if preset.media_type != "image":
        raise MediaTypeMismatch(f"the shape tag {tag!r} is for {preset.media_type}, expected one for image")
    return replace(preset)


def _planned(connection: Connection, item: int, preset: ShapeTag, source: Row[tuple[object, ...]]) -> int:
    """How many bytes are kept free: by bit rate and duration where both are known, else as many as the source."""
    held = components.read(connection, item).get(source.shape, ())
    duration = held[0].duration if held else None
    rate = preset.video_bit_rate if preset.media_type == "video" else preset.audio_bit_rate
    if not duration or not rate or preset.media_type == "image":
        return int(source.size)
    both = (preset.video_bit_rate or 0) + (preset.audio_bit_rate or 0)
    return int(both * duration / 8 * OVERHEAD)
