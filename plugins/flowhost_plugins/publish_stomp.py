"""The action ``publish-stomp``: sends a message to a queue or topic."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, ClassVar

import flowhost

SCHEMES = ("stomp://", "stomp+ssl://")
FORM = "stomp://user:password@host:61613/?destination=/queue/NAME"
CLOUDEVENT = "application/cloudevents+json; charset=utf-8"

_OWN_HEADERS = {"destination", "content-length", "receipt", "transaction", "idempotency-key"}


class PublishStomp:
    """Sends a message over STOMP, and waits until the broker has it.

    Without a ``body`` it is the event that started the run, as CloudEvents JSON. The message outlives a restart of the
    broker (``persistent``), unless ``headers`` say otherwise. Its header ``idempotency-key`` is the same at every try:
    who receives two with the same key got one message twice.
    """

    name: ClassVar[str] = "publish-stomp"

    def __init__(
        self,
        *,
        url: Annotated[flowhost.Secret, f"broker and destination: {FORM}"],
        body: Annotated[
            flowhost.Template | None, "what is sent, may have tags; empty: the event as JSON"
        ] = None,
        headers: Annotated[
            dict[str, flowhost.Template] | None, "name and text of headers, may have tags"
        ] = None,
        broker: flowhost.Broker,
    ) -> None:
        text = url.get_secret_value()
        if not text.startswith(SCHEMES) or "destination=" not in text:
            raise ValueError(f"'url' is no STOMP URL with a destination, expected {FORM}")
        for name in headers or {}:
            if not name.strip() or not name.isprintable():
                raise ValueError(f"{name!r} in 'headers' cannot be the name of a header")
            if name.lower() in _OWN_HEADERS:
                raise ValueError(f"the header {name!r} is set by flowhost; leave it out")
        self._url = url
        self._body = body
        self._headers = headers or {}
        self._broker = broker

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Send it.

        Raises:
            Permanent: a tag has no value, or the broker's URL cannot be read.
            Unavailable: the broker did not confirm that it has the message.
        """
        body, headers = self._filled(context)
        try:
            self._broker.send(self._url.get_secret_value(), body, headers)
        except flowhost.ConfigError as error:
            raise flowhost.Permanent(str(error)) from error
        return flowhost.Outcome.done(f"sent {len(body)} bytes")

    def plan(self, context: flowhost.Context) -> str:
        """What would be sent."""
        body, _ = self._filled(context)
        return f"send a message of {len(body)} bytes"

    def _filled(self, context: flowhost.Context) -> tuple[bytes, Mapping[str, str]]:
        usual = {"persistent": "true", "idempotency-key": context.identity}
        own = {name: _one_line(text.render(context.tags)) for name, text in self._headers.items()}
        if self._body is not None:
            body = self._body.render(context.tags).encode(errors="replace")
            return body, usual | {"content-type": "text/plain; charset=utf-8"} | own
        return _event(context.event), usual | {"content-type": CLOUDEVENT} | own


def _event(event: flowhost.Event) -> bytes:
    try:
        return json.dumps(flowhost.cloudevent(event), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise flowhost.Permanent(
            f"the data of {event.type} is no JSON value ({error}); give a 'body'"
        ) from error


def _one_line(text: str) -> str:
    """STOMP 1.0 cannot escape what would begin another header, or end the frame."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


@flowhost.hookimpl
def flowhost_actions() -> list[type[flowhost.Action]]:
    """Provide the action."""
    return [PublishStomp]
