"""Whether everything came out as it should: read from the journal, the catalogue and the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowhost.demo.board import Run
from flowhost.demo.clips import CLIPS
from flowhost.demo.layout import STORAGES, files_in


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that had to come out, and whether it did."""

    right: bool
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What there is in the end.

    Args:
        folder: of the demo.
        items: title of each clip → id of its item.
        runs: all runs.
        interrupted: those that were under way when the daemon was killed.
        jobs: all jobs, as ``flowhost catalogue jobs --json`` tells them.
        sound: the clip of sound, as ``flowhost catalogue show --json`` tells it.
        archived: title of the clip that was archived.
    """

    folder: Path
    items: Mapping[str, str]
    runs: Sequence[Run]
    interrupted: Sequence[Run]
    jobs: Sequence[Mapping[str, Any]]
    sound: Mapping[str, Any]
    archived: str

    def facts(self) -> Iterator[Fact]:
        """Everything that had to come out."""
        yield self._each_once()
        yield self._went_on()
        yield self._transcoded_once()
        yield self._noted()
        yield self._nearline()
        yield self._archive()
        yield self._heard_by_radio()

    def _each_once(self) -> Fact:
        often = Counter((run.rule, run.item) for run in self.runs)
        right = set(often) == {(rule, self.items[title]) for rule, title in expected()}
        right = right and set(often.values()) == {1}
        right = right and all(run.state == "finished" for run in self.runs)
        return Fact(right, f"{len(self.runs)} runs, each finished; no rule ran twice for a clip")

    def _went_on(self) -> Fact:
        now = {run.id: run for run in self.runs}
        titles = {item: title for title, item in self.items.items()}
        right = bool(self.interrupted) and all(
            run.id in now and now[run.id].state == "finished" for run in self.interrupted
        )
        told = ", ".join(f"{run.id} ({run.rule} of {titles[run.item]})" for run in self.interrupted)
        return Fact(right, f"went on where it was stopped: run {told or 'none'}")

    def _transcoded_once(self) -> Fact:
        jobs = self._jobs("TRANSCODE")
        right = Counter(job["item"] for job in jobs) == Counter(self.items.values())
        right = right and all(job["status"] == "FINISHED" for job in jobs)
        again = sorted(job["id"] for job in jobs if job["attempts"] > 1)
        told = f"; taken up again: job {', '.join(again)}" if again else ""
        return Fact(right, f"{len(jobs)} transcodes for {len(self.items)} clips, none asked for twice{told}")

    def _noted(self) -> Fact:
        notes = {path.stem for path in (self.folder / "notes").glob("*.txt")}
        return Fact(
            notes == {job["id"] for job in self._jobs("TRANSCODE")},
            f"the script wrote {len(notes)} notes, one for each transcode",
        )

    def _nearline(self) -> Fact:
        wanted = {f"originals/{clip.media}/{clip.file}" for clip in CLIPS if clip.title != self.archived}
        right = set(files_in(self.folder, "nearline")) == wanted
        online = {Path(name).name for name in files_in(self.folder, "online")}
        right = right and not online & {clip.file for clip in CLIPS}
        return Fact(right, f"{len(wanted)} originals are nearline, sorted by kind of media; none is online")

    def _archive(self) -> Fact:
        there = {
            name for name in STORAGES if any(self.archived in file for file in files_in(self.folder, name))
        }
        return Fact(there == {"archive"}, f"{self.archived} is in the archive only; that was done by hand")

    def _heard_by_radio(self) -> Fact:
        given = [
            (one["entry"]["grantee"], one["entry"]["permission"], one["origin"]) for one in self._access()
        ]
        right = given == [("radio", "READ", "rule:Sound desk")]
        return Fact(right, f"the group radio may read {self.sound['item']['title']} while the rule is there")

    def _jobs(self, kind: str) -> list[Mapping[str, Any]]:
        return [job for job in self.jobs if job["kind"] == kind]

    def _access(self) -> list[Mapping[str, Any]]:
        entries: list[Mapping[str, Any]] = self.sound["item"]["access"]
        return entries


def expected() -> Iterator[tuple[str, str]]:
    """Every rule that runs by itself, with the title of each clip that it is for."""
    for clip in CLIPS:
        yield from ((rule, clip.title) for rule in ("Proxies", "Transcodes", "Nearline"))
        if clip.media == "audio":
            yield "Sound desk", clip.title
