"""The commands that change what becomes of rules: `start`, `clear`, `suspend`, `resume`, `delete`, `redeploy`."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import TypeVar

import click

import flowhost
from flowhost_plugins.rules.administration import Administration, Redeployed, Started
from flowhost_plugins.rules.commands.choosing import (
    AS_JSON,
    YES,
    administration,
    ends_with,
    takes_profile,
    tell_if_nobody_runs,
)
from flowhost_plugins.rules.commands.showing import counted, plain

Answer = TypeVar("Answer")

REFUSED = {
    "processing": "the rule is at this item; see: flowhost runs list --item {item}",
    "handled": "the rule has handled this item",
    "duplicate": "this has started the rule already",
}


@click.command("start")
@click.argument("rule")
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@click.option("--query", metavar="QUERY", help="Also for each item that this query finds.")
@click.option("--user", metavar="NAME", help="Who wants it; by default you.")
@click.option("--dry-run", is_flag=True, help="Start nothing; say what is in the way.")
@YES
@AS_JSON
@takes_profile
def start_command(
    rule: str,
    items: tuple[str, ...],
    query: str | None,
    user: str | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Start a rule by hand, for each ITEM.

    Whatever the rule reacts to, it runs; its conditions are not looked at. For instance:
    flowhost rules start "Throw away" VX-17 VX-18
    """
    with administration() as opened:
        wanted = [*items, *(_found(opened, query, sure=yes or dry_run) if query is not None else [])]
        if query is not None and not wanted:
            click.echo("The query finds no item.", err=True)
            return
        done = opened.start(rule, wanted, user=user or getpass.getuser(), dry=dry_run)
        if as_json:
            flowhost.print_json(done)
        else:
            _tell_started(done, dry=dry_run)
        if any(one.run for one in done):
            _tell_what_delays(opened, rule)
    ends_with([f"{one.item}: {_why_not(one)}" for one in done if not one.would_start])


def _found(opened: Administration, query: str, *, sure: bool) -> list[str]:
    found = opened.found(query)
    if found and not sure:
        click.confirm(f"The rule will be started for {counted(len(found), 'item')}. Go on?", abort=True)
    return found


def _tell_started(done: list[Started], *, dry: bool) -> None:
    for one in done:
        item = f"{flowhost.harmless(one.item)}: " if one.item else ""
        if one.run:
            click.echo(f"{item}run {one.run.id} is {one.run.state}")
        elif dry and one.would_start:
            click.echo(f"{item}would start")


def _tell_what_delays(opened: Administration, rule: str) -> None:
    if any(one.name == rule and one.state == "suspended" for one in opened.rules()):
        click.echo(f"The rule is suspended; its runs begin after: flowhost rules resume {rule!r}", err=True)
    tell_if_nobody_runs(opened)


def _why_not(one: Started) -> str:
    return flowhost.harmless(one.error or REFUSED[one.refusal or "processing"].format(item=one.item))


@click.command("clear")
@click.argument("rule")
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@YES
@takes_profile
def clear_command(rule: str, items: tuple[str, ...], *, yes: bool) -> None:
    """Forget that a rule handled items, or failed at them.

    Without ITEM all of its items. Those that match still are handled again, unless the rule is only started by hand.
    Items the rule is at are left out.
    """
    with administration() as opened:
        if items:
            cleared, problems = _each(items, lambda item: opened.clear(rule, item))
            problems += [f"{item}: the rule knows nothing of it" for item, number in cleared if not number]
            click.echo(f"{counted(sum(number for _, number in cleared), 'item')} cleared.")
            ends_with(problems)
            return
        status = opened.rule(rule, number=1).status
        known = status.handled + status.failed
        if not yes:
            click.confirm(f"{counted(known, 'item')} of {rule!r} will be handled again. Go on?", abort=True)
        click.echo(f"{counted(opened.clear(rule), 'item')} cleared.")


@click.command("suspend")
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@takes_profile
def suspend_command(rules: tuple[str, ...]) -> None:
    """Let rules react to nothing until they are resumed.

    Runs under way go on; those that are pending wait.
    """
    with administration() as opened:
        done, problems = _each(rules, opened.suspend)
        for name, _ in done:
            click.echo(f"{flowhost.harmless(name)} is suspended.")
    ends_with(problems)


@click.command("resume")
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@click.option("--approve", is_flag=True, help="Let more items than its max-matches be handled this time.")
@takes_profile
def resume_command(rules: tuple[str, ...], *, approve: bool) -> None:
    """Let suspended rules react again, or approve what waits.

    A rule whose search suddenly finds more than its max-matches waits until somebody approves.
    """
    with administration() as opened:
        done, problems = _each(rules, lambda name: opened.resume(name, approve=approve))
        for name, deployment in done:
            said = f"{flowhost.harmless(name)} reacts"
            if deployment.trigger_deleted:
                said = f"{flowhost.harmless(name)} can be started by hand; its trigger was deleted"
            click.echo(said + (f", approved until {plain(deployment.approved)} UTC." if approve else "."))
        if done:
            tell_if_nobody_runs(opened)
    ends_with(problems)


@click.command("delete")
@click.argument("rule")
@click.option("--trigger-only", is_flag=True, help="Keep the rule: it can be started by hand.")
@YES
@takes_profile
def delete_command(rule: str, *, trigger_only: bool, yes: bool) -> None:
    """Delete a rule with its file, or only its trigger.

    Its pending runs end, and the access it gave dynamically is withdrawn. Its text and its runs are remembered for a
    while; put the file back and redeploy it to have it again.
    """
    with administration() as opened:
        details = opened.rule(rule, number=1)
        if not yes and not trigger_only:
            file = f" and its file {details.file}" if details.file else ""
            click.confirm(f"The rule {rule!r}{file} will be deleted. Go on?", abort=True)
        deleted = opened.delete(rule, trigger_only=trigger_only)
        if trigger_only:
            click.echo(f"The trigger of {flowhost.harmless(rule)} is deleted.")
            return
        click.echo(
            f"{flowhost.harmless(rule)} is deleted" + (f", and {deleted.file}." if deleted.file else ".")
        )
        if deleted.pending:
            click.echo(f"{counted(deleted.pending, 'pending run')} will be cancelled.")
        if deleted.dynamic_access:
            click.echo(f"Access to {counted(deleted.dynamic_access, 'item')} will be withdrawn.")
        if deleted.pending or deleted.dynamic_access != 0:
            tell_if_nobody_runs(opened)


@click.command("redeploy")
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option("--all", "everything", is_flag=True, help="Every file of the folder, or none if one is wrong.")
@AS_JSON
@takes_profile
def redeploy_command(rules: tuple[str, ...], *, everything: bool, as_json: bool) -> None:
    """Read rule files again, check them, and deploy them.

    Runs under way keep the revision they began with. A rule whose text is the same keeps its revision. Rules and
    triggers that were deleted are back then.
    """
    if bool(rules) == everything:
        raise click.UsageError("name rules, or --all of them")
    with administration() as opened:
        if everything:
            done, problems = opened.redeploy(), list[str]()
        else:
            each, problems = _each(rules, opened.redeploy)
            done = [one for _, found in each for one in found]
        if as_json:
            flowhost.print_json(done)
        else:
            for one in done:
                click.echo(_redeployed(one))
    ends_with(problems)


def _redeployed(one: Redeployed) -> str:
    name = flowhost.harmless(one.rule)
    if one.gone:
        return f"{name}: no file in the folder is this rule any more; revision {one.revision} goes on until it is deleted"
    return f"{name}: revision {one.revision} is deployed" + ("" if one.changed else ", as before")


def _each(names: tuple[str, ...], act: Callable[[str], Answer]) -> tuple[list[tuple[str, Answer]], list[str]]:
    """What became of each of several names; one that is wrong does not hold up the others."""
    if len(names) == 1:
        return [(names[0], act(names[0]))], []
    done: list[tuple[str, Answer]] = []
    problems: list[str] = []
    for name in names:
        try:
            done.append((name, act(name)))
        except (flowhost.Permanent, flowhost.ConfigError) as error:
            problems.append(flowhost.harmless(str(error)))
    return done, problems
