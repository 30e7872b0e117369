"""The base class of transfer plugins."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Annotated, Any, ClassVar

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.transfer.failed import TransferFailed
from flowhost_plugins.viz_one.transfer.plugin_data import SETTINGS, Input, needed, read
from flowhost_plugins.viz_one.transfer.transfer import Transfer

USER, PASSWORD = "plugin.user", "plugin.password"
"""Settings that every transfer plugin has: in whose name it asks Viz One."""


class TransferPlugin(ABC):
    """A worker that the transfer subsystem of Viz One starts to move one file, and that reports to its step.

    Write `start`; its profile names the parser ``plugin-data``. Its process ends with status 0 when the transfer is
    done or was failed with `Transfer.fail`, and with 1 after any other error.

    Example::

        class MyPlugin(TransferPlugin):
            def start(self, data):
                transfer = self.use(data)
                transfer.update_progress(0)
                ...
                transfer.update_progress(100)

    Args:
        viz_one: Viz One.
        clock: the time.
    """

    name: ClassVar[str]
    source: ClassVar[str] = "stdin"
    flow_defaults: ClassVar[Mapping[str, str]] = {"ledger": "no", "attempts": "1", "worker timeout": "0"}
    """Several run at once, each in a process of its own; Viz One keeps what failed; a transfer may take hours."""

    def __init__(
        self,
        *,
        viz_one: Annotated[VizOne, "Viz One"],
        clock: flowhost.Clock,
    ) -> None:
        self._client = viz_one
        self._clock = clock
        self._working = threading.local()  # events are worked in several threads at once

    @abstractmethod
    def start(self, data: Any) -> None:
        """Do one transfer.

        Args:
            data: what the transfer subsystem sent: a `PluginData`, or its XML without a parser. Give it to `use`.
        """

    def use(
        self,
        data: Input,
        require_asset: bool = True,
        require_source: bool = True,
        require_destination: bool = True,
    ) -> Transfer:
        """Read and check the plugin data.

        From here on Viz One is asked in the name of the settings ``plugin.user`` and ``plugin.password``, where
        they are set.

        Args:
            data: what `start` was given.
            require_asset: fail the transfer when there is no asset.
            require_source: fail it when there is no source URL.
            require_destination: fail it when there is no destination URL.

        Raises:
            TransferFailed: one of these is missing; Viz One was told.
            Permanent: the data have no step, request or settings, or are no plugin data at all.
        """
        document = read(data)
        settings = needed(document.pluginmetadata, SETTINGS)
        user, password = (str(settings.get(name) or "") for name in (USER, PASSWORD))
        client = self._client_of(user, password) if user else self._client
        transfer = Transfer(document, client, self._clock)
        transfer.require(asset=require_asset, source=require_source, destination=require_destination)
        return transfer

    def work(self, event: flowhost.Event) -> str | None:
        """Do one transfer; returns the message when it was failed."""
        with ExitStack() as self._working.ended:
            try:
                self.start(event.data)
            except TransferFailed as failed:
                return failed.message
        return None

    def _client_of(self, user: str, password: str) -> VizOne:
        """A client in this user's name, for as long as the work goes on."""
        client = self._client.with_credentials(user, password)
        ended: ExitStack | None = getattr(self._working, "ended", None)
        if ended is not None:
            ended.callback(client.close)
        return client
