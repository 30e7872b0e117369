"""What can go wrong between us and an FTP server; each error names the server, and none a password."""

from __future__ import annotations

import flowhost

TRANSIENT = range(400, 500)
FULL = (452, 552)
"""Replies of a server that has no room: trying again soon does not help, whatever the first digit says."""


class FtpError(flowhost.FlowhostError):
    """A transfer over FTP did not succeed.

    Args:
        sentence: what happened at which server, and the way out.
        code: the server's reply (RFC 959, section 4.2); 0 when there was none.
    """

    def __init__(self, sentence: str, code: int = 0) -> None:
        super().__init__(sentence)
        self.code = code

    @property
    def passing(self) -> bool:
        """Whether it may go well at another try."""
        return not self.code or (self.code in TRANSIENT and self.code not in FULL)


class FtpRefused(FtpError, flowhost.Permanent):
    """The server understood, and answered no."""


class FtpLost(FtpError, flowhost.Unavailable):
    """The server cannot be reached, does not answer in time, or closed the connection."""
