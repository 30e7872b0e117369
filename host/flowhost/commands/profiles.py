"""Reading the profiles a command was given, and loading the plugins they allow."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from flowhost.cli import Choices
from flowhost.config import Config, read_profile
from flowhost.errors import ConfigError
from flowhost.options import same_key
from flowhost.places import Problem
from flowhost.registry import Registry, disabled_names
from flowhost.wiring import Blueprint, blueprint


def readable(
    profiles: Iterable[Path], instance_name: str | None = None
) -> tuple[list[Config], list[Problem]]:
    """The profiles that can be read, and what is wrong with the others."""
    configs: list[Config] = []
    problems: list[Problem] = []
    for profile in profiles:
        try:
            configs.append(read_profile(profile, instance_name=instance_name))
        except ConfigError as error:
            problems += error.problems
    return configs, problems


def wired(configs: Iterable[Config], registry: Registry) -> tuple[list[Blueprint], list[Problem]]:
    """The blueprints that can be made, and what is wrong with the other configs."""
    made: list[Blueprint] = []
    problems: list[Problem] = []
    for config in configs:
        try:
            made.append(blueprint(config, registry))
        except ConfigError as error:
            problems += error.problems
    return made, problems


def registry_for(
    configs: Sequence[Config], choices: Choices | None, *, extra: Sequence[tuple[str, object]] = ()
) -> Registry:
    """Load the plugins, without those that the command line, the environment or a profile disables.

    What is wrong with plugins nobody names is not said; see `Registry.complain`.

    Args:
        configs: the profiles of the process.
        choices: the global options of the command line.
        extra: plugins that are no distribution, by name.
    """
    disabled = list(disabled_names(os.environ, choices.disabled if choices else ()))
    for config in configs:
        flow = config.sections.get("Flow")
        for key, value in flow.values.items() if flow else ():
            if same_key(key, "disable plugins"):
                disabled += [
                    name.strip() for name in value.text.replace("\n", ",").split(",") if name.strip()
                ]
    return Registry.load(disabled=disabled, extra=extra, quiet=True)
