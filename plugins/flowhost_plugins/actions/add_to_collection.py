"""The action ``add-to-collection``."""

from __future__ import annotations

from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.actions.subject import item_id


class AddToCollection:
    """Makes the item a member of a collection, which is made when there is none of this name."""

    name: ClassVar[str] = "add-to-collection"

    def __init__(
        self,
        *,
        collection: Annotated[flowhost.Template, "name of the collection; may have tags"],
        assets: flowhost.MediaLibrary,
    ) -> None:
        self._collection = collection
        self._assets = assets

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Add the item.

        Raises:
            UndefinedTag: the name has a tag without a value.
            Permanent: the name is empty, or several collections have it.
        """
        name = self._name(context)
        if self._assets.add_to_collection(item_id(context), name):
            return flowhost.Outcome.done(f"is in the collection {name!r}")
        return flowhost.Outcome.done(f"was in the collection {name!r} already")

    def plan(self, context: flowhost.Context) -> str:
        """Where the item would be added; empty when it is there."""
        name = self._name(context)
        there = name in self._assets.collection_names(item_id(context))
        return "" if there else f"add {context.item} to the collection {name!r}"

    def _name(self, context: flowhost.Context) -> str:
        name = self._collection.render(context.tags).strip()
        if not name:
            raise flowhost.Permanent(f"{self._collection.text!r} gives an empty name of a collection")
        return name
