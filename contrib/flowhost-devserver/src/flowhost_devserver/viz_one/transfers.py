"""Transfer requests and steps over HTTP, and the document that a transfer plugin is started with."""

# ruff: noqa: ARG001 - pages share one signature

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from lxml import etree
from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import check_condition, document, parsed, refuse, tag, xml
from flowhost_devserver.viz_one.asset_entries import asset_entry, asset_url, core
from flowhost_devserver.viz_one.asset_lookup import found
from flowhost_devserver.viz_one.asset_payloads import model_url
from flowhost_devserver.viz_one.atom import entry, feed, link
from flowhost_devserver.viz_one.building import maker
from flowhost_devserver.viz_one.discovery import TRANSFERS
from flowhost_devserver.viz_one.numbers import urn
from flowhost_devserver.viz_one.paging import window
from flowhost_devserver.viz_one.payloads import Content, write_payload
from flowhost_devserver.viz_one.schemas import FieldDefinition
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.transfer_records import (
    PRIORITIES,
    STATES,
    TOTAL,
    Step,
    Transfer,
    keep_step,
    keep_transfer,
    kept_step,
    step,
    transfer,
    transfers,
)
from flowhost_devserver.viz_one.vocabulary import ENTRY_TYPE, FEED_TYPE, PREFIXES, TRANSFER

element = maker(TRANSFER, PREFIXES)

TOPIC = "transfer"
"""Where changes of transfer requests are told."""

STEPS = "/thirdparty/transfer-step"
_T = f"{{{TRANSFER}}}"


def step_entry(site: Site, one: Step) -> etree._Element:
    """The entry of a step."""
    here = site.link(f"{STEPS}/{one.number}")
    return entry(
        urn("transferstep", one.number),
        one.title,
        datetime.fromisoformat(one.updated),
        core.ardomeIdentity(one.number, name="id"),
        link("edit", here, ENTRY_TYPE),
        link("transfer-request", site.link(f"{TRANSFERS}/{one.request}"), ENTRY_TYPE),
        *_progress(one),
        here=here,
    )


def _progress(one: Step) -> list[etree._Element]:
    made = [
        element.state(element.state(one.state)),
        element.progress(element.done(f"{one.done:g}"), element.total(str(TOTAL))),
    ]
    return [*made, element.error(one.error)] if one.error else made


def transfer_entry(site: Site, one: Transfer) -> etree._Element:
    """The entry of a request, with its steps in it."""
    here = site.link(f"{TRANSFERS}/{one.number}")
    steps = [step(site, number) for number in one.steps]
    more = [link("edit", here, ENTRY_TYPE), link("down", f"{here}/steps", FEED_TYPE)]
    if one.asset:
        more.append(link("asset", asset_url(site, one.asset), ENTRY_TYPE))
    if site.sender:
        more.append(link("monitor", site.sender.monitor(TOPIC)))
    latest = max((each.updated for each in steps), default=one.created)
    return entry(
        urn("transferrequest", one.number),
        one.title,
        datetime.fromisoformat(latest),
        core.ardomeIdentity(one.number, name="id"),
        element.priority(one.priority),
        *(part for each in steps[-1:] for part in _progress(each)),
        element.steps(*(step_entry(site, each) for each in steps)),
        *more,
        here=here,
        published=datetime.fromisoformat(one.created),
    )


def plugin_data(site: Site, one: Transfer) -> bytes:
    """What a transfer plugin reads from its standard input; names of elements are a choice."""
    form = site.form("plugin")
    fields = {name: FieldDefinition(name) for name in one.settings or {}} | dict(form.fields)
    settings = Content(fields=dict(one.settings or {}))
    parts = [element.sourceurl(one.source), element.destinationurl(one.destination)]
    if one.asset:
        parts.append(element.asset(asset_entry(site, found(site, one.asset), inline=True)))
    parts.append(element.transferstep(step_entry(site, step(site, one.steps[0]))))
    parts.append(element.transferrequest(transfer_entry(site, one)))
    if one.settings is not None:
        parts.append(
            element.pluginmetadata(
                write_payload(settings, replace(form, fields=fields), model_url(site, form))
            )
        )
    return xml(element.plugindata(*parts))


def list_transfers(site: Site, request: Request) -> Response:
    """The requests that were made, the newest first."""
    shown = window(request, transfers(site)[::-1])
    entries = (transfer_entry(site, one) for one in shown.things)
    links = shown.links(site, request)
    if site.sender:
        links.append(link("monitor", site.sender.monitor(TOPIC)))
    made = feed(urn("feed", "transfer"), "Transfer requests", site.started, links, *entries)
    return document(made, FEED_TYPE)


def read_transfer(site: Site, request: Request, number: str) -> Response:
    """One request."""
    return document(transfer_entry(site, transfer(site, number)), ENTRY_TYPE)


def update_transfer(site: Site, request: Request, number: str) -> Response:
    """Set the priority of a request."""
    present = transfer(site, number)
    check_condition(request, lambda: (tag(xml(transfer_entry(site, present))),))
    priority = parsed(request.get_data(), "entry").findtext(f"{_T}priority") or present.priority
    if priority not in PRIORITIES:
        refuse(422, f"the priority is {priority!r}, expected one of {', '.join(PRIORITIES)}")
    changed = replace(present, priority=priority)
    keep_transfer(site, changed)
    tell(site, changed.number)
    return document(transfer_entry(site, changed), ENTRY_TYPE)


def list_steps(site: Site, request: Request, number: str) -> Response:
    """The steps of a request."""
    shown = window(request, transfer(site, number).steps)
    entries = (step_entry(site, step(site, each)) for each in shown.things)
    links = shown.links(site, request)
    return document(feed(urn("feed", f"steps-{number}"), "Steps", site.started, links, *entries), FEED_TYPE)


def read_step(site: Site, request: Request, number: str) -> Response:
    """One step."""
    return document(step_entry(site, step(site, number)), ENTRY_TYPE)


def update_step(site: Site, request: Request, number: str) -> Response:
    """Set state, progress and error of a step, as the plugin that does it reports them."""
    present = kept_step(site, number)
    check_condition(request, lambda: (tag(xml(step_entry(site, present))),))
    sent = parsed(request.get_data(), "entry")
    state = _text(sent, "state", "state") or _text(sent, "state") or present.state
    done = _text(sent, "progress", "done") or _text(sent, "done") or f"{present.done:g}"
    if state not in STATES:
        refuse(422, f"the state is {state!r}, expected one of {', '.join(STATES)}")
    if not re.fullmatch(r"\d+(\.\d+)?", done) or float(done) > TOTAL:
        refuse(422, f"the progress is {done!r}, expected 0 to {TOTAL}")
    changed = replace(present, state=state, done=float(done), error=_text(sent, "error"))
    changed = keep_step(site, changed)
    tell(site, changed.request)
    return document(step_entry(site, changed), ENTRY_TYPE)


def _text(sent: etree._Element, *path: str) -> str:
    """The text at a path of elements, whatever their namespaces."""
    found_at = sent.find("/".join(f"{{*}}{name}" for name in path))
    return (found_at.text or "").strip() if found_at is not None else ""


def tell(site: Site, number: str) -> None:
    """Tell those who listen what a request is now."""
    if site.sender:
        headers = {"content-type": ENTRY_TYPE, "identity": urn("transferrequest", number)}
        site.sender.send(TOPIC, xml(transfer_entry(site, transfer(site, number))), headers)


_REQUEST, _STEP = f"{TRANSFERS}/<number>", f"{STEPS}/<number>"
ROUTES = (
    Route("GET", TRANSFERS, list_transfers),
    Route("GET", _REQUEST, read_transfer),
    Route("PUT", _REQUEST, update_transfer),
    Route("GET", f"{_REQUEST}/steps", list_steps),
    Route("GET", _STEP, read_step),
    Route("PUT", _STEP, update_step),
)
