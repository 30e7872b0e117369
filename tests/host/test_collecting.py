from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flowhost.registry import Registry
from flowhost.testing.plugins import Install

GOOD = (Path(__file__).with_name("data") / "good_plugin.py").read_text()


@pytest.fixture
def error_of(install: Install) -> Callable[[str], str]:
    """Why the plugin with this source is broken; none of it can be used, and others are not hurt."""

    def error_of(source: str, value: str = "bad_module") -> str:
        install("bad-dist", "0.9", entry_points={"bad": value}, modules={"bad_module": source})
        install("good-dist", entry_points={"good": "good_module"}, modules={"good_module": GOOD})
        registry = Registry.load()
        plugins = {one.name: one for one in registry.plugins}
        assert plugins["good"].status == "ready"
        bad = plugins["bad"]
        assert bad.status == "broken"
        assert bad.provides == ()
        assert all(registry.plugin_of("source", name) is not bad for name in registry.parts("source"))
        assert bad.error
        return bad.error

    return error_of


# -- hooks that do not fit


def test_a_wrong_hook_name(error_of: Callable[[str], str]) -> None:
    error = error_of("""
        import flowhost
        @flowhost.hookimpl
        def flowhost_source(): return []
    """)
    assert (
        error
        == "it implements 'flowhost_source', and there is no such hook; did you mean 'flowhost_sources'?"
    )


def test_a_wrong_signature(error_of: Callable[[str], str]) -> None:
    error = error_of("""
        import flowhost
        @flowhost.hookimpl
        def flowhost_started(daemon, reason): pass
    """)
    assert "flowhost_started does not fit" in error
    assert "'reason'" in error
    assert error.endswith("expected flowhost_started(daemon)")


def test_one_wrong_hook_leaves_nothing_of_the_plugin(error_of: Callable[[str], str]) -> None:
    error = error_of(
        GOOD.replace("tick", "other-tick").replace('"work"', '"other-work"')
        + "\n@flowhost.hookimpl\ndef flowhost_finished(jobs): pass\n"
    )
    assert error.endswith("expected flowhost_finished(job)")


def test_a_hook_without_its_mark(error_of: Callable[[str], str]) -> None:
    error = error_of("""
        def flowhost_workers(): return []
    """)
    assert error == "flowhost_workers is not marked with @flowhost.hookimpl"


def test_a_plugin_without_hooks(error_of: Callable[[str], str]) -> None:
    assert error_of("ANSWER = 42").startswith("it implements no hook")


def test_an_entry_point_that_names_a_part(error_of: Callable[..., str]) -> None:
    source = "class Tick:\n    name = 'other'\n    def run(self, emit, stop): pass\n"
    assert error_of(source, "bad_module:Tick").startswith("it implements no hook")


def test_a_class_plugin_that_cannot_be_made(error_of: Callable[..., str]) -> None:
    source = """
        import flowhost
        class Plugin:
            def __init__(self, needed): pass
            @flowhost.hookimpl
            def flowhost_sources(self): return []
    """
    error = error_of(source, "bad_module:Plugin")
    assert error.startswith("its class Plugin cannot be made: TypeError: ")
    assert "needed" in error


def test_a_class_plugin_that_pluggy_cannot_hold(error_of: Callable[..., str]) -> None:
    source = """
        import flowhost
        class Plugin:
            __hash__ = None
            @flowhost.hookimpl
            def flowhost_sources(self): return []
    """
    assert error_of(source, "bad_module:Plugin") == "its class Plugin makes objects that cannot be hashed"


def test_two_entry_points_for_one_module(install: Install) -> None:
    install("mine", entry_points={"a": "mine_module", "b": "mine_module"}, modules={"mine_module": GOOD})
    plugins = {one.name: one for one in Registry.load().plugins}
    assert plugins["a"].status == "ready"
    assert plugins["b"].error == "it is the same module as the plugin 'a'; keep one of the two entry points"


# -- hooks that return or do the wrong thing


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("return None", "flowhost_sources returned None, expected a list of classes"),
        ("return 42", "flowhost_sources returned 42, expected a list of classes"),
        ("return 'tick'", "flowhost_sources returned 'tick', expected a list of classes"),
        ("return int", "flowhost_sources returned class int, expected a list of classes"),
        ("return [1]", "flowhost_sources provides 1, expected a class"),
        ("return ['x' * 500]", "flowhost_sources provides '" + "x" * 56 + "..., expected a class"),
        (
            "return [Unprintable()]",
            "flowhost_sources provides an object of class Unprintable, expected a class",
        ),
        ("raise RuntimeError('boom')", "flowhost_sources failed: RuntimeError: boom"),
        ("raise SystemExit(1)", "flowhost_sources failed: SystemExit: 1"),
        ("yield Ok; raise RuntimeError('boom')", "flowhost_sources failed: RuntimeError: boom"),
    ],
)
def test_rubbish_from_a_hook(error_of: Callable[[str], str], body: str, error: str) -> None:
    source = f"""
        import flowhost

        class Ok:
            name = "other-ok"
            def run(self, emit, stop): pass

        class Unprintable:
            def __repr__(self): raise ValueError

        @flowhost.hookimpl
        def flowhost_sources(): {body}
    """
    assert error_of(source) == error


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("", 'its class Part has no name: expected name = "..." in the class, not None'),
        ("name = 5", 'its class Part has no name: expected name = "..." in the class, not 5'),
        ("name = ''", "its class Part has the name ''; expected a word without blanks around it"),
        ("name = 'a '", "its class Part has the name 'a '; expected a word without blanks around it"),
        ("name = 'p'", "its class Part is no source: it lacks the method run(emit, stop)"),
        ("name = 'p'; run = 5", "its class Part is no source: it lacks the method run(emit, stop)"),
        (
            "name = 'p'\n    def run(self, emit): pass",
            "its class Part is no source: run cannot be called as run(emit, stop)",
        ),
        (
            "name = 'p'\n    async def run(self, emit, stop): pass",
            "its class Part is no source: run is a coroutine, and parts run in threads; "
            "expected def run(emit, stop)",
        ),
        (
            "name = 'p'\n    def run(self, emit, stop): pass\n    def __init__(self, **options): pass",
            "its class Part cannot be configured: the constructor's parameter 'options' takes any keyword "
            "arguments (**); options are keyword-only",
        ),
        (
            "name = 'p'\n    def run(self, emit, stop): pass\n    def __init__(self, *, lock: 'Lock'): pass",
            "its class Part cannot be configured: the constructor's annotations cannot be read: "
            "name 'Lock' is not defined",
        ),
    ],
)
def test_a_class_that_is_no_part(error_of: Callable[[str], str], part: str, error: str) -> None:
    source = f"import flowhost\nclass Part:\n    pass\n    {part}\n"
    source += "@flowhost.hookimpl\ndef flowhost_sources(): return [Part]\n"
    assert error_of(source) == error


def test_a_part_that_inherits_only_the_promise_of_its_method(error_of: Callable[[str], str]) -> None:
    error = error_of("""
        import flowhost
        class Part(flowhost.Worker):
            name = "part"
        @flowhost.hookimpl
        def flowhost_workers(): return [Part]
    """)
    assert error == "its class Part is no worker: it lacks the method work(event)"


def test_a_resource_that_does_not_fill_its_role(error_of: Callable[[str], str]) -> None:
    error = error_of("""
        import flowhost
        class Half(flowhost.Store):
            name = "half"
            def open(self): pass
            def close(self): pass
            def get(self, key): pass
            def put(self, key, value): pass
        @flowhost.hookimpl
        def flowhost_resources(): return [Half]
    """)
    assert error == "its class Half lacks delete, keys, which its role asks for"


def test_two_parts_of_one_name_in_one_plugin(error_of: Callable[[str], str]) -> None:
    error = error_of("""
        import flowhost
        class A:
            name = "twin"
            def run(self, emit, stop): pass
        class B(A): pass
        @flowhost.hookimpl
        def flowhost_sources(): return [A, B]
    """)
    assert error == "it provides two sources called 'twin'"


@pytest.mark.parametrize("method", ["staticmethod", "classmethod"])
def test_a_method_that_needs_no_object_is_a_method(install: Install, method: str) -> None:
    first = "cls, " if method == "classmethod" else ""
    source = f"""
        import flowhost
        class Part:
            name = "p"
            @{method}
            def parse({first}data): pass
        @flowhost.hookimpl
        def flowhost_parsers(): return [Part]
    """
    install("mine", entry_points={"mine": "mine_module"}, modules={"mine_module": source})
    [mine] = [one for one in Registry.load().plugins if one.name == "mine"]
    assert mine.error is None
