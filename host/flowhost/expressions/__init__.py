"""Expressions of an operator's files: conditions, mappings and transforms, worked out without trusting their author.

`Expression` is an option type as well: a part that asks for one gets it read and checked, with its place.
"""

from flowhost.expressions.expression import Expression
from flowhost.expressions.failure import ExpressionError

__all__ = ["Expression", "ExpressionError"]
