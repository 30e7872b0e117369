"""Every mistake in a profile ends in one clear sentence: where it stands, what was seen, what was expected."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60  # seconds
SECRET = "sesame-1001"

FLOW = "[Flow]\nworker = log\n"
SOURCE = "[Source]\ntype = interval\ninterval = 600\n"
BROKER = "stomp://user:%s@127.0.0.1:61613/?destination=/queue/x"
URL_FORM = "stomp://user:password@host:61613/?destination=/queue/NAME"
LENGTH = "expected a number of seconds or e.g. '5 min' (units ms, s, min, h, d)"

MODULES = {
    "syntax_error": "def work(:\n",
    "no_work": "class App: pass\n",
    "odd_work": "class App:\n    def work(self): ...\n",
    "greedy": "class App:\n    def __init__(self, *args): ...\n    def work(self, event): ...\n",
    "needy": "class App:\n    def __init__(self, *, target): ...\n    def work(self, event): ...\n",
    "failing": "class App:\n    def __init__(self): raise OSError('no tape')\n    def work(self, event): ...\n",
    "ending": "raise SystemExit(3)\n",
    "own_source": "class Never: ...\nclass App:\n    source = Never\n    def work(self, event): ...\n",
}

MISTAKES: dict[str, tuple[str | bytes, list[str]]] = {
    # -- files and sections
    "empty": ("", [": [Flow] names no worker; set 'worker' to one of command, "]),
    "binary": (b"[Flow]\nworker = l\xf6g\n", [":2:11: not UTF-8 text; save the file as UTF-8"]),
    "prose": ("Dear flowhost,\n", [":1:1: 'Dear flowhost,' stands before the first section; expected a header such as [Flow]"]),
    "torn": ("[Flow]\nworker = log\n= x\n[Source\n", [
        ":3:1: '= x' is neither 'key = value' nor a [section]",
        ":4:1: '[Source' is neither 'key = value' nor a [section]",
    ]),
    "section": (FLOW + SOURCE + "[Datbase]\nurl = x\n", [":6:1: unknown section [Datbase]; did you mean 'Database'?"]),
    "no-source": (FLOW, [": there is no [Source] section, so nothing would ever happen; add one and set its 'type'"]),
    "no-type": (FLOW + "[Source]\n", [":3:1: [Source] has no 'type'; expected one of "]),
    "namesakes": (FLOW + SOURCE + "[Source:interval]\ntype = interval\n", [
        ":6:1: [Source] and [Source:interval] are both called 'interval'; give one of them another name: [Source:NAME]",
    ]),
    "parser-section": (FLOW + SOURCE + "[Parser:mine]\ntype = json\n", [
        ":6:1: no source uses [Parser:mine]; set 'parser = mine' in one",
    ]),
    # -- keys and values
    "key": (FLOW + "wrokers = 3\n" + SOURCE + "intervall = 5\n", [
        ":3:11: unknown option 'wrokers' of [Flow]; did you mean 'workers'?",
        ":7:13: unknown option 'intervall' of source 'interval'; did you mean 'interval'?",
    ]),
    "twice": (FLOW + "worker_timeout = 5\nworker timeout = 6\n" + SOURCE, [
        ":4:18: 'worker timeout' is the same option as 'worker_timeout'; keep one",
    ]),
    "number": (FLOW + "workers = three\n" + SOURCE, [":3:11: option 'workers' of [Flow]: 'three' is not a whole number"]),
    "yes-or-no": (FLOW + SOURCE + "journal = perhaps\n", [":6:11: option 'journal' of [Source]: 'perhaps' "]),
    "time": (FLOW + "retry delay = soon\n" + SOURCE.replace("600", "often"), [
        f":3:15: option 'retry delay' of [Flow]: 'soon' is not a length of time; {LENGTH}",
        f":6:12: option 'interval' of source 'interval': 'often' is not a length of time; {LENGTH}",
    ]),
    "size": (FLOW + "[Source]\ntype = http\nport = 1\nmax body = big\n", [
        ":6:12: option 'max body' of source 'http': 'big' is not a size",
    ]),
    "choice": (FLOW + SOURCE + "[Logging]\nlevel = loud\n", [":7:9: option 'level' of [Logging]: 'loud' "]),
    "range": (FLOW + "workers = 100000\nbacklog = -1\nmonitoring port = 99999\n" + SOURCE, [
        ":3:11: [Flow]: workers is 100000, expected 0 to 1000",
        ":4:11: [Flow]: backlog is -1, expected 0 or more",
        ":5:19: [Flow]: monitoring port is 99999, expected 0 to 65535",
    ]),
    "missing-option": ("[Flow]\nworker = http-post\n" + SOURCE, [
        ": worker 'http-post' needs the option 'url' (where to send to: http:// or https://); set it in [Worker]",
    ]),
    "stomp-url": (FLOW + f"[Source]\ntype = stomp\nurl = http://user:{SECRET}@host/\n", [
        f":5:7: source 'stomp': this is no STOMP URL, expected {URL_FORM} or stomp+ssl://…",
    ]),
    "stomp-password": (FLOW + f"[Source]\ntype = stomp\nurl = {BROKER % (SECRET + '@#')}\n", [
        ":5:7: source 'stomp': the STOMP URL has a '#', which ends a URL; write it as %23",
    ]),
    "database-url": (FLOW + SOURCE + f"[Database]\nurl = mysql://user:{SECRET}@host/x\n", [
        ":7:7: resource 'database': the database url begins with 'mysql://', expected sqlite:///PATH or postgresql://",
    ]),
    # -- parts
    "part": ("[Flow]\nworker = lgo\n[Source]\ntype = intervall\nparser = jsn\n", [
        ":2:10: unknown worker 'lgo'; did you mean 'log'?",
        ":4:8: unknown source 'intervall'; did you mean 'interval'?",
        ":5:10: unknown parser 'jsn'; did you mean 'json'?",
    ]),
    "kind": ("[Flow]\nworker = interval\n" + SOURCE, [":2:10: unknown worker 'interval'; 'interval' is the name of a source"]),
    "resource": (FLOW + SOURCE + "[Resource:x]\ntype = databse\n", [":7:8: unknown resource 'databse'; did you mean 'database'?"]),
    "both": (FLOW + "class = no_work.App\n" + SOURCE, [":3:9: [Flow] has both 'worker' and 'class'; expected one of them"]),
    # -- classes beside the profile
    "class-name": ("[Flow]\nclass = App\n" + SOURCE, [":2:9: class is 'App', expected module.Class"]),
    "class-module": ("[Flow]\nclass = no_wrk.App\n" + SOURCE, [":2:9: there is no module 'no_wrk', neither beside the profile ("]),
    "class-syntax": ("[Flow]\nclass = syntax_error.App\n" + SOURCE, [
        ":2:9: module 'syntax_error' cannot be imported: SyntaxError: invalid syntax (syntax_error.py, line 1)",
    ]),
    "class-missing": ("[Flow]\nclass = no_work.Ap\n" + SOURCE, [":2:9: module 'no_work' has no class 'Ap'; did you mean 'App'?"]),
    "class-no-work": ("[Flow]\nclass = no_work.App\n" + SOURCE, [
        ":2:9: class 'no_work.App' is no worker: it lacks the method work(event)",
    ]),
    "class-odd-work": ("[Flow]\nclass = odd_work.App\n" + SOURCE, [
        ":2:9: class 'odd_work.App' is no worker: work cannot be called as work(event)",
    ]),
    "class-greedy": ("[Flow]\nclass = greedy.App\n" + SOURCE, [
        ":2:9: class 'greedy.App' cannot be configured: the constructor's parameter 'args' takes any positional arguments (*); "
        "options are keyword-only",
    ]),
    "class-needy": ("[Flow]\nclass = needy.App\n" + SOURCE, [": worker 'App' needs the option 'target'; set it in [Worker]"]),
    "class-failing": ("[Flow]\nclass = failing.App\n" + SOURCE, [": worker 'App' cannot be made: OSError: no tape"]),
    "class-ending": ("[Flow]\nclass = ending.App\n" + SOURCE, [":2:9: module 'ending' cannot be imported: SystemExit: 3"]),
    "class-source": ("[Flow]\nclass = own_source.App\n", [
        ":2:9: class 'own_source.Never' is no source: it lacks the method run(emit, stop)",
    ]),
    # -- references
    "variable": (FLOW + f"[Source]\ntype = stomp\nurl = {BROKER % '$NOWHERE'}\n", [
        # not by its name: what stands after the dollar sign may be a password
        ":5:20: an environment variable that 'url' refers to is not set; set it, or write $$ for a dollar sign",
    ]),
    "secret-file": (FLOW + f"[Source]\ntype = stomp\nurl = {BROKER % '${file:secret.txt}'}\n", [
        "named by 'url' cannot be read: no such file or directory",
    ]),
    "references": ("[Flow]\nworker = $W\nworkers = $N\n[Source]\ntype = ${T}\n", [
        ":2:10: the environment variable 'W' that 'worker' refers to is not set; set it, or write $$ for a dollar sign",
        ":3:11: the environment variable 'N' that 'workers' refers to is not set; set it, or write $$ for a dollar sign",
        ":5:8: the environment variable 'T' that 'type' refers to is not set; set it, or write $$ for a dollar sign",
    ]),
}  # fmt: skip


@dataclass
class Checked:
    """What one `flowhost check` of every profile above said."""

    code: int
    output: str

    def lines(self, file: str) -> list[str]:
        return [line for line in self.output.splitlines() if line.startswith(file)]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    folder = tmp_path_factory.mktemp("mistakes")
    for name, (profile, _) in MISTAKES.items():
        (folder / f"{name}.ini").write_bytes(profile if isinstance(profile, bytes) else profile.encode())
    for name, source in MODULES.items():
        (folder / f"{name}.py").write_text(source)
    (folder / "folder.ini").mkdir()
    (folder / "loop.ini").symlink_to("loop.ini")
    ran = subprocess.run(
        [sys.executable, "-m", "flowhost", "check", "nowhere.ini", "folder.ini", "loop.ini", *(f"{name}.ini" for name in MISTAKES)],
        cwd=folder, env={**os.environ, "FLOWHOST_STATE": str(folder / "state"), "PYTHON_CONFIG_ROOT": ""},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    return Checked(ran.returncode, ran.stdout + ran.stderr)


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_said(checked: Checked, name: str) -> None:
    said = checked.lines(f"{name}.ini")
    expected = MISTAKES[name][1]
    assert len(said) == len(expected), said
    for line, part in zip(said, expected, strict=True):
        # a sentence that ends in the table's must end there, one that lists what is installed may go on
        assert part in line, line


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("nowhere", "no such file or directory"),
        ("folder", "is a directory"),
        ("loop", "too many levels of symbolic links"),
    ],
)
def test_a_file_that_cannot_be_read(checked: Checked, file: str, reason: str) -> None:
    assert checked.lines(f"{file}.ini") == [f"{file}.ini: cannot read the file: {reason}"]


def test_all_of_them_are_said_at_once_and_nothing_else(checked: Checked) -> None:
    assert checked.code == 78
    sentences = sum(len(expected) for _, expected in MISTAKES.values()) + 3
    assert len(checked.output.splitlines()) == sentences, checked.output
    assert "Traceback" not in checked.output
    assert SECRET not in checked.output
    assert max(map(len, checked.output.splitlines())) < 300, "nobody reads that"


PROGRAM: dict[str, tuple[list[str], int, str]] = {
    "missing file": (["run", "nowhere.ini"], 78, "nowhere.ini: cannot read the file: no such file or directory"),
    "missing file, old command line": (["nowhere.ini"], 78, "nowhere.ini: cannot read the file: no such file or directory"),
    "one of several files": (["run", "one.ini", "wrong.ini"], 78, "{folder}/wrong.ini:2:10: unknown worker 'lgo'; did you mean 'log'?"),
    "one name for two": (["run", "one.ini", "other.ini"], 78,
        "{folder}/other.ini:2:12: this daemon is called 'one', and so is that of {folder}/one.ini; "
        "give each its own 'app name' in [Flow]"),
    "a file twice": (["run", "one.ini", "./one.ini"], 2, "Error: the same FILE is given twice"),
    "-n for several": (["run", "-n", "x", "one.ini", "wrong.ini"], 2, "Error: --instance-name goes with one FILE only"),
    "-w": (["run", "-w", "many", "one.ini"], 2, "Error: Invalid value for '-w' / '--workers': 'many' is not a valid whole number."),
    "no file": (["run"], 2, "Error: Missing argument 'FILE...'."),
    "command": (["chekc"], 2, "Error: No such command 'chekc'; did you mean 'check'?"),
    "part": (["describe", "source", "intervall"], 78, "flowhost: unknown source 'intervall'; did you mean 'interval'?"),
    "letter": (["dead-letters", "show", "1"], 78,
        "flowhost: there is no database in {folder}/state; name a profile with --profile FILE, or a database with --database URL"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", PROGRAM)
def test_the_program_ends_with_its_sentence(tmp_path: Path, flowhost: Any, mistake: str) -> None:
    (tmp_path / "one.ini").write_text("[Flow]\napp name = one\nworker = log\n" + SOURCE)
    (tmp_path / "other.ini").write_text("[Flow]\napp name = one\nworker = log\n" + SOURCE)
    (tmp_path / "wrong.ini").write_text("[Flow]\nworker = lgo\n" + SOURCE)
    arguments, code, sentence = PROGRAM[mistake]
    ran = flowhost(*arguments)
    assert (ran.returncode, ran.stdout) == (code, "")
    *usage, last = ran.stderr.splitlines()
    assert last == sentence.format(folder=tmp_path)
    assert not usage or usage[0].startswith("Usage: flowhost")


def test_a_site_overlay_is_named_when_it_is_wrong(
    tmp_path: Path, flowhost: Any, environ: dict[str, str]
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "flow.ini").write_text("[Source]\ninterval = never\n")
    (site / "app.ini").write_text("Source\n")
    (tmp_path / "app.ini").write_text("[Flow]\napp name = app\nworker = log\n[Source]\ntype = interval\n")
    environ["PYTHON_CONFIG_ROOT"] = str(site)
    before = "'Source' stands before the first section; expected a header such as [Flow]"
    assert flowhost("check", "app.ini").stderr == f"{site}/app.ini:1:1: {before}\n"
    (site / "app.ini").unlink()
    said = flowhost("check", "app.ini").stderr
    assert (
        said
        == f"{site}/flow.ini:2:12: option 'interval' of source 'interval': 'never' is not a length of time; {LENGTH}\n"
    )
