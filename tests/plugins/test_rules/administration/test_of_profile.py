"""The administration as it is had of a profile: beside a daemon, with each real media library."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules import RulesEngine
from flowhost_plugins.rules.administration import ProfileParts, administration_of

PROFILE = """[Flow]
app name = lib
worker = rules

{library}
[Rules Journal]
url = sqlite:///rules.db

[Rules]
polling interval = 60
item budget = 5
"""

RULE = "name: Collect\ntrigger: {saved-search: {query: 'news_approved:yes'}}\nactions:\n  - add-to-collection: {collection: Web}\n"


@pytest.fixture
def profile(tmp_path: Path, library_site: Any) -> Path:
    library_site.define("news_approved")
    file = tmp_path / "lib.ini"
    file.write_text(PROFILE.format(library=library_site.sections))
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "collect.yaml").write_text(RULE)
    return file


@pytest.fixture
def library(profile: Path, library_site: Any) -> Any:
    """The library, as a daemon has it open: nobody else may change a catalogue."""
    return library_site.open()[0]


def test_it_works_beside_a_daemon_that_has_the_library(
    profile: Path, library: Any, library_site: Any
) -> None:
    item = library.create_item({"news_approved": ["yes"]}, title="Harbour").id
    with administration_of(profile) as admin:
        admin.redeploy()
        assert admin.rules()[0].dynamic_access == 0
        found = admin.explain("Collect", item)
        assert found.blocked_by is None
        assert next(check.reason for check in found.checks if check.what == "guard").endswith(
            "0 of 5 runs for this item within an hour"
        )
        (started,) = admin.start("Collect", [item])
        line = admin.item(item)
        assert started.run is not None
        log = (
            ["change"] if library_site.name == "catalogue" else []
        )  # a Vidispine keeps none that tells of all
        assert [one.kind for one in line.entries] == [*log, "run"]
        assert admin.rule("Collect").polling_interval == 60
        assert admin.check(connect=True) == []


def test_the_library_is_opened_when_it_is_needed(profile: Path, library_site: Any) -> None:
    place = library_site.remove()
    with administration_of(profile) as admin:
        assert admin.redeploy()[0].revision == 1
        assert admin.runs() == []
        assert admin.rules()[0].dynamic_access is None, "there is no library"
        assert place in admin.assets_problem()


def test_wrong_rule_files_are_not_in_the_way(profile: Path) -> None:
    (profile.parent / "rules" / "wrong.yaml").write_text("name: [")
    with administration_of(profile) as admin:
        assert len(admin.check()) == 1
        assert admin.rules() == []


def test_a_wrong_profile_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(flowhost.ConfigError, match="cannot read the file"),
        administration_of(tmp_path / "no"),
    ):
        pass


def test_its_options_are_those_of_the_engine() -> None:
    engine = inspect.signature(RulesEngine).parameters
    for name, parameter in inspect.signature(ProfileParts).parameters.items():
        assert parameter.default == engine[name].default, name
