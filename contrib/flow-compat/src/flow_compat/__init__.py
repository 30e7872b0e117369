"""Runs what was written for Flow on flowhost; see the packages `flow` and `vizone` for its names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import flowhost

if TYPE_CHECKING:
    import click


@flowhost.hookimpl
def flowhost_resources() -> Iterable[type[flowhost.Resource]]:
    """The stage, which a worker or source written for Flow needs."""
    from flow_compat.stage import Stage

    return [Stage]


@flowhost.hookimpl
def flowhost_commands() -> Mapping[str, click.Command]:
    """The command ``flowhost migrate-profile``."""
    from flow_compat.migrating import migrate_profile

    return {"migrate-profile": migrate_profile}
