"""The settings of libraries, as parameters of searches and as documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.libraries.records import MODES, Library
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.searching import forms as _forms  # noqa: F401  # the query is a search

add_forms(
    {
        "LibrarySettings": {
            "id": "text",
            "username": "text",
            "updateMode": "text",
            "autoRefresh": "bool",
            "updateFrequency": "int",
            "lastUpdate": "moment",
            "query": "ItemSearch",
        }
    },
    {"LibrarySettingsDocument": "LibrarySettings"},
)

_SETTABLE = ("updateMode", "autoRefresh", "updateFrequency", "query")


def read_settings(call: Call) -> dict[str, Any]:
    """The settings among the parameters of a request; those that are not there are left out.

    Raises:
        Refusal: one makes no sense.
    """
    found: dict[str, Any] = {}
    if "updateMode" in call.parameters:
        found["updateMode"] = call.text("updateMode")
    if "autoRefresh" in call.parameters:
        found["autoRefresh"] = call.flag("autoRefresh")
    if "updateFrequency" in call.parameters:
        found["updateFrequency"] = call.number("updateFrequency", 0)
    return checked_settings(found)


def checked_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that clients may change.

    Raises:
        Refusal: one makes no sense.
    """
    if given.get("updateMode", MODES[0]) not in MODES:
        expected = f"expected one of {', '.join(MODES)}"
        raise invalid_input("updateMode", explanation=expected, value=given["updateMode"])
    if given.get("updateFrequency", 0) < 0:
        raise invalid_input("updateFrequency", explanation="expected 0 or more seconds")
    return {key: given[key] for key in _SETTABLE if key in given}


def asked_for(call: Call, found: Iterable[Library]) -> list[Library]:
    """Those of the libraries whose settings are what the parameters of a list say.

    Raises:
        Refusal: a parameter makes no sense.
    """
    fresh = call.flag("autoRefresh") if "autoRefresh" in call.parameters else None
    mode = call.text("updateMode")
    low = call.number("frequencyFrom", 0) if "frequencyFrom" in call.parameters else None
    high = call.number("frequencyTo", 0) if "frequencyTo" in call.parameters else None
    return [
        one
        for one in found
        if fresh in (None, one.autoRefresh)
        and mode in ("", one.updateMode)
        and (low is None or (one.updateFrequency is not None and one.updateFrequency > low))
        and (high is None or (one.updateFrequency is not None and one.updateFrequency < high))
    ]
