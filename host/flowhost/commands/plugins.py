"""What is installed: `list-plugins`, `describe`, `schema`."""

from __future__ import annotations

import enum
import os
import re
from typing import Any, get_args

import click

from flowhost.cli import Choices
from flowhost.discovery.inventory import Plugin
from flowhost.discovery.requirements import Requirement, requirement
from flowhost.options import Option, document_key, document_schema, documentation, json_schema, options_of
from flowhost.parts import Kind
from flowhost.registry import Registry, disabled_names
from flowhost.showing import print_json, print_table

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


@click.command
@_as_json
@click.option(
    "--requirements", is_flag=True, help="Show what each plugin's distribution requires, and what it lacks."
)
@click.pass_obj
def list_plugins(choices: Choices | None, as_json: bool, requirements: bool) -> None:
    """List the installed plugins, broken and disabled ones too.

    Status: ready; broken (the error says why); blocked (disabled by -p no:NAME or by FLOWHOST_DISABLE).
    """
    plugins = _registry(choices).plugins
    if as_json:
        print_json([_plugin_record(plugin, requirements) for plugin in plugins])
        return
    columns = ["name", "distribution", "version", "status", "provides", "error"]
    rows = [
        [one.name, one.distribution, one.version, one.status, _provided(one), one.error] for one in plugins
    ]
    if requirements:
        columns.insert(5, "requirements")
        for row, plugin in zip(rows, plugins, strict=True):
            row.insert(5, ", ".join(_held_text(held) for held in _held(plugin)))
    print_table(columns, rows)


@click.command
@click.argument("kind", type=click.Choice(get_args(Kind)))
@click.argument("name")
@_as_json
@click.pass_obj
def describe(choices: Choices | None, kind: Kind, name: str, as_json: bool) -> None:
    """Show what a part is for and which options it has."""
    registry = _registry(choices)
    part, plugin = registry.get(kind, name), registry.plugin_of(kind, name)
    about = documentation(part)
    if as_json:
        print_json(_part_record(kind, part, plugin))
        return
    click.echo(f"{kind} {name}, from {plugin}\n")
    if prose := _prose(about):
        click.echo(f"{prose}\n")
    options = [option for option in options_of(part) if not option.host_given]
    if options:
        print_table(["option", "type", "default", "help"], [_option_row(kind, option) for option in options])
    else:
        click.echo("It has no options.")


@click.command
@click.pass_obj
def schema(choices: Choices | None) -> None:
    """Print the JSON Schema of a profile, made from the installed plugins."""
    from flowhost.config.schema import profile_schema
    from flowhost.config.settings import FlowSection, SourceSection
    from flowhost.logs import LoggingSection

    settings: dict[str, type] = {"Flow": FlowSection, "Logging": LoggingSection}
    print_json(profile_schema(_registry(choices), settings, every_source=SourceSection))


def _prose(documentation: str) -> str:
    """A docstring without what it says to programmers; the table has the arguments."""
    return re.split(r"^(?:Args|Attributes|Raises|Returns):$", documentation, maxsplit=1, flags=re.MULTILINE)[
        0
    ].rstrip()


def _registry(choices: Choices | None) -> Registry:
    return Registry.load(disabled=disabled_names(os.environ, choices.disabled if choices else ()), quiet=True)


def _provided(plugin: Plugin) -> str:
    by_kind: dict[str, list[str]] = {}
    for kind, name in plugin.provides:
        by_kind.setdefault(kind, []).append(name)
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in by_kind.items())


def _held(plugin: Plugin) -> list[Requirement]:
    return [held for held in map(requirement, plugin.requirements) if held]


def _held_text(held: Requirement) -> str:
    return f"{held.text} ({held.problem})" if held.problem else held.text


def _plugin_record(plugin: Plugin, requirements: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "module": plugin.module,
        "status": plugin.status,
        "provides": [{"kind": kind, "name": name} for kind, name in plugin.provides],
        "error": plugin.error,
    }
    if requirements:
        record["requirements"] = [
            {"requirement": held.text, "satisfied": held.problem is None, "problem": held.problem}
            for held in _held(plugin)
        ]
    return record


def _part_record(kind: Kind, part: type, plugin: Plugin) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": getattr(part, "name", ""),
        "plugin": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "description": documentation(part),
        "options": [
            {
                "name": _key(kind, option),
                "type": option.type,
                "required": option.required,
                "default": None if option.secret else _plain(option.default),
                "help": option.help,
                "secret": option.secret,
                "role": option.role.__name__ if option.role else None,
                "section": option.section,
            }
            for option in options_of(part)
        ],
        "schema": document_schema(part) if kind == "action" else json_schema(part),
    }


def _key(kind: Kind, option: Option) -> str:
    """How an operator spells an option: a profile with blanks, the file of a rule with hyphens."""
    return document_key(option) if kind == "action" else option.key


def _option_row(kind: Kind, option: Option) -> tuple[str, str, str, str]:
    default = "required" if option.required else _ini_text(option)
    return (_key(kind, option), option.type, default, option.help)


def _ini_text(option: Option) -> str:
    """A default as an INI file would say it."""
    value = _plain(option.default)
    if value is None or option.secret or option.section:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, enum.Enum):
        return value.value
    return list(value) if isinstance(value, tuple | set | frozenset) else value
