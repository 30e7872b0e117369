"""What rule files need besides Python is imported when one is read."""

from __future__ import annotations

import subprocess
import sys

from flowhost_plugins.rules.files.texts import EVENT_FACTS, EVENT_NAMES, FACTS, ITEM_NAMES
from flowhost_plugins.rules.matching import NAMES
from flowhost_plugins.rules.matching.item_facts import ItemFacts

LOADING = """
import sys
import flowhost_plugins.rules.files
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"ruamel", "cronsim", "pytz", "sqlalchemy", "simpleeval"}))
"""


def test_importing_the_reader_imports_nothing_heavy() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADING], capture_output=True, text=True, check=True, timeout=120
    )
    assert ended.stdout.split() == []


def test_the_reader_knows_what_conditions_may_use() -> None:
    assert set(FACTS) == set(NAMES)
    assert {name for name in ItemFacts.expression_names if not name.startswith("_")} == ITEM_NAMES
    assert set(EVENT_FACTS) < set(FACTS)
    assert {"type", "data", "headers", "subject"} < EVENT_NAMES
