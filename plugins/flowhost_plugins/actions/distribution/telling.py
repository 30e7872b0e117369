"""Plans as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowhost_plugins.actions.distribution.records import Plan, Room, Transfer


def sentences(plans: Iterable[Plan], rooms: Mapping[str, Room]) -> list[str]:
    """What is to be done with each thing; nothing is told of those that stay as they are."""
    return [told(plan, rooms) for plan in plans if not plan.empty]


def told(plan: Plan, rooms: Mapping[str, Room]) -> str:
    """A plan as a sentence."""
    if plan.problem:
        return plan.problem
    sources = {copy.file: copy.storage for copy in plan.media.copies}

    def name(storage: str) -> str:
        return repr(rooms[storage].name)

    def transfer(one: Transfer) -> str:
        path = "" if one.path is None else f" as {one.path!r}"
        if not one.move:
            return f"copy to {name(one.storage)}{path}"
        if sources[one.file] == one.storage:
            return f"move within {name(one.storage)}{path}"
        return f"move from {name(sources[one.file])} to {name(one.storage)}{path}"

    parts = [transfer(one) for one in (*plan.copies, *plan.moves)]
    parts += [f"remove {copy.path!r} from {name(copy.storage)}" for copy in plan.removals]
    return f"{plan.media.name}: {', '.join(parts)}"
