"""The rules' administration, as a library: plain methods and typed results; the commands and other faces stand on it.

`Administration` is the face; `administration_of` makes it of a profile, a `Site` of parts that are open already.
"""

from flowhost_plugins.rules.administration.administration import Administration, administration_of
from flowhost_plugins.rules.administration.errors import NotFound, Refused
from flowhost_plugins.rules.administration.results import (
    Deleted,
    Entry,
    EntryKind,
    Redeployed,
    Revision,
    RuleDetails,
    RuleState,
    RuleStatus,
    RunDetails,
    Started,
    TimeLine,
    Trial,
)
from flowhost_plugins.rules.administration.site import ProfileParts, Site
from flowhost_plugins.rules.administration.timeline import caused

__all__ = [
    "Administration",
    "Deleted",
    "Entry",
    "EntryKind",
    "NotFound",
    "ProfileParts",
    "Redeployed",
    "Refused",
    "Revision",
    "RuleDetails",
    "RuleState",
    "RuleStatus",
    "RunDetails",
    "Site",
    "Started",
    "TimeLine",
    "Trial",
    "administration_of",
    "caused",
]
