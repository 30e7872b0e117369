"""Facts: small values under keys."""

from __future__ import annotations

import json
from typing import Any

from flowhost_plugins.rules.journal.statements import Statements


class Facts:
    """The facts in one journal."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._look = statements.written("SELECT value FROM rules_facts WHERE key = ?")
        self._put = statements.written(
            "INSERT INTO rules_facts (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )

    def put(self, key: str, value: Any) -> None:
        """See `Journal.put_fact`."""
        text = json.dumps(value)
        self._statements.write(lambda raw: raw.execute(self._put, (key, text)))

    def get(self, key: str) -> Any:
        """See `Journal.fact`."""
        found = self._statements.read(lambda raw: raw.execute(self._look, (key,)).fetchone())
        return json.loads(found[0]) if found else None
