"""Every page there is."""

from __future__ import annotations

from flowhost_devserver.vidispine import audit_pages, configuration, media, system
from flowhost_devserver.vidispine.access import pages as access_pages
from flowhost_devserver.vidispine.collections import pages as collection_pages
from flowhost_devserver.vidispine.deletion_locks import pages as deletion_lock_pages
from flowhost_devserver.vidispine.deletion_locks import pair_pages as deletion_lock_pair_pages
from flowhost_devserver.vidispine.external_ids import namespace_pages
from flowhost_devserver.vidispine.external_ids import pages as external_id_pages
from flowhost_devserver.vidispine.fields import data_pages as field_data_pages
from flowhost_devserver.vidispine.fields import group_pages as field_group_pages
from flowhost_devserver.vidispine.fields import pages as field_pages
from flowhost_devserver.vidispine.imports import pages as import_pages
from flowhost_devserver.vidispine.imports import placeholders
from flowhost_devserver.vidispine.items import pages as item_pages
from flowhost_devserver.vidispine.jobs import pages as job_pages
from flowhost_devserver.vidispine.libraries import pages as library_pages
from flowhost_devserver.vidispine.libraries import pair_pages as library_pair_pages
from flowhost_devserver.vidispine.metadata import pages as metadata_pages
from flowhost_devserver.vidispine.notifications import pages as notification_pages
from flowhost_devserver.vidispine.people import (
    alias_pages,
    group_pages,
    membership_pages,
    token_pages,
    user_pages,
)
from flowhost_devserver.vidispine.people import metadata_pages as people_metadata_pages
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.searching import pages as search_pages

ROUTES: tuple[Route, ...] = (
    *system.ROUTES,
    *audit_pages.ROUTES,
    *configuration.ROUTES,
    *search_pages.ROUTES,
    *collection_pages.ROUTES,
    *library_pages.ROUTES,
    *library_pair_pages.ROUTES,
    *access_pages.ROUTES,
    *deletion_lock_pages.ROUTES,
    *deletion_lock_pair_pages.ROUTES,
    *item_pages.ROUTES,
    *external_id_pages.ROUTES,
    *namespace_pages.ROUTES,
    *field_pages.ROUTES,
    *field_group_pages.ROUTES,
    *field_data_pages.ROUTES,
    *metadata_pages.ROUTES,
    *import_pages.ROUTES,
    *placeholders.ROUTES,
    *job_pages.ROUTES,
    *media.ROUTES,
    *notification_pages.ROUTES,
    *user_pages.ROUTES,
    *group_pages.ROUTES,
    *token_pages.ROUTES,
    *membership_pages.ROUTES,
    *alias_pages.ROUTES,
    *people_metadata_pages.ROUTES,
)
