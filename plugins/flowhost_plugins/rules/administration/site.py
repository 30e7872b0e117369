"""What the administration stands on, and how it is had of a daemon's profile, from outside the daemon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import Settings
from flowhost_plugins.rules.rule import MINIMUM_POLLING

_USUAL = Settings()


@dataclass(frozen=True, slots=True)
class Site:
    """What the rules of one daemon, or of several with one journal, are administrated with.

    Args:
        journal: open; the only place where anything is changed, but for rule files.
        assets: gives the asset system, open; it is called when something must be asked there.
        workbench: makes actions.
        clock: the time.
        directory: the folder with the rule files.
        settings: as the engine has them.
        minimum_polling: the shortest polling interval a rule may have, seconds.
        total: how many runs may be under way, of all rules together.
    """

    journal: Journal
    assets: Callable[[], flowhost.AssetSystem]
    workbench: flowhost.Workbench
    clock: flowhost.Clock
    directory: Path
    settings: Settings = field(default_factory=Settings)
    minimum_polling: float = MINIMUM_POLLING
    total: int = 100

    def assets_if_any(self) -> tuple[flowhost.AssetSystem | None, str]:
        """The asset system; or None, and why it cannot be asked, for what can be told without it too."""
        try:
            return self.assets(), ""
        except flowhost.FlowhostError as error:
            return None, str(error)


class ProfileParts:
    """What a profile says about its rules; made by `flowhost.part_of`, of the options that the rules engine has.

    Args:
        directory: see `RulesEngine`, and likewise the others.
        polling_interval: seconds.
        minimum_polling_interval: seconds.
        maximum_total_concurrency: runs.
        max_depth: runs.
        item_budget: runs an hour.
        journal: not open.
        assets: not open.
        workbench: makes actions; their needs are not open.
        clock: the time.
        info: the daemon.
    """

    def __init__(
        self,
        *,
        directory: Path = Path("rules"),
        polling_interval: flowhost.Seconds = _USUAL.polling_interval,
        minimum_polling_interval: flowhost.Seconds = MINIMUM_POLLING,
        maximum_total_concurrency: int = 100,
        max_depth: int = _USUAL.max_depth,
        item_budget: int = _USUAL.item_budget,
        journal: Journal,
        assets: flowhost.AssetSystem,
        workbench: flowhost.Workbench,
        clock: flowhost.Clock,
        info: flowhost.DaemonInfo,
    ) -> None:
        self.journal = journal
        self.assets = _Opening(assets, workbench)
        self.site = Site(
            journal,
            self.assets.get,
            workbench,
            clock,
            Path(info.directory) / directory,
            Settings(max_depth=max_depth, item_budget=item_budget, polling_interval=polling_interval),
            minimum_polling_interval,
            maximum_total_concurrency,
        )


class _Opening:
    """An asset system that is opened when it is first asked for, with what it stands on.

    To read, where it can tell the difference.
    """

    def __init__(self, assets: flowhost.AssetSystem, workbench: flowhost.Workbench) -> None:
        self._assets = assets
        self._workbench = workbench
        self._opened = ExitStack()
        self._is_open = False

    def get(self) -> flowhost.AssetSystem:
        """It, open.

        Raises:
            ConfigError: it cannot be used as it is configured.
            Unavailable: it cannot be reached.
        """
        if not self._is_open:
            with ExitStack() as opened:
                for one in (*self._workbench.needs_of(self._assets), self._assets):
                    # a daemon may have it: of one that belongs to one process at a time only reading is left to others
                    getattr(one, "open_to_read", one.open)()
                    opened.callback(one.close)
                self._opened = opened.pop_all()
            self._is_open = True
        return self._assets

    def close(self) -> None:
        """Close it, if it was opened."""
        self._is_open = False
        self._opened.close()


@contextmanager
def site_of(profile: Path) -> Iterator[Site]:
    """What the rules of the daemon with this profile are administrated with; closed at the end.

    Args:
        profile: the daemon's profile. The daemon may run or not.

    Raises:
        ConfigError: the profile cannot be read, or its resources are wrong.
        Unavailable: the journal cannot be used.
    """
    parts = flowhost.part_of(profile, ProfileParts, "Rules")
    parts.journal.open()
    try:
        yield parts.site
    finally:
        try:
            parts.assets.close()
        finally:
            parts.journal.close()
