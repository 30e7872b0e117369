"""The action ``set-metadata``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.actions.editing import Fields, edit, feeds_itself, told
from flowhost_plugins.actions.subject import item_id, item_of, texts

Wanted = dict[str, tuple[flowhost.Template, ...] | None]


class SetMetadata:
    """Sets metadata of the item. Fields that are not named, or are left empty, stay as they are.

    A value may have tags; one that is a single tag takes all values of that tag.

    Raises:
        ValueError: no field is named, or one is both set and cleared.
    """

    name: ClassVar[str] = "set-metadata"

    def __init__(
        self,
        *,
        fields: Annotated[Wanted | None, "field → its value, or a list of values; may have tags"] = None,
        clear: Annotated[tuple[str, ...], "fields that are removed from the item"] = (),
        assets: flowhost.AssetSystem,
    ) -> None:
        self._fields = {name: values for name, values in (fields or {}).items() if values}
        self._clear = clear
        self._assets = assets
        if not fields and not clear:
            raise ValueError(
                "it names no field; expected 'fields' with values, or 'clear' with names of fields"
            )
        if both := sorted(self._fields.keys() & set(clear)):
            raise ValueError(f"the field {both[0]!r} is in 'fields' and in 'clear'; expected one of them")

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Set the fields that have other values now; values made of these fields are recorded first.

        Raises:
            UndefinedTag: a value has a tag without a value.
            Conflict: others change the item all the time.
        """
        wanted = self._wanted(context)
        templates = (one for several in self._fields.values() for one in several or ())
        if feeds_itself(templates, wanted):
            return flowhost.Outcome.waiting((), note="the values are recorded", memo={"fields": wanted})
        return self._set(context, wanted)

    def finish(
        self,
        context: flowhost.Context,
        jobs: Sequence[flowhost.AssetJob],  # noqa: ARG002  # it waited for no job
    ) -> flowhost.Outcome:
        """Set the fields to the values that were recorded. Raises as `act` does."""
        return self._set(context, {name: tuple(values) for name, values in context.memo["fields"].items()})

    def _set(self, context: flowhost.Context, wanted: Fields) -> flowhost.Outcome:
        changes = edit(self._assets, item_id(context), lambda item: different(item, wanted))
        return flowhost.Outcome.done(told(changes))

    def plan(self, context: flowhost.Context) -> str:
        """What would be changed."""
        changes = different(item_of(self._assets, item_id(context)), self._wanted(context))
        return told(changes, nothing="")

    def _wanted(self, context: flowhost.Context) -> Fields:
        wanted: dict[str, tuple[str, ...]] = dict.fromkeys(self._clear, ())
        for name, templates in self._fields.items():
            if values := tuple(text for one in templates or () for text in texts(one, context)):
                wanted[name] = values
        return wanted


def different(item: flowhost.Item, wanted: Fields) -> Fields:
    """The fields that an item has other values of than is wanted."""
    return {name: values for name, values in wanted.items() if tuple(item.fields.get(name, ())) != values}
