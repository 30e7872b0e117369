"""What a text means: numbers, yes or no, points in time. The value types that profiles of Flow name."""

from flowhost.values.reading import value_reader

__all__ = ["value_reader"]
