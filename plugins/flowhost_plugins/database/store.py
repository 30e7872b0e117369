"""The store: JSON values under keys, one name space per daemon."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

import flowhost
from flowhost_plugins.database.schema import index_key, insert_into, store

LONGEST_KEY = 1024
"""Characters."""


class Entries:
    """The values of one daemon."""

    def __init__(self, sql: flowhost.SqlDatabase, daemon: str) -> None:
        self._sql = sql
        self._namespace = f"flow_{daemon}"

    def get(self, key: str) -> Any:
        """See `flowhost.Store.get`."""
        wanted = select(store.c.value).where(*self._at(key))
        found = self._sql.read(lambda connection: connection.execute(wanted).scalar_one_or_none())
        return None if found is None else json.loads(found)

    def put(self, key: str, value: Any) -> Any:
        """See `flowhost.Store.put`."""
        _check_key(key)
        text = _written(key, value)

        def work(connection: Any) -> None:
            entry = insert_into(self._sql.dialect, store).values(
                namespace=self._namespace, digest=index_key(key), key=key, value=text
            )
            same = ["namespace", "digest"]
            connection.execute(entry.on_conflict_do_update(index_elements=same, set_={"value": text}))

        self._sql.write(work)
        return value

    def delete(self, key: str) -> bool:
        """See `flowhost.Store.delete`."""
        gone = delete(store).where(*self._at(key))
        return self._sql.write(lambda connection: connection.execute(gone).rowcount) > 0

    def keys(self, prefix: str) -> list[str]:
        """See `flowhost.Store.keys`."""
        # not LIKE, which ignores case on SQLite; sorted here, as PostgreSQL's order depends on its locale
        wanted = select(store.c.key).where(
            store.c.namespace == self._namespace, func.substr(store.c.key, 1, len(prefix)) == prefix
        )
        return sorted(self._sql.read(lambda connection: connection.execute(wanted).scalars().all()))

    def _at(self, key: str) -> tuple[ColumnElement[bool], ...]:
        return store.c.namespace == self._namespace, store.c.digest == index_key(key)


def _check_key(key: str) -> None:
    if not 0 < len(key) <= LONGEST_KEY:
        raise ValueError(f"the key {key[:40]!r} has {len(key)} characters, expected 1 to {LONGEST_KEY}")
    if "\0" in key or any("\ud800" <= character <= "\udfff" for character in key):
        raise ValueError(f"the key {key[:40]!r} holds a NUL or half a character, which no database keeps")


def _written(key: str, value: Any) -> str:
    try:
        if stranger := _stranger(value, "$"):
            raise TypeError(f"the value for key {key!r} is no JSON: {stranger}")
        return json.dumps(value)
    except RecursionError:
        raise TypeError(
            f"the value for key {key!r} is no JSON: it is nested too deeply or in itself"
        ) from None


def _stranger(value: Any, place: str) -> str:
    """What in `value` JSON does not know and where, as ``$.a[2] is a set``; empty when it knows all of it."""
    if isinstance(value, dict):
        if odd := [key for key in value if not isinstance(key, str)]:
            return f"the key {odd[0]!r} of {place} is a {type(odd[0]).__name__}, expected a text"
        return next(filter(None, (_stranger(member, f"{place}.{key}") for key, member in value.items())), "")
    if isinstance(value, (list, tuple)):
        return next(filter(None, (_stranger(member, f"{place}[{i}]") for i, member in enumerate(value))), "")
    if isinstance(value, float) and not (float("-inf") < value < float("inf")):
        return f"{place} is {value}"
    return (
        ""
        if value is None or isinstance(value, (str, int, float))
        else f"{place} is a {type(value).__name__}"
    )
