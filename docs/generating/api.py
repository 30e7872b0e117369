"""The page of public names: what a plugin may import from `flowhost`."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
from pathlib import Path
from typing import Any

import flowhost
from generating.docstrings import markdown
from generating.signatures import signature

GROUPS = {
    "What travels": ("Event", "Receipt", "Emit", "Outcome", "Context", "Job", "Message"),
    "Parts": ("Source", "Worker", "Parser", "Resource", "Action", "hookimpl"),
    "Roles": (
        "AssetSystem",
        "MediaLibrary",
        "Archive",
        "Ledger",
        "Store",
        "Broker",
        "Dictionary",
        "Executor",
    ),
    "Given by the host": ("Clock", "DaemonInfo", "Workbench"),
    "Option types": ("Seconds", "Size", "Secret", "Section", "Expression", "Template", "PathTemplate"),
    "Errors": (
        *("FlowhostError", "ConfigError", "Unavailable", "StateUnavailable", "Retry", "Permanent"),
        *("Rejected", "Conflict", "TimedOut", "ExpressionError", "TemplateError", "UndefinedTag"),
    ),
}
OTHERS = "Everything else"

INTRODUCTION = """# Public names

A plugin imports what it needs from `flowhost`: these names are the promise. So are those of a few
[packages below it](#packages); everything else may change. Each part may inherit from its protocol or simply have its
methods.
"""

PACKAGES = ("flowhost.http_client", "flowhost.query", "flowhost.web")
"""Public packages below `flowhost`; what their ``__all__`` has is a promise, too."""


def api_page() -> str:
    """One entry for each name in ``flowhost.__all__``."""
    grouped = {name for names in GROUPS.values() for name in names}
    groups = GROUPS | {OTHERS: tuple(name for name in flowhost.__all__ if name not in grouped)}
    blocks = [INTRODUCTION]
    for title, names in groups.items():
        blocks.append(f"## {title}")
        blocks += [_entry(name) for name in names]
    blocks.append("## Packages")
    blocks += [_package(name) for name in PACKAGES]
    return "\n\n".join(blocks) + "\n"


def _package(name: str) -> str:
    package = importlib.import_module(name)
    names = ", ".join(f"`{one}`" for one in package.__all__)
    return f"**{name}** {markdown(inspect.getdoc(package) or '')}\n\nIts names: {names}."


def _entry(name: str) -> str:
    value = getattr(flowhost, name)
    if inspect.isclass(value) and value.__module__.startswith("flowhost"):
        return _class(name, value)
    heading = f"### {name} {{: #{name} }}"
    if inspect.isfunction(value):
        documented = f"```python\n{signature(name, value)}\n```\n\n{markdown(inspect.getdoc(value) or '')}"
    else:
        documented = markdown(_text_below(name, "flowhost") or "")
    return f"{heading}\n\n{documented}"


def _class(name: str, value: type) -> str:
    protocol = getattr(value, "_is_protocol", False)
    shown = f"class {name}" if protocol else signature(f"class {name}", value)
    blocks = [f"### {name} {{: #{name} }}", f"```python\n{shown}\n```", markdown(inspect.getdoc(value) or "")]
    for method, function in vars(value).items():
        called = getattr(function, "__func__", function)
        if method.startswith("_") or not inspect.isfunction(called):
            continue
        text = markdown(inspect.getdoc(called) or "").replace("\n", "\n    ")
        line = signature(method, called, bound=True).replace("\n", "\n    ")
        blocks.append(f"`{method}`\n:   ```python\n    {line}\n    ```\n\n    {text}")
    return "\n\n".join(blocks)


def _text_below(name: str, module: str) -> str:
    """The string under ``name = …`` in the module that defines it; Python keeps no docstring of a value."""
    tree = ast.parse(_source(module))
    for statement, following in zip(tree.body, [*tree.body[1:], ast.Pass()], strict=True):
        if isinstance(statement, ast.ImportFrom) and any(
            (a.asname or a.name) == name for a in statement.names
        ):
            assert statement.module
            return _text_below(name, statement.module)
        if name in _assigned(statement) and isinstance(following, ast.Expr):
            return inspect.cleandoc(ast.literal_eval(following.value))
    return ""


def _source(module: str) -> str:
    spec = importlib.util.find_spec(module)
    assert spec and spec.origin, f"{module} has no source file"
    return Path(spec.origin).read_text(encoding="utf-8")


def _assigned(statement: ast.stmt) -> list[Any]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]
