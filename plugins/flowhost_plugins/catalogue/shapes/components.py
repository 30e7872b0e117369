"""What is in shapes, and what an item tells of its original."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from fractions import Fraction

from sqlalchemy import Connection, delete, insert, select

from flowhost_plugins.catalogue.database.schema import components, shapes
from flowhost_plugins.catalogue.database.transactions import Transaction
from flowhost_plugins.catalogue.media.probing import Probed
from flowhost_plugins.catalogue.records import Component

SIGNIFICANT = "original"
"""The tag whose shape an item's own technical fields are about."""

ORIGINAL_NAME = "originalFilename"
"""The field with what the file was called that an item's media came from."""

SOUND_RATE = 48_000
"""Units a second in which the length of sound is told; of pictures it is told in pictures."""


def write(transaction: Transaction, shape: int, found: Iterable[Component]) -> None:
    """Let exactly these be the components of a shape."""
    transaction.connection.execute(delete(components).where(components.c.shape == shape))
    if rows := [{"shape": shape, **asdict(one)} for one in found]:
        transaction.connection.execute(insert(components), rows)


def read(connection: Connection, item: int) -> dict[int, tuple[Component, ...]]:
    """Number of a shape of the item → its components."""
    wanted = (
        select(components)
        .join(shapes, components.c.shape == shapes.c.number)
        .where(shapes.c.item == item)
        .order_by(components.c.number)
    )
    found: dict[int, list[Component]] = {}
    for row in connection.execute(wanted):
        named = row._mapping
        values = {name: named[name] for name in Component.__dataclass_fields__}
        found.setdefault(row.shape, []).append(Component(**values))
    return {shape: tuple(held) for shape, held in found.items()}


def technical_fields(probed: Probed | None, mime_type: str, file_name: str) -> dict[str, tuple[str, ...]]:
    """The fields an item has about its original, in Vidispine's names; those without values shall be removed.

    ``durationTimeCode`` counts pictures at their rate, ``250@25`` or ``300@30000:1001``, sound at 48 000 a second.
    """
    parts = probed.components if probed else ()
    container = parts[0] if parts else None
    picture = next((one for one in parts if one.kind in ("video", "binary")), None)
    sound = next((one for one in parts if one.kind == "audio"), None)
    duration = container.duration if container else None
    values = ({ORIGINAL_NAME: file_name} if file_name else {}) | {
        "mimeType": mime_type,
        "originalFormat": container.codec if container else "",
        "originalVideoCodec": picture.codec if picture else "",
        "originalAudioCodec": sound.codec if sound else "",
        "originalWidth": str(picture.width) if picture and picture.width else "",
        "originalHeight": str(picture.height) if picture and picture.height else "",
        "durationSeconds": f"{duration:g}" if duration and duration < 1e5 else str(duration or ""),
        "durationTimeCode": _time_code(duration, picture),
    }
    return {name: (value,) if value else () for name, value in values.items()}


def _time_code(duration: float | None, picture: Component | None) -> str:
    if not duration:
        return ""
    rate = Fraction(picture.frame_rate) if picture and picture.frame_rate else Fraction(SOUND_RATE)
    base = f"{rate.numerator}" if rate.denominator == 1 else f"{rate.numerator}:{rate.denominator}"
    return f"{round(duration * rate)}@{base}"
