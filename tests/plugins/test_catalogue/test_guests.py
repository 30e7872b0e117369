"""Guests: processes that change a catalogue, and order jobs, beside the one that owns it."""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, Change
from flowhost_plugins.catalogue.imports import importing

DEADLINE = 60.0

GUEST = """
    import sys
    import flowhost
    from flowhost_plugins.catalogue import Catalogue, InUse

    url, *words = sys.argv[1:]
    guest = Catalogue(url=flowhost.Secret(url), clock=flowhost.SystemClock())
    {first}
    guest.open_beside()
    {then}
    guest.close()
"""


@pytest.fixture
def visit(run_program: Any) -> Callable[..., str]:
    """What a guest in a process of its own printed."""

    def run(library: Any, then: str, *words: str, first: str = "") -> str:
        ended = run_program(textwrap.dedent(GUEST).format(first=first, then=then), library.url, *words)
        assert (ended.returncode, ended.stderr) == (0, "")
        return str(ended.stdout).strip()

    return run


@pytest.fixture
def owner(library: Any) -> Catalogue:
    """A catalogue with a storage, whose time passes."""
    catalogue: Catalogue = library.open(clock=flowhost.SystemClock())
    library.storage(catalogue, "media")
    return catalogue


@pytest.fixture
def source(library: Any) -> Path:
    """A file to import."""
    path: Path = library.folder / "a.bin"
    path.write_bytes(b"media" * 1000)
    return path


@pytest.mark.slow
def test_the_owner_runs_what_a_guest_orders(library: Any, owner: Catalogue, source: Path, visit: Any) -> None:
    seen: list[Change] = []
    stored = threading.Event()

    def see(change: Change) -> None:
        seen.append(change)
        if change.kind == "shape":
            stored.set()

    owner.listen(see)
    job = visit(
        library,
        "item = guest.create_item({}, title='x').id; job = guest.import_file(item, words[0]);"
        "print(job.id, guest.wait_for_job(job.id, 30).status)",
        str(source),
    )
    assert job == "VX-1 FINISHED"
    assert stored.wait(DEADLINE), "listeners hear of what guests do"
    assert (seen[0].kind, seen[0].action) == ("item", "CREATE")
    assert owner.record("VX-1").shapes[0].files[0].state == "CLOSED"


@pytest.mark.slow
def test_a_guest_stops_a_job_of_the_owner(
    library: Any, owner: Catalogue, source: Path, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, over = threading.Event(), threading.Event()

    def endless(_source: Path, _target: Path, progress: Any) -> str:
        begun.set()
        while not over.wait(0.01):
            progress(0)  # raises when it was told to stop
        return ""

    monkeypatch.setattr(importing, "copy", endless)
    job = owner.import_file(owner.create_item({}).id, source)
    assert begun.wait(DEADLINE)
    assert visit(library, "print(guest.cancel_job(words[0]).id)", job.id) == job.id
    try:
        assert owner.wait_for_job(job.id, DEADLINE).status == "ABORTED"
    finally:
        over.set()


@pytest.mark.slow
def test_what_a_guest_orders_waits_for_an_owner(
    library: Any, owner: Catalogue, source: Path, visit: Any
) -> None:
    item = owner.create_item({}).id
    owner.close()
    job = visit(library, "print(guest.import_file(words[0], words[1]).id)", item, str(source))
    again = library.open()
    ended = again.wait_for_job(job, DEADLINE)
    assert (ended.status, ended.attempts) == ("FINISHED", 1)


@pytest.mark.slow
def test_a_guest_becomes_the_owner_when_there_is_none(file_library: Any, visit: Any, tmp_path: Path) -> None:
    owner = file_library.open()
    seen = visit(
        file_library,
        "print(guest.take_over()); sys.stdout.flush()",
        first="exec('try:\\n guest.open()\\nexcept InUse as error:\\n print(error)')",
    )
    sentence, taken = seen.splitlines()
    assert "is in use by process" in sentence
    assert taken == "False"
    owner.close()
    (tmp_path / "media").mkdir()
    (tmp_path / "a.bin").write_bytes(b"a")
    told = visit(
        file_library,
        "guest.add_storage('media', words[0]); job = guest.import_file(guest.create_item({}).id, words[1]);"
        "print(guest.take_over(), guest.take_over(), guest.wait_for_job(job.id, 30).status)",
        str(tmp_path / "media"),
        str(tmp_path / "a.bin"),
    )
    assert told == "True True FINISHED"


def test_a_guest_makes_no_catalogue(file_library: Any) -> None:
    with pytest.raises(flowhost.ConfigError, match="there is no catalogue"):
        file_library.made().open_beside()
    assert list(file_library.folder.iterdir()) == []
