"""The source `stomp`: every message of a queue or topic becomes an event."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.stomp.events import EventForm
from flowhost_plugins.stomp.oversized import Oversized
from flowhost_plugins.stomp.url import FORM, Address, parse_urls

log = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024


class StompSource:
    """Emits each message of a STOMP destination as an event of type ``stomp.message``.

    A message is acknowledged when its work is done or safely parked, never before: what a broken connection
    or a stopped daemon leaves behind is delivered again. The event's id tells such a message from a new one,
    if the message carries an identity (``id_header``). An identity must not be used twice within the time of
    ``keep handled`` in ``[Database]``: the second message would count as handled. All events of a fail-over
    list have its first URL as their source, so that a message is known again when another broker delivers it.

    RabbitMQ cuts a connection whose message stays unacknowledged for its ``consumer_timeout``, 30 minutes by
    default: raise that where work takes longer.

    Args:
        stomp_url: where the messages are: one URL, or a fail-over list, separated by commas or new lines.
        url: the same under its short name; give one of the two.
        prefetch: how many messages may be on their way or in work, for each connection.
        selector: SQL-92 condition over headers; ActiveMQ filters by it, RabbitMQ cannot.
        durable: name of a durable topic subscription, which keeps messages while nobody is connected.
        connections: competing consumers of a queue.
        id_header: header that holds the message's identity. Empty: a CloudEvents id, ``amqp-message-id``, or
            the ``message-id`` of ActiveMQ; RabbitMQ's own is new for each delivery.
        key_header: header that holds the event's key.
        max_size: largest body handed to the worker, in bytes.
        oversized: destination at the same broker that larger messages are moved to. Empty: they stay there
            unacknowledged, with an error in the log; the source fails when they fill the prefetch window.
        broker: keeps the connections.
        clock: time.

    Raises:
        ValueError: no URL or a wrong one, or options that exclude each other.
    """

    name: ClassVar[str] = "stomp"

    def __init__(
        self,
        *,
        stomp_url: Annotated[flowhost.Secret | None, f"one or more of {FORM}"] = None,
        url: Annotated[flowhost.Secret | None, "short name of stomp_url"] = None,
        prefetch: Annotated[int, "messages on their way or in work, for each connection"] = 100,
        selector: Annotated[str, "condition over headers, not for RabbitMQ"] = "",
        durable: Annotated[str, "name of a durable topic subscription"] = "",
        connections: Annotated[int, "competing consumers of a queue"] = 1,
        id_header: Annotated[str, "header with the message's identity; empty finds the usual ones"] = "",
        key_header: Annotated[str, "header whose value is the event's key"] = "",
        max_size: Annotated[flowhost.Size, "largest body handed to the worker"] = 64 * MEBIBYTE,
        oversized: Annotated[str, "destination to move larger messages to; empty leaves them"] = "",
        broker: flowhost.Broker,
        clock: flowhost.Clock,
    ) -> None:
        if (stomp_url is None) == (url is None):
            raise ValueError(f"give one of 'stomp url' and 'url', e.g. {FORM}")
        self._addresses = parse_urls((stomp_url or url or flowhost.Secret("")).get_secret_value())
        for label, number in (("prefetch", prefetch), ("connections", connections), ("max size", max_size)):
            if number < 1:
                raise ValueError(f"'{label}' is {number}, expected 1 or more")
        topics = all(not address.destination.startswith("/queue/") for address in self._addresses)
        if durable and not topics:
            raise ValueError("'durable' is for topics; a queue keeps its messages anyway")
        if durable and connections > 1:
            raise ValueError(f"'durable' allows one connection, expected 'connections' 1, not {connections}")
        self._prefetch, self._selector, self._durable = prefetch, selector, durable
        self._connections, self._id_header, self._key_header = connections, id_header, key_header
        self._max_size, self._oversized = max_size, oversized
        self._broker, self._clock = broker, clock
        self._good = 0  # index of the address that answered last

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit messages until `stop` is set; then keep the connection until their work is acknowledged.

        Raises:
            Unavailable: no broker of the list can be used, or the connection was lost.
        """
        if self._connections == 1:
            self._consume(emit, stop, threading.Event())
            return
        end, errors = threading.Event(), list[Exception]()

        def consume() -> None:
            try:
                self._consume(emit, stop, end)
            except Exception as error:  # noqa: BLE001 - raised again below, in the supervisor's thread
                errors.append(error)
            finally:
                end.set()

        threads = [
            threading.Thread(target=consume, name=f"stomp source {number}")
            for number in range(1, self._connections + 1)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    def _consume(self, emit: flowhost.Emit, stop: threading.Event, end: threading.Event) -> None:
        """One connection: to the broker that answered last, or else to the next one that does."""
        failures = list[str]()
        first = self._good
        for index in [*range(first, len(self._addresses)), *range(first)]:
            connected = threading.Event()
            try:
                self._broker.consume(
                    self._addresses[index].url(),
                    self._receiver(self._addresses[index], emit),
                    stop,
                    prefetch=self._prefetch,
                    selector=self._selector,
                    durable=self._durable,
                    ready=functools.partial(self._connected, index, failures, connected),
                    end=end,
                )
            except flowhost.Unavailable as error:
                if connected.is_set():
                    raise
                failures.append(str(error))
            else:
                return
        raise flowhost.Unavailable("; ".join(failures))

    def _connected(self, index: int, failures: list[str], connected: threading.Event) -> None:
        for failure in failures:
            log.warning("%s", failure)
        log.info("receiving from %s", self._addresses[index])
        self._good = index
        connected.set()

    def _receiver(
        self, address: Address, emit: flowhost.Emit
    ) -> Callable[[flowhost.Message], Future[flowhost.Receipt] | None]:
        oversized = Oversized(self._max_size, self._oversized, self._prefetch, address, self._broker)
        # the first of the list names them all: what comes again from another one is still the same message
        form = EventForm(str(self._addresses[0]), self._id_header, self._key_header, self._clock)

        def hand_over(message: flowhost.Message) -> Future[flowhost.Receipt] | None:
            return oversized.handle(message) if oversized.catches(message) else emit(form.event(message))

        return hand_over

    def probe(self) -> None:
        """Log in at every broker of the list and disconnect; no message moves.

        Raises:
            Unavailable: some of them cannot be used; each of these is named.
        """
        # a broker of somebody else's may not have it, and to subscribe instead would take messages
        reach = getattr(self._broker, "reach", None)
        if reach is None:
            return
        failures = dict[str, None]()
        for address in self._addresses:
            try:
                reach(address.url())
            except flowhost.Unavailable as error:
                failures[str(error)] = None
        if failures:
            raise flowhost.Unavailable("; ".join(failures))
