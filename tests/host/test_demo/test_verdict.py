"""The demo notices when something did not come out as it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flowhost.demo.board import Run
from flowhost.demo.clips import CLIPS
from flowhost.demo.verdict import Found, expected

ITEMS = {clip.title: f"VX-{number}" for number, clip in enumerate(CLIPS, 1)}
ARCHIVED = "poster"


def put(folder: Path, path: str) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    return file


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """Everything as it should be."""
    runs = [Run(n, rule, ITEMS[title], "finished", 2) for n, (rule, title) in enumerate(expected(), 1)]
    jobs = [
        {"id": f"VX-{n}", "kind": "TRANSCODE", "item": item, "status": "FINISHED", "attempts": 1}
        for n, item in enumerate(ITEMS.values(), 10)
    ]
    jobs.append({"id": "VX-30", "kind": "IMPORT", "item": "VX-1", "status": "FINISHED", "attempts": 1})
    for job in jobs[:-1]:
        put(tmp_path, f"notes/{job['id']}.txt")
    for clip in CLIPS:
        put(tmp_path, f"media/online/{ITEMS[clip.title]}/{clip.title}-lowres.mp4")
        put(tmp_path, f"media/nearline/originals/{clip.media}/{clip.file}")
    (tmp_path / f"media/nearline/originals/image/{ARCHIVED}.png").unlink()
    (tmp_path / f"media/online/VX-1/{ARCHIVED}-lowres.mp4").unlink()
    put(tmp_path, f"media/archive/VX-1/{ARCHIVED}_VX-1.png")
    entry = {"entry": {"grantee": "radio", "permission": "READ"}, "origin": "rule:Sound desk"}
    interrupted = [replace(runs[-1], state="waiting", jobs=("VX-15",))]
    sound = {"item": {"title": "jingle", "access": [entry]}}
    return Found(tmp_path, ITEMS, runs, interrupted, jobs, sound, ARCHIVED)


def wrong(found: Found) -> list[str]:
    return [fact.text for fact in found.facts() if not fact.right]


def test_all_is_right(found: Found) -> None:
    assert wrong(found) == []
    assert len(list(found.facts())) == 7


def ran_twice(found: Found) -> Found:
    return replace(found, runs=[*found.runs, replace(found.runs[0], id=99)])


def never_ran(found: Found) -> Found:
    return replace(found, runs=[run for run in found.runs if run.rule != "Sound desk"])


def failed(found: Found) -> Found:
    return replace(found, runs=[replace(found.runs[0], state="failed"), *found.runs[1:]])


def began_anew(found: Found) -> Found:
    return replace(found, interrupted=[replace(found.interrupted[0], id=77)])


def not_interrupted(found: Found) -> Found:
    return replace(found, interrupted=[])


def transcoded_twice(found: Found) -> Found:
    return replace(found, jobs=[*found.jobs, {**found.jobs[0], "id": "VX-40"}])


def transcode_failed(found: Found) -> Found:
    return replace(found, jobs=[{**found.jobs[0], "status": "FAILED_TOTAL"}, *found.jobs[1:]])


def script_did_not_run(found: Found) -> Found:
    next((found.folder / "notes").iterdir()).unlink()
    return found


def original_stayed(found: Found) -> Found:
    put(found.folder, "media/online/VX-3/opening.mp4")
    return found


def original_is_gone(found: Found) -> Found:
    (found.folder / "media/nearline/originals/video/opening.mp4").unlink()
    return found


def not_purged(found: Found) -> Found:
    put(found.folder, "media/nearline/originals/image/poster.png")
    return found


def access_was_not_given(found: Found) -> Found:
    return replace(found, sound={"item": {"title": "jingle", "access": []}})


@pytest.mark.parametrize(
    ("damage", "about"),
    [
        (ran_twice, ["no rule ran twice"]),
        (never_ran, ["no rule ran twice", "went on where it was stopped"]),
        (failed, ["each finished"]),
        (began_anew, ["went on where it was stopped"]),
        (not_interrupted, ["went on where it was stopped"]),
        (transcoded_twice, ["none asked for twice", "one for each transcode"]),
        (transcode_failed, ["none asked for twice"]),
        (script_did_not_run, ["one for each transcode"]),
        (original_stayed, ["none is online"]),
        (original_is_gone, ["originals are nearline"]),
        (not_purged, ["originals are nearline", "in the archive only"]),
        (access_was_not_given, ["radio may read"]),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_what_is_wrong_is_noticed(found: Found, damage: Callable[[Any], Found], about: list[str]) -> None:
    runs = [run for run in found.runs if run.rule == "Sound desk"]
    found = replace(found, interrupted=[replace(runs[0], state="waiting")])
    told = wrong(damage(found))
    assert len(told) == len(about)
    assert all(words in text for words, text in zip(about, told, strict=True))
