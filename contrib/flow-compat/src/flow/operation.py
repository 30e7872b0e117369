"""What is done with assets and files."""

from __future__ import annotations

from typing import Any

from vizone.client import viz_one_of

from flowhost import Retry, retry_on_conflict
from flowhost_plugins.viz_one import create_or_update_asset as _create_or_update_asset
from flowhost_plugins.viz_one import delete_unmanaged_file as _delete_unmanaged_file
from flowhost_plugins.viz_one import import_unmanaged_file as _import_unmanaged_file

__all__ = [
    "Retry",
    "create_or_update_asset",
    "delete_unmanaged_file",
    "import_unmanaged_file",
    "retry_on_conflict",
]


def create_or_update_asset(
    id: str | None = None,  # noqa: A002  # Flow's name for it
    metadata: Any = None,
    acl: Any = None,
    mediaacl: Any = None,
    tags: dict[str, str] | None = None,
    materialtype: str | None = None,
    category: str | None = None,
    rightscode: str | None = None,
    client: Any = None,
) -> Any:
    """Create an asset, or update the one with this id.

    Args:
        id: asset id or site identity.
        metadata: a payload, or a dict with the name of the form under ``form``.
        acl: who may do what with a new asset.
        mediaacl: who may do what with the media of a new asset.
        tags: scheme → term, categories of a new asset.
        materialtype: of a new asset.
        category: of a new asset.
        rightscode: of a new asset.
        client: the default client when it is None.

    Returns:
        The asset, an `Item`.

    Raises:
        HTTPClientError: the server refused it.
    """
    return _create_or_update_asset(
        id=id,
        metadata=metadata,
        acl=acl,
        mediaacl=mediaacl,
        tags=tags,
        materialtype=materialtype,
        category=category,
        rightscode=rightscode,
        client=viz_one_of(client),
    )


def import_unmanaged_file(asset: Any, uri_list: Any, client: Any = None) -> bool:
    """Start the import of a file into an asset.

    Args:
        asset: an `Item`.
        uri_list: a `vizone.urilist.UriList` with the link of the file.
        client: the default client when it is None.

    Returns:
        Whether the server agreed; if not, the log says why.
    """
    return _import_unmanaged_file(asset, uri_list, client=viz_one_of(client))


def delete_unmanaged_file(unmanaged_file: Any, client: Any = None) -> None:
    """Delete a file.

    Args:
        unmanaged_file: an `UnmanagedFile`.
        client: the default client when it is None.
    """
    _delete_unmanaged_file(unmanaged_file, client=viz_one_of(client))
