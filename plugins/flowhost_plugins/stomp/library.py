"""stomp.py, imported with care; only what needs a connection imports this, because it takes its time."""

from __future__ import annotations

import logging
import os

# It looks up this machine's names in the DNS when it is imported, which takes seconds where no DNS answers;
# they only serve an ordering of hosts that is not used here.
_SKIP = "STOMP_SKIP_HOSTNAME_SCAN"
_own = _SKIP not in os.environ
os.environ.setdefault(_SKIP, "yes")
import stomp  # noqa: E402 - with that variable set

if _own:
    del os.environ[_SKIP]  # the programs that workers start need not know

# Its debug lines hold the CONNECT frame with the password, and its warnings lack the broker's name. Whatever
# they could say, this package says with an exception.
logging.getLogger("stomp.py").setLevel(logging.CRITICAL)

UNSENT = (OSError, stomp.exception.StompException)
"""What it raises when a frame cannot be written because the connection is gone."""

__all__ = ["UNSENT", "stomp"]
