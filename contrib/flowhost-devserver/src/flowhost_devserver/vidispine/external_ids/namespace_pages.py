"""Pages: the namespaces of external ids, and external ids of whatever has them."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.external_ids.documents import Holder
from flowhost_devserver.vidispine.external_ids.namespaces import (
    DEFAULT,
    KIND,
    namespace,
    namespace_of,
    namespaces,
    put_namespace,
)
from flowhost_devserver.vidispine.external_ids.namings import KEPT
from flowhost_devserver.vidispine.items.every import every_item
from flowhost_devserver.vidispine.people.rights import only_administrators
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route


def list_namespaces(call: Call) -> Response:
    """The namespaces."""
    return document(call, "ExternalIdentifierNamespaceListDocument", {"namespace": namespaces(call.site)})


def read_namespace(call: Call, name: str) -> Response:
    """One namespace."""
    return document(call, "ExternalIdentifierNamespaceDocument", namespace(call.site, name))


def write_namespace(call: Call, name: str) -> Response:
    """Make or change a namespace; only administrators may, as its pattern runs here, and may run long."""
    only_administrators(call)
    put_namespace(call.site, name, call.document("ExternalIdentifierNamespaceDocument"))
    return empty()


def delete_namespace(call: Call, name: str) -> Response:
    """Remove a namespace with all external ids in it."""
    if namespace(call.site, name)["name"] == DEFAULT:
        raise invalid_input("namespace", id_=name, explanation="the default namespace is as it is")
    with call.site.lock:
        _remove(call, lambda one: namespace_of(call.site, one) == name)
        call.site.keeping.delete(KIND, name)
    return empty()


def delete_external_id(call: Call, external_id: str) -> Response:
    """Let nothing be called so any more."""
    if not _remove(call, lambda one: one == external_id):
        raise not_found("external-id", external_id)
    return empty()


def _remove(call: Call, gone: Callable[[str], bool]) -> bool:
    """Take external ids from whatever has them, when the user may change all that; return whether anything had one."""
    with call.site.lock:
        found = [one for one in _holders(call) if any(map(gone, one.names))]
        for holder in found:
            require(call, "WRITE", holder.kind, holder.id)
        for holder in found:
            holder.rename(tuple(name for name in holder.names if not gone(name)))
    return bool(found)


def _holders(call: Call) -> list[Holder]:
    """Whatever has external ids."""
    site, found = call.site, list[Holder]()
    for kind, kept in KEPT.items():
        found += [Holder(site, kind, id_) for id_ in dict.fromkeys(site.keeping.all(kept).values())]
    return found + [Holder(site, "item", one.id) for one in every_item(site) if one.external_id]


ROUTES = (
    Route("GET", "/external-id", list_namespaces),
    Route("GET", "/external-id/<name>", read_namespace),
    Route("PUT", "/external-id/<name>", write_namespace),
    Route("DELETE", "/external-id/<name>", delete_namespace),
    Route("DELETE", "/external-id/id/<external_id>", delete_external_id),
)
