"""The store: JSON values under keys, one name space per daemon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    "value", [None, True, 0, -1.5, "", "\0 \udc80", [], {"a": [1, {"b": None}]}], ids=repr
)
def test_a_value_comes_back(site: Any, value: Any) -> None:
    store = site.open()
    assert store.get("k") is None
    assert store.put("k", value) == value
    assert store.get("k") == value
    assert store.keys() == ["k"]


def test_a_later_value_replaces_the_earlier(site: Any) -> None:
    store = site.open()
    store.put("k", {"a": 1})
    store.put("k", [2])
    assert store.get("k") == [2]


def test_delete_says_whether_there_was_something(site: Any) -> None:
    store = site.open()
    store.put("k", None)
    assert store.delete("k") is True
    assert store.delete("k") is False
    assert store.keys() == []


def test_each_daemon_has_its_own_keys_and_both_outlive_the_process(site: Any) -> None:
    a, b = site.open("a"), site.open("b")
    a.put("k", 1)
    b.put("k", 2)
    a.close()
    b.close()
    assert (site.open("a").get("k"), site.open("b").get("k")) == (1, 2)
    namespaces = site.execute("SELECT namespace FROM flowhost_store ORDER BY 1")
    assert namespaces == [("flow_a",), ("flow_b",)]


def test_keys_are_sorted_and_filtered_by_the_prefix_exactly(site: Any) -> None:
    store = site.open()
    for key in ("b", "a_1", "a%1", "A_1", "\u00e4", "a"):
        store.put(key, 0)
    assert store.keys() == ["A_1", "a", "a%1", "a_1", "b", "\u00e4"]
    assert store.keys("a") == ["a", "a%1", "a_1"]
    assert store.keys("a_") == ["a_1"]
    assert store.keys("\u00e4") == ["\u00e4"]
    assert store.keys("x") == []


def test_a_key_may_have_1024_characters_of_any_alphabet(site: Any) -> None:
    store = site.open()
    key = "".join(chr(0x10000 + number) for number in range(1024))
    store.put(key, 1)
    assert store.get(key) == 1
    assert store.get(key[:-1]) is None
    assert store.keys(key[:500]) == [key]
    with pytest.raises(ValueError, match="has 1025 characters, expected 1 to 1024"):
        store.put(key + "x", 1)


@pytest.mark.parametrize(
    ("key", "message"), [("", "has 0 characters"), ("a\0", "NUL"), ("\udc80", "half a char")]
)
def test_a_key_no_database_keeps_is_refused(site: Any, key: str, message: str) -> None:
    store = site.open()
    with pytest.raises(ValueError, match=message):
        store.put(key, 1)
    assert store.get(key) is None
    assert store.delete(key) is False


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [0, {1}]}, r"no JSON: \$\.a\[1\] is a set"),
        (b"x", r"\$ is a bytes"),
        ({"a": {1: 2}}, r"the key 1 of \$\.a is a int, expected a text"),
        ({0: 1}, r"the key 0 of \$ is a int"),
        ({None: 1}, r"the key None of \$ is a NoneType"),
        ([float("nan")], r"\$\[0\] is nan"),
    ],
)
def test_what_is_no_json_is_refused_and_the_old_value_stays(site: Any, value: Any, message: str) -> None:
    store = site.open()
    store.put("k", 1)
    with pytest.raises(TypeError, match=message):
        store.put("k", value)
    assert store.get("k") == 1


def test_a_value_that_holds_itself_is_refused(file_site: Any) -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TypeError, match="nested too deeply or in itself"):
        file_site.open().put("k", endless)


def test_a_command_reads_and_writes_beside_the_owner(site: Any, letter: Callable[..., Any]) -> None:
    daemon, command = site.owner(), site.open()
    daemon.put("k", 1)
    assert command.get("k") == 1
    command.put("k", 2)
    assert daemon.get("k") == 2
    number = daemon.park(letter("dead"))
    assert command.requeue([number]) == 1
    assert [one.number for one in daemon.take("d", 1)] == [number]
