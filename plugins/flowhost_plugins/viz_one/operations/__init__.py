"""What integrations do with assets and files."""

from flowhost_plugins.viz_one.operations.create_or_update import create_or_update_asset
from flowhost_plugins.viz_one.operations.permissions import set_group_permissions
from flowhost_plugins.viz_one.operations.unmanaged import delete_unmanaged_file, import_unmanaged_file

__all__ = [
    "create_or_update_asset",
    "delete_unmanaged_file",
    "import_unmanaged_file",
    "set_group_permissions",
]
