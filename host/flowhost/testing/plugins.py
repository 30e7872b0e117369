"""Puts plugins on disk as pip would install them, so that tests find them as an operator's machine does."""

from __future__ import annotations

import importlib
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pytest

ENTRY_POINT_GROUP = "flowhost"


class Install(Protocol):
    """What the fixture `install` gives."""

    def __call__(
        self,
        distribution: str,
        version: str = "1.0",
        *,
        entry_points: Mapping[str, str],
        modules: Mapping[str, str] | None = None,
        requires: Sequence[str] = (),
    ) -> Path:
        """Install a distribution with plugins for the length of a test.

        Args:
            distribution: its name.
            version: its version.
            entry_points: name of each plugin → ``module`` or ``module:Class``.
            modules: name of each module → its source, which may be indented like the test's own; a dotted
                name makes packages.
            requires: requirements in its metadata; nothing is installed for them.

        Returns:
            The folder it was installed into, which is on ``sys.path``.
        """


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs plugins on disk: ``install("mine", entry_points={"mine": "m"}, modules={"m": "..."})``."""
    before = set(sys.modules)
    installed: list[str] = []

    def put(
        distribution: str,
        version: str = "1.0",
        *,
        entry_points: Mapping[str, str],
        modules: Mapping[str, str] | None = None,
        requires: Sequence[str] = (),
    ) -> Path:
        folder = tmp_path / f"site-{len(installed)}-{distribution}"
        installed.append(distribution)
        _write_metadata(folder, distribution, version, entry_points, requires)
        for name, source in (modules or {}).items():
            _write_module(folder, name, source)
        monkeypatch.syspath_prepend(folder)
        importlib.invalidate_caches()
        return folder

    yield put
    for name in set(sys.modules) - before:
        if _is_below(sys.modules[name], tmp_path):
            del sys.modules[name]


def _write_metadata(
    folder: Path, distribution: str, version: str, entry_points: Mapping[str, str], requires: Sequence[str]
) -> None:
    info = folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    fields = ["Metadata-Version: 2.1", f"Name: {distribution}", f"Version: {version}"]
    fields += [f"Requires-Dist: {requirement}" for requirement in requires]
    points = [f"[{ENTRY_POINT_GROUP}]", *(f"{name} = {value}" for name, value in entry_points.items())]
    (info / "METADATA").write_text("\n".join(fields) + "\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("\n".join(points) + "\n", encoding="utf-8")


def _write_module(folder: Path, name: str, source: str) -> None:
    path = folder.joinpath(*name.split("."))
    path.parent.mkdir(parents=True, exist_ok=True)
    for package in path.relative_to(folder).parents:
        if package != Path():
            (folder / package / "__init__.py").touch()
    path.with_suffix(".py").write_text(textwrap.dedent(source), encoding="utf-8")


def _is_below(module: object, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and Path(file).is_relative_to(folder)
