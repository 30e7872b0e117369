"""The pages about media: shapes and their tags, what is made of them, storages, files, rules for where files shall be."""

from __future__ import annotations

from flowhost_devserver.vidispine.exports import locations
from flowhost_devserver.vidispine.exports import pages as export_pages
from flowhost_devserver.vidispine.files import deleting, importable, transfers
from flowhost_devserver.vidispine.files import pages as file_pages
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shape_tags import pages as shape_tag_pages
from flowhost_devserver.vidispine.shape_tags import parts as shape_tag_parts
from flowhost_devserver.vidispine.shapes import metadata_pages, parts, transcoding
from flowhost_devserver.vidispine.shapes import pages as shape_pages
from flowhost_devserver.vidispine.storage_rules import pages as rule_pages
from flowhost_devserver.vidispine.storages import group_metadata_pages, groups, method_pages
from flowhost_devserver.vidispine.storages import metadata_pages as storage_metadata_pages
from flowhost_devserver.vidispine.storages import pages as storage_pages
from flowhost_devserver.vidispine.thumbnails import pages as thumbnail_pages

ROUTES: tuple[Route, ...] = (
    *shape_pages.ROUTES,
    *metadata_pages.ROUTES,
    *parts.ROUTES,
    *groups.ROUTES,
    *group_metadata_pages.ROUTES,
    *storage_pages.ROUTES,
    *method_pages.ROUTES,
    *storage_metadata_pages.ROUTES,
    *file_pages.ROUTES,
    *transfers.ROUTES,
    *deleting.ROUTES,
    *importable.ROUTES,
    *shape_tag_pages.ROUTES,
    *shape_tag_parts.ROUTES,
    *transcoding.ROUTES,
    *thumbnail_pages.ROUTES,
    *export_pages.ROUTES,
    *locations.ROUTES,
    *rule_pages.ROUTES,
)
