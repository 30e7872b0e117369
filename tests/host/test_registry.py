from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flowhost import ConfigError
from flowhost.commands.profiles import registry_for
from flowhost.config import read_profile
from flowhost.discovery.inventory import Plugin
from flowhost.registry import Registry, disabled_names
from flowhost.testing.plugins import Install

GOOD = (Path(__file__).with_name("data") / "good_plugin.py").read_text()

Load = Callable[..., tuple[Registry, dict[str, Plugin]]]


@pytest.fixture
def load() -> Load:
    """The registry, and its plugins by name without the bundled ones."""

    def load(*disabled: str) -> tuple[Registry, dict[str, Plugin]]:
        registry = Registry.load(disabled=disabled)
        return registry, {one.name: one for one in registry.plugins if one.distribution != "flowhost"}

    return load


def test_a_module_plugin(install: Install, load: Load) -> None:
    install("good-dist", "3.1", entry_points={"good": "good_module"}, modules={"good_module": GOOD})
    registry, plugins = load()
    good = plugins["good"]
    assert (good.status, good.error, good.version, good.module) == ("ready", None, "3.1", "good_module")
    assert good.provides == (("source", "tick"), ("worker", "work"))
    assert registry.get("source", "tick").__name__ == "Tick"
    assert registry.plugin_of("worker", "work") == good
    assert str(good) == "plugin 'good' (distribution good-dist 3.1)"
    assert "tick" in registry.parts("source")
    assert "tick" not in registry.parts("worker")


def test_a_class_plugin_is_made_once_without_arguments(install: Install, load: Load) -> None:
    source = """
        import flowhost

        class Parser:
            name = "nothing"
            def parse(self, data): return None

        class Plugin:
            made = 0

            def __init__(self):
                Plugin.made += 1

            @flowhost.hookimpl
            def flowhost_parsers(self):
                return (Parser,)
    """
    install("mine", entry_points={"mine": "mine_module:Plugin"}, modules={"mine_module": source})
    registry, plugins = load()
    assert plugins["mine"].provides == (("parser", "nothing"),)
    assert registry.get("parser", "nothing") is sys.modules["mine_module"].Parser
    assert sys.modules["mine_module"].Plugin.made == 1


# -- two plugins, one name


def test_a_part_name_claimed_twice_names_both_and_chooses_none(install: Install, load: Load) -> None:
    install("dist-a", "1.0", entry_points={"a": "mod_a"}, modules={"mod_a": GOOD})
    other = GOOD.replace('"work"', '"other-work"')
    install("dist-b", "2.0", entry_points={"b": "mod_b"}, modules={"mod_b": other})
    registry, plugins = load()
    assert [plugins[name].status for name in "ab"] == ["broken", "broken"]
    assert plugins["a"].error == (
        "its source 'tick' is also provided by plugin 'b' (distribution dist-b 2.0); "
        "uninstall one of them, or disable it"
    )
    assert "plugin 'a' (distribution dist-a 1.0)" in str(plugins["b"].error)
    # what is not contested goes on working
    assert plugins["a"].provides == (("worker", "work"),)
    assert registry.get("worker", "other-work") is sys.modules["mod_b"].Work
    assert "tick" not in registry.parts("source")
    with pytest.raises(ConfigError) as raised:
        registry.get("source", "tick")
    assert str(raised.value) == (
        "source 'tick' is provided by plugin 'a' (distribution dist-a 1.0) "
        "and by plugin 'b' (distribution dist-b 2.0); uninstall one of them, or disable it"
    )


def test_disabling_one_of_them_settles_it(install: Install, load: Load) -> None:
    install("dist-a", entry_points={"a": "mod_a"}, modules={"mod_a": GOOD})
    install("dist-b", entry_points={"b": "mod_b"}, modules={"mod_b": GOOD})
    registry, plugins = load("dist-a")
    assert plugins["b"].status == "ready"
    assert registry.get("source", "tick") is sys.modules["mod_b"].Tick


def test_two_distributions_with_one_plugin_name(install: Install, load: Load) -> None:
    install("dist-b", "2.0", entry_points={"x": "mod_b"}, modules={"mod_b": GOOD})
    install(
        "dist-a", "1.0", entry_points={"x": "mod_a", "y": "mod_y"}, modules={"mod_a": GOOD, "mod_y": GOOD}
    )
    registry, plugins = load()
    namesakes = [one for one in registry.plugins if one.name == "x"]
    assert [one.status for one in namesakes] == ["broken", "broken"]
    assert all("dist-a 1.0 and dist-b 2.0" in str(one.error) for one in namesakes)
    assert plugins["y"].status == "ready"


# -- asking for a part


def test_an_unknown_name_and_the_nearest(load: Load, install: Install) -> None:
    install("mine", entry_points={"mine": "mine_module"}, modules={"mine_module": GOOD})
    registry, _ = load()
    with pytest.raises(ConfigError, match=r"^unknown source 'tack'; did you mean 'tick'\?"):
        registry.get("source", "tack")
    with pytest.raises(ConfigError, match=r"^unknown source 'work'; 'work' is the name of a worker"):
        registry.get("source", "work")
    with pytest.raises(ConfigError, match=r"^unknown source 'xyzzy'; there is: .*tick"):
        registry.plugin_of("source", "xyzzy")


@pytest.mark.parametrize("asked", ["bad", "Bad_Dist"])
def test_asking_for_what_a_broken_plugin_may_provide(install: Install, load: Load, asked: str) -> None:
    install("bad-dist", "0.9", entry_points={"bad": "bad_module"}, modules={"bad_module": "1 / 0"})
    registry, _ = load()
    with pytest.raises(ConfigError) as raised:
        registry.get("source", asked)
    message = str(raised.value)
    assert message.startswith(
        f"source '{asked}' cannot be used: plugin 'bad' (distribution bad-dist 0.9) is broken: "
    )
    assert "ZeroDivisionError" in message


def test_asking_for_a_part_that_was_lost_with_its_plugin(install: Install, load: Load) -> None:
    bad = GOOD.replace("def work(self, event)", "def wrok(self, event)")
    install("bad-dist", "0.9", entry_points={"bad": "bad_module"}, modules={"bad_module": bad})
    registry, _ = load()
    with pytest.raises(ConfigError) as raised:
        registry.get("source", "tick")
    assert str(raised.value) == (
        "source 'tick' cannot be used: plugin 'bad' (distribution bad-dist 0.9) is broken: "
        "its class Work is no worker: it lacks the method work(event)"
    )


def test_an_unknown_name_mentions_the_broken_plugins(install: Install, load: Load) -> None:
    install("bad-dist", "0.9", entry_points={"bad": "bad_module"}, modules={"bad_module": "1 / 0"})
    registry, _ = load()
    with pytest.raises(ConfigError, match=r"plugin 'bad' \(distribution bad-dist 0.9\): importing it failed"):
        registry.get("source", "xyzzy")


def test_asking_for_what_is_disabled(install: Install, load: Load) -> None:
    install("my-dist", "1.2", entry_points={"mine": "mine_module"}, modules={"mine_module": GOOD})
    registry, plugins = load("My.Dist")
    assert plugins["mine"].status == "blocked"
    with pytest.raises(ConfigError) as raised:
        registry.get("source", "mine")
    assert str(raised.value) == (
        "source 'mine' cannot be used: plugin 'mine' (distribution my-dist 1.2) "
        "is disabled by the name 'My.Dist' (see -p no:NAME, $FLOWHOST_DISABLE and 'disable plugins' in [Flow])"
    )


# -- disabling


def test_names_to_disable_from_options_and_environment() -> None:
    environ = {"FLOWHOST_DISABLE": " stomp, ,my-dist,a"}
    assert disabled_names(environ, ["a", "b"]) == ("a", "b", "stomp", "my-dist")
    assert disabled_names({}) == ()


def test_disabled_by_the_environment_and_not_imported(
    install: Install, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("my-dist", entry_points={"mine": "mine_module"}, modules={"mine_module": GOOD})
    _, plugins = load(*disabled_names({"FLOWHOST_DISABLE": "mine"}))
    assert plugins["mine"].status == "blocked"
    assert "mine_module" not in sys.modules


def test_disabled_by_config_and_not_imported(
    install: Install, tmp_path_factory: pytest.TempPathFactory
) -> None:
    install("my-dist", entry_points={"mine": "mine_module"}, modules={"mine_module": GOOD})
    profile = tmp_path_factory.mktemp("profile") / "app.ini"
    profile.write_text("[Flow]\napp name = x\ndisable plugins = other, my-dist\n")
    registry = registry_for([read_profile(profile, environ={})], None)
    [mine] = [one for one in registry.plugins if one.name == "mine"]
    assert (mine.status, mine.error) == ("blocked", "disabled by the name 'my-dist'")
    assert "mine_module" not in sys.modules


# -- warnings


def test_a_broken_plugin_is_a_warning(install: Install, load: Load, caplog: pytest.LogCaptureFixture) -> None:
    install("bad-dist", "0.9", entry_points={"bad": "bad_module"}, modules={"bad_module": "1 / 0"})
    load()
    assert "plugin 'bad' (distribution bad-dist 0.9) is broken: importing it failed" in caplog.text
    caplog.clear()
    Registry.load(quiet=True)
    assert caplog.text == ""


def test_disabling_what_is_not_there_is_a_warning(load: Load, caplog: pytest.LogCaptureFixture) -> None:
    load("intervall")
    assert (
        "there is no plugin or distribution 'intervall' to disable; did you mean 'interval'?" in caplog.text
    )


def test_the_bundled_plugins_are_ready() -> None:
    bundled = [one for one in Registry.load().plugins if one.distribution == "flowhost"]
    assert {one.name: one.error for one in bundled if one.status != "ready"} == {}
    assert all(one.provides for one in bundled)
