"""``flowhost systemd-unit``: prints a unit that runs a profile under systemd."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from flowhost.clock import SystemClock
from flowhost.config import Config, read_profile
from flowhost.config.ini import Section
from flowhost.config.settings import FlowSection
from flowhost.errors import ConfigError
from flowhost.service.unit_file import UnitOptions, unit_text
from flowhost.wiring.making import Maker


@click.command("systemd-unit")
@click.argument("profile", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--user", help="Run as this user; by default systemd makes up a user without any rights.")
@click.option("-n", "--instance-name", help="Use this name instead of the profile's app name.")
def systemd_unit(profile: Path, user: str | None, instance_name: str | None) -> None:
    """Print a systemd unit that runs the profile FILE with as few rights as it needs."""
    config = read_profile(profile, instance_name=instance_name)
    options = UnitOptions(
        name=config.name,
        python=Path(os.path.abspath(sys.executable)),  # noqa: PTH100  # resolve() would leave the virtual environment
        profile=config.profile.resolve(),
        instance_name=instance_name,
        user=user,
        drain_timeout=_drain_timeout(config),
        folders=tuple(_folders(config)),
        environ={name: os.environ[name] for name in ("PYTHON_CONFIG_ROOT",) if os.environ.get(name)},
    )
    click.echo(unit_text(options), nl=False)
    for path in (options.python, options.python.resolve(), options.profile):
        if not user and (closed := _closed_folder(path)):
            reason = f"{closed} is closed to others; move it, or name a --user who may enter"
            click.echo(f"flowhost: the unit's user cannot read {path}: {reason}", err=True)


def _drain_timeout(config: Config) -> float:
    maker = Maker(config, clock=SystemClock())
    section = config.sections.get("Flow") or Section("Flow", config.place)
    flow = maker.make(FlowSection, section, called="[Flow]")
    if flow is None:
        raise ConfigError(maker.problems)
    return flow.drain_timeout


def _folders(config: Config) -> Iterator[Path]:
    """The folders the profile names, for the operator to choose from."""
    texts = {value.text for section in config.sections.values() for value in section.values.values()}
    for text in sorted(text for text in texts if "/" in text):
        folder = os.path.join(config.directory, os.path.expanduser(os.path.expandvars(text)))  # noqa: PTH111, PTH118  # Path's way raises for what is no path at all
        if os.path.isdir(folder):  # noqa: PTH112  # as above
            yield Path(os.path.normpath(folder))


def _closed_folder(path: Path) -> Path | None:
    """The outermost folder on the way to `path` that others may not enter, as far as that can be seen."""
    for folder in reversed(path.parents):
        try:
            if not folder.stat().st_mode & stat.S_IXOTH:
                return folder
        except OSError:
            return None
    return None
