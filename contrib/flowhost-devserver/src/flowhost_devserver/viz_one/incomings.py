"""Imports under way, as clients see them: incomings, each a job of the catalogue."""

# ruff: noqa: ARG001 - pages share one signature

from __future__ import annotations

from lxml import etree
from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import document, refuse
from flowhost_devserver.viz_one.asset_entries import asset_url, core
from flowhost_devserver.viz_one.atom import entry, feed, link
from flowhost_devserver.viz_one.building import maker
from flowhost_devserver.viz_one.discovery import INCOMINGS, TRANSFERS
from flowhost_devserver.viz_one.numbers import catalogue_id_of, number_of, urn
from flowhost_devserver.viz_one.paging import window
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import ENTRY_TYPE, FEED_TYPE, MAM, PREFIXES
from flowhost_plugins.catalogue import Job

mam = maker(MAM, PREFIXES)

_MOST = 1000  # incomings listed

_STATES = {
    "FINISHED": "finished",
    "FINISHED_WARNING": "finished",
    "ABORTED": "cancelled",
    "FAILED_TOTAL": "failed",
}


def state_of(job: Job) -> str:
    """``active``, ``finished``, ``cancelled`` or ``failed``."""
    return _STATES.get(job.status, "active")


def incoming_url(site: Site, job: Job) -> str:
    """The URL of an incoming."""
    return site.link(f"{INCOMINGS}/{number_of(job.id)}")


def incoming_entry(site: Site, job: Job) -> etree._Element:
    """The entry of an incoming."""
    number = number_of(job.id)
    links = [link("edit", incoming_url(site, job), ENTRY_TYPE)]
    links.append(link("transfer-request", site.link(f"{TRANSFERS}/{number}"), ENTRY_TYPE))
    if job.item:
        links.append(link("asset", asset_url(site, number_of(job.item)), ENTRY_TYPE))
    return entry(
        urn("incoming", number),
        f"Import {number}",
        job.ended_at or job.created or site.started,
        core.ardomeIdentity(number, name="id"),
        mam.state(state_of(job)),
        *links,
        here=incoming_url(site, job),
        published=job.created,
    )


def list_incomings(site: Site, request: Request) -> Response:
    """All imports, the newest first."""
    shown = window(request, site.catalogue.jobs(number=_MOST))
    entries = (incoming_entry(site, job) for job in shown.things)
    links = shown.links(site, request)
    return document(feed(urn("feed", "incoming"), "Incoming", site.started, links, *entries), FEED_TYPE)


def read_incoming(site: Site, request: Request, number: str) -> Response:
    """One import."""
    return document(incoming_entry(site, job_of(site, number)), ENTRY_TYPE)


def cancel_incoming(site: Site, request: Request, number: str) -> Response:
    """Cancel an import that is under way; one that has ended stays as it is."""
    site.catalogue.cancel_job(job_of(site, number).id)
    return Response(status=204)


def job_of(site: Site, number: str) -> Job:
    """The job behind an incoming.

    Raises:
        Problem: 404, there is none.
    """
    job = site.catalogue.job(catalogue_id_of(number))
    if job is None:
        refuse(404, f"there is no incoming {number!r}")
    return job


ROUTES = (
    Route("GET", INCOMINGS, list_incomings),
    Route("GET", f"{INCOMINGS}/<number>", read_incoming),
    Route("DELETE", f"{INCOMINGS}/<number>", cancel_incoming),
)
