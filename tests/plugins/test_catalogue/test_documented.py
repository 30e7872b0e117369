"""What the page about the catalogue shows runs."""

from __future__ import annotations

import importlib.util
import inspect
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import flowhost
from flowhost.cli import program
from flowhost_plugins.catalogue import Catalogue, Group, parse, query_text
from flowhost_plugins.catalogue.changes.notifications import NAMES

PAGE = (Path(__file__).parents[3] / "docs" / "catalogue.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(language: str, text: str = PAGE) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


QUERIES = re.findall(r"^\| `(.+?)` \|", section("The query language"), re.MULTILINE)


@pytest.fixture
def filled(catalogue: Catalogue, library: Any, finished: Any) -> Catalogue:
    """A catalogue with the item that every query shown finds, and another."""
    library.storage(catalogue, "media")
    (library.folder / "harbour.mp4").write_bytes(b"clip")
    fields = {"location": ["Bergen"], "shot": ["2026-03-15T10:00:00Z"]}
    ann = Group("person", {"name": ("Ann",)})
    item = catalogue.create_item(fields, title="Harbour at night", external_id="tape-7", groups=[ann])
    finished(catalogue, catalogue.import_file(item.id, library.folder / "harbour.mp4"))
    catalogue.set_metadata(item.id, {"durationSeconds": ["90"]})
    catalogue.update_item(item.id, media_type="video")
    catalogue.add_member(catalogue.create_collection("news").id, item.id)
    catalogue.create_item({"location": ["Oslo"]}, title="Else")
    return catalogue


def test_every_query_shown_finds_what_it_says(filled: Catalogue) -> None:
    assert len(QUERIES) > 20
    assert [query for query in QUERIES if not filled.matches(query, "tape-7")] == []
    everything = {"*", "created>=2020-01-01", "location:Oslo OR location:Bergen", "location:*"}
    other = filled.search("title:Else").items[0].id
    assert {query for query in QUERIES if filled.matches(query, other)} == everything


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_shown_can_be_printed(query: str) -> None:
    assert parse(query_text(parse(query))) == parse(query)


def test_every_notification_is_there() -> None:
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| .*", section("What happened"), re.MULTILINE)))
    assert sorted(named) == sorted(NAMES)


def test_every_option_is_there() -> None:
    shown = re.findall(r"^\| `(.+?)` \|", section("In a profile"), re.MULTILINE)
    options = inspect.signature(Catalogue).parameters.keys() - {"clock", "info"}
    assert sorted(shown) == sorted(name.replace("_", " ") for name in options)


def test_the_stock_of_shape_tags_is_there(catalogue: Catalogue) -> None:
    rows = re.findall(r"^\| (video|audio|image) \| (.*) \|", section("Shapes and shape tags"), re.MULTILINE)
    shown = {(name, kind) for kind, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert shown == {(one.name, one.media_type) for one in catalogue.shape_tags()}


@pytest.mark.slow
def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWHOST_STATE", str(tmp_path / "state"))
    for name in ("media", "tape", "inbox"):
        (tmp_path / name).mkdir()
    (tmp_path / "inbox" / "harbour.mp4").write_bytes(b"clip")
    (shown,) = blocks("text", section("Commands"))
    said: dict[str, str] = {}
    for line in shown.splitlines():
        words = shlex.split(line.replace("/srv", str(tmp_path)))
        result = CliRunner().invoke(program, words[1:], catch_exceptions=False)
        assert result.exit_code == 0, f"{line}: {result.output}"
        said[words[2]] = result.output
    assert "harbour" in said["list"]
    assert "VX-1" in said["search"]
    assert "in review" in said["show"]
    assert "is back" in said["trash"]


def test_the_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    _, shown = blocks("python")
    exec(compile(shown, "catalogue.md", "exec"), {})
    assert capsys.readouterr().out.startswith("VX-1 Harbour at night ")


def test_the_worker_imports_once(catalogue: Catalogue, library: Any) -> None:
    library.storage(catalogue, "media")
    module = _module("ingest", blocks("python")[0], library.folder)
    clip = library.folder / "harbour.mp4"
    clip.write_bytes(b"clip")
    event = flowhost.Event("file.settled", {"path": str(clip)}, source="inbox", id="one")
    worker = module.Ingest(catalogue=catalogue)
    worker.work(event)
    worker.work(event)
    (item,) = catalogue.items().items
    assert (item.title, item.external_id, len(catalogue.shapes(item.id))) == ("harbour", "one", 1)


def _module(name: str, text: str, folder: Path) -> Any:
    (folder / f"{name}.py").write_text(text)
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
