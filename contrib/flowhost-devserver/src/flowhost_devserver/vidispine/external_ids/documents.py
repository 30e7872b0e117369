"""External ids as they stand in documents, and giving them to something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.external_ids.namespaces import namespace_of
from flowhost_devserver.vidispine.external_ids.namings import (
    Named,
    check_name,
    namings,
    own_id,
    rename,
)
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.libraries.records import library_of
from flowhost_devserver.vidispine.refusals import Refusal, conflict
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import NotFound

Kind: TypeAlias = Literal["item", "collection", "library"]

KINDS: tuple[Kind, ...] = ("item", "collection", "library")

add_forms(
    {
        "ExternalId": dict.fromkeys(("externalId", "namespace", "entityType", "entityId"), "text"),
        "ExternalIds": {"id": "ExternalId*"},
    },
    {"ExternalIdentifierListDocument": "ExternalIds"},
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Something that may have external ids, by its id."""

    site: Site
    kind: Kind
    id: str

    @property
    def names(self) -> tuple[str, ...]:
        """Its external ids, the oldest first."""
        if self.kind == "item":
            return tuple(self.site.catalogue.record(self.id).external_ids)
        return namings(self.site, self.kind, self.id)

    def rename(self, names: tuple[str, ...]) -> None:
        """Let these be its external ids."""
        if self.kind == "item":
            self.site.catalogue.update_item(self.id, external_ids=names)
        else:
            rename(self.site, self.kind, self.id, names)


def external_documents(site: Site, kind: Kind, id_: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """The external ids of something as documents have them."""
    return [
        {"externalId": one, "namespace": namespace_of(site, one), "entityType": kind, "entityId": id_}
        for one in names
    ]


def check_free(call: Call, external_id: str, kind: Kind = "item") -> None:
    """Let an external id be given to something only if nothing else of its kind has it.

    Raises:
        Refusal: something is called so (409), or nothing can be (400).
    """
    check_name(external_id)
    if other := _holder(call.site, kind, external_id):
        raise conflict(kind.capitalize(), external_id, explanation=f"the {kind} {other} is called so already")


def _holder(site: Site, kind: Kind, external_id: str) -> str | None:
    if kind == "item":
        try:
            return site.catalogue.record(external_id).id
        except NotFound:
            return None
    named: Named = kind
    known = own_id(site, external_id, named)
    return known if known != external_id or _is_there(site, named, known) else None


def _is_there(site: Site, kind: Named, id_: str) -> bool:
    try:
        if kind == "library":
            library_of(site, id_)
        else:
            site.catalogue.collection(id_)
    except (NotFound, Refusal):
        return False
    return True
