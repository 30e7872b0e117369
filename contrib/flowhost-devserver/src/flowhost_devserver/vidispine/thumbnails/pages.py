"""The pages about thumbnails and posters."""

from __future__ import annotations

from pathlib import Path

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import empty, plain, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.jobs import job_answer, start_job
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shapes.finding import item_of, shape_of
from flowhost_devserver.vidispine.site import NOAUTH_BASE
from flowhost_devserver.vidispine.thumbnails.asking import picture_steps, seconds_of
from flowhost_devserver.vidispine.thumbnails.making import RESOURCE, folder_of

PNG, JPEG = b"\x89PNG", b"\xff\xd8"  # how such files begin


def picture_uris(call: Call, kind: str, item: str) -> list[str]:
    """The URIs of an item's pictures, by their moments.

    Args:
        call: the request; with `noauth-url` they need no login.
        kind: ``thumbnail`` or ``poster``.
        item: id of the item.
    """
    base = call.site.url + NOAUTH_BASE if call.flag("noauth-url") else call.site.api
    codes = sorted(time_codes(call, kind, item), key=lambda code: int(code.partition("@")[0]))
    return [f"{base}/{kind}/{RESOURCE}/{item}/{code}" for code in codes]


def time_codes(call: Call, kind: str, item: str) -> list[str]:
    """The moments an item has pictures of."""
    folder = folder_of(call.site, kind, item)
    return [one.stem for one in folder.glob("*.jpg") if not one.stem.endswith(".part")]


def of_item(call: Call, item_id: str) -> Response:
    """`GET /item/{id}/thumbnail`, `/poster`: the URIs of the pictures."""
    kind = "poster" if call.path.rstrip("/").endswith("poster") else "thumbnail"
    return uri_list(call, picture_uris(call, kind, item_of(call, item_id).id))


def resources(call: Call, item_id: str) -> Response:
    """`GET /item/{id}/thumbnailresource`, `/posterresource`."""
    item = item_of(call, item_id)
    kind = "poster" if "posterresource" in call.path else "thumbnail"
    found = time_codes(call, kind, item.id)
    return uri_list(call, [f"{call.site.api}/{kind}/{RESOURCE}/{item.id}"] if found else [])


def create(call: Call, item_id: str) -> Response:
    """`POST /item/{id}/thumbnail`: make pictures; `time` says when, several times if need be."""
    return _create(call, item_of(call, item_id).id)


def create_of_shape(call: Call, item_id: str, shape_id: str) -> Response:
    """`POST /item/{id}/shape/{id}/thumbnail`: make pictures of this shape."""
    item, shape = shape_of(call, item_id, shape_id)
    return _create(call, item.id, shape.id)


def _create(call: Call, item: str, shape: str = "") -> Response:
    steps = picture_steps(call, default=True, shape=shape)
    return job_answer(call, start_job(call, "THUMBNAIL", item, steps))


def listing(call: Call, resource: str, item_id: str) -> Response:
    """`GET /thumbnail/{resource}/{item}`: the moments there are pictures of; with `url` where the pictures are."""
    item, kind = _item(call, resource, item_id)
    if call.flag("url") or call.flag("noauth-url"):
        return uri_list(call, picture_uris(call, kind, item))
    return uri_list(call, sorted(time_codes(call, kind, item)))


def picture(call: Call, resource: str, item_id: str, code: str) -> Response:
    """`GET /thumbnail/{resource}/{item}/{time code}`: the picture."""
    item, kind = _item(call, resource, item_id)
    content = _file(call, kind, item, code).read_bytes()
    return Response(content, content_type="image/png" if content.startswith(PNG) else "image/jpeg")


def put(call: Call, resource: str, item_id: str, code: str) -> Response:
    """`PUT /thumbnail/{resource}/{item}/{time code}`: the body is the picture, a JPEG or PNG."""
    item, kind = _item(call, resource, item_id)
    content = call.body()
    seconds_of("time", code)
    if not content.startswith((PNG, JPEG)):
        raise invalid_input(kind, id_=code, explanation="expected a JPEG or PNG")
    folder = folder_of(call.site, kind, item)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{code}.jpg").write_bytes(content)
    return plain(f"{call.site.api}/{kind}/{resource}/{item}/{code}")


def delete_all(call: Call, resource: str, item_id: str) -> Response:
    """`DELETE /thumbnail/{resource}/{item}`: all pictures of the item."""
    item, kind = _item(call, resource, item_id)
    for code in time_codes(call, kind, item):
        _file(call, kind, item, code).unlink()
    return empty()


def delete(call: Call, resource: str, item_id: str, code: str) -> Response:
    """`DELETE /thumbnail/{resource}/{item}/{time code}`."""
    item, kind = _item(call, resource, item_id)
    _file(call, kind, item, code).unlink()
    return empty()


def _item(call: Call, resource: str, item_id: str) -> tuple[str, str]:
    kind = "poster" if call.path.startswith("/poster/") else "thumbnail"
    if resource != RESOURCE:
        raise not_found("resource", resource)
    return item_of(call, item_id).id, kind


def _file(call: Call, kind: str, item: str, code: str) -> Path:
    if code not in time_codes(call, kind, item):
        raise not_found(kind, code)
    return folder_of(call.site, kind, item) / f"{code}.jpg"


def _routes(kind: str) -> tuple[Route, ...]:
    one = f"/{kind}/<resource>/<item_id>"
    return (
        Route("GET", f"/item/<item_id>/{kind}", of_item),
        Route("POST", f"/item/<item_id>/{kind}", create),
        Route("GET", f"/item/<item_id>/{kind}resource", resources),
        Route("GET", one, listing, noauth=True),
        Route("GET", f"{one}/<code>", picture, noauth=True),
        Route("DELETE", one, delete_all),
        Route("PUT", f"{one}/<code>", put),
        Route("DELETE", f"{one}/<code>", delete),
    )


ROUTES = (
    *_routes("thumbnail"),
    *_routes("poster"),
    Route("POST", "/item/<item_id>/shape/<shape_id>/thumbnail", create_of_shape),
)
