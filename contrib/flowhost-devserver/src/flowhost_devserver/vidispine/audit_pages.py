"""Pages: the audit log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import XML_TYPE, document
from flowhost_devserver.vidispine.auditing import Asked, shown_path
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.people.rights import only_administrators
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.xml_form import write_xml

OLDEST_FIRST, NEWEST_FIRST = ("asc", "ascending"), ("desc", "descending")

add_forms(
    {
        "AuditEntry": {
            "timestamp": "@moment",
            **dict.fromkeys(
                (
                    *("username", "runAs", "method", "path", "matrixParameters", "queryParameters"),
                    *("contentType", "contentLength"),
                ),
                "text",
            ),
        },
        "AuditLog": {"count": "int", "entry": "AuditEntry*"},
    },
    {"AuditLogDocument": "AuditLog"},
)


def audit_log(call: Call) -> Response:
    """Who asked what; the newest first. Filters: username, path and what is below it, method, times."""
    first, rows = call.number("first", 1, lowest=1), call.number("rows", 100)
    asked = _wanted(call)
    data: dict[str, Any] = {"count": len(asked)} if call.flag("performCount", default=True) else {}
    data["entry"] = [_entry(one) for one in asked[first - 1 : first - 1 + rows]]
    return document(call, "AuditLogDocument", data)


def whole_audit_log(call: Call) -> Response:
    """The same as XML, with as many entries as there are."""
    first = call.number("first", 1, lowest=1)
    asked = _wanted(call)[first - 1 :]
    rows = asked[: call.number("rows", len(asked))]
    body = write_xml("AuditLogDocument", {"count": len(rows), "entry": [_entry(one) for one in rows]})
    return Response(body, content_type=f"{XML_TYPE};charset=UTF-8")


def _wanted(call: Call) -> list[Asked]:
    only_administrators(call)
    start = _moment("starttime", call.text("starttime"))
    end = _moment("endtime", call.text("endtime"))
    order = call.text("sort", "desc").lower()
    if order not in (*OLDEST_FIRST, *NEWEST_FIRST):
        raise invalid_input("sort", explanation="expected asc or desc", value=order)
    found = [
        one
        for one in call.site.audit.newest_first()
        if _fits(call, one) and (start is None or one.moment >= start) and (end is None or one.moment <= end)
    ]
    return found[::-1] if order in OLDEST_FIRST else found


def _fits(call: Call, asked: Asked) -> bool:
    wanted = (call.text("username", asked.user), call.text("runAs", asked.run_as))
    if (*wanted, call.text("method", asked.method)) != (asked.user, asked.run_as, asked.method):
        return False
    path = shown_path(call.text("path")).rstrip("/")
    below = asked.path.startswith(f"{path}/") and call.flag("wildcard", default=True)
    return not path or asked.path == path or below


def _moment(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_input(name, explanation="expected a time as in ISO 8601", value=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _entry(asked: Asked) -> dict[str, Any]:
    return {
        "timestamp": stamp(asked.moment),
        "username": asked.user,
        "runAs": asked.run_as,
        "method": asked.method,
        "path": asked.path,
        "matrixParameters": asked.matrix,
        "queryParameters": asked.query,
        **({"contentType": asked.content_type} if asked.content_type else {}),
        "contentLength": str(asked.size),
    }


ROUTES = (
    Route("GET", "/log", audit_log),
    Route("GET", "/log/auditLog", audit_log),
    Route("GET", "/log/export", whole_audit_log),
)
