"""Loading plugins is light: what a part needs besides Python is imported when the part is used."""

from __future__ import annotations

import subprocess
import sys

LOADING = """
import sys
from importlib.metadata import entry_points
from flowhost.registry import Registry

others = {point.dist.name for point in entry_points(group="flowhost")} - {"flowhost"}
registry = Registry.load(disabled=others, quiet=True)
assert "viz-one" in registry.parts("resource")
print(*sorted(set("alembic cheroot lxml pytz requests rich simpleeval sqlalchemy stomp werkzeug".split()) & set(sys.modules)))
"""


def test_the_bundled_plugins_import_nothing_heavy() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADING], capture_output=True, text=True, check=True, timeout=120
    )
    assert ended.stdout.split() == []
