"""The unmanaged files in an import storage, as something to follow."""

from __future__ import annotations

from collections.abc import Iterator

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.documents import Link, UnmanagedFile, UnmanagedFileCollection
from flowhost_plugins.viz_one.documents.media_content import read_media
from flowhost_plugins.viz_one.sources.reading import read_message
from flowhost_plugins.viz_one.sources.states import State, file_state
from flowhost_plugins.viz_one.sources.whole_feeds import every_page


class Files:
    """The files of one storage; see `Subject` for the methods.

    Args:
        client: the server.
        handle: names the storage.
        skip_empty: whether files without content are passed over.
    """

    rejected = "file.changed"

    def __init__(self, client: VizOne, handle: str, *, skip_empty: bool) -> None:
        self._client, self._handle, self._skip_empty = client, handle, skip_empty
        self.called = f"the files in {handle!r}"
        self._url = ""
        self._monitor: Link | None = None

    def look_up(self) -> str:
        """Find the storage; what the client raises for an unknown one names those there are."""
        self._url = self._client.location_url(self._handle)
        self._monitor = self._client.read(UnmanagedFileCollection, self._url).link("monitor")
        return self._url

    def monitor(self) -> str:
        """The broker, as the storage's feed tells it.

        Raises:
            Unavailable: the feed tells of none.
        """
        if self._monitor is None:
            raise flowhost.Unavailable(
                f"the feed of {self.called} at {self._url} has no monitor link for user "
                f"{self._client.settings.user!r}; check that user's permissions in Viz One, or let sweeps alone find "
                "the files with 'notifications = no'"
            )
        return self._client.broker_url(self._monitor)

    def read(self, message: flowhost.Message) -> Iterator[State]:
        """The files a message tells of; one that has gone is nothing to work on."""
        for found in read_message(message, self._client, UnmanagedFileCollection, self._url):
            if found.entry is not None and not self._skipped(found.entry):
                yield file_state(found.entry, found.body)

    def sweep(self) -> Iterator[State]:
        """The files that are there."""
        for page in every_page(self._client, self._url, UnmanagedFileCollection):
            yield from (file_state(file) for file in page.entries if not self._skipped(file))

    def _skipped(self, file: UnmanagedFile) -> bool:
        """Whether it is known to be empty: a file whose size the server does not tell may have content."""
        media = read_media(file.element) if self._skip_empty else []
        return bool(media) and media[0].filesize == 0
