"""Deployments: which rules there are, in which revision, and what somebody decided about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

import flowhost
from flowhost_plugins.rules.journal.rows import known_moment, moment, seconds, storable
from flowhost_plugins.rules.journal.schema import deployments, revisions
from flowhost_plugins.rules.journal.stamps import Stamps
from flowhost_plugins.rules.journal.statements import raw_of
from flowhost_plugins.rules.records import Deployment

COLUMNS = tuple(column for column in deployments.c if column.name != "changed")


class Deployments:
    """The deployments of one journal."""

    def __init__(self, sql: flowhost.SqlDatabase, stamps: Stamps, clock: flowhost.Clock) -> None:
        self._sql = sql
        self._stamps = stamps
        self._clock = clock

    def deploy(self, rule: str, text: str, *, file: str, suspended: bool) -> Deployment:
        """See `Journal.deploy`."""

        def work(connection: Connection) -> Deployment:
            old = self._locked(connection, rule)
            new = self._renewed(connection, old, rule, text, file=storable(file), suspended=suspended)
            if new == old:
                return new
            values = {**_values(new), "changed": self._now}
            if old is None:
                connection.execute(insert(deployments).values(rule=rule, **values))
            else:
                connection.execute(update(deployments).where(deployments.c.rule == rule).values(values))
            self._stamps.grow(raw_of(connection))
            return new

        return self._sql.write(work)

    def one(self, rule: str) -> Deployment | None:
        """See `Journal.deployment`."""
        wanted = select(*COLUMNS).where(deployments.c.rule == rule)
        row = self._sql.read(lambda connection: connection.execute(wanted).one_or_none())
        return _deployment(row) if row else None

    def all(self, *, deleted: bool) -> list[Deployment]:
        """See `Journal.deployments`."""
        wanted = select(*COLUMNS)
        if not deleted:
            wanted = wanted.where(deployments.c.deleted.is_(False))
        rows = self._sql.read(lambda connection: connection.execute(wanted).all())
        return sorted(map(_deployment, rows), key=lambda deployment: deployment.rule)

    def change(self, rule: str, given: Mapping[str, Any]) -> bool:
        """See `Journal.change_deployment`; what is as it was is no change that others have to notice."""

        def work(connection: Connection) -> bool:
            old = self._locked(connection, rule)
            changes = {name: value for name, value in given.items() if old and getattr(old, name) != value}
            if changes:
                for name, kept in (("approved", seconds), ("issue", storable)):
                    if name in changes:
                        changes[name] = kept(changes[name])
                changed = update(deployments).where(deployments.c.rule == rule)
                connection.execute(changed.values(changes | {"changed": self._now}))
                self._stamps.grow(raw_of(connection))
            return old is not None

        return self._sql.write(work)

    def text(self, rule: str, revision: int) -> str | None:
        """See `Journal.revision_text`."""
        wanted = select(revisions.c.text).where(revisions.c.rule == rule, revisions.c.revision == revision)
        return self._sql.read(lambda connection: connection.execute(wanted).scalar_one_or_none())

    def revisions(self, rule: str) -> list[tuple[int, datetime]]:
        """See `Journal.revisions`."""
        wanted = select(revisions.c.revision, revisions.c.deployed).where(revisions.c.rule == rule)
        wanted = wanted.order_by(revisions.c.revision.desc())
        rows = self._sql.read(lambda connection: connection.execute(wanted).all())
        return [(revision, known_moment(deployed)) for revision, deployed in rows]

    @property
    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _locked(self, connection: Connection, rule: str) -> Deployment | None:
        wanted = select(*COLUMNS).where(deployments.c.rule == rule).with_for_update()
        row = connection.execute(wanted).one_or_none()
        return _deployment(row) if row else None

    def _renewed(
        self,
        connection: Connection,
        old: Deployment | None,
        rule: str,
        text: str,
        *,
        file: str,
        suspended: bool,
    ) -> Deployment:
        same = select(revisions.c.text).where(
            revisions.c.rule == rule, revisions.c.revision == (old.revision if old else 0)
        )
        is_same = old is not None and connection.execute(same).scalar_one_or_none() == text
        revision = old.revision if old else 0
        deployed = old.deployed if old else self._clock.now()
        if not is_same:
            revision, deployed = revision + 1, self._clock.now()
            values = {"revision": revision, "deployed": deployed.timestamp(), "text": text}
            connection.execute(insert(revisions).values(rule=rule, **values))
        lives = old is not None and not old.deleted
        return Deployment(
            rule=rule,
            revision=revision,
            deployed=deployed,
            file=file,
            suspended=old.suspended if old and lives else suspended,
            approved=old.approved if old and lives and is_same else None,
            held=old.held if old and lives and is_same else 0,
        )


def _values(new: Deployment) -> dict[str, Any]:
    return {
        "revision": new.revision,
        "deployed": new.deployed.timestamp(),
        "file": new.file,
        "suspended": new.suspended,
        "trigger_deleted": new.trigger_deleted,
        "deleted": new.deleted,
        "approved": seconds(new.approved),
        "held": new.held,
        "issue": new.issue,
    }


def _deployment(row: Sequence[Any]) -> Deployment:
    rule, revision, deployed, file, suspended, trigger_deleted, deleted, approved, held, issue = row
    return Deployment(
        rule=rule,
        revision=revision,
        deployed=known_moment(deployed),
        file=file,
        suspended=suspended,
        trigger_deleted=trigger_deleted,
        deleted=deleted,
        approved=moment(approved),
        held=held,
        issue=issue,
    )
