"""What the evaluation of an expression ends in when it does not get its way."""

from __future__ import annotations


class Refusal(Exception):  # not a FlowhostError: `Expression` turns it into one that knows the place
    """The expression asks for what is not offered, or for too much of it.

    Args:
        reason: the end of a sentence that begins with the expression.
        line: 1-based line within the expression's text; 0 when the whole is meant.
        column: 1-based column in that line; 0 when the whole is meant.
    """

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column
