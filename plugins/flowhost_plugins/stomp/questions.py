"""What a broker was asked and has yet to answer; an ERROR or a lost connection answers everything."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import flowhost
from flowhost_plugins.stomp.refusals import LogInRefusedError, log_in_refusal

LOGGED_IN = "CONNECTED"
"""The key of the log-in, which is answered by a CONNECTED frame and not by a receipt."""


class Questions:
    """The open questions of one connection.

    Args:
        broker: ``host:port``.
        unsent: the exceptions that mean a frame could not be written.
    """

    def __init__(self, broker: str, unsent: tuple[type[Exception], ...]) -> None:
        self._broker, self._unsent = f"the STOMP broker at {broker}", unsent
        self._lock = threading.Lock()
        self._open: dict[str, tuple[str, Future[Any]]] = {}
        self._error: flowhost.Unavailable | None = None

    @property
    def error(self) -> flowhost.Unavailable | None:
        """Why the connection is of no use any more; None while it is."""
        return self._error

    def ask(self, key: str, doing: str, patience: float, write: Callable[[], None]) -> Any:
        """Write a frame and wait for its answer.

        Args:
            key: the receipt that will come, or `LOGGED_IN`.
            doing: what is asked, as in "asked to subscribe".
            patience: seconds to wait.
            write: writes the frame.

        Returns:
            The frame that answers.

        Raises:
            Unavailable: a refusal, no answer, or no connection.
        """
        answer: Future[Any] = Future()
        with self._lock:
            if self._error is not None:
                raise self._error
            self._open[key] = (doing, answer)
        try:
            self._write(write, self._closed(key, doing))
            return answer.result(patience)
        except TimeoutError:
            silent = f"{self._broker} did not answer within {patience:g} s when it was asked {doing}"
            self.end(silent)  # who knows what else it does not do: nobody shall use this connection again
            raise flowhost.Unavailable(silent) from None
        finally:
            with self._lock:
                self._open.pop(key, None)

    def _write(self, write: Callable[[], None], closed: flowhost.Unavailable) -> None:
        try:
            write()
        except self._unsent:  # a TimeoutError of the socket among them, which is not that of the answer
            self.end(str(closed))  # answers this question too; the reading thread may take a while to see it

    def answer(self, key: str, frame: Any) -> None:
        """Hand the answer to whoever asked; one that came too late is dropped."""
        with self._lock:
            _, answer = self._open.get(key, ("", None))
            if answer is not None and not answer.done():
                answer.set_result(frame)

    def refuse(self, said: str, key: str = "") -> flowhost.Unavailable | None:
        """An ERROR frame came.

        Args:
            said: the broker's words.
            key: the receipt the frame names, if any: then it is about this question alone.

        Returns:
            What is wrong with the connection; None when it goes on, or was known to be lost.
        """
        with self._lock:
            for name, (doing, answer) in self._open.items():
                if not answer.done() and (name == key or key not in self._open):
                    text = f"{self._broker} refused {doing}: {said}"
                    log_in = name == LOGGED_IN
                    answer.set_exception(log_in_refusal(text, said) if log_in else flowhost.Unavailable(text))
            return None if key in self._open else self._lose(f"{self._broker} ended the connection: {said}")

    def end(self, reason: str) -> flowhost.Unavailable | None:
        """The connection is gone; return why, or None when that was known."""
        with self._lock:
            for name, (doing, answer) in self._open.items():
                if not answer.done():
                    answer.set_exception(self._closed(name, doing))
            return self._lose(reason)

    def _lose(self, reason: str) -> flowhost.Unavailable | None:
        if self._error is not None:
            return None
        self._error = flowhost.Unavailable(reason)
        return self._error

    def _closed(self, key: str, doing: str) -> flowhost.Unavailable:
        error = LogInRefusedError if key == LOGGED_IN else flowhost.Unavailable
        return error(f"{self._broker} closed the connection when it was asked {doing}")
