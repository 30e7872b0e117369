"""The server is written from the standards: it must not lean on the client that it is to test."""

from __future__ import annotations

import ast
from pathlib import Path

import flowhost_devserver
import pytest

ROOT = Path(flowhost_devserver.__file__).parent
CLIENTS = ("flowhost_plugins.viz_one", "flowhost_plugins.vidispine", "flowhost_plugins.portal")


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_imports_the_client(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        assert not [name for name in names if name.startswith(CLIENTS)], file
