"""Values kept on the server, by user and application."""

from __future__ import annotations

from typing import Any

from vizone.client import viz_one_of

from flowhost_plugins.viz_one import ClientConfig


class Store:
    """A store in Viz One's client config: JSON values by key. The last writer wins.

    Args:
        appname: name space.
        client: the client; the values belong to its user. None is the default client.
        atomid: atom id of the asset the values belong to; None for values of the application.
    """

    def __init__(self, appname: str, client: Any = None, atomid: str | None = None) -> None:
        self.appname = appname
        self.atomid = atomid
        self._config = ClientConfig(viz_one=viz_one_of(client), application=appname, atom_id=atomid or "")

    def get(self, key: str) -> Any:
        """The value under a key, or None."""
        return self._config.get(key)

    def put(self, key: str, value: Any) -> Any:
        """Keep a JSON value under a key; return it."""
        return self._config.put(key, value)

    def delete(self, key: str) -> bool:
        """Forget a key; return whether it was there."""
        return self._config.delete(key)
