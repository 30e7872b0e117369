"""Transfer plugins."""

from __future__ import annotations

from typing import Any, NoReturn

from vizone.client import Instance, viz_one_of

import flowhost
from flow.kinds import Flow
from flow.needs import NeedsClient
from flow.source.local import STDIN
from flowhost_plugins.viz_one import TransferPlugin as _Native


class _Reader(_Native):
    """Reads plugin data, and fails the transfer when they are not complete."""

    name = "flow-compat"

    def start(self, data: Any) -> None:
        """Never called: only `use` is."""


class TransferPlugin(Flow, NeedsClient):
    """Base class of transfer plugins. Call `use` first in your `start`."""

    SOURCE = STDIN

    step: Any = None
    """The step of the request that this plugin does."""
    request: Any = None
    """The whole transfer request."""
    settings: Any = None
    """The settings of the plugin, a payload."""
    source: Any = None
    """URL of the file to transfer."""
    destination: Any = None
    """URL to transfer it to."""
    asset: Any = None
    """The asset, with its metadata."""

    _transfer: Any = None

    def start(self, data: Any, /, **kwargs: Any) -> Any:
        """Do one transfer; write this method."""
        raise NotImplementedError(f"{type(self).__name__} has no method start(self, data)")

    def use(
        self,
        data: Any,
        require_asset: bool = True,
        require_source: bool = True,
        require_destination: bool = True,
    ) -> None:
        """Read and check the plugin data; sets the attributes of this object.

        From then on Viz One is asked in the name of the settings ``plugin.user`` and ``plugin.password``.

        Args:
            data: what `start` was given.
            require_asset: fail the transfer when there is no asset.
            require_source: fail it when there is no source URL.
            require_destination: fail it when there is no destination URL.
        """
        reader = _Reader(viz_one=viz_one_of(self.client), clock=flowhost.SystemClock())
        self._transfer = transfer = reader.use(
            data,
            require_asset=require_asset,
            require_source=require_source,
            require_destination=require_destination,
        )
        self.client = Instance(transfer.client)
        self.step, self.request, self.settings = transfer.step, transfer.request, transfer.settings
        self.source, self.destination = transfer.source, transfer.destination
        self.asset = transfer.asset if transfer.has_asset else None

    def update_progress(self, progress: float) -> None:
        """Show how far the transfer is.

        Args:
            progress: 0 to 100, in per cent.
        """
        self._used().update_progress(float(progress))

    def get_progress(self) -> tuple[str, int]:
        """State and per cent of the step, asked from Viz One."""
        state, done = self._used().get_progress()
        return state, done

    def fail(self, message: str) -> NoReturn:
        """Fail the step with a message that Viz One shows, and end the program with exit status 0.

        Args:
            message: for people.
        """
        self._used().fail(message)
        raise AssertionError("unreachable: a failed transfer ends the program")

    def _used(self) -> Any:
        if self._transfer is None:
            raise flowhost.Permanent("call self.use(data) before anything else in start()")
        return self._transfer
