"""What the transfer subsystem writes to a plugin's standard input, read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

import flowhost

if TYPE_CHECKING:
    from flowhost_plugins.viz_one.documents import PluginData

T = TypeVar("T")

Input: TypeAlias = "PluginData | bytes | str"
"""Plugin data, or the XML of it."""

SETTINGS = "plugin metadata, the settings of the plugin"


def read(data: Input) -> PluginData:
    """The plugin data.

    Raises:
        DocumentError: it is no XML, or no plugin data.
        Permanent: the step, the request or the settings are missing: there is nobody to report to.
    """
    from flowhost_plugins.viz_one.documents import PluginData

    document = data if isinstance(data, PluginData) else PluginData(data)
    needed(document.transferstep, "transfer step")
    needed(document.transferrequest, "transfer request")
    needed(document.pluginmetadata, SETTINGS)
    return document


def needed(part: T | None, called: str) -> T:
    """The part of the plugin data.

    Raises:
        Permanent: it is missing.
    """
    if part is None:
        raise flowhost.Permanent(
            f"the plugin data have no {called}; expected what the transfer subsystem writes to the standard input "
            "of a plugin"
        )
    return part
