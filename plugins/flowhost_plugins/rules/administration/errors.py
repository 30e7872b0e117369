"""What the administration refuses, told apart for whoever turns it into status codes."""

from __future__ import annotations

import flowhost


class NotFound(flowhost.Permanent):
    """There is no such rule, run or item."""


class Refused(flowhost.Permanent):
    """It is there, but not in a state in which this can be done."""
