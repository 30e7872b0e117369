"""`flowhost systemd-unit` and `flowhost completion`."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from flowhost import ConfigError
from flowhost.commands.completion import completion
from flowhost.commands.systemd import systemd_unit
from flowhost.service.unit_file import UnitOptions, quoted, unit_text

ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


def profile_in(folder: Path, text: str = "", name: str = "demo.ini") -> Path:
    path = folder / name
    path.write_text(f"[Flow]\napp name = demo\nworker = log\n{text}")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(systemd_unit, [str(one) for one in arguments], catch_exceptions=False)


def settings(text: str) -> dict[str, str]:
    reader = configparser.RawConfigParser(strict=True, comment_prefixes=("#",), delimiters=("=",))
    reader.optionxform = str  # type: ignore[assignment,method-assign]  # how configparser is told to keep the case
    reader.read_string(text)
    assert reader.sections() == ["Unit", "Service", "Install"]
    return {key: value for section in reader.sections() for key, value in reader[section].items()}


def test_the_unit_runs_this_python_with_the_profile(tmp_path: Path) -> None:
    path = profile_in(tmp_path)
    found = settings(run(path).stdout)
    assert found["ExecStart"] == f"{sys.executable} -m flowhost run {path}"
    assert found["Description"] == "flowhost daemon demo"
    assert (found["Type"], found["NotifyAccess"], found["WatchdogSec"]) == ("notify", "main", "60")
    assert found["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert (found["Restart"], found["RestartPreventExitStatus"]) == ("on-failure", "78")
    assert (found["DynamicUser"], found["User"], found["StateDirectory"]) == ("yes", "flowhost", "flowhost")
    assert (found["ProtectSystem"], found["PrivateTmp"], found["NoNewPrivileges"]) == ("strict", "yes", "yes")


def test_a_relative_profile_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile_in(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert settings(run("demo.ini").stdout)["ExecStart"].endswith(f" run {tmp_path}/demo.ini")


def test_a_user_and_an_instance_name(tmp_path: Path) -> None:
    found = settings(run(profile_in(tmp_path), "--user", "media", "--instance-name", "second one").stdout)
    assert found["User"] == "media"
    assert "DynamicUser" not in found
    assert found["ExecStart"].endswith('demo.ini --instance-name "second one"')
    assert found["Description"] == "flowhost daemon second one"


@pytest.mark.parametrize(
    ("drain", "stop", "watchdog"), [("30", 60, 60), ("2 min", 150, 150), ("0.5", 31, 60)]
)
def test_there_is_time_to_drain(tmp_path: Path, drain: str, stop: int, watchdog: int) -> None:
    found = settings(run(profile_in(tmp_path, f"drain timeout = {drain}\n")).stdout)
    assert (int(found["TimeoutStopSec"]), int(found["WatchdogSec"])) == (stop, watchdog)


def test_folders_of_the_profile_are_offered_for_writing(tmp_path: Path) -> None:
    (tmp_path / "hot folder").mkdir()
    text = (
        "[Source]\nfolder = ./hot folder\nother = /no/such/folder\nword = ~nobody-at-all/x\n"
        + f"long = /{'x' * 5000}\n"
    )
    lines = run(profile_in(tmp_path, text)).stdout.splitlines()
    assert [line for line in lines if "ReadWritePaths" in line] == [
        f'#ReadWritePaths="{tmp_path}/hot folder"'
    ]
    assert "#ReadWritePaths=/path/to/a/folder" in run(profile_in(tmp_path)).stdout


def test_the_root_of_the_config_goes_into_the_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = profile_in(tmp_path)
    monkeypatch.setenv("PYTHON_CONFIG_ROOT", f"{tmp_path}/100% $HOME")
    assert settings(run(path).stdout)["Environment"] == f'"PYTHON_CONFIG_ROOT={tmp_path}/100%% $HOME"'
    monkeypatch.delenv("PYTHON_CONFIG_ROOT")
    assert "Environment" not in settings(run(path).stdout)


def test_a_profile_the_made_up_user_cannot_reach_is_pointed_out(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    path = profile_in(closed)
    assert re.search(rf"cannot read {path}: \S+ is closed to others", run(path).stderr)
    assert run(path, "--user", "media").stderr == ""


def test_a_missing_or_wrong_profile_is_an_error_of_the_config(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.ini"):
        run(tmp_path / "none.ini")
    with pytest.raises(ConfigError, match="drain timeout"):
        run(profile_in(tmp_path, "drain timeout = long\n"))


# -- quoting


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("/srv/a-b_c.ini", "/srv/a-b_c.ini"),
        ("a b", '"a b"'),
        ("50%", '"50%%"'),
        ("$HOME", '"$$HOME"'),
        ('say "hi"', r'"say \"hi\""'),
        ("back\\slash", r'"back\\slash"'),
        ("two\nlines", r'"two\x0alines"'),
        (";", '";"'),
        ("", '""'),
        ("é", '"é"'),
        (os.fsdecode(b"\xff"), r'"\xff"'),
    ],
)
def test_words_are_quoted_as_systemd_reads_them(word: str, written: str) -> None:
    assert quoted(word, expanded=True) == written


def read_by_systemd(written: str) -> str:
    """systemd.syntax(7): quotes, C escapes; systemd.service(5): $$; systemd.unit(5): %%."""
    if written.startswith('"'):
        inner = written[1:-1]
        assert not re.search(r'(?<!\\)(\\\\)*"', inner)
        raw = re.sub(
            rb"\\(x[0-9a-f]{2}|.)",
            lambda match: bytes([int(match[1][1:], 16)]) if match[1][:1] == b"x" else match[1],
            inner.encode("utf-8"),
        )
        written = os.fsdecode(raw)
    assert not re.search(r"(?<!%)%(%%)*(?!%)", written)
    return written.replace("%%", "%").replace("$$", "$")


@given(st.text(st.characters(codec="utf-8")))
def test_every_word_is_read_back(word: str) -> None:
    written = quoted(word, expanded=True)
    assert read_by_systemd(written) == word
    assert "\n" not in written


def options(**changes: Any) -> UnitOptions:
    return UnitOptions(
        **({"name": "demo", "python": Path(sys.executable), "profile": Path("/etc/demo.ini")} | changes)
    )


@pytest.mark.parametrize("name", ["a\nExecStart=/bin/false", "a\\", "%h", "-"])
def test_no_name_adds_a_line_or_a_specifier(name: str) -> None:
    text = unit_text(options(name=name, profile=Path(f"/x/{name}.ini"), instance_name=name))
    assert text.count("\nExecStart=") == 1
    description = settings(text)["Description"]
    assert not description.endswith("\\")
    assert "%" not in description.replace("%%", "")


def verify(text: str, folder: Path) -> str:
    unit = folder / "flowhost-demo.service"
    unit.write_text(text)
    assert ANALYZE
    done = subprocess.run([ANALYZE, "verify", str(unit)], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr + (f"exit {done.returncode}" if done.returncode else "")


@needs_systemd
@pytest.mark.parametrize("folder", ["plain", "with space", "100%$HOME", 'quo"te', "back\\slash", "it's"])
def test_systemd_accepts_the_unit(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    python = tmp_path / folder / "python"
    python.symlink_to("/bin/true")
    profile = profile_in(tmp_path / folder)
    text = unit_text(
        options(python=python, profile=profile, instance_name="a;b %n $x", folders=(tmp_path / folder,))
    )
    assert verify(text, tmp_path) == ""
    assert verify(text.replace("#ReadWritePaths", "ReadWritePaths"), tmp_path) == ""


@needs_systemd
def test_systemd_says_that_the_unit_is_hardened(tmp_path: Path) -> None:
    unit = tmp_path / "flowhost-demo.service"
    unit.write_text(run(profile_in(tmp_path)).stdout)
    assert ANALYZE
    command = [ANALYZE, "security", "--offline=true", "--threshold=25", str(unit)]  # in tenths: 2.5 is "OK"
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


# -- completion


@pytest.mark.parametrize(
    ("shell", "word"),
    [("bash", "complete -o nosort"), ("zsh", "#compdef flowhost"), ("fish", "complete --no-files")],
)
def test_the_completion_script_of_each_shell(shell: str, word: str) -> None:
    done = CliRunner().invoke(completion, [shell], catch_exceptions=False)
    assert done.exit_code == 0
    assert word in done.stdout
    assert f"_FLOWHOST_COMPLETE={shell}_complete" in done.stdout


def test_bash_accepts_its_script() -> None:
    script = CliRunner().invoke(completion, ["bash"], catch_exceptions=False).stdout
    subprocess.run(["bash", "-n"], input=script, text=True, check=True, timeout=30)


def test_an_unknown_shell_is_refused_with_the_known_ones() -> None:
    done = CliRunner().invoke(completion, ["tcsh"])
    assert done.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr
