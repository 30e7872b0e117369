from __future__ import annotations

import ast
import importlib.util
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from flowhost.cli import program
from flowhost.testing.services import missing
from flowhost_plugins.viz_one import Model
from flowhost_plugins.viz_one.new_transfer_plugin.model import Setting, model


def new(*words: str, code: int = 0) -> str:
    result: Result = CliRunner().invoke(program, ["new", "transfer-plugin", *words])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fields(vdf: Path) -> dict[str, str]:
    """The fields of a model, with their default values."""
    payload = Model(vdf.read_bytes()).to_payload()
    return {name: payload.get(name) or "" for name in payload.names()}


def test_the_tree(folder: Path) -> None:
    said = new("to_archive", "plugin.folder:Folder:/in")
    made = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert made == [
        "to_archive/README.md",
        "to_archive/apps/to_archive/to_archive.ini",
        "to_archive/apps/to_archive/to_archive.py",
        "to_archive/bin/to_archive",
        "to_archive/build/xfer-plugin-to_archive/FILES",
        "to_archive/etc/xfer-plugin-to_archive.vdf",
        "to_archive/plugin",
        "to_archive/tests/test_to_archive.py",
    ]
    assert [path for path in made if path.removeprefix("to_archive/") not in said] == []
    wrapper = folder / "to_archive/bin/to_archive"
    assert stat.S_IMODE(wrapper.stat().st_mode) == 0o755
    environment = {"PATH": os.defpath, "FLOWHOST": "echo"}
    told = subprocess.run([wrapper], env=environment, capture_output=True, text=True, check=True).stdout
    assert told == "run /opt/ardome/apps/to_archive/to_archive.ini -g\n"


def test_what_it_says_to_try_can_be_typed(folder: Path) -> None:
    assert "  python -m pytest myplugin/tests\n" in new("myplugin")
    assert "  python -m pytest 'the plugins/myplugin/tests'\n" in new("myplugin", "--into", "the plugins")


@pytest.mark.parametrize(("name", "expected"), [("myplugin", "Myplugin"), ("my_plugin", "MyPlugin")])
def test_the_class_is_called_as_the_plugin(folder: Path, name: str, expected: str) -> None:
    new(name)
    app = folder / name / "apps" / name
    assert f"\nclass {expected}(TransferPlugin):\n" in (app / f"{name}.py").read_text()
    assert f"\nclass = {name}.{expected}\n" in (app / f"{name}.ini").read_text()


def test_the_readme_says_what_the_server_needs(folder: Path) -> None:
    new("myplugin")
    lines = (folder / "myplugin/README.md").read_text().splitlines()
    page = (Path(__file__).parents[4] / "docs/viz-one/transfer-plugin.md").read_text().splitlines()
    commands = [line for line in page if line.startswith(("    storagemgr", "    mkdir", "    sudo"))]
    assert len(commands) > 8
    assert [line for line in commands if line not in lines] == []
    wrapper = (folder / "myplugin/bin/myplugin").read_text()
    assert wrapper.index("\nFLOWHOST=") < wrapper.index("\nexec ")
    assert any("`FLOWHOST`" in line for line in lines)
    assert any("`depends: flowhost`" in line for line in lines)


def test_the_descriptor_has_every_key(folder: Path) -> None:
    new("myplugin")
    lines = (folder / "myplugin/plugin").read_text().splitlines()
    keys = dict(line.split(": ", 1) for line in lines)
    assert (keys["package"], keys["methods"], keys["mode"]) == ("myplugin", "myplugin", "filecopy")
    assert list(keys) == [
        "type", "package", "depends", "methods", "mode", "title", "author", "version", "source-scheme",
        "destination-scheme", "destination-conflicts", "killprocess", "partial", "partial-by-frame",
    ]  # fmt: skip


def test_the_list_of_files_packs_the_app_first(folder: Path) -> None:
    new("myplugin")
    lines = (folder / "myplugin/build/xfer-plugin-myplugin/FILES").read_text().splitlines()
    assert lines[0] == "apps/myplugin/* -> apps/myplugin"
    assert "bin/myplugin -> xferplugin/bin/myplugin" in lines
    assert "etc/xfer-plugin-myplugin.vdf -> xferplugin/etc/xfer-plugin-myplugin.vdf" in lines


def test_the_settings(folder: Path) -> None:
    new("myplugin", "plugin.folder:Folder:C:/in & <out>", "plugin.user:Name:admin", "plugin.mode")
    vdf = folder / "myplugin/etc/xfer-plugin-myplugin.vdf"
    assert fields(vdf) == {
        "plugin.user": "admin",
        "plugin.password": "user",
        "plugin.folder": "C:/in & <out>",
        "plugin.mode": "",
    }
    labels = {field.name: field.label for field in Model(vdf.read_bytes()).fields}
    assert (labels["plugin.user"], labels["plugin.folder"], labels["plugin.mode"]) == (
        "Name",
        "Folder",
        "Mode",
    )
    ast.parse((folder / "myplugin/tests/test_myplugin.py").read_text())


def test_nothing_is_written_over(folder: Path) -> None:
    new("myplugin")
    app = folder / "myplugin/apps/myplugin/myplugin.py"
    app.write_text("mine")
    assert "exists already" in new("myplugin", code=2)
    assert app.read_text() == "mine"
    (folder / "other").write_text("a file")
    assert "exists already" in new("other", code=2)
    assert "exists already" in new("myplugin", "--into", ".", code=2)
    new("myplugin", "--into", "elsewhere/deeper")
    assert (folder / "elsewhere/deeper/myplugin/plugin").exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("My", "cannot be a plugin's name"),
        ("my-plugin", "cannot be a plugin's name"),
        ("../up", "cannot be a plugin's name"),
        ("7up", "cannot be a plugin's name"),
        ("", "cannot be a plugin's name"),
        ("class", "is a word of Python's own"),
        ("json", "there is a Python module 'json' already"),
        ("flowhost", "there is a Python module 'flowhost' already"),
    ],
)
def test_a_name_that_cannot_be(folder: Path, name: str, reason: str) -> None:
    said = " ".join(new(name, code=2).split())
    assert reason in said
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        (":Label:x", "is no setting; expected name:label:default"),
        ("two words:Label:x", "is no setting"),
        ("a:b:\x07", "is no setting"),
    ],
)
def test_a_setting_that_cannot_be(folder: Path, setting: str, reason: str) -> None:
    assert reason in " ".join(new("myplugin", setting, code=2).split())
    assert "the setting 'a.b' is given twice" in new("myplugin", "a.b:X:1", "a.b:Y:2", code=2)
    assert list(folder.iterdir()) == []


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=20)


@given(label=TEXT, default=TEXT)
def test_any_label_and_default_survive(label: str, default: str) -> None:
    [field] = Model(model([Setting("plugin.x", label, default)]).encode()).fields
    assert field.label == label
    payload = Model(model([Setting("plugin.x", label, default)]).encode()).to_payload()
    assert (payload.get("plugin.x") or "") == default


@pytest.mark.slow
def test_what_is_written_passes_its_own_test(folder: Path) -> None:
    if importlib.util.find_spec("flowhost_devserver") is None:
        missing("there is no development server; try: pip install contrib/flowhost-devserver")
    new("to_archive", "plugin.folder:Folder:/in")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "to_archive/tests"]
    done = subprocess.run(
        command, cwd=folder, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
