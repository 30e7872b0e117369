"""The documentation is complete and true to the code."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

import flowhost
from flowhost.config.settings import FlowSection, SourceSection
from flowhost.hookspecs import hookspec
from flowhost.logs import LoggingSection
from flowhost.options import document_key, options_of
from flowhost.parts import Kind
from flowhost.registry import Registry

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
KINDS: tuple[Kind, ...] = ("source", "worker", "action", "parser", "resource")


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    """The script that makes the reference pages."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(DOCS))
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(DOCS))


@pytest.fixture(scope="module")
def generated(generate: ModuleType) -> dict[str, str]:
    """The generated pages, by path."""
    pages: dict[str, str] = generate.pages()
    return pages


def test_every_fixture_is_documented() -> None:
    text = (DOCS / "testing-a-plugin.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "host/flowhost/testing").glob("*.py")]
    fixtures = [name for source in sources for name in re.findall(r"@pytest\.fixture.*\ndef (\w+)", source)]
    assert "daemon" in fixtures
    assert [name for name in fixtures if f"`{name}`" not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_bundled_part_is_documented(kind: Kind, generated: dict[str, str]) -> None:
    registry = Registry.load()
    parts = {
        name: part
        for name, part in registry.parts(kind).items()
        if registry.plugin_of(kind, name).distribution == "flowhost"
    }
    assert parts
    page = generated[f"reference/{kind}s.md"]
    for name, part in parts.items():
        section = page.partition(f"## {name} {{: #{name} }}")[2].partition("\n## ")[0]
        spelled = document_key if kind == "action" else lambda option: option.key
        keys = [f"[{o.section}]" if o.section else spelled(o) for o in options_of(part) if not o.host_given]
        assert [key for key in keys if f"| `{key}` |" not in section] == []


@pytest.mark.parametrize("section", [FlowSection, SourceSection, LoggingSection], ids=lambda s: s.name)
def test_every_key_of_the_daemon_is_documented(section: type, generated: dict[str, str]) -> None:
    missing = [o.key for o in options_of(section) if f"| `{o.key}` |" not in generated["reference/daemon.md"]]
    assert missing == []


def test_every_option_has_a_help_text() -> None:
    registry = Registry.load()
    bare = [
        f"{name}: {option.key}"
        for kind in KINDS
        for name, part in registry.parts(kind).items()
        for option in options_of(part)
        if not option.help and option.role is None
    ]
    assert bare == []


def test_every_hook_is_documented(generate: ModuleType, generated: dict[str, str]) -> None:
    from flowhost import hookspecs

    marked = f"{hookspec.project_name}_spec"
    hooks = [name for name, value in vars(hookspecs).items() if getattr(value, marked, None)]
    assert "flowhost_sources" in hooks
    assert [name for name in hooks if f"### {name} " not in generated["reference/hooks.md"]] == []


def test_every_public_name_is_documented(generated: dict[str, str]) -> None:
    entries = re.split(r"^### ", generated["reference/api.md"], flags=re.MULTILINE)[1:]
    texts = {entry.split(" ")[0]: entry.partition("\n")[2] for entry in entries}
    assert set(texts) == set(flowhost.__all__)
    assert [
        name for name, text in texts.items() if not re.sub(r"```.*?```", "", text, flags=re.DOTALL).strip()
    ] == []


def test_every_command_is_documented(generated: dict[str, str]) -> None:
    from flowhost.cli import COMMANDS

    page = generated["reference/commands.md"]
    assert [name for name in COMMANDS if f"## flowhost {name} " not in page] == []


def test_every_bundled_plugin_is_documented(generated: dict[str, str]) -> None:
    plugins = [plugin.name for plugin in Registry.load().plugins if plugin.distribution == "flowhost"]
    assert plugins
    assert [name for name in plugins if f"| `{name}` |" not in generated["reference/plugins.md"]] == []


def test_every_file_of_the_host_is_in_the_architecture() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    host = ROOT / "host" / "flowhost"
    files = [path.name for path in host.glob("*.py") if not path.name.startswith("__")]
    folders = [f"{path.parent.name}/" for path in host.glob("*/__init__.py")]
    assert [name for name in sorted(files + folders) if f"`{name}`" not in text] == []


def test_the_architecture_names_no_file_that_is_gone() -> None:
    table = (DOCS / "architecture.md").read_text(encoding="utf-8").partition("from the bottom up")[2]
    named = re.findall(r"`([\w/]+(?:\.py|/))`", table.partition("\n## ")[0])
    assert named
    assert [name for name in named if not (ROOT / "host" / "flowhost" / name).exists()] == []


def test_no_file_uses_one_further_down_in_the_architecture() -> None:
    table = (DOCS / "architecture.md").read_text(encoding="utf-8").partition("from the bottom up")[2]
    rows = re.findall(r"^\| (`.*?) \|", table.partition("\n## ")[0], flags=re.MULTILINE)
    row_of = {
        name: number for number, row in enumerate(rows) for name in re.findall(r"(\w+)(?:\.py|/)`", row)
    }
    host = ROOT / "host" / "flowhost"
    upwards = []
    for file in host.rglob("*.py"):
        own = file.relative_to(host).parts[0].removesuffix(".py")
        used = re.findall(
            r"^\s*(?:from|import) flowhost\.(\w+)", file.read_text(encoding="utf-8"), re.MULTILINE
        )
        upwards += [f"{own}: {name}" for name in used if row_of.get(name, 0) > row_of.get(own, len(rows))]
    assert upwards == []


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = [name for names in project["optional-dependencies"].values() for name in names]
    text = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    named = [re.match(r"[\w.-]+", requirement) for requirement in project["dependencies"] + optional]
    assert [match[0] for match in named if match and f"| {match[0]}" not in text] == []


def test_the_changelog_knows_this_version() -> None:
    assert f"\n## {version('flowhost')}" in (DOCS / "changelog.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_between_files_lead_somewhere(page: Path, generated: dict[str, str]) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    made = {DOCS / path for path in generated}
    broken = [link for link in links if not (page.parent / link).exists() and page.parent / link not in made]
    assert broken == []


def test_pages_include_files(generate: ModuleType) -> None:
    page = generate.with_files((DOCS / "writing-a-plugin.md").read_text(encoding="utf-8"))
    assert "class Greet:" in page
    assert "# include" not in page


def test_every_page_is_in_the_navigation(generated: dict[str, str]) -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    pages = [*(path.name for path in DOCS.glob("*.md")), *generated]
    assert [page for page in pages if f": {page}\n" not in navigation + "\n"] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_no_page_is_unfinished(page: Path) -> None:
    assert re.findall(r"\b(TODO|TBD|FIXME|XXX|Lorem|coming soon)\b", page.read_text(encoding="utf-8")) == []
