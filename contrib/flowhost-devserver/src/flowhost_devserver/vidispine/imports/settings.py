"""Import settings: who gets access to what is imported, or created, with them; and to what a user imports anyway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.documents import checked_access
from flowhost_devserver.vidispine.access.entries import add_entry
from flowhost_devserver.vidispine.answers import document, empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.access.records import Kind
    from flowhost_devserver.vidispine.site import Site

KIND = "import-settings"
"""Kind of what is kept: id → the entries, as in documents."""

DEFAULTS = "import-access"
"""Kind of what is kept: user → group → permission on what the user imports."""

add_forms(
    {
        "ImportSettings": {"id": "@text", "access": "AccessControl*"},
        "ImportAccess": {"name": "text", "permission": "text"},
        "ImportAccessList": {"group": "ImportAccess*"},
    },
    {
        "ImportSettingsDocument": "ImportSettings",
        "ImportAccessControlListDocument": "ImportAccessList",
    },
)


def settings_access(call: Call) -> list[Mapping[str, Any]]:
    """The entries that the parameter ``settings`` asks for; none without it.

    Raises:
        Refusal: there are no such settings.
    """
    wanted = call.text("settings")
    return entries_of(call, wanted) if wanted else []


def import_access(call: Call) -> list[Mapping[str, Any]]:
    """The entries of whatever this user imports.

    Raises:
        Refusal: there are no such settings as it asks for.
    """
    groups: Mapping[str, str] = call.site.keeping.get(DEFAULTS, call.run_as) or {}
    return [*({"group": name, "permission": groups[name]} for name in groups), *settings_access(call)]


def give(call: Call, kind: Kind, id_: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """Add these entries to something new."""
    for one in entries:
        add_entry(call.site, kind, id_, {"grantor": call.run_as, **one}, again=False)


def entries_of(call: Call, id_: str) -> list[Mapping[str, Any]]:
    """The entries of import settings.

    Raises:
        Refusal: there are none of this id.
    """
    found: list[Mapping[str, Any]] | None = call.site.keeping.get(KIND, id_)
    if found is None:
        raise not_found("import-settings", id_)
    return found


def several(call: Call) -> Response:
    """The ids of all import settings."""
    return uri_list(call, call.site.keeping.all(KIND))


def one(call: Call, id_: str) -> Response:
    """Import settings: the entries that what is imported with them gets."""
    return _shown(call, id_, entries_of(call, id_))


def _shown(call: Call, id_: str, entries: Iterable[Mapping[str, Any]]) -> Response:
    return document(call, "ImportSettingsDocument", {"id": id_, "access": list(entries)}, text=id_)


def create(call: Call) -> Response:
    """New import settings, after an ImportSettingsDocument."""
    entries = _given(call)
    id_ = f"VX-{call.site.keeping.next_number(KIND)}"
    call.site.keeping.put(KIND, id_, entries)
    return _shown(call, id_, entries)


def put(call: Call, id_: str) -> Response:
    """Import settings have other entries from now on."""
    entries_of(call, id_)
    call.site.keeping.put(KIND, id_, _given(call))
    return empty()


def _given(call: Call) -> list[dict[str, Any]]:
    given = call.document("ImportSettingsDocument").get("access", ())
    return [checked_access(one, call.run_as) for one in given]


def delete(call: Call, id_: str) -> Response:
    """No such import settings any more; what was imported with them keeps its entries."""
    entries_of(call, id_)
    call.site.keeping.delete(KIND, id_)
    return empty()


def defaults(call: Call) -> Response:
    """Which groups get what on whatever the user imports."""
    groups = call.site.keeping.get(DEFAULTS, call.run_as) or {}
    shown = [{"name": name, "permission": groups[name]} for name in groups]
    return document(call, "ImportAccessControlListDocument", {"group": shown})


def put_default(call: Call, group: str) -> Response:
    """A group gets a permission, ``READ`` unless another is named, on whatever the user imports."""
    entry = checked_access({"group": group, "permission": call.text("permission", "READ")}, call.run_as)
    with call.site.lock:
        if call.site.people.group(group) is None:
            raise not_found("Group", group)
        groups = call.site.keeping.get(DEFAULTS, call.run_as) or {}
        call.site.keeping.put(DEFAULTS, call.run_as, {**groups, group: entry["permission"]})
    return empty()


def delete_default(call: Call, group: str) -> Response:
    """A group gets nothing by itself any more on what the user imports."""
    with call.site.lock:
        groups = call.site.keeping.get(DEFAULTS, call.run_as) or {}
        if group not in groups:
            raise not_found("Group", group)
        _leave_out(call.site, call.run_as, group)
    return empty()


def forget_group(site: Site, group: str) -> None:
    """A group is deleted: another of its name gets nothing by itself."""
    with site.lock:
        for user in site.keeping.all(DEFAULTS):
            _leave_out(site, user, group)


def _leave_out(site: Site, user: str, group: str) -> None:
    groups = site.keeping.get(DEFAULTS, user) or {}
    site.keeping.put(DEFAULTS, user, {name: groups[name] for name in groups if name != group})


_SETTINGS, _GROUP = "/import/settings", "/import/access/group/<group>"

ROUTES = (
    Route("GET", _SETTINGS, several),
    Route("POST", _SETTINGS, create),
    Route("GET", f"{_SETTINGS}/<id_>", one),
    Route("PUT", f"{_SETTINGS}/<id_>", put),
    Route("DELETE", f"{_SETTINGS}/<id_>", delete),
    Route("GET", "/import/access", defaults),
    Route("PUT", _GROUP, put_default),
    Route("DELETE", _GROUP, delete_default),
)
