"""What a script is told."""

from __future__ import annotations

import os
import string
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowhost_plugins.scripts.environment import VARIABLE_BYTES, environment, told

Variables = Callable[..., dict[str, str]]

NOTIFICATION = {
    "itemId": "VX-149",
    "type": "TRANSCODE",
    "progress-200-0-0": "percent 0.0/100",
    "_portalJobId": "912f7e2f-44a6-24b4-a7ac-346d169a8a2b",
    "filePathMap": "VX-1554=Screen Shot, 2015-10-06.jpg",
    "jobDocument": '<?xml version="1.0"?>\n<JobDocument>\n  <jobId>VX-1</jobId>\n</JobDocument>\n',
    "closeProxyURI5": "file:///srv/a\nfile:///srv/b",
    "tags": "",
    "evil": "$(touch /tmp/x); `id` \"'\\ ${title}",
    "schön": "grün",
}


def test_a_notification_is_told_verbatim(variables_of: Variables) -> None:
    found = variables_of(item="VX-149", variables=NOTIFICATION)
    assert found == {f"portal_{key}": text for key, text in NOTIFICATION.items()}


def test_other_runs_know_their_item_only(variables_of: Variables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("portal_type", "of the shell the daemon was started in")
    assert variables_of(item="VX-7") == {"portal_itemId": "VX-7"}
    assert variables_of(item=None) == {}


def test_the_daemons_own_environment_is_there(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_NAME", "news room")
    site.add("ask", '#!/bin/sh\ntest "$SITE_NAME" = "news room"\n')
    assert site.run("ask").state == "done"


def test_by_hand_it_is_the_same(site: Any, variables_of: Variables) -> None:
    as_step = variables_of(item="VX-100")
    subprocess.run([site.folder / "keep"], env=os.environ | {"portal_itemId": "VX-100"}, check=True)
    by_hand = (site.root / "kept").read_text().split("\0")
    assert as_step == dict(one.split("=", 1) for one in by_hand if one.startswith("portal_"))


def test_what_no_environment_can_hold(variables_of: Variables, caplog: pytest.LogCaptureFixture) -> None:
    found = variables_of(item=None, variables={"a\0b": "x\0y", "c=d": "z", "half": "\ud800", "raw": "\udcff"})
    assert found == {"portal_ab": "xy", "portal_half": "?", "portal_raw": "\udcff"}
    assert "'c=d' is left out" in caplog.text


def test_a_long_variable_is_in_a_file(site: Any, variables_of: Variables) -> None:
    fits = "x" * (VARIABLE_BYTES - len("portal_fits="))
    assert variables_of(item=None, variables={"fits": fits}) == {"portal_fits": fits}
    assert list(variables_of(item=None, variables={"fits": fits + "x"})) == ["portal_fits_file"]

    copied = site.root / "copied"
    site.add(
        "copy", f'#!/bin/sh\ncat "$portal_long_file" > {copied}\nls -ld "$(dirname "$portal_long_file")"\n'
    )
    text = "line\n" * 100_000
    assert site.run("copy", variables={"long": text}).state == "done"
    assert copied.read_text() == text


def test_the_files_are_private_and_gone_afterwards(variables_of: Variables) -> None:
    path = Path(variables_of(variables={"long": "x" * 200_000})["portal_long_file"])
    assert not path.parent.exists()


def test_many_variables_together(variables_of: Variables) -> None:
    """Each fits, all of them do not: the longest go into files."""
    many = {f"v{number}": "x" * (100_000 + number) for number in range(80)}
    found = variables_of(item="VX-1", variables=many)
    in_files = {name for name in found if name.endswith("_file")}
    assert "portal_v79_file" in in_files
    assert found["portal_v0"] == many["v0"]
    assert len(found) == 81


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.text(string.ascii_letters, min_size=1, max_size=8), st.text(max_size=3000), max_size=20
    ),
    st.integers(0, 20_000),
)
def test_everything_is_told_somewhere(variables: dict[str, str], room: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wanted = told(variables, None)
        found = environment(wanted, Path(folder), [b"x"], room=room)
        for name, text in wanted.items():
            path = found.get(name + b"_file")
            assert found.get(name) == text or (path and Path(os.fsdecode(path)).read_bytes() == text)


def test_arguments(site: Any) -> None:
    kept = site.root / "kept"
    site.add("keep", f'#!/bin/sh\nprintf "%s\\n" "$@" > {kept}\n')
    tags = {"title": "a b; rm -rf $HOME", "cast": ("Ann", "Bo"), "empty": "x\0y"}
    site.run("keep", "--title", "<${title}>", "${cast}", "${nobody:-}", "${empty}", tags=tags)
    assert kept.read_text().splitlines() == ["--title", "<a b; rm -rf $HOME>", "Ann", "Bo", "xy"]
