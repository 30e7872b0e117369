"""Which shape tags there are: those the catalogue can make, and those that only have a name or a preset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flowhost
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.shape_tags.presets import preset_of, tag_of
from flowhost_plugins.catalogue import NotFound

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

KIND = "shape-tag"
"""Kind of what is kept: name → its preset as it was given; None: it was removed."""

ORIGINAL = "original"


def names(site: Site) -> list[str]:
    """All of them, in order."""
    kept = site.keeping.all(KIND)
    found = {ORIGINAL, *(tag.name for tag in site.catalogue.shape_tags()), *kept}
    return sorted(name for name in found if kept.get(name, {}) is not None)


def preset(site: Site, name: str) -> dict[str, Any]:
    """The TranscodePresetDocument of a tag.

    Raises:
        Refusal: there is no such tag.
    """
    check(site, name)
    kept = site.keeping.get(KIND, name)
    if kept is not None:
        return {"name": name, **kept}
    return {"name": name} if name == ORIGINAL else preset_of(site.catalogue.shape_tag(name))


def check(site: Site, name: str) -> None:
    """Make sure that there is such a tag.

    Raises:
        Refusal: there is none.
    """
    if name not in names(site):
        raise not_found("shape-tag", name)


def set_preset(site: Site, name: str, document: dict[str, Any]) -> None:
    """Let a tag be made so; what ffmpeg cannot be told is kept all the same.

    Raises:
        Refusal: the tag cannot have this name, or one of the preset's values cannot be.
    """
    made = tag_of(name, document)
    if not name.strip() or "," in name:
        raise invalid_input("shape-tag", id_=name, explanation="expected a name without commas", value=name)
    try:
        if made is not None:
            site.catalogue.set_shape_tag(made)
    except flowhost.Permanent as error:
        raise invalid_input("shape-tag", id_=name, explanation=str(error)) from None
    site.keeping.put(KIND, name, {key: value for key, value in document.items() if key != "name"})


def remove(site: Site, name: str) -> None:
    """Forget a tag.

    Raises:
        Refusal: there is none, or it is that of the originals.
    """
    check(site, name)
    if name == ORIGINAL:
        raise invalid_input("shape-tag", id_=name, explanation="this tag is always there", value=name)
    site.catalogue.remove_shape_tag(name)
    try:
        site.catalogue.shape_tag(name)
    except NotFound:
        site.keeping.delete(KIND, name)
    else:  # one that every catalogue has
        site.keeping.put(KIND, name, None)
