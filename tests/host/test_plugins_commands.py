"""Commands that plugins add to the program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from flowhost import ConfigError
from flowhost.cli import program
from flowhost.registry import Registry
from flowhost.testing.plugins import Install

GREETING = """
    import click
    import flowhost

    @click.command()
    @click.argument("name")
    @click.option("--loud", is_flag=True, help="Shout.")
    def greet(name, loud):
        "Greet somebody by name."
        click.echo(f"hello {name}".upper() if loud else f"hello {name}")
        return 3 if name == "nobody" else None

    @click.command()
    @click.argument("title")
    def make(title):
        "Make a letter."
        click.echo(f"made {title}")

    @click.command()
    def sea():
        "See the sea."
        click.echo("waves")

    @flowhost.hookimpl
    def flowhost_commands():
        return {"greet": greet, "new letter": make, "new book": make, "demo sea": sea}
"""
ONE = """
    import click, flowhost
    @click.command()
    def one(): "Do it."
    @flowhost.hookimpl
    def flowhost_commands(): return {WORDS}
"""


@pytest.fixture
def greeting(install: Install) -> None:
    install("greet-dist", "2.0", entry_points={"greeter": "greet_module"}, modules={"greet_module": GREETING})


def run(*arguments: str, code: int = 0) -> str:
    """What the program prints."""
    result: Result = CliRunner().invoke(program, arguments)
    assert result.exit_code == code, result.output
    return result.output


def provide(install: Install, name: str, returned: str) -> None:
    """Install a plugin that provides these commands."""
    source = ONE.replace("{WORDS}", returned)
    install(f"{name}-dist", entry_points={name: f"{name}_module"}, modules={f"{name}_module": source})


def error_of(name: str) -> str:
    [plugin] = [one for one in Registry.load(quiet=True).plugins if one.name == name]
    assert plugin.status == "broken"
    assert plugin.error
    return plugin.error


# -- used


def test_a_command_of_one_word(greeting: None) -> None:
    assert run("greet", "hall") == "hello hall\n"
    assert run("greet", "--loud", "hall") == "HELLO HALL\n"
    assert "Greet somebody by name." in run("greet", "--help")


def test_a_command_of_two_words(greeting: None) -> None:
    assert run("new", "letter", "news") == "made news\n"
    assert "Usage: flowhost new letter" in run("new", "letter", "--help").replace("program", "flowhost")
    below = run("new", "--help")
    assert "Write the first files of something new." in below
    assert "book Make a letter." in " ".join(below.split())
    assert "letter Make a letter." in " ".join(below.split())


def test_a_command_below_the_demo(greeting: None, tmp_path: Path) -> None:
    assert run("demo", "sea") == "waves\n"
    shown = run("demo", "--help")
    assert "FOLDER" in shown
    assert "sea See the sea." in " ".join(shown.split())
    taken = tmp_path / "taken"
    taken.mkdir()
    assert "exists already" in run("demo", str(taken), code=2)
    misspelt = run("demo", "see", code=2)
    assert "no plugin has a demo called 'see' (there are: sea" in misspelt
    assert "for a folder of that name write ./see; did you mean 'sea'?" in misspelt


def test_the_help_shows_them_among_flowhosts_own(greeting: None) -> None:
    lines = run("--help").partition("Commands:")[2].splitlines()
    names = [line.split("  ")[1] for line in lines if line.startswith("  ") and line[2] != " "]
    assert names == sorted(names)
    assert {"check", "demo", "demo sea", "greet", "new"} <= set(names)


def test_a_word_that_is_almost_one(greeting: None) -> None:
    assert "No such command 'gret'; did you mean 'greet'?" in run("gret", code=2)
    assert "No such command 'lettre'" in run("new", "lettre", code=2)


def test_a_shell_completes_them(greeting: None) -> None:
    def completions(*words: str) -> list[str]:
        *before, begun = words
        shell = ShellComplete(program, {}, "flowhost", "_FLOWHOST_COMPLETE")
        return [item.value for item in shell.get_completions(before, begun)]

    assert completions("gr") == ["greet"]
    assert completions("ne") == ["new"]
    assert {"book", "letter"} <= set(completions("new", ""))
    assert completions("new", "b") == ["book"]
    assert completions("dem") == ["demo"]
    assert "sea" in completions("demo", "s")


def test_the_exit_code_of_a_command(greeting: None, capfd: pytest.CaptureFixture[str]) -> None:
    code = "from flowhost.cli import _exit_code as run; import sys; sys.exit(run(sys.argv[1:]))"
    folders = {"PYTHONPATH": ":".join(sys.path)}
    for name, expected in (("nobody", 3), ("hall", 0)):
        done = subprocess.run([sys.executable, "-c", code, "greet", name], env=folders, check=False)
        assert done.returncode == expected


def test_the_list_of_plugins_shows_them(greeting: None) -> None:
    [record] = [one for one in json.loads(run("list-plugins", "--json")) if one["name"] == "greeter"]
    assert record["status"] == "ready"
    assert {"kind": "command", "name": "new letter"} in record["provides"]
    assert "command greet, new letter, new book, demo sea" in run("list-plugins")


def test_a_disabled_plugin_provides_none(greeting: None) -> None:
    assert "No such command 'greet'" in run("-p", "no:greeter", "greet", "hall", code=2)
    assert "greet" not in run("-p", "no:greeter", "--help").partition("Commands:")[2]


def test_flowhosts_own_commands_load_no_plugin(install: Install, tmp_path: Path) -> None:
    witness = tmp_path / "imported"
    source = f"import pathlib; pathlib.Path({str(witness)!r}).touch()"
    install("loud-dist", entry_points={"loud": "loud_module"}, modules={"loud_module": source})
    run("completion", "bash")
    run("store", "--help")
    run("dead-letters", "--help")
    assert not witness.exists()
    run("--help")
    assert witness.exists()


# -- broken


def test_a_broken_plugin_costs_a_warning(
    install: Install, greeting: None, caplog: pytest.LogCaptureFixture
) -> None:
    install("bad-dist", entry_points={"bad": "bad_module"}, modules={"bad_module": "1 / 0"})
    assert run("greet", "hall") == "hello hall\n"
    assert [one for one in caplog.messages if "plugin 'bad' (distribution bad-dist 1.0) is broken" in one]


def test_two_plugins_with_the_same_command(install: Install, greeting: None) -> None:
    provide(install, "rude", "{'greet': one}")
    result = CliRunner().invoke(program, ["greet", "hall"])
    assert isinstance(result.exception, ConfigError)
    message = str(result.exception)
    assert "command 'greet' is provided by plugin" in message
    assert "greet-dist 2.0" in message
    assert "rude-dist 1.0" in message
    assert "rude-dist 1.0" in error_of("greeter")
    assert run("new", "letter", "x") == "made x\n"
    assert run("-p", "no:rude", "greet", "hall") == "hello hall\n"


def test_a_command_that_hides_the_group_of_another_plugin(install: Install, greeting: None) -> None:
    provide(install, "wide", "{'new': one}")
    result = CliRunner().invoke(program, ["new", "letter", "x"])
    assert isinstance(result.exception, ConfigError)
    assert "greet-dist 2.0" in str(result.exception)
    assert "wide-dist 1.0" in str(result.exception)


@pytest.mark.parametrize(
    ("returned", "error"),
    [
        ("{'run': one}", "its command 'run' has the name of a command of flowhost's own"),
        (
            "{'run fast': one}",
            "its command 'run fast' is below 'run', a command of flowhost's own that takes no",
        ),
        ("{'Greet': one}", "its command 'Greet' has no name that can be typed; expected one or two words of"),
        ("{'a b c': one}", "its command 'a b c' has no name that can be typed"),
        ("{'--all': one}", "its command '--all' has no name that can be typed"),
        ("{7: one}", "its command 7 has no name that can be typed"),
        ("{'go': print}", "its command 'go' is <built-in function print>, expected a click.Command"),
        ("{'go': one, 'go on': one}", "its commands 'go' and 'go on' exclude each other"),
    ],
)
def test_a_command_that_cannot_be(install: Install, returned: str, error: str) -> None:
    provide(install, "mine", returned)
    assert error_of("mine").startswith(error)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("pass", "flowhost_commands returned None, expected a dict of words and commands"),
        ("return [1]", "flowhost_commands returned [1], expected a dict of words and commands"),
        ("raise OSError('disk')", "flowhost_commands failed: OSError: disk"),
    ],
)
def test_a_hook_that_does_not_do_it(install: Install, body: str, error: str) -> None:
    source = f"import flowhost\n@flowhost.hookimpl\ndef flowhost_commands(): {body}\n"
    install("mine-dist", entry_points={"mine": "mine_module"}, modules={"mine_module": source})
    assert error_of("mine") == error


def test_the_commands_of_a_plugin_that_is_broken_otherwise(install: Install) -> None:
    source = ONE.replace("{WORDS}", "{'lost-one': one}") + (
        "    @flowhost.hookimpl\n    def flowhost_sources(): return [1]\n"
    )
    install("mine-dist", entry_points={"mine": "mine_module"}, modules={"mine_module": source})
    result = CliRunner().invoke(program, ["lost-one"])
    assert result.exit_code == click.UsageError.exit_code
    assert "No such command 'lost-one'" in result.output
