"""The actions as rule files have them: made from documents, with everything that is wrong at its place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flowhost import ConfigError, Place, Workbench
from flowhost.testing.conformance import conforms
from flowhost.testing.workbench import workbench
from flowhost_plugins import actions

HERE = Place("rule.yaml", 5, 5)
PAGE = (Path(__file__).parents[3] / "docs" / "rules" / "actions.md").read_text(encoding="utf-8")

EXAMPLES: dict[str, dict[str, Any]] = {
    "add-to-collection": {"collection": "Films ${title}"},
    "archive": {"policy": "tape", "purge": "yes"},
    "condition": {"when": "tags.get('mediaType') == 'video'", "otherwise": "fail"},
    "delete-from-archive": {},
    "delete-item": {"grace": 48},
    "export": {"location": "playout", "format": "lowres", "file-name": "${itemId}"},
    "import-file": {"title": "event.subject", "fields": {"origin": "event.source"}},
    "move-copy-files": {
        "formats": "original",
        "storages": 2,
        "remove_from others": True,
        "directory": "hires/${title}",
    },
    "restore": {},
    "set-access": {"groups": {"news": "read", "${user}": "ALL"}, "method": "Static", "priority": 3},
    "set-metadata": {"fields": {"year": 2026, "people": ["${cast}", "Bo"], "note": None}, "clear": "old"},
    "set-tags": {"field": "keywords", "add": ["${title}"], "remove": "draft"},
    "stop": {"reason": "done"},
    "transcode": {"format": "lowres", "replace": False},
    "wait": {"for": "10 min"},
}


@pytest.fixture
def bench(library: Any, clock: Any) -> Workbench:
    return workbench(resources=[library], clock=clock)


def problems(bench: Workbench, name: str, data: dict[str, Any], **places: Place) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        bench.make("action", name, data, place=HERE, places={(key,): place for key, place in places.items()})
    return [str(problem) for problem in caught.value.problems]


def test_every_action_has_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(one.name for one in actions.flowhost_actions())


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_made_from_a_document(bench: Workbench, name: str) -> None:
    made = bench.make("action", name, EXAMPLES[name], place=HERE, places={})
    assert made.name == name
    assert bench.documentation("action", name)
    described = bench.schema("action", name)["properties"]
    assert all(option["description"] for option in described.values())


@pytest.mark.parametrize("kind", list(actions.flowhost_actions()), ids=lambda kind: kind.name)
def test_it_conforms(kind: Any, bench: Workbench, library: Any) -> None:
    item = library.add_item()
    library.items["example"], library.media["example"] = library.items[item], []
    made = bench.make("action", kind.name, EXAMPLES[kind.name], place=HERE, places={})

    class Made(kind):  # type: ignore[misc]  # the constructor is given what the document says
        __doc__ = kind.__doc__

        def __new__(cls, **options: Any) -> Any:
            return made

    conforms(Made)


@pytest.mark.parametrize(
    ("grace", "hours"), [(48, 48), ("48", 48), (" 1.5 ", 1.5), ("36 h", 36), ("90 min", 1.5), ("7 d", 168)]
)
def test_a_grace_is_hours_or_has_a_unit(
    bench: Workbench, library: Any, engine: Any, grace: Any, hours: float
) -> None:
    item = library.add_item()
    action = bench.make("action", "delete-item", {"grace": grace}, place=HERE, places={})
    engine.take(action, item)
    assert library.trash == {item: timedelta(hours=hours)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_page_about_actions_has_every_parameter(bench: Workbench, name: str) -> None:
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    told = PAGE.partition("## Moving and copying files")[2] if name == "move-copy-files" else row
    assert [
        option for option in bench.schema("action", name)["properties"] if f"`{option}`" not in told
    ] == []


def test_everything_that_is_wrong_at_its_place(bench: Workbench) -> None:
    data = {"formats": ["original"], "storage": 2, "directory": "../x", "remove-from-others": "maybe"}
    places = {"storage": Place("rule.yaml", 6, 7), "directory": Place("rule.yaml", 7, 7)}
    flag, unknown, climbing = problems(bench, "move-copy-files", data, **places)
    assert flag.startswith(
        "rule.yaml:5:5: option 'remove-from-others' of action 'move-copy-files': 'maybe' is neither"
    )
    assert (
        unknown
        == "rule.yaml:6:7: unknown option 'storage' of action 'move-copy-files'; did you mean 'storages'?"
    )
    assert climbing.startswith("rule.yaml:7:7: option 'directory'")
    assert "leads out of the storage with '..'" in climbing


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("set-access", {"groups": {"news": "REED"}}, "did you mean 'READ'"),
        ("set-access", {"groups": {"${user": "READ"}}, "has a tag without end"),
        ("set-access", {}, "it names nobody"),
        ("set-metadata", {"fields": {"a": "${"}}, "has a tag without"),
        ("wait", {"for": "10 parsecs"}, "is not a length of time"),
        (
            "delete-item",
            {"grace": "soon"},
            "'soon' is no grace; expected a number of hours, or e.g. '90 min' or '7 d'",
        ),
        ("delete-item", {"grace": "40000 d"}, "'grace' is 960000 hours, expected 0 to 876000"),
        ("transcode", {}, "needs the option 'format'"),
        ("condition", {"when": "title =="}, "title =="),
        ("condition", {"when": "title"}, "uses the name 'title'"),
        ("move-copy-files", {"formats": []}, "names no shape tag"),
    ],
)
def test_what_cannot_be_meant(bench: Workbench, name: str, data: dict[str, Any], said: str) -> None:
    assert said in problems(bench, name, data)[0]
