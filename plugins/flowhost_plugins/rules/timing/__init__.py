"""When a rule's time has come: crontab entries, intervals, windows; by the clocks of a time zone. Pure."""

from flowhost_plugins.rules.timing.lengths import length
from flowhost_plugins.rules.timing.schedules import check_cron, next_time
from flowhost_plugins.rules.timing.windows import Windows
from flowhost_plugins.rules.timing.zones import check_zone

__all__ = ["Windows", "check_cron", "check_zone", "length", "next_time"]
