"""``flowhost new transfer-plugin``: the first files of a transfer plugin."""

from flowhost_plugins.viz_one.new_transfer_plugin.command import transfer_plugin

__all__ = ["transfer_plugin"]
