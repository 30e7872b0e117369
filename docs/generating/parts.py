"""The pages of the daemon's sections, of every source, worker, parser and resource, and of the plugins."""

from __future__ import annotations

import inspect
import sys
from typing import Any

from flowhost.config.settings import FlowSection, SourceSection
from flowhost.hookspecs import COLLECTING
from flowhost.logs import LoggingSection
from flowhost.options import options_of
from flowhost.parts import Kind, Resource
from flowhost.registry import Registry
from generating.docstrings import markdown, summary
from generating.tables import option_table, table

BUNDLED = "flowhost"

INTRODUCTIONS = {
    "source": "A profile names its source in `[Source]`, or several in `[Source:NAME]`, with the key "
    "`type`. The keys that every source has are on the page [The daemon](daemon.md#source).",
    "worker": "A profile names its worker in `[Flow] worker`; the worker's options stand in `[Worker]`.",
    "action": "The file of a rule names its actions in `actions`, each with its options. Texts may have "
    "[tags](../tags.md).",
    "parser": "A source names its parser with the key `parser`: by name, or as the NAME of a section "
    "`[Parser:NAME]`, which has a key `type` and the parser's options.",
    "resource": "A resource stands in `[Resource:NAME]` with a key `type` and its options, or, where it has "
    "one, in its titled section. One marked *made by itself* needs no section at all.",
}

DAEMON = """# The daemon

Keys of the sections that belong to the daemon itself. How a profile is read is on the page
[Configuration](../configuration.md).
"""


PLUGINS = """# Plugins

The plugins that come with flowhost. They are registered like anybody's, in the entry-point group `flowhost`;
`flowhost list-plugins` shows those of your installation, and `-p no:NAME` leaves one out.
"""


def bundled(kind: Kind, registry: Registry) -> dict[str, type]:
    """The parts of this kind that come with flowhost, by name."""
    parts = registry.parts(kind)
    return {
        name: parts[name] for name in sorted(parts) if registry.plugin_of(kind, name).distribution == BUNDLED
    }


def daemon_page() -> str:
    """``[Flow]``, ``[Source]`` and ``[Logging]``."""
    blocks = [DAEMON]
    for title, section in (("Flow", FlowSection), ("Source", SourceSection), ("Logging", LoggingSection)):
        blocks += [
            f"## [{title}] {{: #{title.lower()} }}",
            summary(inspect.getdoc(section) or ""),
            option_table(options_of(section)),
        ]
    return "\n\n".join(blocks) + "\n"


def kind_page(kind: Kind, registry: Registry) -> str:
    """Every bundled part of one kind with its options."""
    blocks = [f"# {kind.capitalize()}s", INTRODUCTIONS[kind], _contents(bundled(kind, registry))]
    for name, part in bundled(kind, registry).items():
        blocks += [f"## {name} {{: #{name} }}", _about(part)]
        if kind == "resource":
            blocks.append(_where(part))
        blocks.append(option_table(options_of(part), hyphens=kind == "action"))
    return "\n\n".join(blocks) + "\n"


def plugins_page(registry: Registry) -> str:
    """Every bundled plugin and what it provides."""
    rows = [
        (
            f"`{plugin.name}`",
            _provided(plugin.provides),
            summary(sys.modules[_module(plugin.module)].__doc__ or ""),
        )
        for plugin in registry.plugins
        if plugin.distribution == BUNDLED
    ]
    titles = ("Plugin", "Provides", "What it is")
    return f"{PLUGINS}\n{table(titles, rows)}\n"


def _about(part: type) -> str:
    return markdown(inspect.getdoc(part) or "", without=("Args", "Attributes", "Raises"))


def _where(part: type[Any]) -> str:
    roles = [
        one.__name__ for one in part.__mro__ if getattr(one, "_is_protocol", False) and one is not Resource
    ]
    roles = [role for role in roles if role not in ("Protocol", "Generic")]
    said = [f"Role: {' and '.join(f'`{role}`' for role in roles)}."] if roles else []
    if section := getattr(part, "section", None):
        said.append(f"Titled section: `[{section}]`.")
    if getattr(part, "default", False):
        said.append("Made by itself when something needs it.")
    return " ".join(said)


def _contents(parts: dict[str, type]) -> str:
    rows = [(f"[`{name}`](#{name})", summary(inspect.getdoc(part) or "")) for name, part in parts.items()]
    return table(("Name", "What it does"), rows)


def _provided(provides: tuple[tuple[str, str], ...]) -> str:
    linked = [
        f"{kind} [`{name}`]({kind}s.md#{name})"
        for kind, name in provides
        if kind in INTRODUCTIONS and kind in COLLECTING
    ]
    return ", ".join(linked)


def _module(target: str) -> str:
    return target.partition(":")[0]
