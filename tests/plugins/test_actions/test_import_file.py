"""import-file: an item for each file that a source tells of, once."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import flowhost
from flowhost_plugins.actions import ImportFile
from flowhost_plugins.catalogue import Catalogue


@pytest.fixture
def catalogue(tmp_path):
    made = Catalogue(
        url=flowhost.Secret(f"sqlite:///{tmp_path}/catalogue.db"),
        clock=flowhost.SystemClock(),
        ffmpeg="/nowhere/ffmpeg",
    )
    made.open()
    (tmp_path / "media").mkdir()
    made.add_storage("media", tmp_path / "media")
    yield made
    made.close()


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "Morning news.txt"
    path.write_bytes(b"not really a film")
    return path


def context(file: Path, *, attempt: int = 1, run: str = "1") -> flowhost.Context:
    event = flowhost.Event("file.settled", {"path": str(file)}, source="/inbox", id="Morning news.txt:17:1")
    return flowhost.Context(event, run=run, attempt=attempt)


def test_the_file_becomes_an_item_with_its_media(catalogue, file):
    action = ImportFile(fields={"origin": flowhost.Expression("event.source")}, assets=catalogue)

    outcome = action.act(context(file))

    assert outcome.state == "waiting"
    assert catalogue.wait_for_job(outcome.jobs[0], 30).status.startswith("FINISHED")
    (item,) = catalogue.items().items
    assert (item.title, item.fields["origin"]) == ("Morning news", ("/inbox",))
    (shape,) = catalogue.shapes(item.id)
    assert catalogue.path_of(shape.files[0]).read_bytes() == file.read_bytes()
    assert outcome.reason == f"imports {file} as {item.id}"


def test_a_list_is_several_values_and_none_is_none(catalogue, file):
    expressions = {"a": "[event.type, 2]", "b": "None", "c": "event.data.get('x')"}
    fields = {name: flowhost.Expression(text) for name, text in expressions.items()}
    outcome = ImportFile(fields=fields, assets=catalogue).act(context(file))

    catalogue.wait_for_job(outcome.jobs[0], 30)
    (item,) = catalogue.items().items
    assert item.fields["a"] == ("file.settled", "2")
    assert not item.fields.keys() & {"b", "c"}


def test_the_same_event_once_more_makes_nothing(catalogue, file):
    action = ImportFile(assets=catalogue)
    catalogue.wait_for_job(action.act(context(file)).jobs[0], 30)

    again = action.act(context(file, run="2"))

    assert again.state == "skipped"
    assert "was imported before" in again.reason
    assert len(catalogue.items().items) == len(catalogue.jobs()) == 1


def test_a_try_that_ended_between_item_and_import_is_taken_up(catalogue, file, monkeypatch):
    action = ImportFile(assets=catalogue)
    with monkeypatch.context() as broken:
        broken.setattr(Catalogue, "import_media", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            action.act(context(file))

    outcome = action.act(context(file, attempt=2))

    catalogue.wait_for_job(outcome.jobs[0], 30)
    assert len(catalogue.items().items) == len(catalogue.jobs()) == 1


def test_an_import_that_runs_already_is_waited_for(catalogue, file, monkeypatch):
    action = ImportFile(assets=catalogue)
    item = catalogue.create_item({}, external_id="import:/inbox\nMorning news.txt:17:1")
    monkeypatch.setattr(
        Catalogue, "live_jobs", lambda _, one: [flowhost.AssetJob(f"job of {one}", "STARTED")]
    )

    outcome = action.act(context(file, attempt=2))

    assert outcome.jobs == (f"job of {item.id}",)
    assert not catalogue.jobs()


def test_two_rules_about_one_event_import_it_once(catalogue, file, monkeypatch):
    both = threading.Barrier(2)
    real = Catalogue.import_media

    def import_media(*arguments):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)  # the other one would come here too
        return real(*arguments)

    monkeypatch.setattr(Catalogue, "import_media", import_media)
    actions = [ImportFile(assets=catalogue), ImportFile(assets=catalogue)]

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda run: actions[run].act(context(file, run=str(run))), (0, 1))

    assert len(catalogue.jobs()) == len(catalogue.items().items) == 1
    assert second.state == "skipped" or first.state == "skipped" or first.jobs == second.jobs


def test_an_import_that_ends_while_it_is_looked_for_is_not_made_again(catalogue, file, monkeypatch):
    first = ImportFile(assets=catalogue).act(context(file))
    (item,) = catalogue.items().items
    catalogue.wait_for_job(first.jobs[0], 30)
    looks = iter([replace(item, media_type="")])
    real = Catalogue.item
    monkeypatch.setattr(Catalogue, "item", lambda self, one: next(looks, None) or real(self, one))

    outcome = ImportFile(assets=catalogue).act(context(file, attempt=2))

    assert outcome.state == "skipped"
    assert len(catalogue.jobs()) == 1


def test_a_file_that_is_gone_fails(catalogue, file):
    file.unlink()

    with pytest.raises(flowhost.Permanent, match="Morning news"):
        ImportFile(assets=catalogue).act(context(file))


def test_another_name_than_event_is_a_problem():
    with pytest.raises(flowhost.ConfigError, match=r"uses the name 'item'; there is 'event'"):
        ImportFile(title=flowhost.Expression("item.title"), assets=None)


def test_what_would_be_imported(file):
    assert ImportFile(assets=None).plan(context(file)) == f"import {file}"
