"""About the server itself: its version, how it is, who asks and who asked, its indices."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, plain, uri_list
from flowhost_devserver.vidispine.auditing import Asked
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.people.rights import only_administrators
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route

VERSION = "4.17.4"
"""What the server says it is: the release whose documents it has."""

INDICES = ("item", "collection", "acl", "file", "document", "library")
"""What can be indexed anew."""

PRIORITIES = ("LOWEST", "LOW", "MEDIUM", "HIGH", "HIGHEST", "IMMEDIATE")

KIND = "reindex"  # in the keeping

add_forms(
    {
        "VersionComponent": {"name": "text", "version": "text"},
        "SystemInfo": dict.fromkeys(("items", "collections", "users", "storages"), "int") | {"site": "text"},
        "LicenseInfo": {"licenseStatus": "text", "licenseType": "text", "product": "text"},
        "Version": {
            "component": "VersionComponent*",
            "systemInfo": "SystemInfo",
            "licenseInfo": "LicenseInfo",
        },
        "SelfTestRow": {"name": "@text", "status": "@text", "took": "@int", "message": "text*"},
        "SelfTest": {"status": "@text", "test": "SelfTestRow*"},
        "AuditEntry": {
            "timestamp": "@moment",
            **dict.fromkeys(
                ("username", "runAs", "method", "path", "queryParameters", "contentType"), "text"
            ),
            **dict.fromkeys(("contentLength", "responseCode", "duration"), "int"),
        },
        "AuditLog": {"count": "int", "entry": "AuditEntry*"},
        "Reindex": {
            "index": "text",
            "priority": "text",
            "status": "text",
            "start": "moment",
            "finish": "moment",
        },
    },
    {
        "VersionDocument": "Version",
        "SelfTestDocument": "SelfTest",
        "AuditLogDocument": "AuditLog",
        "ReindexRequestDocument": "Reindex",
    },
)


def whoami(call: Call) -> Response:
    """The user's name, as text whatever is asked for."""
    return plain(call.run_as)


def version(call: Call) -> Response:
    """What this server is."""
    catalogue = call.site.catalogue
    counts = {
        "items": catalogue.count_items(),
        "collections": len(catalogue.collections()),
        "users": len(call.site.people.users()),
        "storages": len(catalogue.storages()),
    }
    data = {
        "component": [{"name": "API", "version": VERSION}],
        "systemInfo": counts | {"site": "VX"},
        "licenseInfo": {"licenseStatus": "valid", "licenseType": "development", "product": "flowhost"},
    }
    return document(call, "VersionDocument", data)


def selftest(call: Call) -> Response:
    """How the parts of the server are; ``exclude`` names some that nobody wants to know of."""
    site = call.site
    lost = [one.name for one in site.catalogue.storages() if not Path(one.path).is_dir()]
    tests: dict[str, list[str]] = {
        "database": [],
        "dbstats": [],
        "search": [],
        "storage": [f"the folder of storage {name} is away" for name in lost],
        "transcoder": [],
    }
    rows: list[dict[str, Any]] = [
        {"name": name, "status": "failed" if messages else "ok", "took": 0}
        | ({"message": messages} if messages else {})
        for name, messages in tests.items()
        if name not in call.words("exclude")
    ]
    status = "failed" if any(row["status"] == "failed" for row in rows) else "ok"
    return document(call, "SelfTestDocument", {"status": status, "test": rows})


def audit_log(call: Call) -> Response:
    """Who asked what; the newest first. Filters: username, runAs, path (a beginning), method, responseCode, times."""
    only_administrators(call)
    first, number = call.number("first", 1, lowest=1), call.number("rows", call.number("number", 100))
    start, end = _moment(call, "starttime"), _moment(call, "endtime")
    rows = [
        asked
        for asked in call.site.audit.newest_first()
        if _wanted(call, asked)
        and (start is None or asked.moment >= start)
        and (end is None or asked.moment <= end)
    ]
    entries = [_entry(asked) for asked in rows[first - 1 : first - 1 + number]]
    return document(call, "AuditLogDocument", {"count": len(rows), "entry": entries})


def _wanted(call: Call, asked: Asked) -> bool:
    facts = {
        "username": asked.user,
        "runAs": asked.run_as,
        "method": asked.method,
        "responseCode": str(asked.status),
    }
    exact = all(name not in call.parameters or call.text(name) == fact for name, fact in facts.items())
    return exact and asked.path.startswith(call.text("path"))


def _moment(call: Call, name: str) -> datetime | None:
    text = call.text(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_input(name, explanation="expected a time as in ISO 8601", value=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=call.site.clock.now().tzinfo)


def _entry(asked: Asked) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, values in asked.parameters.items() for value in values)
    return {
        "timestamp": stamp(asked.moment),
        "username": asked.user,
        "runAs": asked.run_as,
        "method": asked.method,
        "path": asked.path,
        **({"queryParameters": query} if query else {}),
        **({"contentType": asked.content_type} if asked.content_type else {}),
        "contentLength": asked.size,
        "responseCode": asked.status,
        "duration": round(asked.seconds * 1000),
    }


def list_indices(call: Call) -> Response:
    """What can be indexed anew."""
    return uri_list(call, INDICES)


def reindex(call: Call, index: str) -> Response:
    """Index something anew. The index is never behind, so the request is done as soon as it is taken."""
    only_administrators(call)
    _check_index(index)
    priority = call.text("priority", "MEDIUM")
    if priority not in PRIORITIES:
        expected = f"expected one of {', '.join(PRIORITIES)}"
        raise invalid_input("priority", explanation=expected, value=priority)
    start = stamp(call.site.clock.now())
    request = {"index": index, "priority": priority, "status": "IN_QUEUE", "start": start}
    call.site.keeping.put(KIND, index, request | {"status": "FINISHED", "finish": start})
    return document(call, "ReindexRequestDocument", request)


def reindexing(call: Call, index: str) -> Response:
    """How the last request for an index went."""
    _check_index(index)
    request = call.site.keeping.get(KIND, index)
    if request is None:
        raise not_found("reindex", index)
    return document(call, "ReindexRequestDocument", request)


def _check_index(index: str) -> None:
    if index not in INDICES:
        expected = f"expected one of {', '.join(INDICES)}"
        raise invalid_input("index", id_=index, explanation=expected, value=index)


ROUTES = (
    Route("GET", "/whoami", whoami),
    Route("GET", "/version", version),
    Route("GET", "/selftest", selftest),
    Route("GET", "/log", audit_log),
    Route("GET", "/log/auditLog", audit_log),
    Route("GET", "/reindex", list_indices),
    Route("GET", "/reindex/<index>", reindexing),
    Route("PUT", "/reindex/<index>", reindex),
)
