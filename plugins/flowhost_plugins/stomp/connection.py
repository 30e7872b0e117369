"""One STOMP connection: log-in, subscription, acknowledgements, and an end that leaves nothing behind."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import flowhost
from flowhost_plugins.stomp.beats import speak
from flowhost_plugins.stomp.frames import ESCAPES, answer, sendable
from flowhost_plugins.stomp.library import UNSENT, stomp
from flowhost_plugins.stomp.questions import LOGGED_IN, Questions
from flowhost_plugins.stomp.refusals import what_it_said
from flowhost_plugins.stomp.settings import Settings
from flowhost_plugins.stomp.transport import Transport
from flowhost_plugins.stomp.url import Address

CLOSE_SECONDS = 5.0
"""How long a broker may take to confirm a DISCONNECT before its connection is cut."""


class Connection:
    """A connection in one STOMP version. stomp.py calls its ``on_`` methods from the reading thread.

    Args:
        address: the broker, the user, and the destination of `subscribe`.
        settings: how to connect.
        offered: STOMP versions to offer; the first one is spoken.
        receive: called for each message, in the connection's own thread.
    """

    def __init__(
        self,
        address: Address,
        settings: Settings,
        offered: tuple[str, ...],
        receive: Callable[[flowhost.Message], None],
    ) -> None:
        self.address, self.version, self.server = address, offered[0], ""
        self._settings, self._offered, self._receive = settings, offered, receive
        self._numbers = itertools.count(1)
        self._questions = Questions(address.broker, UNSENT)
        self._state = threading.Lock()  # guards _lost and _closing
        self._lost: Callable[[flowhost.FlowhostError], None] | None = None
        self._closing = False
        self._in_use = False
        self._gone = threading.Event()
        self._transport = Transport(address, settings, self._deliver, lambda: self._protocol.on_heartbeat())
        self._protocol = speak(self.version, self._transport, settings)
        # a name that sorts after that of stomp.py's own listener, which starts the heart-beats
        self._transport.set_listener("session", self)

    @property
    def alive(self) -> bool:
        """Whether nothing has gone wrong so far."""
        return self._questions.error is None and not self._closing

    def log_in(self, client_id: str, *, escaped: bool = False) -> str:
        """Open the socket and log in; return the version the broker chose.

        Args:
            client_id: name of this client; a durable subscription on ActiveMQ needs one.
            escaped: write user and password with escapes, which the specification forbids here.

        Raises:
            Unavailable: the broker cannot be reached.
            LogInRefusedError: it refused the user.
            VersionRefusedError: it does not speak the versions that were offered.
        """
        self._transport.start()
        vhost = self.address.vhost or self._settings.vhost
        headers = {"accept-version": ",".join(reversed(self._offered)), "host": vhost}
        for name, text in (("login", self.address.user), ("passcode", self.address.password)):
            if text:
                headers[name] = text.translate(ESCAPES) if escaped else text
        headers |= {"client-id": client_id} if client_id else {}
        frame = stomp.utils.Frame("CONNECT", headers)
        doing = f"to log in {self._user()} (virtual host {vhost!r})"
        welcome = self._ask(LOGGED_IN, doing, lambda: self._transport.transmit(frame))
        self.server = welcome.headers.get("server", "")
        self._watch_heart_beats()
        spoken = str(welcome.headers.get("version", "1.0"))
        self._in_use = spoken == self.version
        return spoken

    def _watch_heart_beats(self) -> None:
        thread = getattr(self._protocol, "heartbeat_thread", None)
        if thread is not None:
            thread.name = f"stomp heart-beat {self.address.broker}"
            # stomp.py grants the first heart-beat twice the time; the operator's limit holds from the start
            self._protocol.received_heartbeat = time.monotonic()

    def subscribe(
        self, lost: Callable[[flowhost.FlowhostError], None], *, prefetch: int, selector: str, durable: str
    ) -> None:
        """Subscribe to the address's destination and wait until the broker agrees.

        Args:
            lost: called once when the connection ends by itself, from now on.
            prefetch: how many messages may be on their way or in work.
            selector: SQL-92 condition, empty for none.
            durable: name of the subscription, empty for none.

        Raises:
            Unavailable: the broker refused.
        """
        destination, receipt = self.address.destination, f"subscribe-{next(self._numbers)}"
        headers = {
            "receipt": receipt,
            "prefetch-count": str(prefetch),
            "activemq.prefetchSize": str(prefetch),
        }
        headers |= {"selector": selector} if selector else {}
        if durable:
            headers |= {"durable": "true", "auto-delete": "false", "activemq.subscriptionName": durable}

        def write() -> None:
            self._protocol.subscribe(destination, id=durable or "1", ack="client-individual", headers=headers)

        self._ask(receipt, f"to subscribe {self._user()} to {destination!r}", write)
        with self._state:
            if self._questions.error is not None:
                raise self._questions.error
            self._lost = lost

    def send(self, destination: str, body: bytes, headers: Mapping[str, str], patience: float) -> None:
        """Send one message and wait for the broker's receipt.

        Raises:
            Unavailable: the broker did not confirm it within `patience` seconds.
            Permanent: a header cannot be sent.
        """
        receipt = f"send-{next(self._numbers)}"
        fields = {**sendable(headers, self.version), "receipt": receipt, "content-length": str(len(body))}
        doing = f"to take a message for {destination!r} from {self._user()}"
        self._ask(receipt, doing, lambda: self._protocol.send(destination, body, headers=fields), patience)

    def _ask(self, key: str, doing: str, write: Callable[[], None], patience: float = 0) -> Any:
        return self._questions.ask(key, doing, patience or self._settings.patience, write)

    def _user(self) -> str:
        return f"user {self.address.user!r}" if self.address.user else "somebody without a user name"

    def ack(self, message: flowhost.Message) -> None:
        """Tell the broker the message is done with; quietly nothing when the connection is gone."""
        with contextlib.suppress(*UNSENT):
            self._transport.send(answer("ACK", self.version, message.headers))

    def nack(self, message: flowhost.Message) -> None:
        """Tell the broker the message was not handled; STOMP 1.0 has no word for that."""
        if self.version != "1.0":
            with contextlib.suppress(*UNSENT):
                self._transport.send(answer("NACK", self.version, message.headers))

    def close(self) -> None:
        """Disconnect and wait for the threads; what was not acknowledged goes back to the broker."""
        with self._state:
            if self._closing:
                return
            self._closing, self._lost = True, None
        reader, beater = self._transport.io_thread, getattr(self._protocol, "heartbeat_thread", None)
        if beater is not None:
            self._protocol.heartbeat_terminate_event.set()
        here = threading.current_thread()
        if self._in_use and self._questions.error is None and here is not reader:  # who reads the answer
            self._say_goodbye()
        with contextlib.suppress(OSError, AttributeError):  # the reader may set the socket to None meanwhile
            self._transport.disconnect_socket()
        for thread in (reader, beater):
            if thread is not None and thread is not here:
                thread.join(CLOSE_SECONDS)

    def _say_goodbye(self) -> None:
        if self._transport.is_connected():
            with contextlib.suppress(*UNSENT):
                # the arrival of this receipt makes stomp.py close the socket
                self._transport.set_receipt("bye", "DISCONNECT")
                self._protocol.send_frame("DISCONNECT", {"receipt": "bye"})
                self._gone.wait(CLOSE_SECONDS)

    def _deliver(self, frame: Any) -> None:
        self._receive(flowhost.Message(frame.headers, frame.body))

    def _end(self, error: flowhost.Unavailable | None) -> None:
        if error is None:
            return
        with self._state:
            lost, self._lost = self._lost, None
        if lost is not None:
            lost(error)

    def on_connected(self, frame: Any) -> None:
        """The broker accepted the log-in."""
        self._questions.answer(LOGGED_IN, frame)

    def on_receipt(self, frame: Any) -> None:
        """The broker confirmed a frame."""
        self._questions.answer(frame.headers.get("receipt-id", ""), frame)

    def on_error(self, frame: Any) -> None:
        """The broker refused something; by the specification it closes the connection after this."""
        said = what_it_said(frame.headers, frame.body, self.address)
        self._end(self._questions.refuse(said, frame.headers.get("receipt-id", "")))

    def on_disconnected(self) -> None:
        """The socket is closed, whoever closed it."""
        self._gone.set()
        silent = time.monotonic() - (getattr(self._protocol, "received_heartbeat", None) or time.monotonic())
        broker = f"the STOMP broker at {self.address.broker}"
        if self._settings.silence and silent >= self._settings.silence:
            reason = f"{broker} gave no sign of life for {silent:.0f} s ('heartbeat timeout' of [Stomp])"
        else:
            reason = f"{broker} closed the connection"
        self._end(self._questions.end(reason))

    def on_send(self, frame: Any) -> None:
        """Nothing to do before a frame is sent; stomp.py handles a missing method slowly."""

    def on_heartbeat_timeout(self) -> None:
        """Nothing more to do: the socket is closed already, and `on_disconnected` told why."""
