"""Metadata that is no more than pairs of a key and a value: of shapes, components, storages, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.site import Site


def pairs_of(site: Site, kind: str, id_: str) -> dict[str, str]:
    """The pairs that are kept with something.

    Args:
        site: where.
        kind: what it is, a word for `Keeping`.
        id_: its id.
    """
    found: dict[str, str] = site.keeping.get(kind, id_) or {}
    return found


def put_pairs(site: Site, kind: str, id_: str, pairs: Mapping[str, str]) -> None:
    """Keep more pairs, in the place of those with the same keys; an empty value removes one."""
    with site.lock:
        kept = {**pairs_of(site, kind, id_), **pairs}
        site.keeping.put(kind, id_, {key: value for key, value in kept.items() if value})


def as_fields(pairs: Mapping[str, str]) -> dict[str, Any]:
    """The pairs as they stand in a document; ``{}`` when there are none."""
    fields = [{"key": key, "value": value} for key, value in pairs.items()]
    return {"field": fields} if fields else {}


def from_fields(data: Mapping[str, Any] | None) -> dict[str, str]:
    """The pairs in a document; of several values the first."""
    return {field["key"]: _first(field.get("value")) for field in _fields(data) if field.get("key")}


def _fields(data: Mapping[str, Any] | None) -> Iterable[Mapping[str, Any]]:
    fields: Iterable[Mapping[str, Any]] = (data or {}).get("field") or ()
    return fields


def _first(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return "" if value is None else str(value)


def read_all(call: Call, kind: str, id_: str) -> Response:
    """The page with all pairs."""
    return show_all(call, pairs_of(call.site, kind, id_))


def show_all(call: Call, pairs: Mapping[str, str]) -> Response:
    """The answer with these pairs."""
    text = "".join(f"{key}={value}{LINE}" for key, value in pairs.items())
    return document(call, "SimpleMetadataDocument", as_fields(pairs), text=text)


def write_all(call: Call, kind: str, id_: str) -> Response:
    """The page that takes pairs."""
    put_pairs(call.site, kind, id_, from_fields(call.document("SimpleMetadataDocument")))
    return empty(204)


def remove_all(call: Call, kind: str, id_: str) -> Response:
    """The page that removes all pairs."""
    call.site.keeping.delete(kind, id_)
    return empty()


def read_one(call: Call, kind: str, id_: str, key: str) -> Response:
    """The page with one value, as text."""
    return show_one(pairs_of(call.site, kind, id_), key)


def show_one(pairs: Mapping[str, str], key: str) -> Response:
    """The answer with one value of these pairs, as text.

    Raises:
        Refusal: there is none.
    """
    check_key(pairs, key)
    return plain(pairs[key])


def check_key(pairs: Mapping[str, str], key: str) -> None:
    """Make sure that there is a value.

    Raises:
        Refusal: there is none.
    """
    if key not in pairs:
        raise not_found("metadata", key)


def write_one(call: Call, kind: str, id_: str, key: str, *, parameter: str = "value") -> Response:
    """The page that takes one value: the body, as text; or, when there is none, a parameter of this name."""
    put_pairs(call.site, kind, id_, {key: call.text_body() or call.text(parameter)})
    return empty()


def remove_one(call: Call, kind: str, id_: str, key: str) -> Response:
    """The page that removes one value."""
    check_key(pairs_of(call.site, kind, id_), key)
    put_pairs(call.site, kind, id_, {key: ""})
    return empty()
