"""Matching: which events, items and moments start a run of which rule; and why not."""

from flowhost_plugins.rules.matching.admission import admission
from flowhost_plugins.rules.matching.deployed import UNMADE, DeployedRule, access_origin
from flowhost_plugins.rules.matching.explaining import explain
from flowhost_plugins.rules.matching.facts import NAMES, Facts
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.matcher import Matcher
from flowhost_plugins.rules.matching.notified import event_of
from flowhost_plugins.rules.matching.replaying import Outlook, PlannedStep, Replayed, replay
from flowhost_plugins.rules.matching.results import Admission, Explanation, Settings, Standing, SweepResult
from flowhost_plugins.rules.matching.schedules import ScheduleResult
from flowhost_plugins.rules.matching.start_events import START, started

__all__ = [
    "NAMES",
    "START",
    "UNMADE",
    "Admission",
    "DeployedRule",
    "Explanation",
    "Facts",
    "Library",
    "Matcher",
    "Outlook",
    "PlannedStep",
    "Replayed",
    "ScheduleResult",
    "Settings",
    "Standing",
    "SweepResult",
    "access_origin",
    "admission",
    "event_of",
    "explain",
    "replay",
    "started",
]
