"""Tells systemd how the process is doing, through ``$NOTIFY_SOCKET``; see sd_notify(3).

Without that variable, that is outside a unit with ``Type=notify``, every function does nothing.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping

log = logging.getLogger(__name__)

SEND_TIMEOUT = 5.0  # seconds; the service manager reads at once, and nobody should wait for one that hangs


def ready(environ: Mapping[str, str] | None = None) -> None:
    """Every daemon is up, or up again after `reloading`."""
    _send("READY=1", environ)


def stopping(environ: Mapping[str, str] | None = None) -> None:
    """The process begins to stop."""
    _send("STOPPING=1", environ)


def reloading(environ: Mapping[str, str] | None = None) -> None:
    """The process begins to read its config again; `ready` must follow."""
    microseconds = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    _send(f"RELOADING=1\nMONOTONIC_USEC={microseconds}", environ)


def status(text: str, environ: Mapping[str, str] | None = None) -> None:
    """One line about how things are, shown by ``systemctl status``."""
    _send(f"STATUS={' '.join(text.split())}", environ)  # a line end would begin another assignment


def watchdog(environ: Mapping[str, str] | None = None) -> None:
    """The process is alive; to be called every `watchdog_interval` seconds as long as that is true."""
    _send("WATCHDOG=1", environ)


def watchdog_interval(environ: Mapping[str, str] | None = None) -> float | None:
    """Seconds between two calls of `watchdog`: half the time the unit allows; None when it asks for none."""
    environ = os.environ if environ is None else environ
    limit, process = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", str(os.getpid()))
    if not limit.isdecimal() or int(limit) == 0 or process != str(os.getpid()):
        return None
    return int(limit) / 1_000_000 / 2


def _send(message: str, environ: Mapping[str, str] | None) -> None:
    address = (os.environ if environ is None else environ).get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # how a name in Linux's abstract name space is written
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(SEND_TIMEOUT)
            sender.connect(address)
            sender.send(message.encode())
    except OSError as error:
        log.warning("systemd cannot be told %r: %s", message.partition("\n")[0], error)
