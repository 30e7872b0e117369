"""The payload of an asset: made from what the catalogue holds, and kept there."""

from __future__ import annotations

from lxml import etree

from flowhost_devserver.viz_one.answers import refuse
from flowhost_devserver.viz_one.group_ids import with_old_ids
from flowhost_devserver.viz_one.payloads import (
    ANNOTATIONS,
    from_catalogue,
    read_payload,
    to_fields,
    to_groups,
    write_payload,
)
from flowhost_devserver.viz_one.schemas import Form
from flowhost_devserver.viz_one.site import Site
from flowhost_plugins.catalogue import CatalogueItem

FORM_FIELD = "viz-one.form"
"""The field of the catalogue that names the form of an item."""

DEFAULT_FORM = "hubitem"


def form_of(site: Site, record: CatalogueItem) -> Form:
    """The form that describes an asset."""
    return site.form(next(iter(record.fields.get(FORM_FIELD, ())), DEFAULT_FORM))


def metadata_url(site: Site, number: str) -> str:
    """The URL of an asset's payload."""
    return site.link(f"/api/asset/item/{number}/metadata")


def model_url(site: Site, form: Form) -> str:
    """The URL of a form's model."""
    return site.link(f"/api/metadata/form/{form.name}/r1")


def payload_of(site: Site, record: CatalogueItem) -> etree._Element:
    """The payload of an asset."""
    form = form_of(site, record)
    return write_payload(from_catalogue(record.fields, record.groups, form), form, model_url(site, form))


def store_payload(site: Site, record: CatalogueItem, payload: etree._Element) -> CatalogueItem:
    """Keep a payload as the metadata of an asset that is still in the state `record`.

    Raises:
        Problem: it does not fit its form.
        Conflict: somebody else changed the asset.
    """
    form = form_of(site, record)
    model = payload.get("model")
    if model:
        form = _named(site, model)
    content = read_payload(payload, form)
    mine = {*to_fields(content, form), *to_fields(from_catalogue(record.fields, (), form), form)}
    kept = {name: values for name, values in record.fields.items() if name not in mine}
    lists = {name for name, definition in form.fields.items() if definition.fields or definition.listed}
    lists.add(ANNOTATIONS)
    others = (group for group in record.groups if group.name not in lists)
    mine_now = (group for rows in to_groups(content).values() for group in rows)
    return site.catalogue.update_item(
        record.id,
        revision=record.revision,
        fields={**kept, **to_fields(content, form), FORM_FIELD: (form.name,)},
        groups=with_old_ids((*others, *mine_now), record.groups),
    )


def _named(site: Site, model: str) -> Form:
    parts = model.rstrip("/").partition("/api/metadata/form/")[2].split("/")
    if parts[0] not in site.forms:
        refuse(
            422, f"the payload has the model {model!r}, which is not here; there are {', '.join(site.forms)}"
        )
    return site.forms[parts[0]]
