"""The error of documents."""

from __future__ import annotations

import flowhost


class DocumentError(flowhost.Rejected):
    """A document is not what it should be, or cannot hold what it was given. Trying again does not help."""
