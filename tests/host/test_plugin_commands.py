from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flowhost import ConfigError
from flowhost.cli import program
from flowhost.testing.plugins import Install

PART = '''
    import enum
    from typing import Annotated
    import flowhost

    class Speed(enum.Enum):
        FAST = "fast"
        SLOW = "slow"

    class Fetch:
        """Fetches things.

        And more about it.
        """

        name = "fetch"

        def __init__(
            self,
            *,
            url: Annotated[str, "where from"],
            every: Annotated[flowhost.Seconds, "how [often]"] = 60,
            speed: Speed = Speed.FAST,
            tags: list[str] = ["a", "b"],
            flag: bool = True,
            token: Annotated[flowhost.Secret, "who [we] are"] = flowhost.Secret("hunter2"),
            store: Annotated[flowhost.Store | None, "memory"] = None,
            clock: flowhost.Clock,
            fields: Annotated[dict[str, dict[str, str]], flowhost.Section("My-Field (x):*"), "fields"] = {},
            mapping: Annotated[dict[str, str], flowhost.Section("Map"), "from, to"] = {},
        ): pass

        def run(self, emit, stop): pass

    class Plain:
        name = "plain"
        def __init__(self, *, clock: flowhost.Clock): pass
        def work(self, event): pass

    class Box(flowhost.Resource):
        name = "box"
        section = "Big Box"
        def __init__(self, *, size: flowhost.Size = 5): pass
        def open(self): pass
        def close(self): pass

    @flowhost.hookimpl
    def flowhost_sources(): return [Fetch]

    @flowhost.hookimpl
    def flowhost_workers(): return [Plain]

    @flowhost.hookimpl
    def flowhost_resources(): return [Box]
'''


@pytest.fixture
def fetch(install: Install) -> None:
    install(
        "fetch-dist",
        "2.0",
        entry_points={"fetch": "fetch_module"},
        modules={"fetch_module": PART},
        requires=["pluggy>=1", "absent-thing>=3", "pluggy<1", "rare; extra == 'rare'", "!!"],
    )


def run(*arguments: str, code: int = 0, **environ: str) -> str:
    """What the program prints."""
    result: Result = CliRunner().invoke(program, arguments, env=environ, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.stdout


def line_of(output: str, word: str) -> str:
    """The line of a table that begins with a word."""
    [line] = [line for line in output.splitlines() if line.split()[:1] == [word]]
    return line


def test_the_list_shows_every_plugin(fetch: None) -> None:
    output = run("list-plugins")
    heading, *lines = output.splitlines()
    assert heading.split() == ["name", "distribution", "version", "status", "provides", "error"]
    assert "source interval" in line_of(output, "interval")
    words = " ".join(line_of(output, "fetch").split())
    assert words == "fetch fetch-dist 2.0 ready source fetch; worker plain; resource box"
    assert len(lines) == len(json.loads(run("list-plugins", "--json")))


def test_the_list_in_json(fetch: None) -> None:
    [record] = [one for one in json.loads(run("list-plugins", "--json")) if one["name"] == "fetch"]
    assert record == {
        "name": "fetch",
        "distribution": "fetch-dist",
        "version": "2.0",
        "module": "fetch_module",
        "status": "ready",
        "provides": [
            {"kind": "source", "name": "fetch"},
            {"kind": "worker", "name": "plain"},
            {"kind": "resource", "name": "box"},
        ],
        "error": None,
    }


def test_requirements_and_whether_they_are_met(fetch: None) -> None:
    [record] = [
        one for one in json.loads(run("list-plugins", "--json", "--requirements")) if one["name"] == "fetch"
    ]
    by_text = {one["requirement"]: one for one in record["requirements"]}
    assert list(by_text) == ["pluggy>=1", "absent-thing>=3", "pluggy<1", "!!"]
    assert by_text["pluggy>=1"] == {"requirement": "pluggy>=1", "satisfied": True, "problem": None}
    assert by_text["absent-thing>=3"]["problem"] == "not installed"
    assert by_text["pluggy<1"]["satisfied"] is False
    assert by_text["pluggy<1"]["problem"].endswith("is installed")
    assert by_text["!!"]["problem"] == "cannot be read"
    line = line_of(run("list-plugins", "--requirements"), "fetch")
    assert "pluggy>=1, absent-thing>=3 (not installed), pluggy<1 (" in line


def test_many_broken_plugins_are_as_many_rows(install: Install) -> None:
    for number, source in enumerate(
        ["1 / 0", "raise SystemExit(3)", "assert False", "def (", "", "import gone_mod"]
    ):
        module = f"broken_module_{number}"
        install(f"broken-{number}", entry_points={f"broken-{number}": module}, modules={module: source})
    result = CliRunner().invoke(program, ["list-plugins"], catch_exceptions=False)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert all(" broken " in line_of(result.stdout, f"broken-{number}") for number in range(6))


@pytest.mark.parametrize("name", ["fetch", "fetch-dist", "Fetch_Dist"])
def test_disabled_on_the_command_line_and_not_imported(fetch: None, name: str) -> None:
    assert (
        f"blocked            disabled by the name '{name}'".split()
        == (line_of(run("-p", f"no:{name}", "list-plugins"), "fetch").split()[3:])
    )
    assert "fetch_module" not in sys.modules


def test_disabled_by_the_environment_and_not_imported(fetch: None) -> None:
    assert " blocked " in line_of(run("list-plugins", FLOWHOST_DISABLE="interval, fetch"), "fetch")
    assert "fetch_module" not in sys.modules


def test_describe_a_part(fetch: None) -> None:
    output = run("describe", "source", "fetch")
    assert output.startswith(
        "source fetch, from plugin 'fetch' (distribution fetch-dist 2.0)\n\nFetches things.\n\nAnd"
    )
    rows = {line.split("  ")[0]: " ".join(line.split()) for line in output.splitlines()[6:]}
    assert rows == {
        "option": "option type default help",
        "url": "url text required where from",
        "every": "every length of time 60 how [often]",
        "speed": "speed fast | slow fast",
        "tags": "tags list of text a, b",
        "flag": "flag yes or no yes",
        "token": "token secret who [we] are",
        "store": "store Store resource memory",
        "fields": "fields sections [My-Field (x):*] fields",
        "mapping": "mapping section [Map] from, to",
    }
    assert "hunter2" not in output


def test_describe_a_part_in_json(fetch: None) -> None:
    output = run("describe", "source", "fetch", "--json")
    record = json.loads(output)
    assert (record["kind"], record["name"], record["plugin"]) == ("source", "fetch", "fetch")
    assert record["description"] == "Fetches things.\n\nAnd more about it."
    options = {one["name"]: one for one in record["options"]}
    assert options["url"] == {
        "name": "url",
        "type": "text",
        "required": True,
        "default": None,
        "help": "where from",
        "secret": False,
        "role": None,
        "section": None,
    }
    assert options["speed"]["default"] == "fast"
    assert options["store"]["role"] == "Store"
    assert options["fields"]["section"] == "My-Field (x):*"
    assert options["token"]["secret"]
    assert "hunter2" not in output
    assert record["schema"]["title"] == "fetch"


def test_describe_a_part_without_options(fetch: None) -> None:
    assert run("describe", "worker", "plain").endswith("\n\nIt has no options.\n")


def test_describe_an_unknown_name(fetch: None) -> None:
    with pytest.raises(ConfigError, match=r"^unknown source 'fetsch'; did you mean 'fetch'\?") as raised:
        run("describe", "source", "fetsch")
    assert raised.value.exit_code == 78
    assert "\n" not in str(raised.value)


def test_describe_an_unknown_kind() -> None:
    run("describe", "sauce", "interval", code=2)


# -- schema


@pytest.fixture
def schema(fetch: None) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(run("schema"))
    return schema


def test_the_schema_knows_the_sections_of_the_host(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    flow = schema["properties"]["Flow"]
    assert flow["title"] == "Flow"
    assert "app name" in flow["properties"]
    assert flow["additionalProperties"] is False
    assert "level" in schema["properties"]["Logging"]["properties"]


def test_the_schema_offers_every_source_by_its_type(schema: dict[str, Any]) -> None:
    sources = schema["properties"]["Source"]["oneOf"]
    assert schema["patternProperties"]["^Source:.+$"]["oneOf"] == sources
    [fetch] = [one for one in sources if one["title"] == "fetch"]
    assert fetch["description"] == "Fetches things."
    assert fetch["required"] == ["type", "url"]
    assert fetch["properties"]["type"] == {"const": "fetch"}
    assert fetch["properties"]["every"] == {
        "title": "every",
        "description": "how [often]",
        "type": ["number", "string"],
        "minimum": 0,
        "default": 60,
    }
    assert fetch["properties"]["token"]["writeOnly"] is True
    assert fetch["properties"]["store"]["type"] == "string"
    assert "journal" in fetch["properties"]  # what the host adds to every source
    assert "clock" not in fetch["properties"]
    assert "fields" not in fetch["properties"]
    # a worker class may name its source itself: then there is no type
    assert sources[-1]["not"] == {"required": ["type"]}


def test_the_schema_has_the_sections_of_parts(schema: dict[str, Any]) -> None:
    assert schema["properties"]["Big Box"]["properties"]["size"]["default"] == 5
    assert schema["properties"]["Map"]["description"] == "from, to"
    assert schema["patternProperties"][r"^My-Field \(x\):.+$"]["description"] == "fields"
    resources = schema["patternProperties"]["^Resource:.+$"]["oneOf"]
    assert [one["required"] for one in resources if one["title"] == "box"] == [["type"]]


def test_the_schema_ties_the_worker_section_to_the_worker(schema: dict[str, Any]) -> None:
    [rule] = [one for one in schema["allOf"] if one["then"]["properties"]["Worker"]["title"] == "plain"]
    assert rule["if"]["properties"]["Flow"]["properties"]["worker"] == {"const": "plain"}


def test_the_schema_holds_no_secret(schema: dict[str, Any]) -> None:
    assert "hunter2" not in json.dumps(schema)
