"""The journal's face: which rules are deployed, and what somebody decided about them."""

from __future__ import annotations

from datetime import datetime
from types import EllipsisType
from typing import Any

from flowhost_plugins.rules.journal.opened import Opened
from flowhost_plugins.rules.records import Deployment


class DeploymentMethods(Opened):
    """Deployments, their revisions, and the stamp that tells of changes."""

    def deploy(self, rule: str, text: str, *, file: str = "", suspended: bool = False) -> Deployment:
        """Deploy a rule. The text of its newest revision makes no new one.

        It is neither deleted nor without trigger nor has it an issue after that. Whether it is suspended stays as
        somebody decided; the same with an approval, unless the text is new.

        Args:
            rule: its name.
            text: of its file.
            file: where that was read.
            suspended: how it begins, if it is not deployed now.
        """
        return self._parts.deployments.deploy(rule, text, file=file, suspended=suspended)

    def deployment(self, rule: str) -> Deployment | None:
        """How a rule is deployed, also when it was deleted; None: it never was, or is forgotten."""
        return self._parts.deployments.one(rule)

    def deployments(self, *, deleted: bool = False) -> list[Deployment]:
        """Every deployed rule, by name; with `deleted` also those that were deleted."""
        return self._parts.deployments.all(deleted=deleted)

    def change_deployment(
        self,
        rule: str,
        *,
        suspended: bool | None = None,
        trigger_deleted: bool | None = None,
        deleted: bool | None = None,
        approved: datetime | EllipsisType | None = ...,
        held: int | None = None,
        issue: str | None = None,
    ) -> bool:
        """Change what is given; see `Deployment`. `approved` can be set to None. False: there is no such rule."""
        changes = {
            "suspended": suspended,
            "trigger_deleted": trigger_deleted,
            "deleted": deleted,
            "held": held,
            "issue": issue,
        }
        given: dict[str, Any] = {name: value for name, value in changes.items() if value is not None}
        if not isinstance(approved, EllipsisType):
            given["approved"] = approved
        return self._parts.deployments.change(rule, given)

    def revision_text(self, rule: str, revision: int) -> str | None:
        """The text of a revision; None: there is none, or it is forgotten."""
        return self._parts.deployments.text(rule, revision)

    def revisions(self, rule: str) -> list[tuple[int, datetime]]:
        """The revisions of a rule that are kept, newest first: number, and when it was deployed."""
        return self._parts.deployments.revisions(rule)

    def stamp(self) -> int:
        """A number that grows with each change a command may make, for who has to notice them.

        Such are changes of deployments, and runs started by hand, cancelled, tried again or woken by their number.
        """
        return self._parts.stamps.read()
