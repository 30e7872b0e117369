"""What the page about the client shows works on a server."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from flowhost.testing.services import missing

PAGE = Path(__file__).parents[4] / "docs" / "vidispine" / "client.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not here")
def test_the_program_shown_runs(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    if importlib.util.find_spec("flowhost_devserver") is None:
        missing("there is no development server; try: pip install contrib/flowhost-devserver")
    server = request.getfixturevalue("vidispine_server")
    shown = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    program = "\n".join(text for text in shown if not text.startswith("# "))
    program = program.replace("http://vidispine.example:8080", server.url).replace('"secret"', '"admin"')
    names: dict[str, Any] = {}
    try:
        exec(compile(program, str(PAGE), "exec"), names)
    finally:
        names["client"].close()
    lines = capsys.readouterr().out.splitlines()
    made = names["made"].id
    assert lines[1:] == ["['Harbour at night']", made, "Item VX-987654321"]
