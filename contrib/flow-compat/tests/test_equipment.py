"""What the objects of an application are given, and in which order."""

from __future__ import annotations

from typing import Any

import pytest
from flow import EventBased, Flow
from flow.needs import NeedsCleanUp, NeedsClient, NeedsConfig, NeedsStomp, NeedsStore
from flow_compat.equipment import Equipment
from flow_compat.profile import Profile
from flow_compat.signature import needs_of
from flow_compat.stage import Stage

import flowhost
from flowhost.testing.conformance import conforms
from flowhost_plugins.viz_one import VizOne


@pytest.fixture
def viz_one() -> VizOne:
    return VizOne(hostname="one.test")


@pytest.fixture
def equipment(viz_one: VizOne) -> Equipment:
    return Equipment("app", Profile(), viz_one, broker=object())  # type: ignore[arg-type]  # never used


class Everything(NeedsConfig, NeedsStore, NeedsClient, NeedsStomp):
    """Notes the order of what it is given."""

    given: list[str]

    def __init__(self) -> None:
        self.given = []

    def set_client(self, client: Any) -> None:
        super().set_client(client)
        self.given.append("client")

    def set_stomp(self, stomp: Any) -> None:
        super().set_stomp(stomp)
        self.given.append("stomp")

    def set_store(self, store: Any) -> None:
        super().set_store(store)
        self.given.append("store")

    def configure(self, config: Any) -> None:
        self.given.append("config")
        assert self.client is not None


def test_the_order_is_stomp_client_store_config(equipment: Equipment) -> None:
    made = Everything()
    equipment.equip(made)
    assert made.given == ["stomp", "client", "store", "config"]
    assert made.store.appname == "flow_app"
    assert made.client.viz_one is equipment.viz_one


def test_who_needs_nothing_gets_nothing(equipment: Equipment) -> None:
    class Bare:
        pass

    equipment.equip(made := Bare())
    assert vars(made) == {}


def test_a_client_that_is_switched_off_is_none(equipment: Equipment) -> None:
    equipment.viz_one = None
    made = NeedsClient()
    equipment.equip(made)
    assert made.client is None
    with pytest.raises(flowhost.ConfigError, match="'enabled' in \\[Viz One\\] is no"):
        equipment.equip(NeedsStore())


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([Flow], {"viz_one": False}),
        ([Flow, NeedsClient], {"viz_one": True}),
        ([Flow, NeedsStore], {"viz_one": True}),
        ([Flow, type("Both", (EventBased, NeedsStomp), {})], {"viz_one": False, "broker": True}),
    ],
)
def test_the_host_is_asked_for_what_worker_and_source_need(
    kinds: list[type], expected: dict[str, bool]
) -> None:
    needs = needs_of(*kinds)
    names = [need.name.removeprefix("the_") for need in needs]
    required = {need.name.removeprefix("the_"): need.default is need.empty for need in needs}
    assert names[-1] == "stage", "it is opened last, so that everything is ready then"
    assert required == {**expected, "profile": True, "daemon": True, "stage": True}


class Cast:
    """Tells what happens to it."""

    def __init__(self, name: str, told: list[str]) -> None:
        self.name, self.told = name, told
        told.append(f"made {name}")


class Tidy(Cast, NeedsCleanUp):
    """Cleans up, too."""

    def clean_up(self) -> None:
        self.told.append(f"cleaned {self.name}")


@pytest.mark.parametrize(
    ("worker", "source", "cleaned"),
    [(Tidy, Tidy, ["worker"]), (Cast, Tidy, ["source"]), (Cast, Cast, [])],
    ids=["both", "source-only", "none"],
)
def test_the_source_is_made_before_the_worker_and_one_of_them_cleans_up(
    equipment: Equipment, worker: type[Cast], source: type[Cast], cleaned: list[str]
) -> None:
    told: list[str] = []
    stage = Stage()
    stage.cast(lambda: worker("worker", told), equipment, worker=True)
    stage.cast(lambda: source("source", told), equipment, worker=False)
    stage.open()
    stage.close()
    assert told == ["made source", "made worker", *(f"cleaned {name}" for name in cleaned)]


def test_a_worker_that_cannot_be_made_leaves_no_default_client(equipment: Equipment) -> None:
    from vizone.client import get_default_instance

    stage = Stage()
    stage.cast(lambda: 1 / 0, equipment, worker=True)
    with pytest.raises(ZeroDivisionError):
        stage.open()
    with pytest.raises(flowhost.Permanent, match="no client for Viz One"):
        get_default_instance()


def test_the_profile_has_flows_defaults_and_no_interpolation() -> None:
    class Value:
        def __init__(self, text: str) -> None:
            self.text = text

    class Section:
        def __init__(self, **values: str) -> None:
            self.values = {key.replace("_", " "): Value(text) for key, text in values.items()}

    class Config:
        name = "other"

        def __init__(self) -> None:
            self.defaults = {"all": Value("x")}
            self.sections = {
                "Viz One": Section(hostname="one.test"),
                "Mine": Section(A_Key="%d %(all)s"),
            }

    profile = Profile.from_config(Config())
    assert profile.get("Viz One", "hostname") == "one.test"
    assert profile.get("Viz One", "username") == "user"
    assert profile.items("Mine") == [("all", "x"), ("A Key", "%d %(all)s")]
    assert (profile.get("Flow", "app name"), profile.getboolean("Stomp", "heartbeats")) == ("other", True)
    assert not profile.has_section("Nothing")


def test_the_stage_keeps_what_flowhost_asks_of_a_resource() -> None:
    conforms(Stage)
