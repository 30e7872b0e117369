"""The commands `flowhost catalogue ...`.

A file for each topic; `choosing` says which catalogue a command is about and opens it, `showing` prints tables and
JSON. They use the methods of `Catalogue` like anybody.
"""

from __future__ import annotations

from flowhost_plugins.catalogue.commands.group import catalogue_commands

__all__ = ["catalogue_commands"]
