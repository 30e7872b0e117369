"""Resources of a daemon's profile for commands of plugins, which look at what the daemon uses from outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flowhost.workbench import Workbench

if TYPE_CHECKING:
    from flowhost.config import Config
    from flowhost.registry import Registry

Kind = TypeVar("Kind")


def resource_of(profile: Path, kind: type[Kind]) -> Kind:
    """The resource of this class that the daemon with this profile would use; it is not opened.

    Args:
        profile: the daemon's profile.
        kind: the class of the resource.

    Raises:
        ConfigError: the profile cannot be read, or its resources are wrong.
    """
    from flowhost.wiring import resource_outside

    return resource_outside(*_read(profile), kind)


def part_of(profile: Path, part: type[Kind], section: str) -> Kind:
    """A part made as the daemon with this profile would make it: options from a section, its needs wired, not opened.

    So several resources and the workbench can be had that belong together: a class that needs all of them.

    Args:
        profile: the daemon's profile.
        part: the class of the part; of no plugin.
        section: title of the section; keys that the part has no option for are not looked at.

    Raises:
        ConfigError: the profile cannot be read, or what is needed of it is wrong.
    """
    from flowhost.wiring import part_outside

    return part_outside(*_read(profile), part, section)


def workbench_of(profile: Path) -> Workbench:
    """The workbench that the daemon with this profile would use; the resources it gives to parts are not opened.

    Args:
        profile: the daemon's profile.

    Raises:
        ConfigError: see `resource_of`.
    """
    from flowhost.wiring import workbench_outside

    return workbench_outside(*_read(profile))


def _read(profile: Path) -> tuple[Config, Registry]:
    # commands alone need this, and plugins are imported by every command
    from flowhost.commands.profiles import registry_for
    from flowhost.config import read_profile

    config = read_profile(profile)
    return config, registry_for([config], None)
