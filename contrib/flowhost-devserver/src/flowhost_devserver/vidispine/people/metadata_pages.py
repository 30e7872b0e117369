"""Pages: pairs of a key and values that clients keep with users and groups."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import partial
from typing import TypeAlias

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, empty, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.people.documents import fields_of, pairs_in
from flowhost_devserver.vidispine.people.records import Person, Team
from flowhost_devserver.vidispine.people.rights import (
    known_group,
    known_user,
    only_administrators,
    only_themselves,
)
from flowhost_devserver.vidispine.refusals import conflict, invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route

Pairs: TypeAlias = dict[str, list[str]]

WILD = "*?"
"""What stands for any characters, and for one, in a key."""


def read_all(call: Call, kind: str, name: str) -> Response:
    """Every pair."""
    kept = _of(call, kind, name).metadata or {}
    return document(call, "SimpleMetadataDocument", fields_of(kept))


def read_one(call: Call, kind: str, name: str, key: str) -> Response:
    """The value of a key, as text; a key with ``*`` must mean exactly one."""
    kept = _of(call, kind, name).metadata or {}
    keys = _meant(kept, key)
    if not keys:
        raise not_found("metadata", key)
    if len(keys) > 1 or len(kept[keys[0]]) > 1:
        raise conflict("metadata", key, explanation="it has more than one value")
    return plain("".join(kept[keys[0]]))


def write_all(call: Call, kind: str, name: str) -> Response:
    """More pairs, in the place of those with the same keys."""
    given = pairs_in(call.document("SimpleMetadataDocument"))
    return _changed(call, kind, name, lambda kept: {**kept, **given})


def write_one(call: Call, kind: str, name: str, key: str) -> Response:
    """The value of a key: the body, as text."""
    if any(one in key for one in WILD):
        raise invalid_input("metadata", id_=key, explanation="expected a key without wildcards")
    value = call.text_body().strip()
    return _changed(call, kind, name, lambda kept: {**kept, key: [value]})


def remove_all(call: Call, kind: str, name: str) -> Response:
    """No pair any more."""
    return _changed(call, kind, name, lambda _: {})


def remove_one(call: Call, kind: str, name: str, key: str) -> Response:
    """No such pair any more; a key with ``*`` means every one that it fits."""
    if not _meant(_of(call, kind, name).metadata or {}, key):
        raise not_found("metadata", key)
    return _changed(call, kind, name, lambda kept: {one: kept[one] for one in kept if not _fits(one, key)})


def _of(call: Call, kind: str, name: str) -> Person | Team:
    return known_user(call, name) if kind == "user" else known_group(call, name)


def _meant(kept: Pairs, key: str) -> list[str]:
    return [key] if key in kept else [one for one in kept if _fits(one, key)]


def _fits(key: str, pattern: str) -> bool:
    return fnmatchcase(key, pattern.replace("[", "[[]"))


def _changed(call: Call, kind: str, name: str, change: Callable[[Pairs], Pairs]) -> Response:
    if kind == "user":
        only_themselves(call, name)
    else:
        only_administrators(call)
    with call.site.lock:
        one = _of(call, kind, name)
        one.metadata = change(one.metadata or {})
        if isinstance(one, Person):
            call.site.people.keep_user(one)
        else:
            call.site.people.keep_group(one)
    return empty()


_PAGES = (
    ("GET", "", read_all),
    ("PUT", "", write_all),
    ("DELETE", "", remove_all),
    ("GET", "/<path:key>", read_one),
    ("PUT", "/<path:key>", write_one),
    ("DELETE", "/<path:key>", remove_one),
)

ROUTES = tuple(
    Route(method, f"/{kind}/<name>/metadata{path}", partial(page, kind=kind))
    for kind in ("user", "group")
    for method, path, page in _PAGES
)
