"""The show, act by act."""

from __future__ import annotations

import shlex
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flowhost.clock import SystemClock
from flowhost.demo.board import Board, Run, read_runs
from flowhost.demo.clips import CLIPS, find_ffmpeg, make
from flowhost.demo.commands import Commands, DemoFailed, answer
from flowhost.demo.layout import PROFILE, STORAGES, files_in, lay_out
from flowhost.demo.running import Daemon
from flowhost.demo.screen import Screen
from flowhost.demo.story import shortened
from flowhost.demo.verdict import Found, expected
from flowhost.showing import print_table

PATIENCE = 120.0  # seconds for one act; the longest takes ten, on a busy machine fifty
PAUSE = 0.5  # seconds between two looks
RULES = ("Proxies", "Transcodes", "Nearline", "Sound desk")
BY_HAND = "Archive"
ARCHIVED = "poster"
SOUND = "jingle"
LONGEST = CLIPS[-1].title


def play(folder: Path, disabled: Sequence[str] = ()) -> bool:
    """Play the show in a folder that does not exist yet; return whether everything came out as it should.

    Args:
        folder: where; it is kept.
        disabled: plugins not to load.

    Raises:
        Unavailable: there is no ffmpeg.
        DemoFailed: a command or the daemon failed.
    """
    return _Show(folder, disabled).play()


class _Show:
    def __init__(self, folder: Path, disabled: Sequence[str]) -> None:
        self._folder = folder
        self._commands = Commands(folder, disabled)
        self._daemon = Daemon(self._commands)
        self._screen = Screen()
        self._clock = SystemClock()
        self._items: dict[str, str] = {}  # title → id
        self._killed = self._clock.now()

    def play(self) -> bool:
        self._prepare()
        try:
            self._start()
            self._import()
            interrupted = self._kill()
            self._go_on()
            self._archive()
            right = self._tell(interrupted)
            self._look()
        except BaseException:  # also Ctrl-C: no process stays
            self._daemon.stop()
            raise
        if code := self._daemon.stop():
            self._screen.check(False, f"the daemon ended with {code}")
            right = False
        if not right:
            self._screen.say(f"\nThe daemon's log is {self._daemon.log}")
        self._advise()
        return right

    def _prepare(self) -> None:
        ffmpeg = find_ffmpeg()
        lay_out(self._folder)
        self._screen.title(f"A media library in {self._folder}")
        self._screen.say(f"  {', '.join(STORAGES)}: its storages; {PROFILE}: the profile of its daemon")
        for clip in CLIPS:
            make(clip, self._folder / "clips", ffmpeg)
        for name, kind in STORAGES.items():
            self._commands.give("catalogue", "storages", "add", name, f"media/{name}", "--kind", kind)
        self._screen.say("  rules/proxies.yaml, one of its five rules:\n")
        rule = (self._folder / "rules" / "proxies.yaml").read_text(encoding="utf-8")
        self._screen.say("".join(f"    {line}\n" for line in rule.splitlines()).rstrip())

    def _start(self) -> None:
        self._daemon.start()

    def _import(self) -> None:
        """Import the clips, and go on watching until some are half done."""
        self._screen.title(f"Its daemon runs, and {len(CLIPS)} clips are imported")
        files = [f"clips/{clip.file}" for clip in CLIPS]
        importing = self._commands.begin("catalogue", "import", *files)
        try:
            self._watch(lambda runs: bool(importing.poll()) or (importing.poll() == 0 and _half_done(runs)))
        finally:
            output, complaints = _end(importing)
        jobs = answer(("catalogue", "import"), importing.returncode, output, complaints)
        self._items = {clip.title: job["item"] for clip, job in zip(CLIPS, jobs, strict=True)}

    def _kill(self) -> list[Run]:
        """Kill the daemon; return the runs that were under way."""
        self._daemon.kill()
        self._killed = self._clock.now()
        self._screen.title("The daemon is killed (kill -9), in the middle of its work")
        runs = [run for run in self._runs() if not run.ended]
        jobs = {job["id"]: job for job in self._commands.told("catalogue", "jobs")}
        titles = self._titles(runs)
        for run in runs:
            told = [f"job {one} at {jobs[one]['progress']:.0f} %" for one in run.jobs if one in jobs]
            words = f"waits for {', '.join(told)}" if told else run.words
            self._screen.say(f"  run {run.id}, {run.rule} of {titles.get(run.item, run.item)}: {words}")
        if not runs:
            raise DemoFailed("all work was done before the daemon could be killed; start the demo again")
        return runs

    def _go_on(self) -> None:
        self._daemon.start()
        self._screen.title("It is started again, and goes on where it was stopped")
        self._watch(self._all_ended)

    def _archive(self) -> None:
        item = self._items[ARCHIVED]
        self._screen.title("Somebody starts a rule by hand")
        self._screen.say(f"  flowhost rules start {BY_HAND} {item} -c {PROFILE}")
        self._commands.told("rules", "start", BY_HAND, item, "--yes")
        self._watch(lambda runs: any(run.rule == BY_HAND and run.ended for run in runs))

    def _tell(self, interrupted: Sequence[Run]) -> bool:
        self._screen.title("What came out")
        found = Found(
            folder=self._folder,
            items=self._items,
            runs=[run for run in self._runs() if run.rule in RULES],
            interrupted=interrupted,
            jobs=self._commands.told("catalogue", "jobs"),
            sound=self._commands.told("catalogue", "show", self._items[SOUND]),
            archived=ARCHIVED,
        )
        facts = list(found.facts())
        for fact in facts:
            self._screen.check(fact.right, fact.text)
        return all(fact.right for fact in facts)

    def _look(self) -> None:
        """What an operator would look at."""
        self._screen.title("The rules (flowhost rules list)")
        self._commands.show("rules", "list")
        item = self._items[LONGEST]
        self._screen.title(f"What happened to {LONGEST} (flowhost item {item}, shortened)")
        told = self._commands.told("item", item)["entries"]
        print_table(("Time", "Rule", "What"), shortened(told, self._killed))
        self._screen.title("Where the files are")
        print_table(
            ("Storage", "File"), [(one, file) for one in STORAGES for file in files_in(self._folder, one)]
        )

    def _advise(self) -> None:
        typed = shlex.quote(str(self._folder))
        self._screen.title("What to do next")
        self._screen.say(
            f"\n  cd {typed}\n"
            "\n  let it run, here or in another terminal, and import a clip of yours:\n"
            f"    flowhost run {PROFILE}\n"
            f"    flowhost catalogue import clips/opening.mp4 -c {PROFILE}\n"
            "  ask why a rule did not start:\n"
            f'    flowhost rules explain "Sound desk" {self._items["opening"]} -c {PROFILE}\n'
            "  change a file in rules/, see what is wrong with it, and deploy it:\n"
            f"    flowhost rules check -c {PROFILE}\n"
            f"    flowhost rules redeploy --all -c {PROFILE}\n"
        )

    def _watch(self, enough: Callable[[Sequence[Run]], bool]) -> None:
        """Show how far everything is until that is enough."""
        until = self._clock.monotonic() + PATIENCE
        with self._screen.watching():
            while True:
                runs = self._runs()
                self._screen.show(Board((*RULES, BY_HAND), self._titles(runs), tuple(runs)))
                if enough(runs):
                    return
                self._daemon.check()
                if self._clock.monotonic() > until:
                    raise DemoFailed(f"it takes too long; the daemon's log is {self._daemon.log}")
                self._clock.wait(threading.Event(), PAUSE)

    def _all_ended(self, runs: Sequence[Run]) -> bool:
        """Whether every run that must come has ended, or one went wrong."""
        there = {(run.rule, run.item) for run in runs}
        wanted = {(rule, self._items[title]) for rule, title in expected()}
        wrong = any(run.ended and run.state != "finished" for run in runs)
        return all(run.ended for run in runs) and (wrong or there >= wanted)

    def _runs(self) -> list[Run]:
        return read_runs(self._commands.told("runs", "list", "--number", "1000"))

    def _titles(self, runs: Sequence[Run]) -> Mapping[str, str]:
        """Id of each item → its title."""
        if self._items:
            return {item: title for title, item in self._items.items()}
        # while they are being imported, one after another
        items = sorted({run.item for run in runs}, key=lambda item: (len(item), item))
        return dict(zip(items, (clip.title for clip in CLIPS), strict=False))


def _half_done(runs: Sequence[Run]) -> bool:
    """Whether a run waits for a job; or, on a very fast machine, nothing is left to be interrupted."""
    everything = len(runs) >= len(list(expected())) and all(run.ended for run in runs)
    return everything or any(run.state == "waiting" and run.jobs for run in runs)


def _end(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What a command wrote; it is ended when it has not ended by itself."""
    if process.poll() is None:
        process.kill()
    return process.communicate()
