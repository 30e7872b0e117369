"""A folder of scripts, and the action that runs one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.scripts import RunScript, Scripts


@dataclass
class Site:
    """A folder of scripts and what is made for it."""

    root: Path
    clock: flowhost.Clock = field(default_factory=flowhost.SystemClock)

    @property
    def folder(self) -> Path:
        return self.root / "scripts"

    def scripts(self, **options: Any) -> Scripts:
        return Scripts(daemon=flowhost.DaemonInfo("test", str(self.root)), **options)

    def add(self, name: str, text: str, *, mode: int = 0o755) -> Path:
        self.folder.mkdir(exist_ok=True)
        file = self.folder / name
        file.write_text(text)
        file.chmod(mode)
        return file

    def action(self, script: str, *arguments: str, **options: Any) -> RunScript:
        templates = tuple(flowhost.Template(text) for text in arguments)
        return RunScript(
            script=script, arguments=templates, scripts=self.scripts(**options), clock=self.clock
        )

    def run(
        self,
        script: str,
        *arguments: str,
        item: str | None = "VX-1",
        variables: Mapping[str, str] | None = None,
        tags: Mapping[str, Any] | None = None,
        cancelled: threading.Event | None = None,
        **options: Any,
    ) -> flowhost.Outcome:
        context = flowhost.Context(
            flowhost.Event("rule.start"),
            item=item,
            tags=tags or {},
            run="7",
            variables=variables or {},
            cancelled=cancelled or threading.Event(),
        )
        return self.action(script, *arguments, **options).act(context)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def variables_of(site: Site) -> Callable[..., dict[str, str]]:
    """Runs a script that writes down its ``portal_`` variables."""
    kept = site.root / "kept"
    site.add("keep", f"#!/bin/bash\nenv -0 > {kept}\n")  # dash would drop names with a hyphen

    def run(**how: Any) -> dict[str, str]:
        assert site.run("keep", **how).state == "done"
        pairs = [one.partition("=") for one in kept.read_bytes().decode(errors="surrogateescape").split("\0")]
        return {name: text for name, _, text in pairs if name.startswith("portal_")}

    return run
