"""Metadata documents as they come: checked against the fields there are, in one shape whatever was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowhost_devserver.vidispine.fields.checking import checked_text
from flowhost_devserver.vidispine.fields.registry import field_of, group_of
from flowhost_devserver.vidispine.metadata.merging import Node, span_key
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.site import Site

DEEPEST = 40
"""Groups within groups; the catalogue refuses what is much deeper."""

MODES = ("add", "remove")

OWN = ("created", "itemId", "collectionId", "shapeTag", "mediaType", "user")
"""What only the server itself sets, like everything that begins with two underscores; passed over."""


def checked_metadata(site: Site, given: Mapping[str, Any], *, new: bool = False) -> dict[str, Any]:
    """A MetadataDocument whose fields and groups exist and whose values are texts of their types.

    Args:
        site: knows the fields.
        given: the document.
        new: whether it is for something new: uuids, of something else then, do not count.

    Raises:
        Refusal: a field or group is unknown (404), or something cannot be taken (400).
    """
    check = _Check(site, new=new)
    spans = []
    for span in nodes(given, "timespan"):
        start, end = span_key(span)
        spans.append({"start": start, "end": end, **check.level(span, 0)})
    names = given.get("group") or []
    groups = [_text(one, "group") for one in (names if isinstance(names, list) else [names])]
    for name in groups:
        check.group_exists(name)
    return {"group": groups, "timespan": spans}


def nodes(given: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects under this key; one by itself is a list of one.

    Raises:
        Refusal: they are something else.
    """
    found = given.get(key)
    if found is None:
        return []
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(one, Mapping) for one in listed):
        raise invalid_input("MetadataDocument", explanation=f"expected objects under {key!r}")
    return listed


class _Check:
    """One document; what was looked up is known from then on."""

    def __init__(self, site: Site, *, new: bool) -> None:
        self._site, self._new = site, new
        self._fields: dict[str, dict[str, Any]] = {}

    def level(self, given: Mapping[str, Any], depth: int) -> Node:
        """A timespan or group."""
        if depth > DEEPEST:
            raise invalid_input("MetadataDocument", explanation=f"groups are more than {DEEPEST} deep")
        fields = [self._field(one) for one in nodes(given, "field") if not _is_own(one)]
        return {"field": fields, "group": [self._group(one, depth) for one in nodes(given, "group")]}

    def _field(self, given: Mapping[str, Any]) -> Node:
        name = _text(given.get("name"), "field")
        known = self._known(name)
        values = [self._value(known, one, given.get("lang")) for one in _values(given)]
        if not known["type"].startswith("string"):  # other types have no empty value: it means none
            values = [one for one in values if one["value"]]
        made = {"name": name, "mode": _mode(given), "value": values}
        if track := given.get("track"):
            made["track"] = _text(track, "track")
        return self._named(made, given)

    def _value(self, field: Mapping[str, Any], given: Any, language: Any) -> Node:
        """A value; the language of its field is that of values that name none."""
        if not isinstance(given, Mapping):
            given = {"value": given}
        made = {"value": checked_text(field, given.get("value")), "mode": _mode(given)}
        if lang := given.get("lang") or language:
            made["lang"] = _text(lang, "lang")
        return self._named(made, given)

    def _group(self, given: Mapping[str, Any], depth: int) -> Node:
        made = {"mode": _mode(given), **self.level(given, depth + 1)}
        if given.get("name") is not None or self._new or not given.get("uuid"):
            made["name"] = _text(given.get("name"), "group")
            self.group_exists(made["name"])
        return self._named(made, given)

    def _named(self, made: Node, given: Mapping[str, Any]) -> Node:
        if given.get("uuid") and not self._new:
            made["uuid"] = _text(given["uuid"], "uuid")
        return made

    def _known(self, name: str) -> dict[str, Any]:
        if name not in self._fields:
            found = field_of(self._site, name)
            if found is None:
                raise not_found("metadata-field", name)
            self._fields[name] = found
        return self._fields[name]

    def group_exists(self, name: str) -> None:
        """Check that there is such a group."""
        if group_of(self._site, name) is None:
            raise not_found("metadata-field-group", name)


def _values(given: Mapping[str, Any]) -> list[Any]:
    found = given.get("value")
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _is_own(given: Mapping[str, Any]) -> bool:
    name = given.get("name")
    return isinstance(name, str) and (name in OWN or name.startswith("__"))


def _mode(given: Mapping[str, Any]) -> str | None:
    mode = given.get("mode")
    if mode in (None, "", "replace"):
        return None
    if mode not in MODES:
        raise invalid_input("mode", explanation=f"expected {' or '.join(MODES)}", value=str(mode))
    return str(mode)


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise invalid_input("MetadataDocument", explanation=f"expected a text as {what}", value=value)
    return value
