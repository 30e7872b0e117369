"""Values that clients keep on the server: by user and application, and by asset."""

# ruff: noqa: ARG001 - pages share one signature

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import check_condition, refuse, tag
from flowhost_devserver.viz_one.discovery import CLIENT_ASSET_CONFIG, CLIENT_CONFIG
from flowhost_devserver.viz_one.path_parts import decoded
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import BYTES_TYPE


def _place(request: Request, key: str) -> tuple[str, str]:
    """Kind and key under which the value is kept."""
    application, asset = request.args.get("application", ""), request.args.get("atom-id", "")
    if request.path.startswith(CLIENT_ASSET_CONFIG) and not asset:
        refuse(400, "the parameter 'atom-id' is missing; it names the asset that the value belongs to")
    return "client-config", "\n".join((request.remote_user or "", application, asset, decoded(key)))


def _kept(site: Site, request: Request, key: str) -> bytes | None:
    value = site.keeping.get(*_place(request, key))
    return None if value is None else value.encode("utf-8", "surrogateescape")


def read_value(site: Site, request: Request, key: str) -> Response:
    """The value as it was written."""
    value = _kept(site, request, key)
    if value is None:
        refuse(404, f"there is no value {key!r} for this user and application")
    return _answer(value)


def write_value(site: Site, request: Request, key: str) -> Response:
    """Keep a value; the answer is the value."""
    old = _kept(site, request, key)
    check_condition(request, lambda: () if old is None else (tag(old),))
    if request.if_none_match.star_tag and old is not None:
        refuse(412, f"there is a value {key!r} already")
    value = request.get_data()
    site.keeping.put(*_place(request, key), value.decode("utf-8", "surrogateescape"))
    return _answer(value, 201 if old is None else 200)


def delete_value(site: Site, request: Request, key: str) -> Response:
    """Forget a value."""
    if not site.keeping.delete(*_place(request, key)):
        refuse(404, f"there is no value {key!r} for this user and application")
    return Response(status=204)


def _answer(value: bytes, status: int = 200) -> Response:
    response = Response(value, status, content_type=BYTES_TYPE)
    response.set_etag(tag(value))
    return response


def _refuse_listing(site: Site, request: Request) -> Response:
    refuse(405, "values are read one by one; their URL comes from the template 'client-config'")


ROUTES = (
    Route("GET", CLIENT_CONFIG, _refuse_listing),
    *(
        route
        for path in (f"{CLIENT_CONFIG}/<path:key>", f"{CLIENT_ASSET_CONFIG}/<path:key>")
        for route in (
            Route("GET", path, read_value),
            Route("PUT", path, write_value),
            Route("DELETE", path, delete_value),
        )
    ),
)
