"""A daemon's INI files, read with the place of every value, and the daemon's own options."""

from flowhost.config.profile import Config, read_profile

__all__ = ["Config", "read_profile"]
