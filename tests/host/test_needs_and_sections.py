from __future__ import annotations

from typing import Annotated, Any, Protocol

import flowhost
from flowhost.options import Need, bind, options_of
from flowhost.places import Place, Value

PLACE = Place("app.ini", 10, 1)


def values(**texts: str) -> dict[str, Value]:
    """The values of a section, one a line from line 11 on."""
    return {
        key: Value(key, text, Place("app.ini", line, 5)) for line, (key, text) in enumerate(texts.items(), 11)
    }


def problems(part: type, sections: Any = None, **texts: str) -> list[str]:
    """What is wrong with these texts."""
    binding = bind(part, values(**texts), sections or {}, called="source 'x'", place=PLACE)
    return [str(problem) for problem in binding.problems]


class Needy:
    def __init__(
        self,
        *,
        store: Annotated[flowhost.Store, "where to remember"],
        clock: flowhost.Clock,
        daemon: flowhost.DaemonInfo,
        ledger: flowhost.Ledger | None = None,
        broker: flowhost.Broker | None,
    ) -> None: ...


class Mailer(flowhost.Resource, Protocol):
    def mail(self, text: str) -> None: ...


class Mailing:
    def __init__(self, *, mailer: Mailer) -> None: ...


class Whole:
    given_by_host = True


class Thorough:
    def __init__(self, *, whole: Whole) -> None: ...


def test_roles_are_needs() -> None:
    binding = bind(Needy, {}, called="source 'x'", place=PLACE)
    assert binding.problems == []
    assert binding.needs == {
        "store": Need(flowhost.Store, None, required=True),
        "clock": Need(flowhost.Clock, None, required=True),
        "daemon": Need(flowhost.DaemonInfo, None, required=True),
        "ledger": Need(flowhost.Ledger, None, required=False),
        "broker": Need(flowhost.Broker, None, required=False),
    }
    # there is no default for it, so without a broker it is None
    assert binding.arguments == {"broker": None}


def test_a_role_of_another_plugin_is_a_need() -> None:
    assert bind(Mailing, {}, called="x", place=PLACE).needs == {"mailer": Need(Mailer, None, required=True)}


def test_a_class_may_say_that_the_host_gives_it() -> None:
    assert bind(Thorough, {}, called="x", place=PLACE).needs == {"whole": Need(Whole, None, required=True)}


def test_a_need_may_be_named() -> None:
    binding = bind(Needy, given := values(store="main", ledger="site"), called="source 'x'", place=PLACE)
    assert binding.needs["store"].named == given["store"]
    assert binding.needs["ledger"].named == given["ledger"]


def test_a_blank_name_means_none_where_that_is_allowed() -> None:
    binding = bind(Needy, values(store="", ledger=" "), called="source 'x'", place=PLACE)
    assert "ledger" not in binding.needs
    assert binding.arguments["ledger"] is None
    assert [str(problem) for problem in binding.problems] == [
        "app.ini:11:5: option 'store' of source 'x' is empty; expected the name of a Store resource"
    ]


def test_what_the_host_gives_cannot_be_set() -> None:
    assert problems(Needy, clock="fast", deamon="x") == [
        "app.ini:11:5: unknown option 'clock' of source 'x'; it has: store, ledger, broker",
        "app.ini:12:5: unknown option 'deamon' of source 'x'; it has: store, ledger, broker",
    ]


# -- sections


class Mapper:
    def __init__(
        self,
        *,
        mappings: Annotated[dict[str, str], flowhost.Section("Mappings"), "from → to"],
        fields: Annotated[dict[str, dict[str, str]], flowhost.Section("Field:*"), "fields"] = {},  # noqa: B006  # never changed
        limits: Annotated[dict[str, int] | None, flowhost.Section("Limits")] = None,
    ) -> None: ...


def section(line: int, **texts: str) -> dict[str, Value]:
    return {key: Value(key, text, Place("app.ini", line)) for key, text in texts.items()}


def test_options_from_sections() -> None:
    sections = {
        "Mappings": section(1, b="2", a="1"),
        "Field:title": section(2, xpath="//t"),
        "Field: two words": section(3, xpath="//w", type="date"),
        "Fields": section(4),
        "Field:": section(5),
        "Limits": section(6, a="3"),
    }
    binding = bind(Mapper, {}, sections, called="worker 'x'", place=PLACE)
    assert binding.problems == []
    assert binding.arguments == {
        "mappings": {"b": "2", "a": "1"},
        "fields": {"title": {"xpath": "//t"}, "two words": {"xpath": "//w", "type": "date"}},
        "limits": {"a": 3},
    }
    assert list(binding.arguments["mappings"]) == ["b", "a"]  # the order of the file
    assert binding.used_sections == {"Mappings", "Field:title", "Field: two words", "Limits"}


def test_sections_that_do_not_fit() -> None:
    sections = {"Limits": section(6, a="3", b="many")}
    assert problems(Mapper, sections, mappings="x") == [
        "app.ini:6: 'b' in [Limits], read by source 'x': 'many' is not a whole number",
        "app.ini:10:1: source 'x' needs a section [Mappings] (from → to)",
        "app.ini:11:5: option 'mappings' of source 'x' is not a key; it is read from [Mappings]",
    ]


def test_needs_and_sections_in_words() -> None:
    store, clock, *_ = options_of(Needy)
    assert (store.type, store.role, store.host_given, store.required) == (
        "Store resource",
        flowhost.Store,
        False,
        True,
    )
    assert (clock.type, clock.host_given) == ("given by the host", True)
    assert [option.type for option in options_of(Mapper)] == [
        "section [Mappings]",
        "sections [Field:*]",
        "section [Limits]",
    ]
