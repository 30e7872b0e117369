"""Pages: placeholders, items that wait for their media, and the media for them."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.imports.creating import PLACEHOLDER, create_item
from flowhost_devserver.vidispine.imports.ordering import check_orders, start_import
from flowhost_devserver.vidispine.imports.sources import Source, named_source, sent_source
from flowhost_devserver.vidispine.items.contents import record_of
from flowhost_devserver.vidispine.metadata.subjects import Subject, subject_of
from flowhost_devserver.vidispine.metadata.terse_xml import items_answer
from flowhost_devserver.vidispine.refusals import invalid_input, not_yet_implemented
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shapes.awaited import await_shape

add_forms(
    {
        "PlaceholderImportRequest": {
            "container": "text",
            **dict.fromkeys(("video", "audio", "binary"), "text*"),
        }
    },
    {"PlaceholderImportRequestDocument": "PlaceholderImportRequest"},
)

COMPONENTS = ("container", "audio", "video", "binary")
"""What media a placeholder may wait for."""


def create_placeholder(call: Call) -> Response:
    """Make an item without media from its metadata; how many of each component will come, parameters say.

    It has a shape that stands for the media, which only lists of placeholders show.
    """
    expected = {name: call.number(name, 0) for name in COMPONENTS}
    item_id = create_item(call, call.document("MetadataDocument"))
    call.site.keeping.put(PLACEHOLDER, item_id, expected)
    await_shape(call.site, item_id)
    return items_answer(call, "ItemDocument", {"id": item_id}, text=item_id)


def import_component(call: Call, item_id: str, component: str) -> Response:
    """Start to import the media of a placeholder from where it lies."""
    subject = _waiting(call, item_id, component)
    return start_import(call, "PLACEHOLDER_IMPORT", subject.id, named_source(call))


def import_several(call: Call, item_id: str) -> Response:
    """Start to import the media of a placeholder from what the document names: here one file only."""
    given = call.document("PlaceholderImportRequestDocument")
    named = [(kind, uri) for kind in COMPONENTS for uri in _listed(given.get(kind)) if uri]
    if not named:
        raise invalid_input("uri", explanation=f"expected a URI for one of {', '.join(COMPONENTS)}")
    if len(named) > 1:
        raise not_yet_implemented("several components at once")
    component, uri = named[0]
    subject = _waiting(call, item_id, component)
    return start_import(call, "PLACEHOLDER_IMPORT", subject.id, Source(uri, "copy", {"sourceUri": uri}))


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def send_component(call: Call, item_id: str, component: str) -> Response:
    """Start to import the media of a placeholder from the body."""
    subject = _waiting(call, item_id, component)
    check_orders(call)
    source = sent_source(call)
    return empty() if source is None else start_import(call, "PLACEHOLDER_IMPORT", subject.id, source)


def _waiting(call: Call, item_id: str, component: str) -> Subject:
    """The item, which waits for such a component.

    Raises:
        Refusal: there is none (404), or it does not (400).
    """
    subject = subject_of(call.site, "item", item_id)
    require(call, "WRITE", "item", subject.id)
    if component not in COMPONENTS:
        told = f"expected one of {', '.join(COMPONENTS)}"
        raise invalid_input("component", explanation=told, value=component)
    expected = call.site.keeping.get(PLACEHOLDER, subject.id) or {}
    has_media = any("original" in one.tags and one.files for one in record_of(subject).shapes)
    # whoever named no components at all waits for a file of any kind
    awaited = expected.get(component, 0) or (component == "container" and not any(expected.values()))
    if has_media or not awaited:
        told = "the item does not wait for such a component"
        raise invalid_input("job", explanation=told, value=f"{component.upper()}_COMPONENT")
    return subject


ROUTES = (
    Route("POST", "/import/placeholder", create_placeholder),
    Route("POST", "/import/placeholder/<item_id>", import_several),
    Route("POST", "/import/placeholder/<item_id>/<component>", import_component),
    Route("POST", "/import/placeholder/<item_id>/<component>/raw", send_component),
)
