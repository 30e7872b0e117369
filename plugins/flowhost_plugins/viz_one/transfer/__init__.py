"""Transfer plugins: what Viz One's transfer subsystem starts to move an asset's files."""

from flowhost_plugins.viz_one.transfer.failed import TransferFailed
from flowhost_plugins.viz_one.transfer.parser import PluginDataParser
from flowhost_plugins.viz_one.transfer.plugin import TransferPlugin
from flowhost_plugins.viz_one.transfer.transfer import Transfer

__all__ = ["PluginDataParser", "Transfer", "TransferFailed", "TransferPlugin"]
