"""Pages: the groups that metadata may have, and what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.fields.defaults import group_document
from flowhost_devserver.vidispine.fields.pages import defined_field, shown_data, shown_field
from flowhost_devserver.vidispine.fields.registry import FIELD, GROUP, field_of, group_of, known
from flowhost_devserver.vidispine.metadata.clearing import clear
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route

DEEPEST = 6
"""Groups within groups that are shown; where everything is in everything, more of them would be very many."""


def list_groups(call: Call) -> Response:
    """Every group; with ``content=true`` what is in them, too; with ``traverse=true`` what is in that, too."""
    content = call.flag("content")
    groups = [_shown(call, one, content=content) for one in call.site.keeping.all(GROUP).values()]
    text = "".join(one["name"] + LINE for one in groups)
    return document(call, "MetadataFieldGroupListDocument", {"group": groups}, text=text)


def read_group(call: Call, name: str) -> Response:
    """One group with what is in it; with ``traverse=true`` what is in that, too."""
    group = known(call.site, GROUP, name)
    shown = _shown(call, group, content=call.flag("content", default=True))
    text = "".join(one["name"] + LINE for one in shown.get("field", ()))
    return document(call, "MetadataFieldGroupDocument", shown, text=text)


def write_group(call: Call, name: str) -> Response:
    """Make a group, or put more into it, fields that do not exist yet included; ``clear`` takes all out before."""
    given = call.document("MetadataFieldGroupDocument")
    with call.site.lock:
        old = group_of(call.site, name) or {}
        group = group_document(name) | ({"origin": old["origin"]} if call.flag("clear") and old else old)
        group["schema"] |= {**given.get("schema", {}), "name": name}
        new = _new_fields(call, given.get("field", ()))
        for key, kind in (("field", FIELD), ("group", GROUP)):
            names = [str(one.get("name", "")) for one in given.get(key, ())]
            found = [
                one if kind == FIELD and one in new else known(call.site, kind, one)["name"] for one in names
            ]
            if key in given:
                held = [one["name"] for one in group.get(key, ())]
                group[key] = [{"name": one} for one in dict.fromkeys([*held, *found])]
        group |= {key: given[key] for key in ("data", "externalId") if key in given}
        for field in new.values():
            call.site.keeping.put(FIELD, field["name"], field)
        call.site.keeping.put(GROUP, name, group)
    return empty()


def _new_fields(call: Call, given: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The fields of a document that are not there yet, and that it defines; name → field."""
    names = [(str(one.get("name", "")), one) for one in given if one.get("type")]
    return {name: defined_field(name, None, one) for name, one in names if field_of(call.site, name) is None}


def delete_group(call: Call, name: str) -> Response:
    """Remove a group, also from the groups it is in, and its instances from all metadata; its fields stay."""
    with call.site.lock:
        known(call.site, GROUP, name)
        call.site.keeping.delete(GROUP, name)
        for group in call.site.keeping.all(GROUP).values():
            _remove(call, group, "group", name)
    clear(call.site, "group", name, call.run_as)
    return empty()


def read_member(call: Call, name: str, field: str) -> Response:
    """One field of a group."""
    group = known(call.site, GROUP, name)
    _check_member(group, "field", field)
    definition = known(call.site, FIELD, field)
    return document(call, "MetadataFieldDocument", shown_field(definition, call), text=definition["type"])


def add_field(call: Call, name: str, field: str) -> Response:
    """Let the group have this field."""
    return _add(call, name, "field", known(call.site, FIELD, field)["name"])


def remove_field(call: Call, name: str, field: str) -> Response:
    """Let the group no longer have this field."""
    return _removed(call, name, "field", field)


def add_group(call: Call, name: str, child: str) -> Response:
    """Let the group have this group in it."""
    return _add(call, name, "group", known(call.site, GROUP, child)["name"])


def remove_group(call: Call, name: str, child: str) -> Response:
    """Let the group no longer have this group in it."""
    return _removed(call, name, "group", child)


def _add(call: Call, name: str, key: str, member: str) -> Response:
    with call.site.lock:
        group = known(call.site, GROUP, name)
        if member not in [one["name"] for one in group.get(key, ())]:
            group[key] = [*group.get(key, ()), {"name": member}]
            call.site.keeping.put(GROUP, name, group)
    return empty()


def _removed(call: Call, name: str, key: str, member: str) -> Response:
    with call.site.lock:
        group = known(call.site, GROUP, name)
        _check_member(group, key, member)
        _remove(call, group, key, member)
    return empty()


def _check_member(group: Mapping[str, Any], key: str, member: str) -> None:
    if member not in [one["name"] for one in group.get(key, ())]:
        raise not_found("namespace", member)


def _remove(call: Call, group: Mapping[str, Any], key: str, member: str) -> None:
    left = [one for one in group.get(key, ()) if one["name"] != member]
    if len(left) != len(group.get(key, ())):
        call.site.keeping.put(GROUP, group["name"], {**group, key: left})


def _shown(
    call: Call, group: Mapping[str, Any], *, content: bool, above: tuple[str, ...] = ()
) -> dict[str, Any]:
    """A group as answers have it; `above` are the groups it is in, which are not shown in it again."""
    made = {"name": group["name"], "schema": group["schema"], **shown_data(group, call)}
    if content:
        made["field"] = [
            shown_field(found, call)
            for one in group.get("field", ())
            if (found := field_of(call.site, one["name"]))
        ]
        groups = _inner(call, group, (*above, group["name"]))
        if groups:
            made["group"] = groups
    more = {"externalId": group["externalId"]} if group.get("externalId") else {}
    return {**made, **more, "inheritance": group["inheritance"], "origin": group["origin"]}


def _inner(call: Call, group: Mapping[str, Any], above: tuple[str, ...]) -> list[dict[str, Any]]:
    names = [one["name"] for one in group.get("group", ()) if one["name"] not in above]
    found = [group_of(call.site, name) for name in names if len(above) < DEEPEST]
    deep = call.flag("traverse")
    return [_shown(call, one, content=deep, above=above) for one in found if one]


_GROUP = "/metadata-field/field-group"

ROUTES = (
    Route("GET", _GROUP, list_groups),
    Route("GET", f"{_GROUP}/<name>", read_group),
    Route("PUT", f"{_GROUP}/<name>", write_group),
    Route("DELETE", f"{_GROUP}/<name>", delete_group),
    Route("GET", f"{_GROUP}/<name>/<field>", read_member),
    Route("PUT", f"{_GROUP}/<name>/<field>", add_field),
    Route("DELETE", f"{_GROUP}/<name>/<field>", remove_field),
    Route("PUT", f"{_GROUP}/<name>/group/<child>", add_group),
    Route("DELETE", f"{_GROUP}/<name>/group/<child>", remove_group),
)
