"""What a worker or a source may need: inherit from these beside `flow.Flow` or a source's base."""

from __future__ import annotations

from typing import Any


class NeedsClient:
    """Needs a client for Viz One: gets ``self.client``, a `vizone.client.Instance`."""

    client: Any = None

    def set_client(self, client: Any) -> None:
        """Take the client; None when ``[Viz One]`` is switched off."""
        self.client = client


class NeedsStomp:
    """Needs STOMP: gets ``self.stomp``, a `vizone.net.message_queue.ConnectionManager`."""

    stomp: Any = None

    def set_stomp(self, stomp: Any) -> None:
        """Take the connections."""
        self.stomp = stomp


class NeedsStore:
    """Needs a store on the server: gets ``self.store``, a `flow.store.Store` for this application."""

    store: Any = None

    def set_store(self, store: Any) -> None:
        """Take the store."""
        self.store = store


class NeedsConfig:
    """Needs the profile: override `configure`."""

    def configure(self, config: Any) -> None:
        """Read what is needed; called once at the start, with client and store at hand.

        Args:
            config: the whole profile, a ``configparser.RawConfigParser``.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method configure(self, config)")


class NeedsCleanUp:
    """Needs to clean up: override `clean_up`."""

    def clean_up(self) -> None:
        """Called once at the end: of the worker if it has it, else of the source."""
        raise NotImplementedError(f"{type(self).__name__} has no method clean_up(self)")
