"""The JSON Schema of rule files says what the reader says, as far as a schema can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, ClassVar

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

import flowhost
from flowhost.testing.workbench import workbench
from flowhost_plugins.rules.files import check_rules, read_rule, read_text, schema

SITES = sorted((Path(__file__).parents[4] / "examples").rglob("rules"))
EXAMPLES = [file for site in SITES for file in sorted(site.glob("*.yaml"))]


class Polish:
    """Polishes the item.

    Nobody knows how.
    """

    name: ClassVar[str] = "polish"

    def __init__(
        self,
        *,
        cloth: Annotated[str, "what with"],
        times: Annotated[int, "how often"] = 1,
        dry: Annotated[bool, "without water"] = False,
    ) -> None: ...

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        return flowhost.Outcome.done()


class Rest:
    """Does nothing."""

    name: ClassVar[str] = "rest"

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        return flowhost.Outcome.done()


BENCH = workbench(Polish, Rest)
SCHEMA = schema(BENCH)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def reader_accepts(document: Any) -> bool:
    try:
        rule = read_text(json.dumps(document, ensure_ascii=False), "rule.yaml")
    except flowhost.ConfigError:
        return False
    return not check_rules([rule], BENCH)


def test_it_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_editors_learn_what_everything_is_for() -> None:
    assert all(one["description"] for one in SCHEMA["properties"].values())
    step = next(one for one in SCHEMA["$defs"]["step"]["anyOf"] if "polish" in one.get("properties", {}))
    polish = step["properties"]["polish"]
    assert polish["description"] == "Polishes the item."
    assert polish["properties"]["cloth"]["description"] == "what with"
    assert polish["required"] == ["cloth"]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: f"{file.parents[1].name}-{file.stem}")
def test_an_example(file: Path, bench: flowhost.Workbench) -> None:
    rule = read_rule(file)
    assert check_rules([rule], bench) == []
    document = YAML(typ="safe", pure=True).load(file)
    jsonschema.Draft202012Validator(schema(bench)).validate(document)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.parent.name)
def test_there_is_an_example_of_every_kind_of_trigger(site: Path) -> None:
    kinds = {trigger.kind for file in site.glob("*.yaml") for trigger in read_rule(file).triggers}
    assert kinds == {file.stem for file in site.glob("*.yaml")}
    assert len(kinds) == 10


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.parent.name)
def test_the_examples_can_be_in_force_together(site: Path, bench: flowhost.Workbench) -> None:
    assert check_rules([read_rule(file) for file in site.glob("*.yaml")], bench) == []


BASE = {"name": "x", "trigger": "manual", "actions": ["rest"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": None},
        {"name": ["x"]},
        {"trigger": "collection"},
        {"trigger": {"manual": None, "job": None}},
        {"trigger": {"saved-search": {}}},
        {"trigger": {"saved-search": {"search": "a", "query": "b"}}},
        {"trigger": {"schedule": {"every": 5, "time-zone": "UTC"}}},
        {"trigger": {"format-distribution": {"storages": 1}}},
        {"trigger": {"format-distribution": {"format": "a", "storages": 0}}},
        {"trigger": []},
        {"triggers": ["manual"]},
        {"actions": []},
        {"actions": "rest"},
        {"actions": ["polish"]},
        {"actions": ["unknown"]},
        {"actions": [{"rest": None, "polish": {"cloth": "a"}}]},
        {"actions": [{"when": "item.title"}]},
        {"actions": [{"polish": {"cloth": "a", "colour": "red"}}]},
        {"actions": [{"polish": {"cloth": "a", "times": "often"}}]},
        {"when": []},
        {"when": 3},
        {"suspended": "maybe"},
        {"priority": 1.5},
        {"max-concurrency": 0},
        {"settle": "soon"},
        {"settle": True},
        {"windows": {"from": "25:00"}},
        {"windows": {"days": "mon-fry"}},
        {"windows": []},
        {"retry": {"attempts": 0}},
        {"quota": {"runs": 3}},
        {"colour": "red"},
    ],
    ids=json.dumps,
)
def test_both_refuse(wrong: dict[str, Any]) -> None:
    document = {**BASE, **wrong}
    assert not VALIDATOR.is_valid(document)
    assert not reader_accepts(document)


ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(-2, 2), st.just([]), st.just({}), st.text("a b:1", max_size=4)
)  # fmt: skip
"""Values that fit in few places."""


def sometimes_odd(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 15).flatmap(lambda number: ODD if number == 15 else value)


TEXTS = st.text("abÄ9 *.$", min_size=1, max_size=6).filter(lambda text: bool(text.strip()))
LENGTHS = sometimes_odd(
    st.sampled_from([10, 12.5, "10 s", "5 min", "1.5h", " 3 D ", "60 SEC", "600 ms", 4e9, "x min"])
)
FLAGS = st.sampled_from([True, False, "yes", "No", "ON", "off", True, False, "yes", "true", 1])


def mapping(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Some of these keys, each with a value of its own or an odd one; rarely one that is unknown."""
    named = {key.replace("_", "-"): sometimes_odd(value) for key, value in keys.items()}
    return st.fixed_dictionaries({}, optional={**named, "unknown": ODD}).map(
        lambda found: {key: value for key, value in found.items() if key != "unknown" or value == 5}
    )


def several(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(one, st.lists(one, max_size=3))


CONDITIONS = st.sampled_from(["item.title", "event.type == 'x'", "tags['a'] != ''", True])
VARIABLES = st.dictionaries(st.sampled_from(["user", "type", "x"]), st.one_of(TEXTS, ODD), max_size=2)
TRIGGERS = st.one_of(
    st.sampled_from(["manual", "new-item", "job", "metadata-change", "source", "collection", "schedule", "odd"]),
    ODD,
    st.fixed_dictionaries({"saved-search": st.one_of(TEXTS, mapping(search=TEXTS, query=TEXTS), ODD)}),
    st.fixed_dictionaries({"collection": st.one_of(TEXTS, ODD)}),
    st.fixed_dictionaries({"new-item": st.one_of(VARIABLES, ODD)}),
    st.fixed_dictionaries({"job": st.one_of(VARIABLES, ODD)}),
    st.fixed_dictionaries({"manual": ODD}),
    st.fixed_dictionaries({"notification": mapping(name=TEXTS, user=TEXTS)}),
    st.fixed_dictionaries({"metadata-change": mapping(fields=several(TEXTS), user=TEXTS)}),
    st.fixed_dictionaries(
        {"format-distribution": mapping(format=TEXTS, formats=several(TEXTS), storages=st.just(1), remove_from_others=FLAGS)}
    ),
    st.fixed_dictionaries(
        {"schedule": mapping(cron=st.just("0 2 * * *"), every=LENGTHS, time_zone=st.just("Europe/Oslo"), query=TEXTS)}
    ),
    st.fixed_dictionaries({"source": mapping(type=TEXTS, source=TEXTS, when=st.just("event.type"), item=st.just("'x'"))}),
)  # fmt: skip
STEPS = st.one_of(
    st.sampled_from(["rest", "polish", "odd", ""]),
    ODD,
    st.fixed_dictionaries({"rest": st.one_of(st.none(), st.just({}), ODD)}, optional={"when": CONDITIONS}),
    st.fixed_dictionaries(
        {"polish": mapping(cloth=TEXTS, times=st.integers(0, 3), dry=st.sampled_from([True, "yes", "off", "odd"]))},
        optional={"when": st.one_of(CONDITIONS, CONDITIONS, ODD.filter(lambda odd: not isinstance(odd, str)))},
    ),
)  # fmt: skip
WINDOWS = mapping(
    days=several(st.sampled_from(["mon-fri", "Sat, sun", "DAILY", "mon -wed", "fry", ""])),
    **{"from": st.sampled_from(["22:00", "6:30", "24:00", "24:01", "6"])},
    to=st.sampled_from(["00:00", "23:59", "x"]),
    time_zone=st.just("UTC"),
)
DOCUMENTS = mapping(
    trigger=several(TRIGGERS),
    actions=st.lists(STEPS, max_size=3),
    when=several(CONDITIONS),
    description=TEXTS,
    suspended=FLAGS,
    polling_interval=LENGTHS,
    settle=LENGTHS,
    windows=several(WINDOWS),
    priority=st.integers(-3, 3),
    max_matches=st.integers(-1, 3),
    retry=mapping(attempts=st.integers(0, 3), delay=LENGTHS, limit=LENGTHS),
    quota=mapping(runs=st.integers(0, 3), per=LENGTHS),
    breaker=mapping(failures=st.integers(-1, 3), pause=LENGTHS),
)

UNSAYABLE = (
    "expected at least",
    "expected at most",
    "the expression",
    "expected a time zone",
    "expected five fields",
)
"""What the reader may say of a document that the schema accepts."""


@given(mapping(trigger=TRIGGERS, actions=st.lists(STEPS, max_size=2), when=several(CONDITIONS)))
def test_triggers_steps_and_conditions_are_judged_alike(document: dict[str, Any]) -> None:
    judged_alike({"name": "x", "trigger": "manual", "actions": ["rest"], **document})


@given(DOCUMENTS)
def test_settings_are_judged_alike(document: dict[str, Any]) -> None:
    judged_alike({"name": "x", "trigger": "manual", "actions": ["rest"], **document})


def judged_alike(document: dict[str, Any]) -> None:
    document = json.loads(json.dumps(document))
    if not VALIDATOR.is_valid(document):
        assert not reader_accepts(document), [error.message for error in VALIDATOR.iter_errors(document)]
        return
    try:
        rule = read_text(json.dumps(document, ensure_ascii=False), "rule.yaml")
    except flowhost.ConfigError as error:
        assert all(any(word in one.message for word in UNSAYABLE) for one in error.problems), str(error)
    else:
        assert check_rules([rule], BENCH) == []
