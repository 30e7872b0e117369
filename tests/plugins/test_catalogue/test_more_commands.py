"""The commands for the archive, deletion locks, people and shape tags; within this process, which is quicker."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import flowhost
from flowhost_plugins.catalogue import Catalogue, DeletionLocked
from flowhost_plugins.catalogue.commands import catalogue_commands


@pytest.fixture
def run(library: Any) -> Callable[..., str]:
    """What a command printed; it must have gone well."""

    def command(*words: str) -> str:
        ended = CliRunner().invoke(catalogue_commands, ["--url", library.url, *words], catch_exceptions=False)
        assert ended.exit_code == 0, ended.output
        return ended.output

    return command


@pytest.fixture
def refused(library: Any) -> Callable[..., str]:
    """The sentence of a command that could not do it."""

    def command(*words: str) -> str:
        ended = CliRunner().invoke(catalogue_commands, ["--url", library.url, *words])
        assert ended.exit_code != 0
        return str(ended.exception) if isinstance(ended.exception, flowhost.ConfigError) else ended.output

    return command


def rows(text: str) -> list[list[str]]:
    """The rows of a table, without its headings, word by word."""
    return [line.split() for line in text.splitlines()[1:]]


def test_into_the_archive_and_back(library: Any, run: Any, refused: Any) -> None:
    catalogue: Catalogue = library.open(clock=flowhost.SystemClock())
    library.storage(catalogue, "media")
    library.storage(catalogue, "tape", kind="ARCHIVE")
    source: Path = library.folder / "a.bin"
    source.write_bytes(b"media")
    item = catalogue.create_item({}).id
    catalogue.wait_for_job(catalogue.import_file(item, source).id, 60)
    ((archived, _, status),) = rows(run("archive", item, "--storage", "tape", "--purge"))
    assert (archived, status) == (item, "FINISHED")
    assert catalogue.record(item).shapes[0].files[0].state == "ARCHIVED"
    (job,) = json.loads(run("restore", item, "--json"))
    assert (job["kind"], job["status"]) == ("RESTORE", "FINISHED")
    assert catalogue.record(item).archive_status == "RESTORED"
    empty = catalogue.create_item({}).id
    assert "has no complete file" in refused("archive", empty, "--storage", "tape")
    assert "is not in the archive" in refused("restore", empty)


def test_locks(catalogue: Catalogue, run: Any, refused: Any) -> None:
    item = catalogue.create_item({}).id
    lock = run("locks", "add", item, "--reason", "court", "--expires", "2099-01-01").split(":")[0]
    with pytest.raises(DeletionLocked, match="until 2099-01-01 00:00:00 UTC"):
        catalogue.delete_item(item)
    (found,) = json.loads(run("locks", "list", item, "--json"))
    assert (found["id"], found["reason"]) == (lock, "court")
    assert rows(run("locks", "list", item))[0][0] == lock
    run("locks", "remove", item, lock)
    assert catalogue.deletion_locks(item) == []
    assert "has no deletion lock" in refused("locks", "remove", item, lock)


def test_people(catalogue: Catalogue, run: Any, refused: Any) -> None:
    run("users", "add", "ada", "--real-name", "Ada")
    run("users", "add", "bo")
    run("groups", "add", "desk", "--member", "ada", "--member", "bo")
    run("groups", "add", "desk", "--description", "The desk")
    (group,) = catalogue.groups()
    assert (group.description, group.members) == ("The desk", ("ada", "bo"))
    assert rows(run("users")) == [["ada", "Ada", "desk"], ["bo", "desk"]]
    assert rows(run("groups")) == [["desk", "The", "desk", "ada,", "bo"]]
    assert [one["name"] for one in json.loads(run("users", "--json"))] == ["ada", "bo"]
    assert "'cy'" in refused("groups", "add", "desk", "--member", "cy")
    run("users", "remove", "bo")
    run("groups", "remove", "desk")
    assert ([one.name for one in catalogue.users()], catalogue.groups()) == (["ada"], [])
    assert refused("users", "remove", "bo") == "there is no user 'bo'"
    assert refused("groups", "remove", "desk") == "there is no group 'desk'"


def test_shape_tags(catalogue: Catalogue, run: Any, refused: Any) -> None:
    words = ("--media-type", "video", "--container", "mp4", "--suffix", ".mp4", "--height", "360")
    run("shape-tags", "set", "tiny", *words, "--video-codec", "libx264", "--arguments", "-crf '30'")
    tag = catalogue.shape_tag("tiny")
    assert (tag.media_type, tag.height, tag.width, tag.arguments) == ("video", 360, None, ("-crf", "30"))
    assert ["tiny", "video", "mp4", "libx264", "-crf", "30"] in rows(run("shape-tags"))
    assert "tiny" in {one["name"] for one in json.loads(run("shape-tags", "--json"))}
    assert "expected more than 0" in refused("shape-tags", "set", "bad", *words, "--width", "0")
    assert "cannot be read" in refused("shape-tags", "set", "bad", *words, "--arguments", "'")
    run("shape-tags", "remove", "tiny")
    assert refused("shape-tags", "remove", "tiny") == "no shape tag 'tiny' was set"
