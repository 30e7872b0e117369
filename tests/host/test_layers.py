"""Who may import whom: the host goes one way, and plugins see of it what `flowhost` exports."""

from __future__ import annotations

import ast
import graphlib
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import flowhost

ROOT = Path(__file__).parents[2]
HOST = ROOT / "host" / "flowhost"
PLUGINS = ROOT / "plugins" / "flowhost_plugins"

ORDER = (
    "places",
    "errors",
    "showing",
    "parts",
    "actions",
    "roles",
    "asset_system",
    "media",
    "media_library",
    "archive",
    "workbench",
    "hookspecs",
    "clock",
    "records",
    "locks",
    "retrying",
    "disks",
    "options",
    "values",
    "query",
    "http_client",
    "web",
    "discovery",
    "registry",
    "state",
    "sql",
    "pool",
    "logs",
    "expressions",
    "templates",
    "config",
    "wiring",
    "delivery",
    "monitoring",
    "supervisor",
    "resource_life",
    "daemon",
    "service",
    "fleet",
    "commands",
)
"""Modules and packages of the host; each may import those before it."""

EVERY_HOST_FILE = sorted(HOST.rglob("*.py"))
EVERY_PLUGIN_FILE = sorted(PLUGINS.rglob("*.py"))
EVERY_CONTRIB_FILE = sorted(ROOT.glob("contrib/*/src/**/*.py"))


def module_of(file: Path, package: Path) -> str:
    """The dotted name of a file of a package."""
    return ".".join((package.name, *file.relative_to(package).with_suffix("").parts)).removesuffix(
        ".__init__"
    )


def imports(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[tuple[str, int]]:
    """Every name that is imported, in full and with its line: ``a.b.C`` for ``from a.b import C``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                above = module.split(".")[: len(module.split(".")) - node.level + is_package]
                start = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{start}.{alias.name}", node.lineno) for alias in node.names)


def imports_of(file: Path, package: Path) -> list[tuple[str, int]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return list(imports(tree, module_of(file, package), is_package=file.name == "__init__.py"))


def layer(name: str) -> str | None:
    """The module or package of the host that a full name lies in; None when that is no file of the host."""
    parts = name.split(".")
    if parts[0] != "flowhost" or len(parts) < 2:
        return None
    is_file = (HOST / f"{parts[1]}.py").exists() or (HOST / parts[1]).is_dir()
    return parts[1] if is_file else None


def exceptions(file: Path, package: Path) -> list[str]:
    """Imports of a plugin's file, and uses of ``flowhost.x``, that a plugin may not have."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    module = module_of(file, package)
    own = ".".join(module.split(".")[:2]) if package == PLUGINS else package.name
    names = list(imports(tree, module, is_package=file.name == "__init__.py"))
    names += [
        (f"flowhost.{node.attr}", node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "flowhost"
    ]
    return [f"{file.relative_to(ROOT)}:{line}: {name}" for name, line in names if not may_use(name, own)]


LIBRARIES = ("viz_one", "vidispine", "portal", "catalogue")
"""Bundled plugins that are a library besides: distributions of their own may import what their packages export."""


PUBLIC_PACKAGES = ("http_client", "query", "web")
"""Packages of the host that plugins import from, besides `flowhost` itself."""


def may_use(name: str, own: str) -> bool:
    """Whether code of the plugin `own` may use this name."""
    first, _, rest = name.partition(".")
    if first == "flowhost":
        module, _, name_in_it = rest.partition(".")
        if module in PUBLIC_PACKAGES and name_in_it:
            return name_in_it in importlib.import_module(f"flowhost.{module}").__all__
        return not rest or rest in flowhost.__all__
    if first != "flowhost_plugins" or name == own or name.startswith(f"{own}."):
        return True
    return not own.startswith("flowhost_plugins.") and is_public(rest)


def is_public(name: str) -> bool:
    """Whether ``plugin.Name`` is in the ``__all__`` of a plugin that is a library besides."""
    plugin, _, rest = name.partition(".")
    return plugin in LIBRARIES and rest in importlib.import_module(f"flowhost_plugins.{plugin}").__all__


@pytest.mark.parametrize("file", EVERY_HOST_FILE, ids=lambda file: str(file.relative_to(HOST)))
def test_the_host_imports_no_plugin(file: Path) -> None:
    assert [name for name, _ in imports_of(file, HOST) if name.split(".")[0] == "flowhost_plugins"] == []


@pytest.mark.parametrize("name", ORDER)
def test_nothing_imports_upwards(name: str) -> None:
    files = [HOST / f"{name}.py"] if (HOST / f"{name}.py").exists() else sorted((HOST / name).rglob("*.py"))
    assert files, f"{name} is no module of the host: correct ORDER"
    above = set(ORDER[ORDER.index(name) + 1 :])
    upwards = [
        f"{file.relative_to(ROOT)}:{line}: {imported}"
        for file in files
        for imported, line in imports_of(file, HOST)
        if imported == "flowhost" or layer(imported) in above
    ]
    assert upwards == []


def test_no_circle_in_the_host() -> None:
    graph: dict[str, set[str]] = {}
    for file in EVERY_HOST_FILE:
        own = layer(module_of(file, HOST))
        if own is not None:
            below = {layer(name) for name, _ in imports_of(file, HOST)} - {None, own}
            graph.setdefault(own, set()).update(name for name in below if name)
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which shows the circle


@pytest.mark.parametrize("file", EVERY_PLUGIN_FILE, ids=lambda file: str(file.relative_to(PLUGINS)))
def test_a_bundled_plugin_uses_what_is_exported_and_itself(file: Path) -> None:
    assert exceptions(file, PLUGINS) == []


@pytest.mark.skipif(not EVERY_CONTRIB_FILE, reason="there is no contrib here")
def test_a_contrib_plugin_uses_what_is_exported() -> None:
    found = []
    for file in EVERY_CONTRIB_FILE:
        source = next(parent for parent in file.parents if parent.name == "src")
        found += exceptions(file, source / file.relative_to(source).parts[0])
    assert found == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("import flowhost\nflowhost.Event", []),
        ("from flowhost import Event, hookimpl", []),
        ("from flowhost_plugins.mine.other import x\nfrom . import y\nfrom .y import z", []),
        ("import requests, flowhost_extra", []),
        ("import flowhost.parts", ["flowhost.parts"]),
        ("from flowhost.parts import Event", ["flowhost.parts.Event"]),
        ("from flowhost import parts", ["flowhost.parts"]),
        ("import flowhost\nflowhost.registry.Registry", ["flowhost.registry"]),
        ("def later():\n    from flowhost_plugins import stomp", ["flowhost_plugins.stomp"]),
        ("from flowhost_plugins.mineral import x", ["flowhost_plugins.mineral.x"]),
        ("from .. import stomp", ["flowhost_plugins.stomp"]),
    ],
)
def test_the_rule_itself(
    code: str, wrong: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "flowhost_plugins"
    (package / "mine").mkdir(parents=True)
    file = package / "mine" / "part.py"
    file.write_text(code)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    monkeypatch.setitem(globals(), "PLUGINS", package)
    assert [line.split(": ")[1] for line in exceptions(file, package)] == wrong
