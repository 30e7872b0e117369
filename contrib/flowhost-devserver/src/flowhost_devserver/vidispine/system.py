"""About the server itself: its version, how it is, who asks, its indices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, plain, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.people.rights import only_administrators
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.site import Site

VERSION = "4.17.4"
"""What the server says it is: the release whose documents it has."""

INDICES = ("item", "collection", "acl", "file", "thumbnail", "document", "library")
"""What can be indexed anew."""

NO_ADDRESS = "00:00:00:00:00:00"
"""The network card that the licence is for: any."""

KIND = "reindex"  # in the keeping

add_forms(
    {
        "VersionComponent": {"name": "text", "version": "text"},
        "SystemInfo": {"macaddress": "text*", "databaseSize": "int"},
        "LicenseNumber": {"current": "text", "allowed": "text"},
        "LicenseInfo": {
            **dict.fromkeys(("licenseStatus", "licenseType"), "text"),
            **dict.fromkeys(("itemNumber", "storageNumber", "userNumber"), "LicenseNumber"),
        },
        "Version": {
            "component": "VersionComponent*",
            "systemInfo": "SystemInfo",
            "licenseInfo": "LicenseInfo",
        },
        "SelfTest": {
            **dict.fromkeys(("name", "status", "took"), "@text"),
            "test": "SelfTest*",
            "message": "text*",
        },
        "Reindex": {
            "index": "text",
            "priority": "int",
            "status": "text",
            "start": "moment",
            "finish": "moment",
        },
    },
    {
        "VersionDocument": "Version",
        "SelfTestDocument": "SelfTest",
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
        "itemNumber": catalogue.count_items(),
        "storageNumber": len(catalogue.storages()),
        "userNumber": len(call.site.people.users()),
    }
    numbers = {name: {"current": str(count), "allowed": "unlimited"} for name, count in counts.items()}
    size = sum(file.stat().st_size for file in call.site.root.glob("*.db"))
    data = {
        "component": [{"name": "API", "version": VERSION}],
        "systemInfo": {"macaddress": [NO_ADDRESS], "databaseSize": size},
        "licenseInfo": {"licenseStatus": "valid", "licenseType": "development", **numbers},
    }
    return document(call, "VersionDocument", data, text=f"API {VERSION}{LINE}")


def selftest(call: Call) -> Response:
    """How the parts of the server are; ``exclude`` names some that nobody wants to know of."""
    excluded = call.words("exclude")
    rows = [row for row in _tests(call.site) if row["name"] not in excluded]
    status = "failed" if any(row["status"] == "failed" for row in rows) else "ok"
    return document(call, "SelfTestDocument", {"status": status, "test": rows})


def one_selftest(call: Call, name: str) -> Response:
    """How one part of the server is."""
    for row in _tests(call.site):
        if row["name"] == name:
            return document(call, "SelfTestDocument", row)
    raise not_found("selftest", name)


def _tests(site: Site) -> list[dict[str, Any]]:
    lost = [one.name for one in site.catalogue.storages() if not Path(one.path).is_dir()]
    tests: dict[str, list[str]] = {
        "database": [],
        "dbstats": [],
        "search": [],
        "storage": [f"the folder of storage {name} is away" for name in lost],
        "transcoder": [],
    }
    return [
        {"name": name, "status": "failed" if messages else "ok", "took": "0"}
        | ({"message": messages} if messages else {})
        for name, messages in tests.items()
    ]


def list_indices(call: Call) -> Response:
    """What can be indexed anew."""
    return uri_list(call, INDICES)


def reindex(call: Call, index: str) -> Response:
    """Index something anew. The index is never behind, so the request is done as soon as it is taken."""
    only_administrators(call)
    _check_index(index)
    priority = call.number("priority", 0)
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
    Route("GET", "/selftest/<name>", one_selftest),
    Route("GET", "/reindex", list_indices),
    Route("GET", "/reindex/<index>", reindexing),
    Route("PUT", "/reindex/<index>", reindex),
)
