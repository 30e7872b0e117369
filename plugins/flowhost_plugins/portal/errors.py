"""What Portal may answer instead of what was asked for."""

from __future__ import annotations

import flowhost


class PortalRefused(flowhost.Permanent):
    """Portal refuses the request.

    Args:
        sentence: what was asked for and what was answered.
        status: the status code.
    """

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class NotSignedIn(flowhost.Unavailable):
    """Portal does not know who asks; with another token or password, or once they signed in, it may."""
