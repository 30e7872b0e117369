"""Imports of Viz One as jobs of the role `flowhost.AssetSystem`.

An import is an *incoming*: an entry the server makes for it. A server that answers with none is asked for the media
status of the asset instead.
"""

from __future__ import annotations

import flowhost
from flowhost_plugins.viz_one.client.errors import NotFound
from flowhost_plugins.viz_one.client.library import Library
from flowhost_plugins.viz_one.client.links import link_of
from flowhost_plugins.viz_one.client.neutral import existing
from flowhost_plugins.viz_one.documents import Incoming, UriList
from flowhost_plugins.viz_one.documents.link import joined

OF_ASSET = "asset:"
"""How the id of a job begins that is the media status of an asset."""

STATUSES = {
    **dict.fromkeys(("new", "empty", "waiting", "scheduled", "pending"), "READY"),
    **dict.fromkeys(("active", "starting", "importing", "running"), "STARTED"),
    **dict.fromkeys(("ok", "done", "finished", "online", "o"), "FINISHED"),
    **dict.fromkeys(("error", "failed", "e"), "FAILED_TOTAL"),
    **dict.fromkeys(("cancelled", "canceled", "aborted", "c"), "ABORTED"),
}
"""Word of an incoming, transfer or media status → status of a job. Only some of the words are known from real servers."""


def import_media(client: Library, item_id: str, uri: str) -> flowhost.AssetJob:
    """See `VizOne.import_media`."""
    if "://" not in uri and not uri.startswith("urn:"):
        raise flowhost.Permanent(
            f"{uri!r} is no URI; Viz One imports what is in its import storages (the link of an unmanaged file), or "
            "what it can fetch itself (ftp://…)"
        )
    asset = existing(client, item_id)
    answer = client.post(link_of(asset, "import_unmanaged_link"), UriList([uri]))
    if not answer.content.strip():
        return flowhost.AssetJob(f"{OF_ASSET}{asset.id}", "STARTED")
    incoming = client.read_answer(Incoming, answer)
    return _job_of(joined(answer.url, link_of(incoming, "self_link").href), incoming)


def job(client: Library, job_id: str) -> flowhost.AssetJob | None:
    """See `VizOne.job`."""
    try:
        if job_id.startswith(OF_ASSET):
            status = client.asset(job_id.removeprefix(OF_ASSET), inline=False).mediastatus
            return _job(job_id, status)
        if "://" not in job_id:
            return None
        return _job_of(job_id, client.read(Incoming, job_id))
    except NotFound:
        return None


def _job_of(job_id: str, incoming: Incoming) -> flowhost.AssetJob:
    progress = incoming.progress
    share = 100.0 * progress.done / progress.total if progress.total else 0.0
    return _job(job_id, incoming.state, min(max(share, 0.0), 100.0), incoming.error)


def _job(job_id: str, state: str, progress: float = 0.0, error: str = "") -> flowhost.AssetJob:
    status = STATUSES.get(state.lower(), "STARTED")
    if status in ("FAILED_TOTAL", "ABORTED"):
        return flowhost.AssetJob(
            job_id, status, progress, error or f"Viz One says that the import is {state!r}"
        )
    return flowhost.AssetJob(job_id, status, 100.0 if status == "FINISHED" else progress)
