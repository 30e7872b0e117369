"""Lines for a browser: a page that grows at its end."""

from __future__ import annotations

import html
import logging

from flowhost.logs.lines import LineFormatter

HEAD = """<!DOCTYPE html>
<meta charset="utf-8">
<title>Log</title>
<style>
  body { font: 14px/1.4 monospace; } div { white-space: pre-wrap; overflow-wrap: anywhere; }
  .debug { color: #369; } .warning { background: #fe9; }
  .error, .critical { background: #fcc; font-weight: bold; }
</style>
"""
"""Begins each file; HTML needs no end tags for it, so the file is a page at any moment."""


class HtmlFormatter(logging.Formatter):
    """Formats a record as one block of a page, whatever its text contains.

    Args:
        debug: whether errors raised on purpose have their traceback.
    """

    def __init__(self, *, debug: bool = False) -> None:
        super().__init__()
        self._lines = LineFormatter(timing="full", debug=debug)

    def format(self, record: logging.LogRecord) -> str:
        """The record as a block, its level as the class."""
        return f'<div class="{record.levelname.lower()}">{html.escape(self._lines.format(record))}</div>'
