"""What a search must know of the fields there are: their types, and which of them the server works out."""

from __future__ import annotations

from typing import Any

from flowhost_devserver.vidispine.fields.registry import FIELD, is_transient
from flowhost_devserver.vidispine.searching.conditions import NEVER_FOUND
from flowhost_devserver.vidispine.searching.matching import OWN_FIELDS
from flowhost_devserver.vidispine.site import Site

SET_BY_CLIENTS = {"title"}
"""System fields that are kept as any other."""


class FieldKinds:
    """The fields at this moment.

    Args:
        site: where they are.
    """

    def __init__(self, site: Site) -> None:
        self._fields = site.keeping.all(FIELD)

    def kind(self, name: str) -> str:
        """The type of a field as far as searches care, by its name without groups."""
        known = self._known(name)
        kind = str(known.get("type", "string")).removesuffix("-sortable")
        return NEVER_FOUND if kind.endswith("-noindex") or known.get("index") == "noindex" else kind

    def searchable(self, name: str) -> bool:
        """Whether it can be found by its words."""
        return self.kind(name) != NEVER_FOUND and self._known(name).get("fullText", True)

    def _known(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._fields.get(name.rpartition("/")[2], {})
        return found

    def system(self, name: str) -> bool:
        """Whether the server itself sets it."""
        known = self._fields.get(name, {})
        return is_transient(name) or ("system" in known and name not in SET_BY_CLIENTS)

    def computed(self, name: str) -> bool:
        """Whether it is worked out when somebody asks, so that the catalogue does not know it."""
        return self.system(name) and name not in OWN_FIELDS
