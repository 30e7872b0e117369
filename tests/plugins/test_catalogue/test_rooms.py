"""The catalogue's rooms: each tells what it is for, and none leads back to itself."""

from __future__ import annotations

import ast
import graphlib
import re
from pathlib import Path

import pytest

import flowhost_plugins.catalogue

ROOT = Path(flowhost_plugins.catalogue.__file__).parent
NAME = flowhost_plugins.catalogue.__name__
PAGES = Path(__file__).parents[3] / "docs"
ROOMS = sorted(file.parent.name for file in ROOT.glob("*/__init__.py"))
HEAVY = {"sqlalchemy", "alembic", "click"}


def imported(file: Path) -> set[str]:
    """What a file imports, in full; not what only the type checker sees."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    unseen = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(name: str) -> str | None:
    """The room that a full name lies in."""
    within = name.removeprefix(f"{NAME}.").split(".")[0] if name.startswith(f"{NAME}.") else None
    return within if within in ROOMS else None


def uses() -> dict[str, set[str]]:
    """Room → the other rooms it imports from."""
    found = {
        one: {room(name) for file in (ROOT / one).rglob("*.py") for name in imported(file)} for one in ROOMS
    }
    return {one: {name for name in names if name and name != one} for one, names in found.items()}


def test_no_circle_of_rooms() -> None:
    graphlib.TopologicalSorter(uses()).prepare()  # raises CycleError, which shows the circle


def test_the_architecture_has_every_room_above_those_that_use_it() -> None:
    table = (PAGES / "architecture.md").read_text(encoding="utf-8").partition("\n## The catalogue\n")[2]
    rows = re.findall(r"^\| (`.*?) \|", table.partition("\n## ")[0], flags=re.MULTILINE)
    row_of = {name: number for number, row in enumerate(rows) for name in re.findall(r"(\w+)/`", row)}
    assert sorted(row_of) == ROOMS
    assert [
        f"{one} uses {name}" for one, names in uses().items() for name in names if row_of[name] > row_of[one]
    ] == []


def test_only_the_resource_opens() -> None:
    users = {file.name for file in ROOT.rglob("*.py") if "opening" in {room(one) for one in imported(file)}}
    assert users == {"resource.py", "opening.py", "parts.py"}


@pytest.mark.parametrize("name", ["records", "query", "machine", "media"])
def test_these_need_no_library(name: str) -> None:
    used = {one for file in (ROOT / name).rglob("*.py") for one in imported(file)}
    assert {one.split(".")[0] for one in used} & HEAVY == set()


@pytest.mark.parametrize("name", ROOMS)
def test_each_room_says_what_it_is_for(name: str) -> None:
    about = ast.get_docstring(ast.parse((ROOT / name / "__init__.py").read_text(encoding="utf-8")))
    assert about
    assert len(about.split()) > 10


def test_nothing_lies_outside_a_room_but_what_plugins_are_known_by() -> None:
    assert sorted(file.name for file in ROOT.glob("*.py")) == ["__init__.py", "opened.py", "resource.py"]
