"""The commands as an operator types them: help, what is installed, the demo, status, the two old ways to run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from flowhost.cli import COMMANDS, program
from flowhost.config import read_profile

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").rglob("*.ini"))
TICKING = "[Flow]\napp name = app\nworker = log\n[Source]\ntype = interval\ninterval = 600\n"


def every_command(group: click.Group = program, *before: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        yield (*before, name)
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from every_command(command, *before, name)


def test_the_help_has_a_whole_sentence_for_each_command(flowhost: Any) -> None:
    ran = flowhost("--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    commands = ran.stdout.partition("Commands:\n")[2]
    listed = [line.split()[0] for line in commands.splitlines() if line[2] != " "]
    assert listed == sorted(listed)
    assert set(COMMANDS) | {"new"} <= set(listed), "flowhost's own, and those of plugins"
    assert "..." not in commands
    assert flowhost("-h").stdout == ran.stdout


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_each_command_has_help(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(program, [*words, "--help"], prog_name="flowhost")
    assert result.exit_code == 0, result.output
    usage, _, about, *_ = result.output.splitlines()
    assert usage.startswith(f"Usage: flowhost {' '.join(words)} ")
    assert about.startswith("  ") and about.strip()[0].isupper()
    assert "..." not in result.output.partition("Commands:\n")[2]
    command: click.Command = program
    for word in words:
        command = command.get_command(click.Context(command), word)  # type: ignore[attr-defined, assignment]  # a group on the way
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or parameter.help, parameter.name  # type: ignore[attr-defined]  # an option


def test_version(flowhost: Any) -> None:
    from importlib.metadata import version

    assert flowhost("--version").stdout == f"flowhost, version {version('flowhost')}\n"


def test_describe_tells_an_operator_what_a_part_is_for(flowhost: Any) -> None:
    ran = flowhost("describe", "source", "stomp")
    assert ran.returncode == 0
    first, _, about = ran.stdout.splitlines()[:3]
    assert first.startswith("source stomp, from plugin 'stomp' (distribution flowhost ")
    assert about.startswith("Emits each message of a STOMP destination")
    for programmers_word in ("Args:", "Raises:", "ValueError"):
        assert programmers_word not in ran.stdout
    told = json.loads(flowhost("describe", "source", "stomp", "--json").stdout)
    options = {option["name"]: option for option in told["options"]}
    assert options["url"]["secret"] is True
    assert options["broker"]["role"] == "Broker"
    assert (options["prefetch"]["default"], options["prefetch"]["required"]) == (100, False)
    assert told["schema"]["properties"]["prefetch"]["type"] == "integer"


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(CliRunner().invoke(program, ["schema"]).stdout)


def test_the_schema_says_what_a_profile_may_hold(schema: Any) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    flow = schema["properties"]["Flow"]
    assert flow["properties"]["worker timeout"]["default"] == 60
    assert flow["additionalProperties"] is False
    types = {
        one["properties"]["type"]["const"]
        for one in schema["properties"]["Source"]["oneOf"]
        if "properties" in one
    }
    assert types >= {"http", "interval", "stdin", "stomp", "watch-folder"}
    assert set(schema["patternProperties"]) >= {"^Source:.+$", "^Resource:.+$", "^Parser:.+$"}


@pytest.mark.skipif(not find_spec("jsonschema"), reason="jsonschema is not installed")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_schema_takes_the_examples_and_no_misspelt_key(schema: Any, example: Path) -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema)
    sections = read_profile(example, environ={}).sections
    profile = {
        title: {key: value.text if key in WORDS else typed(value.text) for key, value in one.values.items()}
        for title, one in sections.items()
    }
    validator = Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(profile)] == []
    profile["Flow"]["wrokers"] = 3
    assert [list(error.path) for error in validator.iter_errors(profile)] == [["Flow"]]


WORDS = {"skip empty files"}
"""Options for which ``yes`` and ``no`` are words, which nothing else may stand for."""


def typed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {"yes": True, "no": False}.get(text, text)


def test_the_examples_are_right(flowhost: Any, environ: dict[str, str]) -> None:
    texts = "".join(example.read_text() for example in EXAMPLES)
    environ |= dict.fromkeys(re.findall(r"\$\{?([A-Z]\w*)", texts), "value")
    ran = flowhost("check", *EXAMPLES)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [f"{example}: ok" for example in EXAMPLES]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    result = CliRunner().invoke(program, ["completion", shell])
    assert result.exit_code == 0
    assert "_FLOWHOST_COMPLETE" in result.output


def test_the_completion_of_bash_completes(tmp_path: Path, environ: dict[str, str]) -> None:
    words = {"_FLOWHOST_COMPLETE": "bash_complete", "COMP_WORDS": "flowhost s", "COMP_CWORD": "1"}
    ran = subprocess.run(
        [sys.executable, "-m", "flowhost"],
        env=environ | words,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.split() == [
        "plain,schema",
        "plain,scripts",
        "plain,status",
        "plain,store",
        "plain,systemd-unit",
    ]


def test_systemd_unit(tmp_path: Path, flowhost: Any) -> None:
    (tmp_path / "app.ini").write_text(TICKING)
    ran = flowhost("systemd-unit", "app.ini", "--user", "flow")
    assert ran.returncode == 0
    assert f"ExecStart={sys.executable} -m flowhost run {tmp_path}/app.ini" in ran.stdout
    assert "\nUser=flow\n" in ran.stdout


@pytest.mark.parametrize("words", [["-m", "flowhost"], ["-m", "flowhost", "run"]], ids=" ".join)
def test_a_profile_runs_as_it_always_did(tmp_path: Path, environ: dict[str, str], words: list[str]) -> None:
    (tmp_path / "app.ini").write_text("[Flow]\napp name = app\nworker = log\n[Source]\ntype = stdin\n")
    ran = subprocess.run(
        [sys.executable, *words, "app.ini"],
        env=environ,
        cwd=tmp_path,
        input="hello",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0
    assert "INFO    (0) stdin.text hello" in ran.stdout
    assert ran.stderr == ""


def test_status(tmp_path: Path, flowhost: Any, start: Any, eventually: Any) -> None:
    (tmp_path / "app.ini").write_text(TICKING + "[Database]\nlease = 2 s\n")
    running = start("run", "app.ini")
    running.wait_for("(0) tick")

    def row() -> list[str]:
        return list(flowhost("status").stdout.splitlines()[1].split()[:3])

    def told() -> tuple[Any, ...]:
        (one,) = json.loads(flowhost("status", "--json", "--profile", "app.ini").stdout)
        return one["daemon"], one["alive"], one["pid"]

    # a machine that stands still longer than the lease makes it lost for a moment
    eventually(lambda: row() == ["app", "running", "interval"], "a row about the daemon")
    eventually(lambda: told() == ("app", True, running.process.pid), "the daemon to be told of")
    running.kill()
    eventually(lambda: row()[:2] == ["app", "lost"], "the daemon to be lost")
    again = start("run", "app.ini")
    again.wait_for("app runs")
    assert again.terminate() == 0
    assert flowhost("status").stdout == "no daemon runs here\n"
