"""Pages: access to items, collections and libraries."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.documents import (
    access_document,
    access_documents,
    checked_access,
    merged_access,
    merged_group_access,
)
from flowhost_devserver.vidispine.access.entries import (
    add_entry,
    change_owner,
    entries_of,
    remove_entry,
)
from flowhost_devserver.vidispine.access.records import Entry, Kind
from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.items.every import every_item
from flowhost_devserver.vidispine.libraries.records import library_of
from flowhost_devserver.vidispine.metadata.subjects import id_of
from flowhost_devserver.vidispine.people.rights import known_user, only_administrators
from flowhost_devserver.vidispine.refusals import conflict, not_found
from flowhost_devserver.vidispine.routing import Route


def located(call: Call, kind: Kind, id_: str) -> str:
    """The id of a thing as the catalogue has it; items and collections may be named by an external id.

    Raises:
        Refusal: there is no such thing.
    """
    if kind == "library":
        return library_of(call.site, id_).id
    return id_of(call.site, kind, id_)


def list_access(call: Call, kind: Kind, id_: str) -> Response:
    """The entries, the owner's first."""
    listed = access_documents(call, kind, id_)
    text = "".join(one["id"] + LINE for one in listed)
    return document(call, "AccessControlListDocument", {"access": listed}, text=text)


def add_access(call: Call, kind: Kind, id_: str) -> Response:
    """Add an entry; one that says the same is added again unless the client says no."""
    require(call, "ALL", kind, id_)
    values = checked_access(call.document("AccessControlDocument"), call.run_as)
    again = call.flag("allowDuplicate", default=True)
    entry, _ = add_entry(call.site, kind, id_, values, again=again)
    return document(call, "AccessControlDocument", access_document(call, entry), text=entry.id)


def read_access(call: Call, kind: Kind, id_: str, access_id: str) -> Response:
    """One entry."""
    entry = _entry(call, kind, id_, access_id)
    return document(call, "AccessControlDocument", access_document(call, entry), text=entry.id)


def delete_access(call: Call, kind: Kind, id_: str, access_id: str) -> Response:
    """Remove an entry; that of the owner stays."""
    require(call, "ALL", kind, id_)
    _remove(call, _entry(call, kind, id_, access_id))
    return empty()


def add_many(call: Call, kind: Kind, id_: str) -> Response:
    """Add entries: all of them, or none when one makes no sense."""
    require(call, "ALL", kind, id_)
    given = call.document("AccessControlListDocument").get("access", ())
    values = [checked_access(one, call.run_as) for one in given]
    again = call.flag("allowDuplicate", default=True)
    made = [add_entry(call.site, kind, id_, one, again=again)[0] for one in values]
    listed = [access_document(call, one) for one in made]
    text = "".join(one.id + LINE for one in made)
    return document(call, "AccessControlListDocument", {"access": listed}, text=text)


def delete_many(call: Call, kind: Kind, id_: str) -> Response:
    """Remove entries, by their ids or by what they say."""
    require(call, "ALL", kind, id_)
    for one in call.document("AccessControlListDocument").get("access", ()):
        if one.get("id"):
            _remove(call, _entry(call, kind, id_, one["id"]))
            continue
        said = {key: one[key] for key in ("permission", "user", "group", "priority") if key in one}
        for entry in entries_of(call.site, kind, id_):
            known = {"permission": entry.permission, entry.kind: entry.name, "priority": entry.priority}
            if entry.permission != "OWNER" and said.items() <= known.items():
                _remove(call, entry)
    return empty()


def set_owner(call: Call, kind: Kind, id_: str, user: str) -> Response:
    """Let another user own it; answer with the owner's entry."""
    require(call, "OWNER", kind, id_)
    entry = change_owner(call.site, kind, id_, known_user(call, user).name)
    return document(call, "AccessControlDocument", access_document(call, entry), text=entry.id)


def add_to_all_items(call: Call) -> Response:
    """Add an entry to every item there is, unless it has one that says the same."""
    only_administrators(call)
    values = checked_access(call.document("AccessControlDocument"), call.run_as)
    for item in every_item(call.site):
        add_entry(call.site, "item", item.id, values, again=False)
    return empty()


def remove_from_all_items(call: Call) -> Response:
    """Remove every entry of every item, but those of the owners."""
    only_administrators(call)
    for item in every_item(call.site):
        for entry in entries_of(call.site, "item", item.id):
            if entry.permission != "OWNER":
                remove_entry(call.site, "item", item.id, entry.id)
    return empty()


def read_merged(call: Call, kind: Kind, id_: str) -> Response:
    """What holds for a user."""
    return document(call, "AccessControlMergedDocument", merged_access(call, kind, id_))


def read_merged_groups(call: Call, kind: Kind, id_: str) -> Response:
    """What holds for each group."""
    return document(call, "AccessControlMergedGroupDocument", merged_group_access(call, kind, id_))


def _entry(call: Call, kind: Kind, id_: str, access_id: str) -> Entry:
    for one in entries_of(call.site, kind, id_):
        if one.id == access_id:
            return one
    raise not_found("access", access_id)


def _remove(call: Call, entry: Entry) -> None:
    if entry.permission == "OWNER":
        raise conflict("access", entry.id, explanation="the owner's entry cannot be removed")
    remove_entry(call.site, entry.source, entry.source_id, entry.id)


def _page(page: Callable[..., Response], kind: Kind) -> Callable[..., Response]:
    def answer(call: Call, id_: str, **more: str) -> Response:
        return page(call, kind, located(call, kind, id_), **more)

    answer.__doc__ = page.__doc__
    answer.__name__ = f"{kind}_{page.__name__}"
    return answer


_KINDS: tuple[Kind, ...] = ("item", "collection", "library")
_PAGES = (
    ("GET", "access", list_access),
    ("POST", "access", add_access),
    ("POST", "access/bulk", add_many),
    ("DELETE", "access/bulk", delete_many),
    ("PUT", "access/owner/<user>", set_owner),
    ("GET", "access/<access_id>", read_access),
    ("DELETE", "access/<access_id>", delete_access),
    ("GET", "merged-access", read_merged),
    ("GET", "merged-access/group", read_merged_groups),
)

ROUTES = (
    Route("POST", "/item/access", add_to_all_items),
    Route("DELETE", "/item/access", remove_from_all_items),
    *(
        Route(method, f"/{kind}/<id_>/{path}", _page(page, kind))
        for kind in _KINDS
        for method, path, page in _PAGES
    ),
)
