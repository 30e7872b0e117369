"""Makes the pages under reference/ from the code, and lets pages include files: a hook of MkDocs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from generating.api import api_page
from generating.commands import commands_page
from generating.hooks import hooks_page
from generating.metrics import metrics_page
from generating.parts import daemon_page, kind_page, plugins_page

from flowhost.parts import Kind
from flowhost.registry import Registry

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

KINDS: tuple[Kind, ...] = ("source", "worker", "action", "parser", "resource")

ROOT = Path(__file__).parents[1]
INCLUDE = re.compile(r"^# include (\S+)$", re.MULTILINE)
"""Stands for the file of this name in a block of code; as a comment, which formatters leave alone."""


def pages() -> dict[str, str]:
    """Path below docs/ → Markdown, for every generated page."""
    registry = Registry.load()
    return {
        "reference/commands.md": commands_page(),
        "reference/daemon.md": daemon_page(),
        **{f"reference/{kind}s.md": kind_page(kind, registry) for kind in KINDS},
        "reference/plugins.md": plugins_page(registry),
        "reference/metrics.md": metrics_page(),
        "reference/hooks.md": hooks_page(),
        "reference/api.md": api_page(),
    }


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to those MkDocs found."""
    from mkdocs.structure.files import File

    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put in the files that the page includes."""
    return with_files(markdown)


def with_files(markdown: str) -> str:
    """The page with the text of every file that it includes."""
    return INCLUDE.sub(lambda match: (ROOT / match[1]).read_text(encoding="utf-8").rstrip(), markdown)
