"""How daemons are doing, for machines: snapshots, metrics and the pages that serve them."""

from flowhost.monitoring.pages import Monitoring
from flowhost.monitoring.snapshots import DaemonSnapshot, Snapshots, SourceSnapshot

__all__ = ["DaemonSnapshot", "Monitoring", "Snapshots", "SourceSnapshot"]
