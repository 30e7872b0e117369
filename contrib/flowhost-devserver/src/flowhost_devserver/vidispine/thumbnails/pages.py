"""The pages about thumbnails and posters."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.jobs import job_answer, start_job
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shapes.finding import item_of
from flowhost_devserver.vidispine.site import NOAUTH_BASE
from flowhost_devserver.vidispine.thumbnails.making import RESOURCE, folder_of, thumbnail_step

TIME_CODE = re.compile(r"(\d{1,12})(?:@(\d{1,9})(?::(\d{1,9}))?)?")
RATES = {"PAL": 25, "NTSC": 30}


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
    item = item_of(call, item_id)
    kinds = tuple(
        kind
        for kind, name in (("thumbnail", "createThumbnails"), ("poster", "createPosters"))
        if call.flag(name, default=True)
    )
    wanted = [_seconds(word) for word in call.words("time")] or None
    return job_answer(call, start_job(call, "THUMBNAIL", item.id, [thumbnail_step(kinds, wanted)]))


def _seconds(word: str) -> float:
    number, _, rate = word.partition("@")
    if rate in RATES:
        word = f"{number}@{RATES[rate]}"
    match = TIME_CODE.fullmatch(word)
    if match is None or match[2] == "0" or match[3] == "0":
        raise invalid_input("time", explanation="expected a time code such as 125@25", value=word)
    return float(int(number) / Fraction(int(match[2] or 1_000_000), int(match[3] or 1)))


def listing(call: Call, resource: str, item_id: str) -> Response:
    """`GET /thumbnail/{resource}/{item}`: the moments there are pictures of."""
    item, kind = _item(call, resource, item_id)
    return uri_list(call, sorted(time_codes(call, kind, item)))


def picture(call: Call, resource: str, item_id: str, code: str) -> Response:
    """`GET /thumbnail/{resource}/{item}/{time code}`: the picture."""
    item, kind = _item(call, resource, item_id)
    file = _file(call, kind, item, code)
    return Response(file.read_bytes(), content_type="image/jpeg")


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
        Route("DELETE", f"{one}/<code>", delete),
    )


ROUTES = (*_routes("thumbnail"), *_routes("poster"))
