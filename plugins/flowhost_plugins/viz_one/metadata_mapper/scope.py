"""What the expressions of a mapping see of an asset and of its metadata: values, and nothing that leads further."""

from __future__ import annotations

import reprlib
from typing import Any, ClassVar

from flowhost_plugins.viz_one.documents import Item, Payload

ASSET_FIELDS = (
    *("id", "atom_id", "title", "identifier", "updated", "published", "placeholder", "mediastatus"),
    *("assetmediatype", "materialtype", "category", "rightscode", "keywords"),
)


class AssetView:
    """An asset as an expression sees it.

    Args:
        asset: the entry.
    """

    expression_names: ClassVar[frozenset[str]] = frozenset(ASSET_FIELDS)

    def __init__(self, asset: Item) -> None:
        self._asset = asset

    def __getattr__(self, name: str) -> Any:
        if name not in ASSET_FIELDS:
            raise AttributeError(f"an asset has no {name!r} here; it has: {', '.join(ASSET_FIELDS)}")
        return getattr(self._asset, name)

    def __repr__(self) -> str:
        return f"<asset {self._asset.id} {self._asset.title!r}>"


class MetadataView:
    """Metadata as an expression sees it: the working copy, with the results of the mappings before it.

    Args:
        payload: the working copy.
    """

    expression_names: ClassVar[frozenset[str]] = frozenset(
        {"get", "path", "names", "form", "__getitem__", "__contains__"}
    )

    def __init__(self, payload: Payload) -> None:
        self._payload = payload

    @property
    def form(self) -> str:
        """Name of the form."""
        return self._payload.form

    def get(self, name: str, default: Any = None) -> Any:
        """What a field contains: text, rows of a list, nested fields; `default` when it is empty or missing."""
        return _seen(self._payload.get(name, default))

    def path(self, path: str, default: Any = None) -> Any:
        """What is at a path such as ``list/#0/column``."""
        return _seen(self._payload.path(path, default))

    def names(self) -> list[str]:
        """The names of the fields."""
        return self._payload.names()

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self._payload

    def __repr__(self) -> str:
        short = reprlib.Repr()
        short.maxdict, short.maxstring = 8, 40
        return short.repr({name: self._payload.get(name) for name in self._payload.names()})


def _seen(value: Any) -> Any:
    if isinstance(value, Payload):
        return MetadataView(value)
    return [_seen(one) for one in value] if isinstance(value, list) else value


def unseen(value: Any) -> Any:
    """A result as a payload takes it."""
    if isinstance(value, MetadataView):
        return value._payload  # this file is what wrapped it
    return [unseen(one) for one in value] if isinstance(value, list | tuple) else value
