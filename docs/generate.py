"""Makes the pages under reference/ from the code, each time the site is built: a hook of MkDocs."""

from __future__ import annotations

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

KINDS: tuple[Kind, ...] = ("source", "worker", "parser", "resource")


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
