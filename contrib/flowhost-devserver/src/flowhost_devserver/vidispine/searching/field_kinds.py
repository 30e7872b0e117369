"""What a search must know of the fields there are: their types, and which of them the server works out."""

from __future__ import annotations

from flowhost_devserver.vidispine.fields.registry import FIELD
from flowhost_devserver.vidispine.searching.conditions import NEVER_FOUND
from flowhost_devserver.vidispine.searching.matching import OWN_FIELDS
from flowhost_devserver.vidispine.site import Site

TRANSIENT = "__"
"""What the names of fields begin with that are worked out for every answer."""

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
        """The type of a field, by its name without groups."""
        return str(self._fields.get(name.rpartition("/")[2], {}).get("type", "string"))

    def searchable(self, name: str) -> bool:
        """Whether it can be found by its words."""
        return self.kind(name) != NEVER_FOUND

    def system(self, name: str) -> bool:
        """Whether the server itself sets it."""
        known = self._fields.get(name, {})
        return name.startswith(TRANSIENT) or ("system" in known and name not in SET_BY_CLIENTS)

    def computed(self, name: str) -> bool:
        """Whether it is worked out when somebody asks, so that the catalogue does not know it."""
        return self.system(name) and name not in OWN_FIELDS
