"""``flowhost dead-letters``: look at the events a daemon keeps, have them worked on again, or drop them."""

from __future__ import annotations

from typing import Any

import click

from flowhost.cli import Group
from flowhost.commands.databases import Databases, takes_databases
from flowhost.commands.letter_choice import Choice, Filters, letter_of, takes_filters
from flowhost.commands.payloads import described, readable, written
from flowhost.records import to_record
from flowhost.roles import Letter, LetterState
from flowhost.showing import harmless, print_json, print_table

COLUMNS = ("number", "daemon", "source", "state", "type", "subject", "tries", "kept since", "error")


@click.group("dead-letters", cls=Group)
def dead_letters() -> None:
    """Look at the events a daemon keeps, have them worked on again, or drop them.

    Letters are dead (a person decides), waiting (for delivery) or taken (being worked on). Without --profile,
    --database or --app the databases in the state directory are meant.
    """


@dead_letters.command("list")
@takes_databases
@takes_filters
@click.option("--state", type=click.Choice(["dead", "waiting", "taken"]), help="Only letters in this state.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, without payloads.")
def list_letters(
    databases: Databases, filters: Filters, state: LetterState | None, limit: int, as_json: bool
) -> None:
    """List letters, oldest first."""
    with databases.ledgers() as opened:
        found = [letter for one in opened for letter in filters.matching(one, state, limit)]
    if as_json:
        print_json([_record(letter) for letter in found])
    elif found:
        print_table(COLUMNS, map(_row, found))
    else:
        click.echo("There are no such letters.")
    if len(found) >= limit:
        click.echo(f"Perhaps there are more: --limit is {limit}.", err=True)


@dead_letters.command()
@click.argument("number", type=int)
@takes_databases
@click.option("--raw", is_flag=True, help="Write the payload alone, byte for byte.")
def show(number: int, databases: Databases, raw: bool) -> None:
    """Show the letter NUMBER: its event with headers and payload, its tries, its error."""
    with databases.ledgers(only=True) as (one,):
        letter = letter_of(one, number)
    if raw:
        click.echo(written(letter.event.data), nl=False)
        return
    for name, value in _attributes(letter).items():
        click.echo(f"{name + ':':<12} {harmless(value)}")
    click.echo(f"{'payload:':<12} {described(letter.event.data)}")
    if letter.event.data is not None:
        click.echo(f"\n{readable(letter.event.data)}")


@dead_letters.command()
@click.argument("numbers", nargs=-1, type=int, metavar="[NUMBER]...")
@takes_databases
@takes_filters
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def requeue(
    numbers: tuple[int, ...], databases: Databases, filters: Filters, everything: bool, yes: bool
) -> None:
    """Have dead letters delivered again: those with these NUMBERs, those that match the filters, or all."""
    choice = Choice(numbers, filters, everything, ("dead",), yes)
    choice.check()
    with databases.ledgers(only=True) as (one,):
        done = choice.apply(one, "requeued", one.part.requeue)
    click.echo(f"{_letters(done)} requeued.")


@dead_letters.command()
@click.argument("numbers", nargs=-1, type=int, metavar="[NUMBER]...")
@takes_databases
@takes_filters
@click.option("--state", type=click.Choice(["dead", "waiting"]), help="Only letters in this state.")
@click.option("--all", "everything", is_flag=True, help="Every letter that is not being worked on.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(
    numbers: tuple[int, ...],
    databases: Databases,
    filters: Filters,
    state: LetterState | None,
    everything: bool,
    yes: bool,
) -> None:
    """Remove letters for ever: those with these NUMBERs, those that match the filters, or all."""
    states: tuple[LetterState, ...] = (state,) if state else ("dead", "waiting")
    choice = Choice(numbers, filters, everything or state is not None, states, yes)
    choice.check()
    with databases.ledgers(only=True) as (one,):
        done = choice.apply(one, "dropped", one.part.drop)
    click.echo(f"{_letters(done)} dropped.")


def _letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count} letters"


def _row(letter: Letter) -> list[object]:
    event = letter.event
    texts = [letter.source, letter.state, event.type, event.subject or ""]
    return [
        letter.number,
        harmless(letter.daemon),
        *map(harmless, texts),
        letter.attempts,
        _local(letter),
        harmless(letter.error),
    ]


def _record(letter: Letter) -> dict[str, Any]:
    event = {name: value for name, value in to_record(letter.event).items() if not name.startswith("data")}
    return {
        "number": letter.number,
        "daemon": letter.daemon,
        "source": letter.source,
        "state": letter.state,
        "attempts": letter.attempts,
        "parked": letter.parked.isoformat(),
        "error": letter.error,
        "event": event,
        "size": len(written(letter.event.data)),
    }


def _attributes(letter: Letter) -> dict[str, str]:
    event = letter.event
    return {
        "letter": str(letter.number),
        "daemon": letter.daemon,
        "source": f"{letter.source} ({event.source})" if event.source else letter.source,
        "state": letter.state,
        "tries": str(letter.attempts),
        "kept since": _local(letter),
        "error": letter.error or "-",
        "type": event.type,
        "subject": event.subject or "-",
        "id": event.id or "-",
        "key": event.key or "-",
        "time": event.time.isoformat(sep=" "),
        **{f"  {name}": value for name, value in sorted(event.headers.items())},
    }


def _local(letter: Letter) -> str:
    """When it was kept, in the local time zone."""
    return letter.parked.astimezone().isoformat(sep=" ", timespec="seconds")
