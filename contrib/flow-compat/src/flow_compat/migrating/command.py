"""``flowhost migrate-profile OLD.ini``."""

from __future__ import annotations

import difflib
from functools import partial
from pathlib import Path

import click

import flowhost
from flow_compat.migrating.applications import applications
from flow_compat.migrating.changes import Change, changed
from flow_compat.migrating.lines import read
from flow_compat.migrating.naming import app_name
from flow_compat.migrating.rules import RULES, Rule


@click.command("migrate-profile")
@click.argument("old", type=click.Path(path_type=Path), metavar="OLD.ini")
@click.option(
    "--write", "new", type=click.Path(path_type=Path), metavar="NEW.ini", help="Write the new profile there."
)
def migrate_profile(old: Path, new: Path | None) -> int:
    """Explain line by line what changes in a profile of Flow, and show or write the new one.

    The old file is never changed, and no file is overwritten.
    """
    text, notes = _text_of(old)
    result, changes = migrated(text, old)
    for change in [*notes, *changes]:
        place = f"{old}:{change.number}" if change.number else str(old)
        click.echo(f"{place}: {'' if change.texts is None else 'changed: '}{change.why}")
    if new is not None:
        _write(new, result)
        click.echo(f"{new}: written; now try: flowhost check {new}")
    elif result == text:
        click.echo(f"{old}: nothing has to be changed")
    else:
        click.echo("".join(_difference(old, text, result)), nl=False)
    return 0


def migrated(text: str, file: Path | None = None) -> tuple[str, list[Change]]:
    """The new text of a profile, and every change in the order of the lines.

    Args:
        text: the profile.
        file: where it stands, which names it and may have its classes beside it; None: nowhere.
    """
    lines = list(enumerate(text.split("\n"), start=1))
    found: list[Change] = []
    rules: list[Rule] = [*RULES, partial(applications, folder=file.parent if file else None)]
    if file:
        rules.insert(0, partial(app_name, stem=file.stem))
    for rule in rules:
        old = read(lines)
        changes = list(rule(old))
        lines = changed(old, changes)
        found += changes
    return "\n".join(line for _, line in lines), sorted(
        found, key=lambda change: change.number or len(lines) + 1
    )


def _text_of(file: Path) -> tuple[str, list[Change]]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise flowhost.ConfigError(
            f"{file}: cannot be read: {(error.strerror or str(error)).lower()}"
        ) from None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n"), []
    except UnicodeDecodeError:
        why = "the file is no UTF-8 text, which flowhost expects; it is read as Windows-1252 and written as UTF-8"
        return data.decode("cp1252", "replace").replace("\r\n", "\n"), [Change(None, why, ())]


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise flowhost.ConfigError(f"{file}: there is such a file already; name another one") from None
    except OSError as error:
        raise flowhost.ConfigError(
            f"{file}: cannot be written: {(error.strerror or str(error)).lower()}"
        ) from None


def _difference(file: Path, before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), str(file), f"{file} for flowhost"
    )
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
