"""The commands `flowhost catalogue ...`, as an operator runs them."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import flowhost
from flowhost.testing.clock import START
from flowhost_plugins.catalogue import Catalogue

Ended: TypeAlias = "subprocess.CompletedProcess[str]"
Run: TypeAlias = Callable[..., Ended]

pytestmark = pytest.mark.slow  # each command is a process of its own


@pytest.fixture
def run(file_library: Any, run_program: Any) -> Run:
    """Run one of the commands on the catalogue of the test."""

    def command(*words: str | Path, url: str | None = file_library.url) -> Ended:
        where = ["--url", url] if url else []
        program = "from flowhost.cli import main; main()"
        words = ("catalogue", *where, *words)
        ended: Ended = run_program(program, *map(str, words), folder=file_library.folder)
        return ended

    return command


@pytest.fixture
def catalogue(file_library: Any) -> Catalogue:
    """A catalogue that this process holds: commands beside it may only read."""
    opened: Catalogue = file_library.open()
    return opened


def said(ended: Ended) -> str:
    """What a command printed; it must have gone well."""
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def refused(ended: Ended, code: int) -> str:
    """The one sentence of a command that could not do it."""
    assert (ended.returncode, ended.stdout) == (code, "")
    (line,) = ended.stderr.splitlines()
    return line


def rows(text: str) -> list[list[str]]:
    """The rows of a table, without its headings, word by word."""
    return [line.split() for line in text.splitlines()[1:]]


def test_from_a_folder_to_the_recycle_bin(file_library: Any, run: Run) -> None:
    folder: Path = file_library.folder
    file_library.open().close()  # makes the tables
    (folder / "media").mkdir()
    (folder / "clip.bin").write_bytes(b"clip")
    assert "VX-1 media" in said(run("storages", "add", "media", "media", "--capacity", "1000"))
    table = said(run("import", "clip.bin", "--field", "genre=news", "--field", "genre=sport"))
    assert rows(table) == [["VX-1", "VX-1", "VX-1", "FINISHED"]]
    assert (folder / "media" / "VX-1" / "clip.bin").read_bytes() == b"clip"
    assert rows(said(run("list")))[0][:3] == ["VX-1", "clip", "data"]
    assert rows(said(run("storages")))[0][:5] == ["VX-1", "media", "LOCAL", "4", "B"]
    shown = said(run("show", "VX-1"))
    assert "news; sport" in shown
    assert "media:VX-1/clip.bin" in shown

    said(run("trash", "put", "VX-1", "--grace", "0"))
    assert rows(said(run("list"))) == []
    assert rows(said(run("list", "--trashed")))[0][0] == "VX-1"
    assert rows(said(run("trash")))[0][:2] == ["VX-1", "clip"]
    assert said(run("trash", "restore", "VX-1")) == "VX-1 is back\n"
    said(run("trash", "put", "VX-1", "--grace", "0", "--keep-storage", "media"))
    assert said(run("trash", "purge")) == "1 deleted: VX-1\n"
    assert (folder / "media" / "VX-1" / "clip.bin").exists()


def test_reading_beside_the_process_that_has_it(catalogue: Catalogue, run: Run) -> None:
    first = catalogue.create_item({"genre": ["news"]}, title="[red] one", external_id="E-1").id
    second = catalogue.create_item({}, title="two").id
    collection = catalogue.create_collection("box").id
    catalogue.add_member(collection, second)
    assert [one["id"] for one in json.loads(said(run("list", "--json")))] == [first, second]
    assert [one["id"] for one in json.loads(said(run("list", "two", "--json")))] == [second]
    assert len(rows(said(run("list", "-n", "1")))) == 1
    assert [one["id"] for one in json.loads(said(run("search", "genre:news", "--json")))] == [first]
    assert "[red] one" in said(run("show", "E-1"))
    shown = json.loads(said(run("show", first, "--json")))
    assert shown["item"]["fields"]["genre"] == ["news"]
    assert shown["item"]["created"] == START.isoformat()
    assert shown["archive"] == []
    assert json.loads(said(run("jobs", "--json"))) == []
    assert rows(said(run("collections")))[0][:3] == [collection, "box", "folder"]
    assert rows(said(run("collections", "show", collection))) == [[second, "item", "two"]]
    assert json.loads(said(run("trash", "--json"))) == []
    catalogue.set_metadata(first, {"genre": ["sport"]})  # it is still ours


def test_changing_beside_the_process_that_has_it(file_library: Any, run: Run) -> None:
    catalogue = file_library.open(clock=flowhost.SystemClock())
    folder: Path = file_library.folder
    (folder / "media").mkdir()
    (folder / "clip.bin").write_bytes(b"clip")
    said(run("storages", "add", "media", "media"))
    assert rows(said(run("import", "clip.bin"))) == [["VX-1", "VX-1", "VX-1", "FINISHED"]]
    assert (folder / "media" / "VX-1" / "clip.bin").read_bytes() == b"clip"
    assert catalogue.record("VX-1").user == getpass.getuser()
    assert said(run("jobs", "cancel", "VX-1")) == "VX-1: FINISHED, asked to stop\n"
    said(run("trash", "put", "VX-1"))
    (trashed,) = catalogue.trash()
    assert (trashed.user, trashed.purge_at - trashed.trashed) == (getpass.getuser(), timedelta(days=1))


def test_the_catalogue_of_a_profile(file_library: Any, catalogue: Catalogue, run: Run) -> None:
    profile = file_library.folder / "app.ini"
    profile.write_text(
        f"[Flow]\napp name = app\nworker = log\n[Catalogue]\nurl = {file_library.url}\nsite = VX\n"
    )
    item = catalogue.create_item({}, title="clip").id
    assert rows(said(run("list", "--profile", profile, url=None)))[0][:2] == [item, "clip"]
    ended = run("list", "--profile", profile.with_name("no.ini"), url=None)
    assert "no.ini" in refused(ended, 78)
    ended = run("list", "--profile", profile, "--url", "sqlite:///x.db", url=None)
    assert ended.returncode == 2
    assert "--url goes without --profile" in ended.stderr


def test_a_variable_names_the_profile(file_library: Any, catalogue: Catalogue) -> None:
    profile = file_library.folder / "app.ini"
    profile.write_text(f"[Flow]\napp name = app\nworker = log\n[Catalogue]\nurl = {file_library.url}\n")
    item = catalogue.create_item({}, title="clip").id
    ended = subprocess.run(
        [sys.executable, "-m", "flowhost", "catalogue", "list"],
        env=os.environ | {"FLOWHOST_PROFILE": str(profile)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert rows(said(ended))[0][:2] == [item, "clip"]


def test_mistakes_are_one_sentence(file_library: Any, run: Run) -> None:
    assert "there is no catalogue" in refused(run("list", url="sqlite:///nowhere.db"), 78)
    assert not (file_library.folder / "nowhere.db").exists(), "looking makes none"
    assert "begins with 'mysql://'" in refused(run("list", url="mysql://x"), 78)
    file_library.open().close()
    assert refused(run("show", "VX-9"), 78) == "flowhost: the catalogue has no item 'VX-9'"
    (file_library.folder / "a.bin").write_bytes(b"a")
    assert "no LOCAL, SHARED or REMOTE storage has room for 1 bytes" in refused(
        run("import", "a.bin", "nope.bin"), 1
    )
    assert rows(said(run("list"))) == [], "what could not be imported leaves no item"
