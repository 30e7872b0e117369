"""What `conforms` asks of an action."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from flowhost import Context, Event, Outcome, Permanent, Template, Workbench
from flowhost.testing.conformance import conforms


class Named:
    """Does something."""

    name = "named"

    def __init__(self, *, title: Annotated[Template | None, "a title"] = None, bench: Workbench) -> None:
        self.title = title or Template("${title} of ${missing}")
        self.acted: list[Context] = []
        assert bench.names()

    def act(self, context: Context) -> Outcome:
        self.acted.append(context)
        return Outcome.done(self.title.render(context.tags))


def test_an_action_that_conforms() -> None:
    conforms(Named, title=Template("${title}"))
    conforms(Named)  # a tag without a value is the item's fault


class Silent(Named):
    """Returns nothing."""

    def act(self, context: Context) -> Any:
        return None


class NoItem(Named):
    """Takes an item for granted."""

    def act(self, context: Context) -> Outcome:
        return Outcome.done(context.item + "!")  # type: ignore[operator]  # the mistake


class NoReason(Named):
    """Fails without a word."""

    def act(self, context: Context) -> Outcome:
        return Outcome.failed(" ")


class Waits(Named):
    """Waits for nothing."""

    def act(self, context: Context) -> Outcome:
        return Outcome.waiting([])


class Keeps(Named):
    """Keeps what cannot be kept."""

    def act(self, context: Context) -> Outcome:
        return Outcome.waiting(["1"], memo={"event": {1, 2}})


class Perhaps(Named):
    """Is not sure whether it destroys."""

    destructive = "perhaps"


class Plans(Named):
    """Plans badly."""

    def plan(self, context: Context) -> Any:
        return ["a", "b"]


class Fails(Named):
    """Fails without a reason."""

    def act(self, context: Context) -> Outcome:
        raise Permanent


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (Silent, r"act\(\) of 'named' returned nothing"),
        (
            NoItem,
            r"act\(\) of 'named' raised TypeError.*, expected a flowhost\.FlowhostError such as Permanent",
        ),
        (NoReason, r"act\(\) of 'named' is failed without a reason"),
        (Waits, r"act\(\) of 'named' waits for nothing"),
        (Keeps, r"the memo of 'named' is no JSON: "),
        (Perhaps, r"'named'\.destructive is 'perhaps', expected True or False"),
        (Plans, r"plan\(\) of 'named' returned \['a', 'b'\], expected a text"),
        (Fails, r"act\(\) of 'named' fails without a reason"),
    ],
)
def test_an_action_that_does_not_is_told_why(part: type, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        conforms(part)


def test_it_is_tried_again_and_without_an_item() -> None:
    seen: list[Context] = []

    class Watched(Named):
        """Is watched."""

        def act(self, context: Context) -> Outcome:
            seen.append(context)
            return Outcome.done()

    conforms(Watched, events=[Event("x", subject="VX-1")])
    assert {(context.item, context.attempt) for context in seen} == {
        ("VX-1", 1),
        ("VX-1", 2),
        (None, 1),
        (None, 2),
    }
    assert {context.key for context in seen} == {"1/1"}
