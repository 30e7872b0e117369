"""Lists of items as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.items import forms as _forms  # noqa: F401  # makes its documents known
from flowhost_devserver.vidispine.items.contents import item_document
from flowhost_devserver.vidispine.metadata.subjects import item_subject
from flowhost_devserver.vidispine.metadata.terse_xml import items_answer
from flowhost_devserver.vidispine.refusals import Refusal
from flowhost_plugins.catalogue import NotFound

EVERY_TIME = ("-INF", "+INF")
"""Start and end of an item in a list, which is all of it."""


def items_list(call: Call, ids: Iterable[str], **more: Any) -> Response:
    """An ItemListDocument of these items, each with what ``content`` asks for; as text their ids, or with ``url`` URLs.

    Args:
        call: the request.
        ids: the items; those that are gone meanwhile are left out.
        more: other keys of the document, e.g. ``hits``.
    """
    span = dict(zip(("start", "end"), EVERY_TIME, strict=True))
    listed = []
    for made in _documents(call, ids):
        listed.append({"id": made.pop("id"), **span, **made, "timespan": [span]})
    base = f"{call.site.api}/item/" if call.flag("url") else ""
    text = "".join(base + one["id"] + LINE for one in listed)
    return items_answer(call, "ItemListDocument", {**more, "item": listed}, text=text)


def _documents(call: Call, ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    plain = not call.words("content")
    for one in ids:
        if plain:  # nobody wants to know more of it
            yield {"id": one}
            continue
        try:
            yield item_document(call, item_subject(call.site.catalogue.record(one)))
        except NotFound:
            continue
        except Refusal as error:
            if error.status != 404:
                raise
