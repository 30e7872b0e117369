"""How a transfer plugin ends a transfer that cannot be done."""

from __future__ import annotations


class TransferFailed(SystemExit):
    """A transfer was failed with a message, which Viz One has by now.

    It is a `SystemExit` of status 0, as the transfer subsystem shows the message only when the plugin ends well:
    a program of its own ends by it, and ``except Exception`` in a plugin's code does not catch it. In a flowhost
    daemon `TransferPlugin` takes it, and the event is done.

    Args:
        message: what Viz One shows.
    """

    def __init__(self, message: str) -> None:
        super().__init__(0)
        self.message = message

    def __str__(self) -> str:
        return self.message
