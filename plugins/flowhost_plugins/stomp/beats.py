"""Heart-beats that may be late: what one side promises to the other is half of what it does."""

from __future__ import annotations

from typing import Any

from flowhost_plugins.stomp.library import stomp
from flowhost_plugins.stomp.settings import Settings

MARGIN = 2.0
"""Beats in the time after which a side counts as lost. STOMP asks the receiver for "an error margin", but ActiveMQ
has none: it ends a connection when one promised time passes without a beat, which then a beat that is a
millisecond late is enough for."""


class _Early:
    """Makes a protocol of stomp.py, which would send at the promised moment, send twice as often."""

    _agreed = 0.0

    @property
    def send_sleep(self) -> float:
        """Seconds between our beats; stomp.py sets it to what both sides agreed upon."""
        return self._agreed / MARGIN

    @send_sleep.setter
    def send_sleep(self, seconds: float) -> None:
        self._agreed = seconds


class _Stomp11(_Early, stomp.connect.Protocol11):  # type: ignore[misc] # stomp.py ships no types
    pass


class _Stomp12(_Early, stomp.connect.Protocol12):  # type: ignore[misc]
    pass


def speak(version: str, transport: Any, settings: Settings) -> Any:
    """The protocol of one connection, in one STOMP version, with the operator's heart-beats; 1.0 has none."""
    if version == "1.0":
        return stomp.connect.Protocol10(transport)
    protocol = _Stomp11 if version == "1.1" else _Stomp12
    promised, asked = settings.beat * MARGIN, settings.silence / MARGIN
    beats = (round(promised * 1000), round(asked * 1000))
    return protocol(transport, beats, heart_beat_receive_scale=MARGIN)
