"""The asset that a URL means: by its number, or by the site's own identity for it."""

from __future__ import annotations

from flowhost_devserver.viz_one.answers import refuse
from flowhost_devserver.viz_one.numbers import catalogue_id_of
from flowhost_devserver.viz_one.path_parts import decoded
from flowhost_devserver.viz_one.site import Site
from flowhost_plugins.catalogue import CatalogueItem, NotFound


def found(site: Site, number: str) -> CatalogueItem:
    """The asset with this number or site identity.

    Raises:
        Problem: 404, there is none.
    """
    wanted = decoded(number)
    try:
        return site.catalogue.record(catalogue_id_of(wanted))
    except NotFound:
        refuse(404, f"there is no asset {wanted!r}")
