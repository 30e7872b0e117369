"""The pages about storage rules."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.external_ids.namings import own_id
from flowhost_devserver.vidispine.libraries.records import library_of
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shape_tags import known
from flowhost_devserver.vidispine.shapes.finding import item_of, shape_of
from flowhost_devserver.vidispine.storage_rules.rules import (
    DEFAULT,
    KIND,
    TYPES,
    effective,
    key_of,
    listed,
    put_rule,
    rules_of,
)
from flowhost_plugins.catalogue import NotFound


def _item(call: Call, id_: str) -> str:
    return item_of(call, id_).id


def _collection(call: Call, id_: str) -> str:
    try:
        return call.site.catalogue.collection(own_id(call.site, id_)).id
    except NotFound:
        raise not_found("Collection", id_) from None


def _library(call: Call, id_: str) -> str:
    return library_of(call.site, id_).id


def _generic(call: Call, id_: str) -> str:  # noqa: ARG001  # all are called alike
    return ""


HOLDERS: dict[str, Callable[[Call, str], str]] = {
    "item": _item,
    "collection": _collection,
    "library": _library,
    "generic": _generic,
}
"""What can have rules → how its id is checked."""


def every(call: Call) -> Response:
    """`GET /storage-rule`: all of them; `tag` and `type` choose."""
    tags, kinds = call.words("tag"), [word.lower() for word in call.words("type")]
    found = {}
    for key, rule in call.site.keeping.all(KIND).items():
        kind, _, tag = key.split("/", 2)
        if (not tags or tag in tags) and (not kinds or kind in kinds):
            found[key] = rule
    return document(call, "StorageRulesDocument", {"tag": list(found.values())})


class Holder:
    """The pages about the rules of one kind of entity.

    Args:
        kind: one of `rules.TYPES`.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def several(self, call: Call, id_: str = "") -> Response:
        """All rules of an entity."""
        rules = rules_of(call.site, self._kind, self._checked(call, id_))
        return document(call, "StorageRulesDocument", listed(rules))

    def one(self, call: Call, id_: str = "", tag: str = DEFAULT) -> Response:
        """The rule for a tag."""
        rules = rules_of(call.site, self._kind, self._checked(call, id_))
        if tag not in rules:
            raise not_found("storage-rule", tag)
        return document(call, "StorageRuleDocument", rules[tag])

    def put(self, call: Call, id_: str = "", tag: str = DEFAULT) -> Response:
        """Set the rule for a tag."""
        holder = self._checked(call, id_)
        if tag != DEFAULT:
            known.check(call.site, tag)
        put_rule(call.site, self._kind, holder, tag, call.document("StorageRuleDocument"))
        return empty()

    def delete(self, call: Call, id_: str = "", tag: str = DEFAULT) -> Response:
        """Remove the rule for a tag."""
        holder = self._checked(call, id_)
        if not call.site.keeping.delete(KIND, key_of(self._kind, holder, tag)):
            raise not_found("storage-rule", tag)
        return empty()

    def _checked(self, call: Call, id_: str) -> str:
        return HOLDERS[self._kind](call, id_)

    def routes(self) -> tuple[Route, ...]:
        """Where these pages are."""
        base = "/shape-tag/storage-rule" if self._kind == "generic" else f"/{self._kind}/<id_>/storage-rule"
        return (
            Route("GET", base, self.several),
            Route("PUT", base, self.put),
            Route("DELETE", base, self.delete),
            Route("GET", f"{base}/<tag>", self.one),
            Route("PUT", f"{base}/<tag>", self.put),
            Route("DELETE", f"{base}/<tag>", self.delete),
        )


def of_shape(call: Call, item_id: str, shape_id: str) -> Response:
    """`GET /item/{id}/shape/{id}/storage-rule`: the one that holds; with `all` those it wins over, too."""
    item, shape = shape_of(call, item_id, shape_id)
    found = effective(call.site, item.id, shape.tags)
    return document(call, "StorageRulesDocument", {"tag": found if call.flag("all") else found[:1]})


ROUTES = (
    Route("GET", "/storage-rule", every),
    *(route for kind in TYPES for route in Holder(kind).routes()),
    Route("GET", "/item/<item_id>/shape/<shape_id>/storage-rule", of_shape),
)
