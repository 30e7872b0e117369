"""flowhost.Locked and flowhost.retry_on_conflict."""

from __future__ import annotations

import threading

import pytest

from flowhost import Conflict, Locked, Retry, retry_on_conflict


def test_one_key_excludes_and_another_does_not() -> None:
    inside: list[str] = []
    with Locked("a"):
        waiting = threading.Thread(target=lambda: _enter("a", inside))
        other = threading.Thread(target=lambda: _enter("b", inside))
        waiting.start()
        other.start()
        other.join(30)
        assert inside == ["b"]
    waiting.join(30)
    assert inside == ["b", "a"]


def _enter(key: str, inside: list[str]) -> None:
    with Locked(key):
        inside.append(key)


def test_many_first_comers_are_never_inside_together_and_nothing_is_left_behind() -> None:
    counter = {"now": 0, "most": 0}

    def visit() -> None:
        for number in range(200):
            with Locked(f"key-{number}"), Locked("shared"):
                counter["now"] += 1
                counter["most"] = max(counter["most"], counter["now"])
                counter["now"] -= 1

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert counter == {"now": 0, "most": 1}
    assert Locked._entries == {}


def test_retry_on_conflict_tells_the_function_that_there_was_one() -> None:
    seen: list[bool] = []

    @retry_on_conflict(max_retries=3)
    def save(value: int, conflict: bool = False) -> int:
        seen.append(conflict)
        if len(seen) < 3:
            raise Conflict("changed meanwhile") if len(seen) == 1 else Retry()
        return value

    assert save(7) == 7
    assert seen == [False, True, True]


def test_retry_on_conflict_raises_the_last_conflict_and_passes_other_errors_through() -> None:
    @retry_on_conflict(max_retries=2)
    def save(error: Exception, conflict: bool = False) -> None:
        raise error

    with pytest.raises(Conflict, match="changed"):
        save(Conflict("changed"))
    with pytest.raises(KeyError):
        save(KeyError("x"))
    with pytest.raises(ValueError, match="max_retries is 0"):
        retry_on_conflict(max_retries=0)
