"""Pages: what items, collections and libraries are called elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial, update_wrapper

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.external_ids.documents import (
    KINDS,
    Holder,
    Kind,
    check_free,
    external_documents,
)
from flowhost_devserver.vidispine.libraries.records import library_of
from flowhost_devserver.vidispine.metadata.subjects import id_of
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route


def read_external_ids(kind: Kind, call: Call, id_: str) -> Response:
    """The external ids of something, the oldest first."""
    holder = _holder(call, kind, id_, "READ")
    names = holder.names
    told = {"id": external_documents(call.site, kind, holder.id, names)}
    text = "".join(one + LINE for one in names)
    return document(call, "ExternalIdentifierListDocument", told, text=text)


def add_external_id(kind: Kind, call: Call, id_: str, external_id: str) -> Response:
    """Let it be called so, too; that something else is called so is a conflict."""
    holder = _holder(call, kind, id_, "WRITE")
    with call.site.lock:
        if external_id not in holder.names:
            check_free(call, external_id, kind)
            holder.rename((*holder.names, external_id))
    return empty()


def remove_external_id(kind: Kind, call: Call, id_: str, external_id: str) -> Response:
    """Let it no longer be called so."""
    holder = _holder(call, kind, id_, "WRITE")
    with call.site.lock:
        if external_id not in holder.names:
            raise not_found("external-id", external_id)
        holder.rename(tuple(one for one in holder.names if one != external_id))
    return empty()


def remove_external_ids(kind: Kind, call: Call, id_: str) -> Response:
    """Let it have its own id only."""
    holder = _holder(call, kind, id_, "WRITE")
    with call.site.lock:
        holder.rename(())
    return empty()


def _holder(call: Call, kind: Kind, id_: str, wanted: str) -> Holder:
    id_ = library_of(call.site, id_).id if kind == "library" else id_of(call.site, kind, id_)
    require(call, wanted, kind, id_)
    return Holder(call.site, kind, id_)


def _routes() -> Iterator[Route]:
    for kind in KINDS:
        base = f"/{kind}/<id_>/external-id"
        pages: tuple[tuple[str, str, Callable[..., Response]], ...] = (
            ("GET", base, read_external_ids),
            ("DELETE", base, remove_external_ids),
            ("PUT", f"{base}/<external_id>", add_external_id),
            ("DELETE", f"{base}/<external_id>", remove_external_id),
        )
        for method, path, page in pages:
            yield Route(method, path, update_wrapper(partial(page, kind), page))


ROUTES = tuple(_routes())
