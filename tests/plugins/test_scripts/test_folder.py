"""The folder of scripts, as a library and from the command line."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import flowhost
from flowhost_plugins.scripts import ScriptFolder
from flowhost_plugins.scripts.commands import scripts_command

SHELL = b"#!/bin/sh\nexit 0\n"


@pytest.fixture
def folder(tmp_path: Path) -> ScriptFolder:
    return ScriptFolder(tmp_path / "scripts")


def test_a_script_from_upload_to_deletion(folder: ScriptFolder) -> None:
    assert folder.listed() == []
    made = folder.upload("a b.sh", SHELL)
    assert (made.name, made.size, made.problem) == ("a b.sh", len(SHELL), "")
    assert os.access(folder.directory / "a b.sh", os.X_OK)
    with pytest.raises(flowhost.Permanent, match=r"there is a script 'a b\.sh' in .* already; replace it"):
        folder.upload("a b.sh", b"other")
    assert folder.read("a b.sh") == SHELL
    folder.replace("a b.sh", b"#!/bin/bash\n")
    assert [(one.name, one.size) for one in folder.listed()] == [("a b.sh", 12)]
    folder.delete("a b.sh")
    assert folder.names() == []
    assert list(folder.directory.iterdir()) == []


@pytest.mark.parametrize("verb", ["read", "delete", "replace"])
def test_what_is_not_there(folder: ScriptFolder, verb: str) -> None:
    folder.upload("thumbs.sh", SHELL)
    more = (b"",) if verb == "replace" else ()
    with pytest.raises(flowhost.Permanent, match=r"no script 'thumb\.sh' in /.*'thumbs\.sh'"):
        getattr(folder, verb)("thumb.sh", *more)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", ".profile", "a/../../b"])
@pytest.mark.parametrize("verb", ["upload", "replace", "read", "delete"])
def test_nothing_leads_out_of_the_folder(folder: ScriptFolder, verb: str, name: str) -> None:
    folder.upload("one", SHELL)
    more = (b"x",) if verb in ("upload", "replace") else ()
    with pytest.raises(flowhost.Permanent, match="script"):
        getattr(folder, verb)(name, *more)
    assert sorted(folder.directory.parent.iterdir()) == [folder.directory]


@pytest.mark.parametrize("verb", ["read", "delete", "replace"])
def test_a_folder_in_it_is_no_script(folder: ScriptFolder, verb: str) -> None:
    (folder.directory / "sub").mkdir(parents=True)
    more = (b"x",) if verb == "replace" else ()
    with pytest.raises(flowhost.Permanent, match="there is no script 'sub'"):
        getattr(folder, verb)("sub", *more)
    assert [one.name for one in folder.directory.iterdir()] == ["sub"]


def test_only_scripts_are_listed(folder: ScriptFolder) -> None:
    folder.upload("one", SHELL)
    (folder.directory / ".hidden").write_bytes(SHELL)
    (folder.directory / "sub").mkdir()
    (folder.directory / "dead").symlink_to("nowhere")
    (folder.directory / "text").write_text("hello")
    assert [(one.name, one.problem[:16]) for one in folder.listed()] == [
        ("one", ""),
        ("text", "may not be run b"),
    ]


def test_of_several_uploads_one_wins(folder: ScriptFolder) -> None:
    start, said = threading.Barrier(4), list[str]()

    def upload(number: int) -> None:
        start.wait()
        try:
            folder.upload("same", b"#!/bin/sh\n# %d\n" % number * 1000)
            said.append("uploaded")
        except flowhost.Permanent:
            said.append("refused")

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["refused"] * 3 + ["uploaded"]
    assert len(set(folder.read("same").splitlines())) == 2
    assert folder.names() == ["same"]


def test_replacing_keeps_who_may_run_it(folder: ScriptFolder) -> None:
    folder.upload("mine", SHELL)
    (folder.directory / "mine").chmod(0o640)
    folder.replace("mine", SHELL)
    assert (folder.directory / "mine").stat().st_mode & 0o777 == 0o750


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = ScriptFolder(tmp_path / "file")
    with pytest.raises(flowhost.Unavailable, match=r"cannot read the scripts in .*file"):
        folder.names()
    with pytest.raises(flowhost.Unavailable, match="cannot write the script"):
        folder.upload("x", SHELL)


def test_the_resource(site: Any) -> None:
    with pytest.raises(flowhost.Unavailable, match=r"there is no folder .*/scripts; make it.*\[Scripts\]"):
        site.scripts().probe()
    site.folder.mkdir()
    site.scripts().probe()
    assert site.scripts().time_limit == 300
    assert site.scripts(directory=Path("other")).folder.directory == site.root / "other"
    with pytest.raises(ValueError, match="'time limit' is 0 s"):
        site.scripts(time_limit=0)


def run(*words: str, text: bytes | None = None) -> Any:
    return CliRunner().invoke(scripts_command, words, input=text)


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLOWHOST_PROFILE", raising=False)
    here, file = ["--directory", str(tmp_path / "s")], tmp_path / "tell.sh"
    file.write_bytes(SHELL)
    assert run("list", *here).output == f"no scripts in {tmp_path / 's'}\n"
    assert run("upload", str(file), *here).output == "uploaded tell.sh\n"
    refused = run("upload", str(file), *here)
    assert isinstance(refused.exception, flowhost.ConfigError)
    assert run("upload", "-", "--name", "other", *here, text=b"no shell").output == (
        "uploaded other\n"
        "warning: the script 'other' is no program; a script needs a first line such as #!/bin/bash\n"
    )
    assert run("show", "tell.sh", *here).stdout_bytes == SHELL
    assert run("replace", "-", "--name", "tell.sh", *here, text=b"#!/bin/sh\n").output == "replaced tell.sh\n"
    listed = run("list", *here).output.splitlines()
    assert listed[0].split() == ["Script", "Bytes", "Modified", "Can", "be", "run"]
    assert listed[1].startswith("other") and "no: it is no program" in listed[1]
    assert listed[2].split()[:2] == ["tell.sh", "10"] and listed[2].endswith("yes")
    as_json = json.loads(run("list", "--json", *here).output)
    assert [(one["name"], one["executable"]) for one in as_json] == [("other", False), ("tell.sh", True)]
    assert run("delete", "other", *here).output == "deleted other\n"
    assert isinstance(run("delete", "other", *here).exception, flowhost.ConfigError)
    assert run("upload", "-", *here, text=b"x").exit_code == 2


def test_the_folder_of_a_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = tmp_path / "rules.ini"
    profile.write_text("[Flow]\nworker = log\n[Source]\ntype = stdin\n[Scripts]\ndirectory = mine\n")
    assert run("upload", "-", "--name", "x", "-c", str(profile), text=SHELL).output == "uploaded x\n"
    assert (tmp_path / "mine" / "x").read_bytes() == SHELL
    monkeypatch.setenv("FLOWHOST_PROFILE", str(profile))
    assert run("show", "x").stdout_bytes == SHELL
    assert (
        run("list", "--directory", str(tmp_path / "other")).output == f"no scripts in {tmp_path / 'other'}\n"
    )
    assert run("list", "-c", str(profile), "--directory", str(tmp_path)).exit_code == 2


def test_the_group_is_a_command_of_flowhost() -> None:
    from flowhost_plugins.scripts import flowhost_commands

    assert isinstance(flowhost_commands()["scripts"], click.Group)
