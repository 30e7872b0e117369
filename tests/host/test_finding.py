from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flowhost.discovery.finding import Found, find
from flowhost.discovery.names import canonical
from flowhost.testing.plugins import Install

Find = Callable[..., list[Found]]


@pytest.fixture
def found(install: Install) -> Find:
    """What is found, without the plugins that were installed before the test."""
    already = {one.distribution for one in find()}

    def found(*disabled: str) -> list[Found]:
        return [one for one in find(disabled) if one.distribution not in already]

    return found


def test_a_module_is_found_with_what_its_distribution_says(install: Install, found: Find) -> None:
    install(
        "My_Plugin",
        "2.5",
        entry_points={"mine": "mine_module"},
        modules={"mine_module": "ANSWER = 42"},
        requires=["pluggy>=1.7", "nonexistent; extra == 'rare'"],
    )
    [mine] = found()
    assert (mine.name, mine.distribution, mine.version, mine.module) == (
        "mine",
        "My_Plugin",
        "2.5",
        "mine_module",
    )
    assert mine.requirements == ("pluggy>=1.7", "nonexistent; extra == 'rare'")
    assert mine.loaded.ANSWER == 42  # type: ignore[union-attr]  # the module above
    assert mine.error is None
    assert mine.blocked_by is None


def test_an_entry_point_may_name_a_class(install: Install, found: Find) -> None:
    install("mine", entry_points={"mine": "pkg.mod:Plugin"}, modules={"pkg.mod": "class Plugin: pass"})
    [mine] = found()
    assert mine.loaded.__name__ == "Plugin"  # type: ignore[union-attr]  # the class above


def test_a_distribution_installed_later_is_found_at_once(install: Install, found: Find) -> None:
    assert found() == []
    install("mine", entry_points={"mine": "mine_module"}, modules={"mine_module": ""})
    assert [one.name for one in found()] == ["mine"]


def test_bundled_plugins_come_first_then_by_name(install: Install) -> None:
    install("a", entry_points={"zebra": "mod_z", "aardvark": "mod_a"}, modules={"mod_z": "", "mod_a": ""})
    every = find()
    bundled = [one for one in every if one.distribution == "flowhost"]
    assert bundled
    assert every[: len(bundled)] == bundled
    assert [one.name for one in bundled] == sorted(one.name for one in bundled)
    others = [one.name for one in every[len(bundled) :]]
    assert {"aardvark", "zebra"} <= set(others)
    assert others == sorted(others)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("1 / 0", "importing it failed: ZeroDivisionError: division by zero ({file}, line 1)"),
        ("import sys\nsys.exit(3)", "importing it ended the program: sys.exit(3) ({file}, line 2)"),
        ("raise SystemExit", "importing it ended the program: sys.exit(None) ({file}, line 1)"),
        ("assert 1 == 2, 'sums'", "importing it failed: AssertionError: sums ({file}, line 1)"),
        ("class Odd(BaseException): pass\nraise Odd", "importing it failed: Odd ({file}, line 2)"),
        ("def (", "importing it failed: SyntaxError: "),
        (
            "from json import nothing",
            "importing it failed: ImportError: cannot import name 'nothing' from 'json'",
        ),
    ],
)
def test_a_failing_import_is_a_row_and_hurts_no_other(
    install: Install, found: Find, source: str, error: str
) -> None:
    folder = install("bad", entry_points={"bad": "bad_module"}, modules={"bad_module": source})
    install("good", entry_points={"good": "good_module"}, modules={"good_module": ""})
    bad, good = found()
    assert bad.loaded is None
    assert bad.error is not None
    assert bad.error.startswith(error.format(file=folder / "bad_module.py"))
    assert good.error is None
    assert good.loaded is not None


def test_an_interrupt_while_importing_is_the_operators(install: Install, found: Find) -> None:
    install("slow", entry_points={"slow": "slow_module"}, modules={"slow_module": "raise KeyboardInterrupt"})
    with pytest.raises(KeyboardInterrupt):
        found()


def test_a_missing_dependency_is_named_with_the_way_out(install: Install, found: Find) -> None:
    source = "import absent_library.sub"
    install(
        "needy",
        entry_points={"needy": "needy_module"},
        modules={"needy_module": source},
        requires=["absent-library>=2; python_version > '3'", "pluggy"],
    )
    [needy] = found()
    assert needy.error == (
        "it needs the module 'absent_library', which is not installed; try: pip install 'absent-library>=2'"
    )


def test_a_missing_module_of_another_name_than_its_distribution(install: Install, found: Find) -> None:
    install(
        "needy",
        entry_points={"needy": "needy_module"},
        modules={"needy_module": "import absent"},
        requires=["py-absent>=2", "pluggy"],
    )
    [needy] = found()
    assert (
        needy.error == "it needs the module 'absent', which is not installed; try: pip install 'py-absent>=2'"
    )


def test_a_dependency_the_metadata_does_not_know(install: Install, found: Find) -> None:
    install("needy", entry_points={"needy": "needy_module"}, modules={"needy_module": "import absent_one"})
    [needy] = found()
    assert (
        needy.error == "it needs the module 'absent_one', which is not installed; try: pip install absent-one"
    )


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("gone", "its own module 'gone' is missing; try: pip install --force-reinstall mine"),
        ("gone.sub:Plugin", "its own module 'gone' is missing; try: pip install --force-reinstall mine"),
        (
            "mine_module:Nothing",
            "importing it failed: AttributeError: module 'mine_module' has no attribute 'Nothing'",
        ),
        ("not a module", "its entry point 'not a module' is neither 'module' nor 'module:Class'"),
    ],
)
def test_an_entry_point_that_leads_nowhere(install: Install, found: Find, value: str, error: str) -> None:
    install("mine", entry_points={"mine": value}, modules={"mine_module": ""})
    [mine] = found()
    assert mine.error == error


@pytest.mark.parametrize("name", ["my-plugin", "My.Plugin", "my_plugin", "mine"])
def test_a_disabled_plugin_is_not_imported(install: Install, found: Find, name: str) -> None:
    install(
        "my_plugin",
        entry_points={"mine": "mine_module"},
        modules={"mine_module": "raise RuntimeError('imported')"},
    )
    [mine] = found(name)
    assert mine.blocked_by == name
    assert (mine.loaded, mine.error) == (None, None)
    assert "mine_module" not in sys.modules


def test_two_distributions_with_one_name_are_both_refused_and_named(install: Install, found: Find) -> None:
    ended = "raise RuntimeError('imported')"
    # "x, y, x" in the order of the path: the two are no neighbours
    install("dist-b", "2.0", entry_points={"x": "mod_b"}, modules={"mod_b": ended})
    install("dist-a", "1.0", entry_points={"x": "mod_a", "y": "mod_y"}, modules={"mod_a": ended, "mod_y": ""})
    first, second, other = found()
    assert (first.name, second.name, other.name) == ("x", "x", "y")
    for one in first, second:
        assert one.loaded is None
        assert one.error is not None
        assert "the name 'x' is claimed by the distributions dist-a 1.0 and dist-b 2.0" in one.error
    assert "mod_a" not in sys.modules
    assert "mod_b" not in sys.modules
    assert other.error is None


def test_disabling_one_of_two_namesakes_frees_the_other(install: Install, found: Find) -> None:
    install("dist-a", entry_points={"x": "mod_a"}, modules={"mod_a": ""})
    install("dist-b", entry_points={"x": "mod_b"}, modules={"mod_b": ""})
    blocked, free = found("dist-a")
    assert blocked.blocked_by == "dist-a"
    assert free.distribution == "dist-b"
    assert free.loaded is sys.modules["mod_b"]


def test_of_one_distribution_found_twice_the_first_on_the_path_counts(install: Install, found: Find) -> None:
    install("mine", "1.0", entry_points={"mine": "mine_module"}, modules={"mine_module": ""})
    install("Mine", "2.0", entry_points={"mine": "mine_module"}, modules={"mine_module": ""})
    [mine] = found()
    assert mine.version == "2.0"
    assert mine.error is None


def test_one_distribution_declaring_a_name_twice(install: Install, found: Find) -> None:
    folder = install("mine", entry_points={"mine": "mod_a"}, modules={"mod_a": "", "mod_b": ""})
    [points] = folder.glob("*.dist-info/entry_points.txt")
    points.write_text("[flowhost]\nmine = mod_a\nmine = mod_b\n")
    assert [one.error for one in found()] == [
        "the distribution mine 1.0 declares the plugin 'mine' twice"
    ] * 2


@pytest.mark.parametrize("damage", ["[flowhost]\nno equals sign\n", "\xff"])
def test_a_damaged_distribution_hurts_no_other(
    install: Install, found: Find, damage: str, tmp_path: Path
) -> None:
    folder = install("damaged", entry_points={"damaged": "damaged_module"})
    [points] = folder.glob("*.dist-info/entry_points.txt")
    points.write_bytes(damage.encode("latin-1"))
    install("good", entry_points={"good": "good_module"}, modules={"good_module": ""})
    assert [one.name for one in found()] == ["good"]


def test_plugins_without_readable_metadata_are_left_out_with_a_warning(
    install: Install, found: Find, caplog: pytest.LogCaptureFixture
) -> None:
    folder = install("damaged", entry_points={"damaged": "damaged_module"})
    [metadata] = folder.glob("*.dist-info/METADATA")
    metadata.unlink()
    assert found() == []
    assert "its plugins are left out" in caplog.text


@pytest.mark.parametrize(
    ("name", "expected"), [("My_Plugin", "my-plugin"), ("a.-_b", "a-b"), ("plain", "plain")]
)
def test_canonical_names(name: str, expected: str) -> None:
    assert canonical(name) == expected
