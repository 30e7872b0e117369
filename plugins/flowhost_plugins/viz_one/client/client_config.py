"""The resource ``client-config``: a store on the Viz One server, kept with its Client Config API."""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar

import flowhost
from flowhost_plugins.viz_one.client.errors import BadAnswer, NotFound
from flowhost_plugins.viz_one.client.resource import VizOne

KEYWORD = "client-config"
"""Keyword of the collection in the service document, and id of its resolve template."""

OF_ASSET = "client-asset-config"
"""Id of the resolve template for what belongs to an asset."""

APPLICATION, ATOM_ID = "vizid:application", "vizid:atom-id"
"""Variables of the templates, besides the key, which is ``id``."""


class ClientConfig(flowhost.Store):
    """Keeps JSON values on the Viz One server: for this user, and for the application ``flow_NAME``.

    The server keeps one value a key. It has no locks: the last one who writes wins. It has no list of keys, so `keys` is
    an error; use the resource ``database`` for a store that must be listed.

    Args:
        viz_one: the server.
        application: for whom values are kept.
        daemon: given by the host; its name makes the application's, as it did in Flow.
        atom_id: of the asset that the values belong to.
    """

    name: ClassVar[str] = "client-config"

    def __init__(
        self,
        *,
        viz_one: VizOne,
        application: Annotated[str, "for whom values are kept; flow_ and the daemon's app name"] = "",
        atom_id: Annotated[str, "atom id of the asset the values belong to; empty: to none"] = "",
        daemon: flowhost.DaemonInfo | None = None,
    ) -> None:
        if not application and daemon is None:
            raise ValueError("'application' is empty, expected a name such as flow_xmlimport")
        self._client = viz_one
        self._application = application or f"flow_{daemon.name if daemon else ''}"
        self._atom_id = atom_id

    def open(self) -> None:
        """Nothing is asked of the server before the first value."""

    def close(self) -> None:
        """The server's connections belong to the resource `viz-one`."""

    def asset(self, atom_id: str) -> ClientConfig:
        """The store of the same application for one asset.

        Args:
            atom_id: of the asset, e.g. ``urn:vme:default:asset:123``.
        """
        return ClientConfig(viz_one=self._client, application=self._application, atom_id=atom_id)

    def get(self, key: str) -> Any:
        """The value under `key`, or None.

        Raises:
            BadAnswer: what is there is no JSON.
        """
        try:
            answer = self._client.get(self._url(key))
        except NotFound:
            return None
        if not answer.content.strip():
            return None
        try:
            return json.loads(answer.content)
        except ValueError as error:
            raise BadAnswer(
                f"the value {key!r} of {self._application} is no JSON but "
                f"{len(answer.content)} bytes of something else ({error})",
                answer,
            ) from None

    def put(self, key: str, value: Any) -> Any:
        """Keep a JSON value under `key`, over any older one; return it.

        Raises:
            TypeError, ValueError: it is no JSON value.
        """
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        self._client.put(self._url(key), text, content_type="application/octet-stream")
        return json.loads(text)

    def delete(self, key: str) -> bool:
        """Forget `key`; return whether it was there."""
        try:
            self._client.delete(self._url(key))
        except NotFound:
            return False
        return True

    def keys(self, prefix: str = "") -> list[str]:
        """The server cannot list keys.

        Raises:
            Permanent: always.
        """
        raise flowhost.Permanent(
            f"the keys that start with {prefix!r} cannot be listed: the Client Config API of Viz One gives a value for "
            "a key, but no list of keys; use the resource 'database' as the store to have one"
        )

    def _url(self, key: str) -> str:
        if not key or key in (".", ".."):
            raise flowhost.Permanent(
                f"the key {key!r} cannot be part of a URL, expected a text such as 'clip.mxf'"
            )
        values = {"id": key, APPLICATION: self._application}
        if self._atom_id:
            return self._client.resolve(KEYWORD, OF_ASSET, **values, **{ATOM_ID: self._atom_id})
        return self._client.resolve(KEYWORD, KEYWORD, **values)
