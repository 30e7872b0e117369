"""What an XML file orders: an asset, its metadata, its media."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowhost_plugins.viz_one.documents import Payload


@dataclass(frozen=True, slots=True)
class Order:
    """One asset to make or update.

    Args:
        asset_id: its id or site identity, None when the file names none.
        media: name of its media file, None when it has none.
        metadata: what to write: a payload, or field names with values and the form under ``form``; None for nothing.
        must_exist: whether the asset has to be there already: it is not made.
    """

    asset_id: str | None
    media: str | None
    metadata: Payload | Mapping[str, Any] | None
    must_exist: bool = False


def made_identity(file_link: str, content: bytes, number: int) -> str:
    """A site identity for an order without one: the same whenever the same file is delivered again.

    Args:
        file_link: address of the file on the server.
        content: its bytes.
        number: of the order within the file.
    """
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{file_link}#{hashlib.sha256(content).hexdigest()}#{number}"))
