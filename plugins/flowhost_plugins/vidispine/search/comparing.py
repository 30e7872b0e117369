"""What a condition saw of an item, and whether texts are equal. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from flowhost.query import Exact, Field, Text, key, row_of_words, sought

Fields = Mapping[str, tuple[str, ...]]


def values_of(fields: Fields, name: str) -> tuple[str, ...]:
    """The values of the fields that a name in a query means: the field itself, or the end of its path."""
    return tuple(
        value
        for path, values in fields.items()
        if path == name or path.endswith(f"/{name}")
        for value in values
    )


def equal(query: Exact, fields: Fields) -> bool:
    """Whether a value is the one that was asked for; neither case nor accents matter."""
    return any(key(value) == key(query.value) for value in values_of(fields, query.name))


def containing(query: Text | Field, fields: Fields) -> tuple[str, ...]:
    """The values with the words."""
    wanted = sought(query.value, prefix=query.prefix)
    return tuple(
        value for values in fields.values() for value in values if wanted and wanted in row_of_words(value)
    )
