"""What somebody decides about deployed rules: suspend, resume, approve, clear, delete. It is written into the journal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import flowhost
from flowhost_plugins.rules.administration.errors import Refused
from flowhost_plugins.rules.administration.names import is_storable
from flowhost_plugins.rules.administration.overview import granted
from flowhost_plugins.rules.administration.results import Deleted
from flowhost_plugins.rules.administration.rulebook import Rulebook
from flowhost_plugins.rules.administration.site import Site
from flowhost_plugins.rules.records import Deployment

APPROVED_SWEEPS = 2
"""An approval holds for so many polling intervals, so that it meets a sweep even when one is late ..."""

APPROVED = timedelta(hours=1)
"""... and for so long at least."""


class Changing:
    """Changes deployments and what is known of items."""

    def __init__(self, site: Site, rulebook: Rulebook) -> None:
        self._site = site
        self._rulebook = rulebook

    def suspend(self, name: str) -> Deployment:
        """See `Administration.suspend`."""
        self._rulebook.living(name)
        self._site.journal.change_deployment(name, suspended=True)
        return self._rulebook.deployment(name)

    def resume(self, name: str, *, approve: bool) -> Deployment:
        """See `Administration.resume`."""
        deployment = self._rulebook.living(name)
        until = self._site.clock.now() + self._approved_for(deployment) if approve else None
        self._site.journal.change_deployment(
            name, suspended=False, approved=until if until else deployment.approved
        )
        return self._rulebook.deployment(name)

    def clear(self, name: str, item: str | None) -> int:
        """See `Administration.clear`."""
        self._rulebook.deployment(name)
        if item is not None and not is_storable(item):
            return 0
        cleared = self._site.journal.clear(name, item)
        if item is not None and not cleared:
            record = self._site.journal.item_record(name, item)
            if record is not None and record.state == "processing":
                raise Refused(f"the rule {name!r} is at {item} (run {record.run}); cancel that run, or wait")
        return cleared

    def delete(self, name: str, *, trigger_only: bool) -> Deleted:
        """See `Administration.delete`."""
        deployment = self._rulebook.living(name)
        journal = self._site.journal
        if trigger_only:
            journal.change_deployment(name, trigger_deleted=True)
            return Deleted(name)
        file = self._own_file(deployment)
        given = granted(self._site.assets_if_any()[0], name)
        journal.change_deployment(name, deleted=True)
        if file is not None:
            self._remove(file, name)
        return Deleted(
            name,
            str(file or ""),
            journal.summary(name).pending,
            None if given is None else len(given),
        )

    def _own_file(self, deployment: Deployment) -> Path | None:
        """The file that is removed with the rule; None: there is none.

        Raises:
            Refused: its text is not kept anywhere else.
        """
        file = Path(deployment.file)
        if not deployment.file or file.parent != self._site.directory or not file.is_file():
            return None
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"the file {file} cannot be read ({error}); remove it yourself") from None
        if text != self._site.journal.revision_text(deployment.rule, deployment.revision):
            said = f"{file} has changes that are not deployed, and would be lost"
            raise Refused(f"{said}; redeploy {deployment.rule!r} first, or remove the file yourself")
        return file

    def _remove(self, file: Path, name: str) -> None:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            said = f"the rule {name!r} is deleted, but its file {file} cannot be removed: {reason}"
            raise flowhost.Unavailable(said) from None

    def _approved_for(self, deployment: Deployment) -> timedelta:
        rule = self._rulebook.readable(deployment)
        interval = (rule.polling_interval if rule else None) or self._site.settings.polling_interval
        return max(APPROVED, timedelta(seconds=APPROVED_SWEEPS * interval))
