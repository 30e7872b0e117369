"""What the documentation and the examples show works."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowhost.config import read_profile
from flowhost.parts import Kind
from flowhost.registry import Registry
from flowhost.wiring import blueprint

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("[!.]*.md"))]
KINDS: tuple[Kind, ...] = ("source", "worker", "resource")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def snippets(page: Path, language: str) -> list[str]:
    """The blocks of code in this language."""
    return [text for found, text in FENCE.findall(page.read_text(encoding="utf-8")) if found == language]


def profiles() -> list[Any]:
    found = [(page, text) for page in PAGES for text in snippets(page, "ini") if is_profile(text)]
    return [pytest.param(page, text, id=f"{page.stem}-{number}") for number, (page, text) in enumerate(found)]


def is_profile(text: str) -> bool:
    return re.sub(r"^[#;].*\n", "", text, flags=re.MULTILINE).lstrip().startswith("[Flow]")


def modules(page: Path) -> dict[str, str]:
    """The Python files a page shows: their first line is ``# name.py``."""
    named = {re.match(r"# (\w+)\.py\n", text): text for text in snippets(page, "python")}
    return {match[1]: text for match, text in named.items() if match}


@pytest.fixture
def imports_undone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Profiles name modules beside them; another test's of the same name must not be found instead."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write_profile(folder: Path, page: Path, text: str) -> tuple[Path, dict[str, str]]:
    """Put a profile, the modules of its page and its secrets into a folder; return it and its variables."""
    for name, source in modules(page).items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    for name in re.findall(r"\$\{file:([^}]+)\}", text):
        (folder / name).write_text("secret", encoding="utf-8")
    for name in re.findall(r"^directory = (\w+)$", text, re.MULTILINE):
        (folder / name).mkdir()
    profile = folder / "profile.ini"
    profile.write_text(text, encoding="utf-8")
    return profile, dict.fromkeys(re.findall(r"\$\{?([A-Za-z]\w*)\}?", text), "value")


@pytest.mark.usefixtures("imports_undone")
@pytest.mark.parametrize(("page", "text"), profiles())
def test_every_profile_shown_is_right(page: Path, text: str, tmp_path: Path) -> None:
    profile, environ = write_profile(tmp_path, page, text)
    made = blueprint(read_profile(profile, environ=environ), Registry.load())
    assert made.sources


@pytest.mark.parametrize("profile", sorted((ROOT / "examples").rglob("*.ini")), ids=lambda path: path.stem)
def test_every_example_is_right(profile: Path) -> None:
    environ = dict.fromkeys(re.findall(r"\$\{?([A-Z]\w*)\}?", profile.read_text()), "value")
    made = blueprint(read_profile(profile, environ=environ), Registry.load())
    assert made.sources
    assert made.info.name != "default"


@pytest.mark.slow
def test_the_batch_example_ends_with_its_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flowhost", "run", "--plain", str(ROOT / "examples" / "batch-stdin.ini")]
    environ = os.environ | {"FLOWHOST_STATE": str(tmp_path)}
    lines = '{"clip": "a"}\n{"clip": "b"}\n'
    ended = subprocess.run(command, input=lines, env=environ, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 events interrupted" in ended.stdout


@pytest.mark.slow
def test_the_tests_shown_pass(tmp_path: Path) -> None:
    for number, text in enumerate(snippets(DOCS / "testing-a-plugin.md", "python")):
        (tmp_path / f"test_{number}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "4 passed" in ended.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_python_shown_compiles(page: Path) -> None:
    for text in snippets(page, "python"):
        ast.parse(text)


@pytest.mark.usefixtures("imports_undone")
@pytest.mark.parametrize("page", [page for page in PAGES if modules(page)], ids=lambda path: path.stem)
def test_modules_shown_run_and_plugins_register(page: Path, tmp_path: Path) -> None:
    write_profile(tmp_path, page, "")
    sys.path.insert(0, str(tmp_path))
    for name, text in modules(page).items():
        module = importlib.import_module(name)
        provided = [kind for kind in KINDS if hasattr(module, f"flowhost_{kind}s")]
        assert bool(provided) == ("hookimpl" in text)
        registry = Registry.load(extra=[(name, module)])
        for kind in provided:
            (part,) = getattr(module, f"flowhost_{kind}s")()
            assert registry.get(kind, part.name) is part
