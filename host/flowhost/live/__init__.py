"""What ``flowhost run`` shows on a terminal: daemons, rates and last errors, below the log lines."""

from flowhost.live.rates import Rates
from flowhost.live.terminal import live_view
from flowhost.live.view import View

__all__ = ["Rates", "View", "live_view"]
