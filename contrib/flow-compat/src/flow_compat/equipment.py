"""What an object of an application is given, in Flow's order: STOMP, client, store, config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flowhost
from flow_compat.profile import Profile


@dataclass(slots=True)
class Equipment:
    """What there is in one daemon.

    Args:
        name: of the daemon.
        profile: the whole of it.
        viz_one: None when the daemon has none or it is switched off.
        broker: None when nobody needs one.
        stomp: the connections an object got, to be closed again.
    """

    name: str
    profile: Profile
    viz_one: Any = None
    broker: flowhost.Broker | None = None
    stomp: Any = None

    def announce(self) -> None:
        """Make this daemon's client the default one."""
        if self.viz_one is not None:
            from vizone import client

            client.set_default(self.viz_one)

    def equip(self, made: Any) -> None:
        """Give an object what its class needs."""
        from flow import needs

        if isinstance(made, needs.NeedsStomp):
            made.set_stomp(self._connections())
        if isinstance(made, needs.NeedsClient):
            made.set_client(self._client())
        if isinstance(made, needs.NeedsStore):
            made.set_store(self._store())
        if isinstance(made, needs.NeedsConfig):
            made.configure(self.profile)

    def give_back(self) -> None:
        """Close what `equip` opened."""
        if self.stomp is not None:
            self.stomp.close()
        if self.viz_one is not None:
            from vizone import client

            client.unset_default(self.viz_one)

    def _connections(self) -> Any:
        from vizone.net.message_queue import ConnectionManager

        credentials = self._client()
        self.stomp = ConnectionManager(f"flow_{self.name}", broker=self.broker, client=credentials)
        return self.stomp

    def _client(self) -> Any:
        if self.viz_one is None:
            return None
        from vizone.client import Instance

        return Instance(self.viz_one)

    def _store(self) -> Any:
        from flow.store import Store

        client = self._client()
        if client is None:
            raise flowhost.ConfigError("NeedsStore needs Viz One, but 'enabled' in [Viz One] is no")
        return Store(f"flow_{self.name}", client)
