"""A rule that writes what it reacts to is not started by what it wrote, whichever library tells of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

PROFILE = """\
[Flow]
app name = app
worker = rules
[Rules]
minimum polling interval = 1
polling interval = 1
{library}
[Source]
{source}
"""

REPEAT = """\
name: Repeat
trigger: {metadata-change: {fields: [news_note]}}
actions:
  - set-metadata: {fields: {news_note: "again ${news_note}", news_seen: "yes"}}
"""

WITNESS = """\
name: Witness
trigger: {metadata-change: {fields: [news_seen]}}
actions:
  - stop: {reason: what the other rule wrote was told}
"""

SOURCES = {"catalogue": "start = oldest", "vidispine": ""}


@pytest.fixture
def profile(tmp_path: Path, library_site: Any) -> Path:
    library_site.define("news_note", "news_seen")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/repeat.yaml").write_text(REPEAT)
    (tmp_path / "rules/witness.yaml").write_text(WITNESS)
    source = library_site.source + SOURCES[library_site.name]
    (tmp_path / "app.ini").write_text(PROFILE.format(library=library_site.section, source=source))
    return tmp_path / "app.ini"


def runs(folder: Path) -> list[tuple[str, str]]:
    """Rule and state of each run; read beside the daemon, without flowhost."""
    database = folder / "state/rules.db"
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        try:
            return connection.execute("SELECT rule, state FROM rules_runs ORDER BY rule").fetchall()
        except sqlite3.OperationalError:
            return []  # the tables are not there yet


def write_note(library_site: Any) -> str:
    """Somebody makes an item and then changes it; return its id."""
    with library_site.back_door() as catalogue:
        item: str = catalogue.create_item({}).id
    if library_site.name == "vidispine":  # as any client of it does
        field = {"name": "news_note", "value": [{"value": "first"}]}
        span = {"start": "-INF", "end": "+INF", "field": [field]}
        library_site.rest("PUT", f"item/{item}/metadata", {"timespan": [span]})
    else:
        with library_site.back_door() as catalogue:
            catalogue.set_metadata(item, {"news_note": ["first"]})
    return item


@pytest.mark.slow
def test_a_rule_does_not_start_itself(
    profile: Path, library_site: Any, start: Callable[..., Any], eventually: Callable[..., None]
) -> None:
    folder = profile.parent
    if library_site.name == "catalogue":  # the daemon has it to itself, and is told what was before
        item = write_note(library_site)
    program = start("run", profile)
    if library_site.name == "vidispine":
        program.wait_for("notifications at ")
        item = write_note(library_site)
    eventually(lambda: ("Witness", "finished") in runs(folder), "what the rule wrote to be told")
    eventually(lambda: ("Repeat", "finished") in runs(folder), "the first run to be recorded")
    if library_site.name == "vidispine":
        library_site.server.settle()
    assert program.terminate() == 0, program.output
    assert runs(folder) == [("Repeat", "finished"), ("Witness", "finished")]
    with library_site.back_door() as catalogue:
        assert catalogue.item(item).fields["news_note"] == ("again first",)
