"""How to connect, as the operator wants it."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How to connect.

    Args:
        context: makes the rules for TLS; asked only when a URL wants TLS.
        patience: seconds a broker may take for each step of connecting.
        beat: seconds between our heart-beats, of which every other one is promised; 0 for none.
        silence: seconds without a sign of life after which a broker counts as lost; 0 for no limit.
        versions: STOMP versions to offer, best first.
        vhost: virtual host for addresses that name none.
    """

    context: Callable[[], ssl.SSLContext]
    patience: float
    beat: float
    silence: float
    versions: tuple[str, ...]
    vhost: str
