"""The fields there are, by number: an index names a field in each of its rows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from flowhost_plugins.catalogue.database.schema_search import search_fields
from flowhost_plugins.catalogue.database.text import index_key, storable

EXTERNAL_ID = "/externalId"
"""Stands for external ids among the fields; no path of a field begins with a slash."""

AT_ONCE = 500
"""Names in one statement; databases bound the parameters of one."""


def numbers_of(connection: Connection, paths: Iterable[str]) -> dict[str, int]:
    """The numbers of these fields; new ones get theirs."""
    wanted = {path: index_key(storable(path)) for path in sorted(set(paths))}
    known = _known(connection, list(wanted.values()))
    for path, path_key in wanted.items():  # sorted, so that two that add the same do not wait in a circle
        if path_key not in known:
            made = insert(search_fields).values(path=storable(path), path_key=path_key)
            result = connection.execute(made)
            assert result.inserted_primary_key, "an INSERT of one row has its key"
            known[path_key] = result.inserted_primary_key[0]
    return {path: known[path_key] for path, path_key in wanted.items()}


def _known(connection: Connection, keys: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), AT_ONCE):
        wanted = select(search_fields).where(search_fields.c.path_key.in_(keys[start : start + AT_ONCE]))
        found.update({row.path_key: row.number for row in connection.execute(wanted)})
    return found


def paths(connection: Connection) -> list[str]:
    """The paths of all fields any item has or had."""
    found = connection.execute(select(search_fields.c.path).order_by(search_fields.c.path)).scalars()
    return [path for path in found if path != EXTERNAL_ID]


class Names:
    """Finds fields by the names that queries use. Reads the table once.

    Args:
        connection: where.
    """

    def __init__(self, connection: Connection) -> None:
        self._paths = {row.path: row.number for row in connection.execute(select(search_fields))}

    def numbers(self, name: str) -> list[int]:
        """The numbers of the fields that `name` means, see `query.tree`."""
        return [number for path, number in self._paths.items() if means(storable(name), path)]


def means(name: str, path: str) -> bool:
    """Whether a name in a query means the field with this path."""
    return path == name or path.endswith(f"/{name}")
