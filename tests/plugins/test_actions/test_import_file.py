"""import-file: an item for each file that a source tells of, once."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import flowhost
from flowhost_plugins.actions import ImportFile

PATIENCE = 60.0
"""Seconds an import may take on a busy machine."""


FIELDS = ("news_origin", "news_list", "news_none", "news_missing")


@pytest.fixture
def opened(library_site):
    library_site.define(*FIELDS)
    if library_site.name == "catalogue":  # what is imported is no film
        return library_site.open(ffmpeg="/nowhere/ffmpeg")
    return library_site.open()


@pytest.fixture
def library(opened):
    return opened[0]


@pytest.fixture
def held(opened):
    """What the library stands on."""
    return opened[1]


@pytest.fixture
def ended(library):
    """Waits for the end of a job."""

    def wait(outcome):
        until = time.monotonic() + PATIENCE
        while not (job := library.job(outcome.jobs[0])).ended:
            assert time.monotonic() < until, job
            threading.Event().wait(0.02)
        return job

    return wait


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "Morning news.txt"
    path.write_bytes(b"not really a film")
    return path


def context(file: Path, *, attempt: int = 1, run: str = "1") -> flowhost.Context:
    event = flowhost.Event("file.settled", {"path": str(file)}, source="/inbox", id="Morning news.txt:17:1")
    return flowhost.Context(event, run=run, attempt=attempt)


def test_the_file_becomes_an_item_with_its_media(library, held, ended, file):
    action = ImportFile(fields={"news_origin": flowhost.Expression("event.source")}, assets=library)

    outcome = action.act(context(file))

    assert outcome.state == "waiting"
    assert ended(outcome).status.startswith("FINISHED")
    (item,) = library.items().items
    assert (item.title, item.fields["news_origin"]) == ("Morning news", ("/inbox",))
    (shape,) = library.shapes(item.id)
    assert held.path_of(shape.files[0]).read_bytes() == file.read_bytes()
    assert outcome.reason == f"imports {file} as {item.id}"


def test_a_list_is_several_values_and_none_is_none(library, ended, file):
    expressions = {"news_list": "[event.type, 2]", "news_none": "None", "news_missing": "event.data.get('x')"}
    fields = {name: flowhost.Expression(text) for name, text in expressions.items()}
    outcome = ImportFile(fields=fields, assets=library).act(context(file))

    ended(outcome)
    (item,) = library.items().items
    assert item.fields["news_list"] == ("file.settled", "2")
    assert not item.fields.keys() & {"news_none", "news_missing"}


def test_the_same_event_once_more_makes_nothing(library, held, ended, file):
    action = ImportFile(assets=library)
    ended(action.act(context(file)))

    again = action.act(context(file, run="2"))

    assert again.state == "skipped"
    assert "was imported before" in again.reason
    assert len(library.items().items) == len(held.jobs()) == 1


def test_a_try_that_ended_between_item_and_import_is_taken_up(library, held, ended, file, monkeypatch):
    action = ImportFile(assets=library)
    with monkeypatch.context() as broken:
        broken.setattr(type(library), "import_media", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            action.act(context(file))

    outcome = action.act(context(file, attempt=2))

    ended(outcome)
    assert len(library.items().items) == len(held.jobs()) == 1


def test_an_import_that_runs_already_is_waited_for(library, held, file, monkeypatch):
    action = ImportFile(assets=library)
    item = library.create_item({}, external_id="import:/inbox\nMorning news.txt:17:1")
    monkeypatch.setattr(
        type(library), "live_jobs", lambda _, one: [flowhost.AssetJob(f"job of {one}", "STARTED")]
    )

    outcome = action.act(context(file, attempt=2))

    assert outcome.jobs == (f"job of {item.id}",)
    assert not held.jobs()


def test_two_rules_about_one_event_import_it_once(library, held, file, monkeypatch):
    both = threading.Barrier(2)
    real = type(library).import_media

    def import_media(*arguments):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)  # the other one would come here too
        return real(*arguments)

    monkeypatch.setattr(type(library), "import_media", import_media)
    actions = [ImportFile(assets=library), ImportFile(assets=library)]

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda run: actions[run].act(context(file, run=str(run))), (0, 1))

    assert len(held.jobs()) == len(library.items().items) == 1
    assert second.state == "skipped" or first.state == "skipped" or first.jobs == second.jobs


def test_an_import_that_ends_while_it_is_looked_for_is_not_made_again(
    library, held, ended, file, monkeypatch
):
    first = ImportFile(assets=library).act(context(file))
    (item,) = library.items().items
    ended(first)
    looks = iter([replace(item, media_type="")])
    real = type(library).item
    monkeypatch.setattr(type(library), "item", lambda self, one: next(looks, None) or real(self, one))

    outcome = ImportFile(assets=library).act(context(file, attempt=2))

    assert outcome.state == "skipped"
    assert len(held.jobs()) == 1


def test_a_file_that_is_gone_fails(library, file):
    file.unlink()

    with pytest.raises(flowhost.Permanent, match="Morning news"):
        ImportFile(assets=library).act(context(file))


def test_another_name_than_event_is_a_problem():
    with pytest.raises(flowhost.ConfigError, match=r"uses the name 'item'; there is 'event'"):
        ImportFile(title=flowhost.Expression("item.title"), assets=None)


def test_what_would_be_imported(file):
    assert ImportFile(assets=None).plan(context(file)) == f"import {file}"
