"""Where the files of an item shall be: the plan, and what carries it out."""

from __future__ import annotations

from flowhost_plugins.actions.distribution.move_copy_files import MoveCopyFiles
from flowhost_plugins.actions.distribution.planning import plan, plan_all
from flowhost_plugins.actions.distribution.records import Copy, Media, Plan, Room, Transfer, Wish

__all__ = ["Copy", "Media", "MoveCopyFiles", "Plan", "Room", "Transfer", "Wish", "plan", "plan_all"]
