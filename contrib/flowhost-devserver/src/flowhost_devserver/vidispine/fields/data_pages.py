"""Pages: what is kept with fields and groups: key-values of their users, and the values a field may be given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.fields.registry import FIELD, GROUP, known
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.simple_metadata import from_fields


def read_values(call: Call, name: str) -> Response:
    """The values a field may be given: what is kept, and how it is shown; those that parameters ask for."""
    pairs = _asked_for(call, from_fields(known(call.site, FIELD, name).get("values")))
    text = "".join(f"{one}{LINE}" for one in pairs)
    return document(call, "SimpleMetadataDocument", {"field": _pairs(pairs)}, text=text)


def _asked_for(call: Call, pairs: Mapping[str, str]) -> dict[str, str]:
    tests: dict[str, Callable[[str, str], bool]] = {
        "exact": lambda text, wanted: text == wanted,
        "start": lambda text, wanted: text.startswith(wanted),
        "regex": lambda text, wanted: re.fullmatch(wanted, text) is not None,
    }
    found = list(pairs.items())
    asked = {
        "key-exact": call.text("key-exact"),
        "key-start": call.text("key-start"),
        "key-regex": call.text("key-regex"),
        "value-exact": call.text("value-exact"),
        "value-start": call.text("value-start"),
        "value-regex": call.text("value-regex"),
    }
    for name, wanted in asked.items():
        part, _, kind = name.partition("-")
        if wanted:
            if kind == "regex":
                _check_pattern(name, wanted)
            found = [pair for pair in found if tests[kind](pair[part == "value"], wanted)]
    return dict(found[: call.number("hits", len(found))])


def _check_pattern(name: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise invalid_input(name, explanation=str(error), value=pattern) from None


def write_values(call: Call, name: str) -> Response:
    """Set the values a field may be given."""
    _change(call, FIELD, name, values={"field": _pairs(_given(call))})
    return empty()


def delete_values(call: Call, name: str) -> Response:
    """Let the field have no list of values any more."""
    _change(call, FIELD, name, values={"field": []})
    return empty()


def _all_data(kind: str, call: Call, name: str) -> Response:
    """The key-values."""
    data = known(call.site, kind, name).get("data", ())
    text = "".join(f"{one['key']}{LINE}" for one in data)
    return document(call, "SimpleMetadataDocument", {"field": [*data]}, text=text)


def _write_all(kind: str, call: Call, name: str) -> Response:
    """Set key-values; others stay."""
    for key, value in _given(call).items():
        _put(call, kind, name, key, value)
    return empty()


def _delete_all(kind: str, call: Call, name: str) -> Response:
    """Remove the key-values."""
    _change(call, kind, name, data=[])
    return empty()


def _read(kind: str, call: Call, name: str, key: str) -> Response:
    """One of the key-values, as text."""
    for one in known(call.site, kind, name).get("data", ()):
        if one["key"] == key:
            return plain(one["value"])
    raise not_found("key", key)


def _write(kind: str, call: Call, name: str, key: str) -> Response:
    """Set one of the key-values to the text of the body."""
    _put(call, kind, name, key, call.text_body())
    return empty()


def _delete(kind: str, call: Call, name: str, key: str) -> Response:
    """Remove one of the key-values."""
    with call.site.lock:
        data = known(call.site, kind, name).get("data", ())
        left = [one for one in data if one["key"] != key]
        if len(left) == len(data):
            raise not_found("key", key)
        _change(call, kind, name, data=left)
    return empty()


def _put(call: Call, kind: str, name: str, key: str, value: str) -> None:
    with call.site.lock:
        data = [one for one in known(call.site, kind, name).get("data", ()) if one["key"] != key]
        _change(call, kind, name, data=[*data, {"key": key, "value": value}])


def _change(call: Call, kind: str, name: str, **more: Any) -> None:
    with call.site.lock:
        call.site.keeping.put(kind, name, {**known(call.site, kind, name), **more})


def _given(call: Call) -> dict[str, str]:
    given = call.document("SimpleMetadataDocument")
    if odd := [one for one in given.get("field", ()) if not one.get("key")]:
        raise invalid_input("key", explanation="expected a key", value=str(odd[0]))
    return from_fields(given)


def _pairs(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in pairs.items()]


def _page(page: Callable[..., Response], kind: str) -> Callable[..., Response]:
    def answer(call: Call, name: str, **more: str) -> Response:
        return page(kind, call, name, **more)

    answer.__doc__ = page.__doc__
    return answer


def _routes(path: str, kind: str) -> tuple[Route, ...]:
    """The pages of the key-values of a kind."""
    return (
        Route("GET", f"{path}/metadata", _page(_all_data, kind)),
        Route("PUT", f"{path}/metadata", _page(_write_all, kind)),
        Route("DELETE", f"{path}/metadata", _page(_delete_all, kind)),
        Route("GET", f"{path}/metadata/<key>", _page(_read, kind)),
        Route("PUT", f"{path}/metadata/<key>", _page(_write, kind)),
        Route("DELETE", f"{path}/metadata/<key>", _page(_delete, kind)),
    )


ROUTES = (
    Route("GET", "/metadata-field/<name>/values", read_values),
    Route("PUT", "/metadata-field/<name>/values", write_values),
    Route("DELETE", "/metadata-field/<name>/values", delete_values),
    *_routes("/metadata-field/<name>", FIELD),
    *_routes("/metadata-field/field-group/<name>", GROUP),
)
