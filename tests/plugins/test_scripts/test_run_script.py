"""The action `run-script`: how scripts end, and how they are ended."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost.testing.workbench import workbench

EXAMPLES = Path(__file__).parents[3] / "examples" / "scripts"
PATIENCE = 30.0


def wait_until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for {what}"
        time.sleep(0.01)


def is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_script_that_ends_well_says_nothing(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    site.add("fine", "#!/bin/sh\necho chatter\necho more >&2\n")
    outcome = site.run("fine")
    assert outcome.state == "done"
    assert outcome.reason.startswith("the script 'fine' took ")
    assert "chatter" not in caplog.text + outcome.reason


def test_a_script_that_fails_is_heard(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    site.add("bad", "#!/bin/sh\necho one\necho two >&2\nprintf 'thr\\033[31mee\\n\\n'\nexit 3\n")
    outcome = site.run("bad")
    assert outcome.state == "failed"
    assert outcome.reason.startswith("the script 'bad' ended with exit code 3 after ")
    assert outcome.reason.endswith(": three")
    assert "  | one\n  | two\n  | three" in caplog.text


def test_only_the_end_of_much_output_is_kept(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    site.add("much", "#!/bin/sh\nseq 1 200000\necho the end\nexit 1\n")
    assert site.run("much").reason.endswith(": the end")
    assert "  | 199999\n" in caplog.text
    assert len(caplog.text) < 150_000


def test_a_script_may_ask_for_another_try(site: Any) -> None:
    site.add("later", "#!/bin/sh\necho the tape is busy\nexit 75\n")
    with pytest.raises(flowhost.Retry, match=r"exit code 75 after .*: the tape is busy"):
        site.run("later")


def test_a_script_that_is_killed(site: Any) -> None:
    site.add("killed", "#!/bin/sh\nkill -KILL $$\n")
    assert "was ended by SIGKILL" in site.run("killed").reason


def test_a_deleted_script_fails_the_step(site: Any) -> None:
    site.add("other", "#!/bin/sh\n")
    with pytest.raises(
        flowhost.Permanent, match="the script 'gone' was deleted: there is none of this name in /"
    ):
        site.run("gone")


@pytest.mark.parametrize(
    ("text", "mode", "message"),
    [
        ("#!/bin/sh\n", 0o644, "may not be run by this user; try: chmod"),
        ("echo hello\n", 0o755, "is no program; a script needs a first line such as"),
        ("", 0o755, "is no program; a script needs a first line such as"),
        ("#!/usr/bin/no-such-shell\n", 0o755, "needs /usr/bin/no-such-shell, which is not on this machine"),
        ("#!{root}/plain\n", 0o755, "needs /.*/plain, which this user may not run"),
        ("#!/usr/bin/env -S no-such-program -x\n", 0o755, "needs no-such-program, which is not on the PATH"),
        ("#!/bin/sh\r\necho\r\n", 0o755, "line ends of Windows"),
        ("#!\n", 0o755, "names no interpreter"),
    ],
)
def test_a_script_that_cannot_run(site: Any, text: str, mode: int, message: str) -> None:
    (site.root / "plain").touch(mode=0o644)
    site.add("odd", text.replace("{root}", str(site.root)), mode=mode)
    with pytest.raises(flowhost.Permanent, match=f"the script 'odd' .*{message}"):
        site.run("odd")
    with pytest.raises(flowhost.Unavailable, match=f"the script 'odd' .*{message}"):
        site.action("odd").probe()


def test_what_only_env_knows_is_not_judged(site: Any) -> None:
    site.add("odd", "#!/usr/bin/env -S -u PYTHONPATH sh\nexit 0\n")
    site.action("odd").probe()
    assert site.run("odd").state == "done"


def test_probing_tells_what_is_near(site: Any) -> None:
    site.add("make_thumbnails.py", "#!/bin/sh\n")
    site.action("make_thumbnails.py").probe()
    with pytest.raises(flowhost.Unavailable, match=r"no script 'make_thumbnail\.py'.*'make_thumbnails\.py'"):
        site.action("make_thumbnail.py").probe()


def test_a_folder_is_no_script(site: Any) -> None:
    (site.folder / "sub").mkdir(parents=True)
    with pytest.raises(flowhost.Permanent, match="the script 'sub' is no file"):
        site.run("sub")


@pytest.mark.parametrize(
    "name", ["../evil", "a/b", "/bin/true", ".hidden", "-x", "", " ", "a\nb", "a\\b", "x" * 201]
)
def test_no_name_leads_elsewhere(site: Any, name: str) -> None:
    with pytest.raises(ValueError, match="script"):
        site.action(name)


def test_an_argument_that_is_too_long(site: Any) -> None:
    site.add("fine", "#!/bin/sh\n")
    with pytest.raises(flowhost.Permanent, match="argument 2 of the script 'fine' has 200000 bytes"):
        site.run("fine", "a", "${title}", tags={"title": "x" * 200_000})
    with pytest.raises(
        flowhost.Permanent, match="'fine' cannot be started: its arguments are too long together"
    ):
        site.run("fine", *(["${title}"] * 100), tags={"title": "x" * 100_000})


def test_a_script_over_its_time_is_ended_with_its_children(site: Any) -> None:
    clock = FakeClock()
    site.clock = clock
    kept = site.root / "pids"
    site.add(
        "long", f"#!/bin/sh\nsleep 600 &\necho waits\necho $! $$ > {kept}.new\nmv {kept}.new {kept}\nwait\n"
    )
    outcomes: list[flowhost.Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(site.run("long", time_limit=300)), name="step")
    thread.start()
    wait_until(kept.exists, "the script")
    clock.advance(299)
    assert thread.is_alive()
    clock.advance(1)
    thread.join(PATIENCE)
    assert outcomes[0].state == "failed"
    assert outcomes[0].reason == "the script 'long' took longer than 300 s and was ended: waits"
    for number in map(int, kept.read_text().split()):
        wait_until(lambda number=number: not is_alive(number), "its end")


@pytest.mark.parametrize(
    "start",
    ["timeout 600 sleep 600 &", "setsid sleep 600 &", "setsid -f sleep 600", "set -m; sleep 600 &"],
)
def test_processes_that_left_its_group_are_ended(site: Any, start: str) -> None:
    kept, cancelled = site.root / "kept", threading.Event()
    sleep = site.root / "sleep"
    sleep.write_text(f"#!/bin/bash\necho $$ > {kept}.new\nmv {kept}.new {kept}\nexec sleep 600\n")
    sleep.chmod(0o755)
    site.add("strays", f"#!/bin/bash\n{start.replace('sleep 600', str(sleep))}\nsleep 600\n")
    outcomes: list[flowhost.Outcome] = []
    thread = threading.Thread(
        target=lambda: outcomes.append(site.run("strays", cancelled=cancelled)), name="step"
    )
    thread.start()
    wait_until(kept.exists, "the script")
    number = int(kept.read_text())
    cancelled.set()
    thread.join(PATIENCE)
    assert outcomes[0].state == "failed"
    wait_until(lambda: not is_alive(number), "its end")


def test_who_listens_is_given_time_to_end(site: Any) -> None:
    """Also when the script itself is gone, and nothing can be heard of its child."""
    site.clock = FakeClock()  # the grace does not end
    ready, ended, cancelled = site.root / "ready", site.root / "ended", threading.Event()
    site.add(
        "slow",
        f"#!/bin/bash\n(trap 'sleep 0.3; touch {ended}; exit' TERM; touch {ready}\n"
        "while true; do sleep 0.05; done) > /dev/null 2>&1 &\nwait\n",
    )
    thread = threading.Thread(target=lambda: site.run("slow", cancelled=cancelled), name="step")
    thread.start()
    wait_until(ready.exists, "the script")
    cancelled.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert ended.exists()


def test_a_script_that_does_not_listen_is_killed(site: Any) -> None:
    clock = FakeClock()
    site.clock = clock
    ready, asked, cancelled = site.root / "ready", site.root / "asked", threading.Event()
    site.add(
        "deaf",
        f"#!/bin/bash\ntrap 'touch {asked}' TERM\ntouch {ready}\nwhile true; do sleep 0.05; done\n",
    )
    outcomes: list[flowhost.Outcome] = []
    thread = threading.Thread(
        target=lambda: outcomes.append(site.run("deaf", cancelled=cancelled)), name="step"
    )
    thread.start()
    wait_until(ready.exists, "the script")
    cancelled.set()
    wait_until(asked.exists, "the request to end")
    assert thread.is_alive()

    def ended_as_time_passes() -> bool:
        clock.advance(1)  # again and again: the thread may not have begun to wait when the script was asked
        return not thread.is_alive()

    wait_until(ended_as_time_passes, "the end of the step")
    assert outcomes[0].state == "failed"
    assert "it is not wanted any more" in outcomes[0].reason


def test_a_step_nobody_wants_does_not_begin(site: Any) -> None:
    cancelled, kept = threading.Event(), site.root / "kept"
    site.add("touch", f"#!/bin/sh\ntouch {kept}\n")
    cancelled.set()
    outcome = site.run("touch", cancelled=cancelled)
    assert (outcome.state, kept.exists()) == ("failed", False)
    assert "was not started" in outcome.reason


def test_a_child_in_the_background_does_not_hold_the_step(site: Any) -> None:
    kept = site.root / "pid"
    site.add("starts", f"#!/bin/sh\nsleep 600 &\necho $! > {kept}\n")
    assert site.run("starts").state == "done"
    number = int(kept.read_text())
    assert is_alive(number)
    os.kill(number, 9)


def test_a_change_counts_at_once(site: Any) -> None:
    action = site.action("changing")
    context = flowhost.Context(flowhost.Event("x"), item="VX-1")
    site.add("changing", "#!/bin/sh\nexit 0\n")
    assert action.act(context).state == "done"
    site.add("changing", "#!/bin/sh\nexit 4\n")
    assert "exit code 4" in action.act(context).reason


def test_the_plan(site: Any) -> None:
    context = flowhost.Context(flowhost.Event("x"), tags={"title": "Night"})
    assert site.action("a.sh").plan(context) == "run the script 'a.sh'"
    assert site.action("a.sh", "-t", "${title}").plan(context) == "run the script 'a.sh' with ['-t', 'Night']"


def test_in_a_rule(site: Any) -> None:
    site.add("tell", '#!/bin/sh\ntest "$1$2" = "--titleNight"\n')
    bench = workbench(resources=[site.scripts()])
    data = {"script": "tell", "arguments": ["--title", "${title}"]}
    action = bench.make("action", "run-script", data, place=flowhost.Place("rule.yaml"), places={})
    assert action.act(flowhost.Context(flowhost.Event("x"), tags={"title": "Night"})).state == "done"
    with pytest.raises(flowhost.ConfigError, match=r"'\.\./x' is a path, expected the name of a script"):
        bench.make("action", "run-script", {"script": "../x"}, place=flowhost.Place("rule.yaml"), places={})


@pytest.mark.parametrize("name", ["log-variables.sh", "tell_job.py"])
def test_the_examples_run(site: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = site.root / "kept.log"
    monkeypatch.setenv("FLOWHOST_SCRIPT_LOG", str(kept))
    site.folder.mkdir()
    shutil.copy(EXAMPLES / name, site.folder)
    assert site.run(name, item="VX-9", variables={"type": "TRANSCODE", "a-b": "c\nd"}).state == "done"
    if name.endswith(".sh"):
        assert kept.read_text().splitlines()[1:] == [
            "portal_a-b=c",
            "d",
            "portal_itemId=VX-9",
            "portal_type=TRANSCODE",
        ]
    else:
        variables = {"portal_itemId": "VX-9", "portal_type": "TRANSCODE", "PATH": os.environ["PATH"]}
        said = subprocess.run(
            [EXAMPLES / name, "--short"], env=variables, capture_output=True, text=True, check=True
        )
        assert said.stdout == "VX-9: TRANSCODE\n"
        assert "exit code 1" in site.run(name, item=None).reason
