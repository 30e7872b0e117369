"""The item a step acts on."""

from __future__ import annotations

import flowhost


def item_id(context: flowhost.Context) -> str:
    """The id of the item.

    Raises:
        Permanent: the run is about no item.
    """
    if context.item is None:
        raise flowhost.Permanent("the run is about no item, and this action needs one")
    return context.item


def item_of(assets: flowhost.AssetSystem, item: str) -> flowhost.Item:
    """The item as it is now.

    Raises:
        Permanent: there is no such item any more.
    """
    found = assets.item(item)
    if found is None:
        raise flowhost.Permanent(f"there is no item {item} any more")
    return found


def texts(template: flowhost.Template, context: flowhost.Context) -> tuple[str, ...]:
    """The values of a text with tags, without those that are empty."""
    return tuple(text for text in template.values(context.tags) if text.strip())
