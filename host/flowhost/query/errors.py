"""What is wrong with a query, and where."""

from __future__ import annotations

from flowhost.errors import Permanent


class QueryError(Permanent):
    """A query that cannot be: its text cannot be read, or it asks for what makes no sense.

    Args:
        reason: one sentence.
        line: where in the text, from 1 on; 0 when the query was no text.
        column: the character in that line, from 1 on.
    """

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"{line}:{column}: {reason}" if line else reason)
        self.reason = reason
        self.line = line
        self.column = column
