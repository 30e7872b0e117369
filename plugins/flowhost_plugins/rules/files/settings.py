"""The forms of a rule's settings: windows, retry, quota, breaker."""

from __future__ import annotations

from flowhost_plugins.rules.files.forms import Length, Whole
from flowhost_plugins.rules.files.records import Field, Record
from flowhost_plugins.rules.rule import Breaker, Patience, Quota

RETRY = Record(
    Patience,
    (
        Field("attempts", Whole(1, 1000), "how often a step that fails is tried in all; 3 by default"),
        Field("delay", Length(), "the longest before the second try; it doubles with each; 10 s by default"),
        Field("limit", Length(), "the most the delay grows to; 10 min by default"),
    ),
)

QUOTA = Record(
    Quota,
    (
        Field("runs", Whole(1), "how many runs may start", required=True),
        Field("per", Length(1), "within how long", required=True),
    ),
)

BREAKER = Record(
    Breaker,
    (
        Field(
            "failures", Whole(0), "failed runs in a row that make the rule pause; 0: none do; 10 by default"
        ),
        Field("pause", Length(1), "how long it pauses; then one run is tried; 10 min by default"),
    ),
)
