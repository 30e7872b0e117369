"""The administration as it is had of a profile: with the real catalogue, opened only to read."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue
from flowhost_plugins.rules import RulesEngine
from flowhost_plugins.rules.administration import ProfileParts, administration_of

PROFILE = """[Flow]
app name = lib
worker = rules

[Source]
type = catalogue-changes

[Catalogue]
url = sqlite:///catalogue.db

[Rules Journal]
url = sqlite:///rules.db

[Rules]
polling interval = 60
item budget = 5
"""

RULE = "name: Collect\ntrigger: {saved-search: {query: 'approved:yes'}}\nactions:\n  - add-to-collection: {collection: Web}\n"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    file = tmp_path / "lib.ini"
    file.write_text(PROFILE)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "collect.yaml").write_text(RULE)
    return file


@pytest.fixture
def catalogue(profile: Path) -> Iterator[Catalogue]:
    """The catalogue, as a daemon has it open: nobody else may change it."""
    catalogue = flowhost.resource_of(profile, Catalogue)
    catalogue.open()
    yield catalogue
    catalogue.close()


def test_it_works_beside_a_daemon_that_has_the_catalogue(profile: Path, catalogue: Catalogue) -> None:
    item = catalogue.create_item({"approved": ["yes"]}, title="Harbour").id
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
        assert [one.kind for one in line.entries] == ["change", "run"]
        assert admin.rule("Collect").polling_interval == 60
        assert admin.check(connect=True) == []


def test_the_catalogue_is_opened_when_it_is_needed(profile: Path) -> None:
    with administration_of(profile) as admin:
        assert admin.redeploy()[0].revision == 1
        assert admin.runs() == []
        assert not (profile.parent / "catalogue.db").exists()
        assert admin.rules()[0].dynamic_access is None, "there is no catalogue yet"
        assert "catalogue.db" in admin.assets_problem()


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
