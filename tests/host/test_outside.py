"""A profile's resources for commands of plugins."""

from __future__ import annotations

from pathlib import Path

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue

PROFILE = "[Flow]\napp name = app\nworker = log\n[Catalogue]\n"


def test_the_resource_is_as_the_daemon_has_it(tmp_path: Path) -> None:
    profile = tmp_path / "app.ini"
    profile.write_text(PROFILE + "url = sqlite:///library.db\n")
    assert flowhost.resource_of(profile, Catalogue).location == str(tmp_path / "library.db")
    assert list(tmp_path.iterdir()) == [profile], "it is not opened"


def test_mistakes_are_told_with_their_place(tmp_path: Path) -> None:
    profile = tmp_path / "app.ini"
    profile.write_text(PROFILE + "urls = x\n")
    with pytest.raises(flowhost.ConfigError) as caught:
        flowhost.resource_of(profile, Catalogue)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{profile}:5:8: unknown option 'urls'")


class Whole:
    """What a command wants of a profile."""

    def __init__(
        self, *, pause: flowhost.Seconds = 5, assets: flowhost.AssetSystem, workbench: flowhost.Workbench
    ) -> None:
        self.pause = pause
        self.assets = assets
        self.workbench = workbench


def test_a_part_of_ones_own_has_what_the_daemon_has(tmp_path: Path) -> None:
    profile = tmp_path / "app.ini"
    profile.write_text(PROFILE + "url = sqlite:///library.db\n[Mine]\npause = 2 s\nsomebody else's = 1\n")
    whole = flowhost.part_of(profile, Whole, "Mine")
    assert whole.pause == 2
    assert isinstance(whole.assets, Catalogue)
    assert "transcode" in whole.workbench.names()
    assert flowhost.part_of(profile, Whole, "Not there").pause == 5
    assert list(tmp_path.iterdir()) == [profile], "it is not opened"


def test_a_part_of_ones_own_tells_what_is_wrong_with_its_section(tmp_path: Path) -> None:
    profile = tmp_path / "app.ini"
    profile.write_text(PROFILE + "[Mine]\npause = soon\n")
    with pytest.raises(flowhost.ConfigError, match="option 'pause' of") as caught:
        flowhost.part_of(profile, Whole, "Mine")
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{profile}:6:9: option 'pause' of [Mine]: 'soon'")
