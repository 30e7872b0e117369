"""The action ``set-tags``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.actions.editing import Fields, edit, feeds_itself, told
from flowhost_plugins.actions.subject import item_id, item_of, texts


class SetTags:
    """Adds values to a field of the item that has several, such as keywords, and removes others.

    The values that are there keep their order; none is there twice.

    Raises:
        ValueError: nothing is to be added or removed.
    """

    name: ClassVar[str] = "set-tags"

    def __init__(
        self,
        *,
        field: Annotated[str, "name of the field"],
        add: Annotated[tuple[flowhost.Template, ...], "values that are added; may have tags"] = (),
        remove: Annotated[tuple[flowhost.Template, ...], "values that are removed; may have tags"] = (),
        assets: flowhost.AssetSystem,
    ) -> None:
        if not add and not remove:
            raise ValueError("it changes nothing; expected values in 'add' or 'remove'")
        self._field = field
        self._add = add
        self._remove = remove
        self._assets = assets

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Add and remove the values; those made of the values of the field itself are recorded first.

        Raises:
            UndefinedTag: a value has a tag without a value.
            Conflict: others change the item all the time.
        """
        change = self._change(context)
        if feeds_itself((*self._add, *self._remove), [self._field]):
            memo = {"add": change.added, "remove": sorted(change.removed)}
            return flowhost.Outcome.waiting((), note="the values are recorded", memo=memo)
        return self._make(context, change)

    def finish(
        self,
        context: flowhost.Context,
        jobs: Sequence[flowhost.AssetJob],  # noqa: ARG002  # it waited for no job
    ) -> flowhost.Outcome:
        """Add and remove the values that were recorded. Raises as `act` does."""
        added, removed = context.memo["add"], context.memo["remove"]
        return self._make(context, Change(self._field, tuple(added), frozenset(removed)))

    def _make(self, context: flowhost.Context, change: Change) -> flowhost.Outcome:
        return flowhost.Outcome.done(told(edit(self._assets, item_id(context), change)))

    def plan(self, context: flowhost.Context) -> str:
        """What would be changed."""
        return told(self._change(context)(item_of(self._assets, item_id(context))), nothing="")

    def _change(self, context: flowhost.Context) -> Change:
        added = [text for one in self._add for text in texts(one, context)]
        removed = {text for one in self._remove for text in texts(one, context)}
        return Change(self._field, tuple(added), frozenset(removed))


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the values of a field; a value that is added and removed is removed."""

    field: str
    added: tuple[str, ...]
    removed: frozenset[str]

    def __call__(self, item: flowhost.Item) -> Fields:
        """The field, if it changes."""
        old = tuple(item.fields.get(self.field, ()))
        new = tuple(value for value in dict.fromkeys((*old, *self.added)) if value not in self.removed)
        return {self.field: new} if new != old else {}
