"""One transfer: what is to be moved where, and the step in Viz One that shows how far it is."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, NoReturn

import flowhost
from flowhost_plugins.viz_one.transfer.failed import TransferFailed
from flowhost_plugins.viz_one.transfer.plugin_data import SETTINGS, needed
from flowhost_plugins.viz_one.transfer.progress import Progress

if TYPE_CHECKING:
    from flowhost_plugins.viz_one.client import VizOne
    from flowhost_plugins.viz_one.documents import Item, Payload, PluginData, TransferRequest, TransferStep

log = logging.getLogger(__name__)

ACTIVE, ERROR = "active", "error"
"""States of a transfer step that a plugin writes."""

OUTDATED = (409, 412, 428)
"""Answers of a server that wants to see the ETag of what is there now."""


class Transfer:
    """What a transfer plugin works on; made by `TransferPlugin.use`. May be used from several threads.

    Args:
        data: the plugin data.
        client: asks Viz One, in the name of the user in the settings.
        clock: the time.

    Raises:
        Permanent: the data have no step, request or settings.
    """

    def __init__(self, data: PluginData, client: VizOne, clock: flowhost.Clock) -> None:
        self.client = client
        self.step: TransferStep = needed(data.transferstep, "transfer step")
        """The step of the request that this plugin does."""
        self.request: TransferRequest = needed(data.transferrequest, "transfer request")
        """The whole request."""
        self.settings: Payload = needed(data.pluginmetadata, SETTINGS)
        """The settings of the plugin, as the Administration console has them."""
        self.source: str = data.sourceurl or ""
        """URL of the file to move, with user and password; empty when there is none and none is required."""
        self.destination: str = data.destinationurl or ""
        """URL it is to be moved to, with user and password; empty when there is none and none is required."""
        self._asset = data.asset
        self._progress = Progress(clock)
        self._lock = threading.Lock()  # the step is one document

    @property
    def has_asset(self) -> bool:
        """Whether the plugin data hold an asset."""
        return self._asset is not None

    @property
    def asset(self) -> Item:
        """The asset that is moved, with its metadata.

        Raises:
            Permanent: there is none, and none was required.
        """
        if self._asset is None:
            raise flowhost.Permanent("the plugin data have no asset; use(..., require_asset=True) fails then")
        return self._asset

    def require(self, *, asset: bool, source: bool, destination: bool) -> None:
        """Fail the transfer if one of these is wanted and missing."""
        if source and not self.source:
            self.fail("There is no source URL in the plugin data.")
        if destination and not self.destination:
            self.fail("There is no destination URL in the plugin data.")
        if asset and not self.has_asset:
            self.fail("There is no asset in the plugin data.")

    def update_progress(self, percent: float) -> None:
        """Show how far the transfer is.

        Call it as often as you like: Viz One is told at most once a second, at once on 100 %, and never less
        than before. When it cannot be told just now the transfer goes on; the log has a warning.

        Args:
            percent: 0 to 100.
        """
        with self._lock:
            due = self._progress.due(percent)
            if due is None:
                return
            try:
                self._report(state=ACTIVE, done=due)
            except flowhost.FlowhostError as error:
                log.warning("Viz One could not be told that the transfer is at %d %%: %s", due, error)

    def get_progress(self) -> tuple[str, int]:
        """State of the step and its progress in per cent, asked from Viz One: a user may have cancelled it.

        Raises:
            FlowhostError: Viz One did not answer, or has no such step any more.
        """
        from flowhost_plugins.viz_one.documents import TransferStep

        step = self.client.read(TransferStep, self.step.self_link)
        return step.state, round(step.progress.done)

    def fail(self, message: str) -> NoReturn:
        """Fail the step with a message that Viz One shows, and end the work; nothing after it runs.

        Raises:
            TransferFailed: always; a transfer plugin ends by it with exit status 0.
            FlowhostError: Viz One could not be told: the plugin must end with an error then.
        """
        with self._lock:
            self._report(state=ERROR, error=message)
        log.error("the transfer failed: %s", message)
        raise TransferFailed(message)

    def _report(self, *, state: str, done: int | None = None, error: str | None = None) -> None:
        """Write the step. It comes without an ETag, so that the first try writes over whatever is there."""
        from flowhost_plugins.viz_one.client import HTTPClientError

        for last in (False, False, True):
            self.step.state = state
            if done is not None:
                self.step.progress.done = done
            if error is not None:
                self.step.error = error
            try:
                self.client.save(self.step, self.step.edit_link)
            except HTTPClientError as refused:
                if last or refused.status not in OUTDATED:
                    raise
                self.step.parse(self.client.get(self.step.self_link))
            else:
                return
