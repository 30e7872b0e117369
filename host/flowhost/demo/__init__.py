"""What ``flowhost demo`` shows: a library of clips, rules that look after them, and a daemon that is killed.

`library/` is the folder an operator gets, unchanged. `layout` makes it with its storages, `clips` the media, `show` plays
the show: it gives the commands a person would give (`commands`), runs the daemon as a process of its own (`running`),
shows how far each rule is with each clip (`board`, `screen`) and looks whether everything came out right (`verdict`).
"""

from __future__ import annotations

from flowhost.demo.show import play

__all__ = ["play"]
