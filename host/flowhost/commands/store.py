"""``flowhost store``: the values daemons keep under keys."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from flowhost.cli import Group
from flowhost.commands.databases import Databases, Opened, takes_databases
from flowhost.errors import ConfigError
from flowhost.options import nearest
from flowhost.places import Place, Problem
from flowhost.roles import Store
from flowhost.showing import harmless, print_json


@click.group(cls=Group)
def store() -> None:
    """Read and change the values that daemons keep under keys.

    Each daemon has keys of its own. Without --profile, --database or --app the only database in the state
    directory is meant; `list` shows every one.
    """


@store.command()
@click.argument("key")
@takes_databases
def get(key: str, databases: Databases) -> None:
    """Print the value under KEY as JSON."""
    with databases.stores(only=True) as (one,):
        value = one.part.get(key)
        if value is None:
            _must_have(one, key)
    print_json(value)


@store.command()
@click.argument("key")
@click.argument("value")
@takes_databases
def put(key: str, value: str, databases: Databases) -> None:
    """Keep the JSON VALUE under KEY, over any older one; '-' reads it from standard input."""
    parsed = _parsed(sys.stdin.read(), "<stdin>") if value == "-" else _parsed(value)
    with databases.stores(only=True) as (one,):
        try:
            one.part.put(key, parsed)
        except (TypeError, ValueError) as error:
            raise ConfigError(str(error)) from error


@store.command()
@click.argument("key")
@takes_databases
def delete(key: str, databases: Databases) -> None:
    """Forget the value under KEY."""
    with databases.stores(only=True) as (one,):
        if not one.part.delete(key):
            _must_have(one, key)


@store.command("list")
@click.argument("prefix", default="")
@takes_databases
@click.option("--json", "as_json", is_flag=True, help="Keys with their values, as JSON.")
def list_keys(prefix: str, databases: Databases, as_json: bool) -> None:
    """List the keys that begin with PREFIX; of several daemons, each key after its daemon and a tab."""
    with databases.stores() as opened:
        found = [(one, key) for one in opened for key in one.part.keys(prefix)]
        if as_json:
            print_json([{"daemon": one.name, "key": key, "value": one.part.get(key)} for one, key in found])
            return
    for one, key in found:
        click.echo(harmless(key) if len(opened) == 1 else f"{one.name}\t{harmless(key)}")


def _must_have(one: Opened[Store], key: str) -> None:
    keys = one.part.keys()
    if key not in keys:
        hint = nearest(key, keys)
        raise ConfigError(f"there is no key {key!r} in the store of {one.name} ({one.location}){hint}")


def _parsed(text: str, source: str = "VALUE") -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        advice = "a text stands in double quotes, like '\"this\"'"
        place = Place(source, error.lineno, error.colno)
        raise ConfigError(Problem(f"this is no JSON: {error.msg}; {advice}", place)) from error
    except RecursionError as error:
        raise ConfigError(Problem("this JSON is nested too deeply", Place(source))) from error
