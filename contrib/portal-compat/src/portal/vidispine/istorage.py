"""Storages: ``from portal.vidispine.istorage import StorageHelper``."""

# ruff: noqa: N802  # the names are Portal's
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.vidispine.connecting import Helper


class Storage:
    """A storage.

    Args:
        data: Vidispine's StorageDocument.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def getId(self) -> str:
        """Its id."""
        return str(self.data.get("id", ""))

    def getName(self) -> str:
        """Its name; its id when it has none."""
        fields = self.data.get("metadata", {}).get("field", ())
        return next((str(one.get("value")) for one in fields if one.get("key") == "name"), self.getId())

    def getState(self) -> str:
        """``NONE``, ``READY``, ``OFFLINE`` ..."""
        return str(self.data.get("state", ""))

    def getCapacity(self) -> int:
        """Bytes it may hold."""
        return int(self.data.get("capacity", 0))

    def getFreeCapacity(self) -> int:
        """Bytes that are free."""
        return int(self.data.get("freeCapacity", 0))


class StorageHelper(Helper):
    """Reads storages."""

    def getStorage(self, storage_id: str) -> Storage:
        """A storage.

        Raises:
            NotFoundError: there is none.
        """
        return Storage(self._client.get("storage", storage_id))

    def getAllStorages(self) -> list[Storage]:
        """All storages."""
        return [Storage(one) for one in self._client.get("storage").get("storage", ())]
