"""The source `vidispine-notifications`: its options, and how it begins and ends."""

from __future__ import annotations

import ipaddress
import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

import flowhost
from flowhost.web import Listener, Listening
from flowhost_plugins.vidispine.notifications.counts import Counts
from flowhost_plugins.vidispine.notifications.following import Following
from flowhost_plugins.vidispine.notifications.kinds import DEFAULT_NAMES, NAMES
from flowhost_plugins.vidispine.notifications.receiving import Receiver
from flowhost_plugins.vidispine.notifications.registering import Wish
from flowhost_plugins.vidispine.notifications.telling import Filters
from flowhost_plugins.vidispine.resource import Vidispine

CONTENT_TYPES = {"json": "application/json", "xml": "application/xml", "text": "text/plain"}

log = logging.getLogger(__name__)


class VidispineNotifications:
    """What happens in Vidispine, as events: their types are the names of notifications that rules react to.

    At its start it registers what it needs, and finds and mends what it registered before; at its end all of it stays, so
    that the site tries again what happens meanwhile. ``flowhost vidispine notifications remove`` removes it. What a
    notification says becomes the data, each key as it came; the header ``notifications`` has all names of an event. The
    key is the item's id, the id is the same when a notification comes again. The site is answered 200 once the event is
    done or safely kept, else 503.

    When the site refuses, cannot be reached, or does not reach this daemon, it is asked instead: for jobs that ended,
    items that were made, and metadata that changed. The same is asked once after the daemon was away for long.

    Args:
        notifications: names of what is wanted.
        fields: only changes of these metadata fields; empty: of any.
        job types: only jobs of these types; empty: of any.
        address, port: where to listen.
        url: where the site reaches that.
        content type: of the bodies.
        threads: notifications worked on at once.
        max body: of a notification.
        wait: how long the site waits for an answer; it is registered with some seconds more.
        retry: how often the site tries again.
        interval: how often the site is asked when it does not tell.
        certificate, key: for https.
        library: the site.
        notes: keeps how far this has come.
        clock: the time.
        info: the daemon.

    Raises:
        ValueError: an option cannot be used.
    """

    name: ClassVar[str] = "vidispine-notifications"

    def __init__(
        self,
        *,
        notifications: Annotated[tuple[str, ...], "only these, e.g. item_create, job_finish"] = DEFAULT_NAMES,
        fields: Annotated[tuple[str, ...], "only changes of these metadata fields; none: of any"] = (),
        job_types: Annotated[tuple[str, ...], "only jobs of these types, e.g. TRANSCODE; none: of any"] = (),
        port: Annotated[int, "TCP port to listen on; 0 takes any free one"],
        address: Annotated[str, "address to listen on; 0.0.0.0 for every network interface"] = "127.0.0.1",
        url: Annotated[str, "where the site reaches it, e.g. http://flowhost.example:8090"] = "",
        content_type: Annotated[Literal["json", "xml", "text"], "form of the bodies"] = "json",
        threads: Annotated[int, "notifications worked on at once"] = 20,
        max_body: Annotated[flowhost.Size, "largest body; larger ones are answered 413"] = 10 * 1024**2,
        wait: Annotated[flowhost.Seconds, "how long a notification waits until its event is safe"] = 30,
        receive_timeout: Annotated[flowhost.Seconds, "how long the site may take to send one"] = 60,
        retry: Annotated[int, "how often the site tries again to tell"] = 10,
        interval: Annotated[flowhost.Seconds, "between two questions, when the site does not tell"] = 30,
        certificate: Annotated[Path | None, "PEM file with the certificate chain; turns HTTPS on"] = None,
        key: Annotated[Path | None, "PEM file with the private key, when it is in another file"] = None,
        library: Vidispine,
        notes: flowhost.Store | None = None,
        clock: flowhost.Clock,
        info: flowhost.DaemonInfo,
    ) -> None:
        for one in notifications:
            if one not in NAMES:
                hint = flowhost.nearest(one, NAMES)
                raise ValueError(f"there is no notification {one!r}{hint}; there are {', '.join(NAMES)}")
        for option, number in (("retry", retry), ("interval", interval)):
            if number < 0 or (option == "interval" and not number):
                raise ValueError(
                    f"'{option}' is {number:g}, expected {'0 or more' if option == 'retry' else 'more'}"
                )
        self._listener = Listener(
            address=address,
            port=port,
            threads=threads,
            max_body=max_body,
            wait=wait,
            receive_timeout=receive_timeout,
            certificate=certificate,
            key=key,
            directory=info.directory,
        )
        self._url = _base(url, address)
        self._filters = Filters(frozenset(notifications), frozenset(fields), frozenset(job_types))
        self._content_type = CONTENT_TYPES[content_type]
        self._wait, self._retry, self._interval = wait, retry, interval
        self._library, self._notes, self._clock, self._daemon = library, notes, clock, info.name
        self.counts = Counts()
        library.count_heard(self.counts)

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Be told, and ask, until `stop` is set.

        Raises:
            Unavailable: the address is taken or not allowed, an event was safe nowhere, or the daemon has another such
                source.
        """
        with self._library.told_to(self._daemon):
            self._run(emit, stop)

    def _run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        listening = self._listener.listen()
        over = threading.Event()
        following = Following(self._library, self._wish(listening), self._clock, self._notes, self.counts)
        receiver = Receiver(
            following.kinds, following.wish, following.made, following.is_safe, emit, self._wait, stop
        )
        log.info("listening on %s", listening.url)
        with ThreadPoolExecutor(1, thread_name_prefix="vidispine-listening") as listeners:
            serving = listeners.submit(listening.serve, receiver.answer, over)
            try:
                following.follow(emit, stop, self._interval, lambda: _check(serving))
            finally:
                over.set()
        serving.result()

    def probe(self) -> None:
        """Listen for a moment.

        Raises:
            Unavailable: see `run`.
        """
        self._listener.probe()

    def _wish(self, listening: Listening) -> Wish:
        return Wish(
            daemon=self._daemon,
            base=self._url or listening.url,
            secret=self._library.notification_client.settings.password.encode(),
            content_type=self._content_type,
            timeout=round(self._wait) + 5,
            retry=self._retry,
            filters=self._filters,
        )


def _check(serving: Future[None]) -> None:
    """Raise what ended the listening before its time."""
    if serving.done():
        serving.result()


def _base(url: str, address: str) -> str:
    """The URL that notifications are sent to, without a slash at the end; empty: where it listens.

    Raises:
        ValueError: it cannot be one, or is needed.
    """
    text = url.strip().rstrip("/")
    if not text:
        try:
            is_any = ipaddress.ip_address(address).is_unspecified
        except ValueError:
            is_any = False
        if is_any:
            raise ValueError(f"'address' is {address}, so 'url' must say where the site reaches this machine")
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"'url' is {url!r}, expected one such as http://flowhost.example:8090")
    return text
