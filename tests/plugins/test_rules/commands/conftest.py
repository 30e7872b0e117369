"""A profile with a media library, and the commands as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import flowhost
from flowhost.cli import program
from flowhost_plugins.rules import Journal
from flowhost_plugins.rules.records import Step

PROFILE = """[Flow]
app name = lib
worker = rules

{library}
[Rules Journal]
url = sqlite:///rules.db
"""

FIELDS = ("news_approved", "news_state", "news_published", "news_note")

COLLECT = """name: Collect
description: Collects what is approved.
trigger: {saved-search: {query: "news_approved:yes"}}
when: item.first('news_state') == 'ready'
actions:
  - add-to-collection: {collection: Web}
  - set-tags: {field: news_published, add: [web]}
"""

THROW = """name: Throw away
trigger: manual
actions:
  - delete-item: {grace: 168}
"""

NOTE = """name: Note
trigger: new-item
actions:
  - set-metadata: {fields: {news_note: "seen ${title}"}}
"""


class Office:
    """A profile, and everything an operator does with it."""

    def __init__(self, folder: Path, library: Any) -> None:
        self.folder = folder
        self.library = library
        library.define(*FIELDS)
        self.profile = folder / "lib.ini"
        self.profile.write_text(PROFILE.format(library=library.sections))
        self.rules = folder / "rules"
        self.rules.mkdir()
        for name, text in (("collect", COLLECT), ("throw", THROW), ("note", NOTE)):
            (self.rules / f"{name}.yaml").write_text(text)

    def flowhost(self, *words: str, answer: str | None = None) -> Result:
        """Run a command; its exit code is 1 when it raised."""
        return CliRunner().invoke(program, list(words), input=answer, prog_name="flowhost")

    def told(self, *words: str) -> str:
        """What a command that goes well prints."""
        result = self.flowhost(*words)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.told(*words, "--json"))

    def refused(self, *words: str) -> str:
        """The sentence with which a command is refused, as a mistake on the command line."""
        result = self.flowhost(*words)
        assert isinstance(result.exception, flowhost.ConfigError), (result.output, result.exception)
        return str(result.exception)

    @contextmanager
    def journal(self) -> Iterator[Journal]:
        journal = flowhost.resource_of(self.profile, Journal)
        journal.open()
        try:
            yield journal
        finally:
            journal.close()

    def items(self, *titles: str, **fields: str) -> list[str]:
        with self.library.back_door() as catalogue:
            values = {name: [value] for name, value in fields.items()}
            return [catalogue.create_item(values, title=title).id for title in titles]

    def work(self, *, error: str = "") -> int:
        """Let the run that is next end, as a daemon would."""
        with self.journal() as journal:
            journal.enlist("engine")
            (run,) = journal.claim("engine", number=1, total=100, per_rule={})
            now = flowhost.SystemClock().now()
            step = Step(1, "first", "failed" if error else "done", error or "did it", started=now, ended=now)
            errors = [f"step 1 (first): {error}"] if error else []
            assert journal.record(run, [step], state="failed" if error else "finished", errors=errors)
            journal.leave("engine")
            return run.id


@pytest.fixture
def office(tmp_path: Path, library_site: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose rules are deployed; the variable names its profile."""
    monkeypatch.setenv("FLOWHOST_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    office = Office(tmp_path, library_site)
    monkeypatch.setenv("FLOWHOST_PROFILE", str(office.profile))
    office.told("rules", "redeploy", "--all")
    return office
