"""Metadata with its stamps, kept beside the catalogue and in line with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import flowhost
from flowhost_devserver.vidispine import moments
from flowhost_devserver.vidispine.metadata.history import note_change
from flowhost_devserver.vidispine.metadata.merging import ALWAYS, Node, merged, span_key
from flowhost_devserver.vidispine.metadata.reconciling import plain, reconciled
from flowhost_devserver.vidispine.metadata.stamps import Stamp
from flowhost_devserver.vidispine.metadata.subjects import Subject, subject_of, write_values
from flowhost_devserver.vidispine.refusals import conflict
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import Group

Fields: TypeAlias = dict[str, tuple[str, ...]]

KIND = "metadata"
"""Of what is kept: by subject, the document besides its revision; ``state`` is that of the catalogue it belongs to,
``first`` the change set of the system's own values, ``last`` the newest one."""

SYSTEM = "system"
"""The user who sets what nobody set."""


def new_stamp(site: Site, user: str) -> Stamp:
    """The stamp of a change set that begins now."""
    number = site.keeping.next_number("metadata change")
    return Stamp(user, moments.stamp(site.clock.now()), f"VX-{number}")


def kept_metadata(site: Site, subject: Subject) -> dict[str, Any]:
    """The metadata of a subject, the system's own fields not included: see `KIND`.

    Raises:
        Refusal: it is gone meanwhile.
    """
    kept = site.keeping.get(KIND, subject.key)
    if kept and kept["state"] == subject.state:
        return dict(kept)
    with Locked(site, subject):
        return _in_line(site, subject_of(site, subject.kind, subject.id))


def _in_line(site: Site, subject: Subject) -> dict[str, Any]:
    """As `kept_metadata`, for who holds the lock and has read the subject under it."""
    kept = site.keeping.get(KIND, subject.key)
    if kept is None:
        with Beginning(site):  # whoever makes it keeps it in a moment
            kept = site.keeping.get(KIND, subject.key)
    if kept and kept["state"] == subject.state:
        return dict(kept)
    is_new = not kept
    if kept is None:
        first = new_stamp(site, SYSTEM).change
        kept = {"first": first, "last": first, "group": [], "timespan": [_generic([])]}
    always = _generic(kept["timespan"])
    if plain(always) != (dict(subject.fields), subject.groups):
        stamp = new_stamp(site, subject.user if is_new and subject.user else SYSTEM)
        moved_on = reconciled(always, subject.fields, subject.groups, stamp)
        if moved_on != always:  # else only the values of tracks stand in another order
            spans = [moved_on, *(one for one in kept["timespan"] if span_key(one) != ALWAYS)]
            changed = note_change(site, subject, stamp, kept["timespan"], spans)
            kept |= {"last": stamp.change, "timespan": spans}
            if not is_new:
                _tell(site, subject, stamp, changed)
    kept["state"] = subject.state
    site.keeping.put(KIND, subject.key, kept)
    return dict(kept)


def change_metadata(
    site: Site,
    subject: Subject,
    given: Mapping[str, Any],
    user: str,
    *,
    revision: str | None = None,
) -> tuple[Subject, dict[str, Any], Stamp | None]:
    """Apply a document; of several at once for one subject one comes after the other.

    Args:
        site: where.
        subject: what is changed.
        given: the document, already checked.
        user: who changes it.
        revision: what the document was made for; None writes over any.

    Returns:
        The subject and its metadata afterwards, and the stamp of what changed; None: nothing did.

    Raises:
        Refusal: the revision is another by now (409), a uuid is unknown, or it is gone meanwhile (404).
    """
    with Locked(site, subject):
        while True:
            try:
                return _changed(site, subject, given, user, revision)
            except flowhost.Conflict:  # somebody changed it in the catalogue meanwhile, e.g. an import
                continue


def _changed(
    site: Site, subject: Subject, given: Mapping[str, Any], user: str, revision: str | None
) -> tuple[Subject, dict[str, Any], Stamp | None]:
    subject = subject_of(site, subject.kind, subject.id)
    kept = _in_line(site, subject)
    if revision is not None and set(revision.split(",")) != set(revision_of(kept).split(",")):
        told = f"the revision is {revision_of(kept)}"
        raise conflict(subject.kind.capitalize(), subject.id, explanation=told, value=revision)
    stamp = new_stamp(site, user)
    spans = merged(kept["timespan"], given.get("timespan", ()), stamp)
    groups = list(dict.fromkeys([*kept["group"], *given.get("group", ())]))
    if spans == kept["timespan"] and groups == kept["group"]:
        return subject, kept, None
    subject = write_values(site, subject, *plain(_generic(spans)))
    changed = note_change(site, subject, stamp, kept["timespan"], spans)
    kept |= {"last": stamp.change, "timespan": spans, "group": groups, "state": subject.state}
    site.keeping.put(KIND, subject.key, kept)
    _tell(site, subject, stamp, changed)
    return subject, kept, stamp


def new_metadata(
    site: Site, given: Mapping[str, Any], user: str, create: Callable[[Fields, tuple[Group, ...]], Subject]
) -> Subject:
    """Make an item or collection that has its metadata from the start.

    Args:
        site: where.
        given: the MetadataDocument, already checked.
        user: who makes it.
        create: makes it in the catalogue with these fields and groups.
    """
    first = new_stamp(site, SYSTEM).change
    stamp = new_stamp(site, user)
    spans = merged([_generic([])], given.get("timespan", ()), stamp)
    kept = {"first": first, "last": stamp.change, "group": list(given.get("group", ())), "timespan": spans}
    with Beginning(site):
        subject = create(*plain(_generic(spans)))
        note_change(site, subject, stamp, (), spans)
        site.keeping.put(KIND, subject.key, {**kept, "state": subject.state})
    return subject


def _tell(site: Site, subject: Subject, stamp: Stamp, changed: list[Node]) -> None:
    """Let those know who want to be notified of changes of metadata."""
    site.notifier.metadata_changed(subject.kind, subject.id, stamp.user, stamp.change, changed)


def forget_metadata(site: Site, key: str) -> None:
    """Forget what was kept of a subject that is deleted; `key` is that of the `Subject`."""
    site.keeping.delete(KIND, key)
    for change in site.keeping.all(f"changes of {key}"):
        site.keeping.delete(f"changes of {key}", change)


def revision_of(kept: Mapping[str, Any]) -> str:
    """The revision: the change set of the system's values, and the newest one."""
    return ",".join(dict.fromkeys((kept["first"], kept["last"])))


class Locked(flowhost.Locked):
    """Held while the metadata of a subject is read in order to be changed."""

    def __init__(self, site: Site, subject: Subject) -> None:
        super().__init__(f"{site.root} {subject.key}")


class Beginning(flowhost.Locked):
    """Held from the moment when there is something new until its metadata is kept: a reader in between must not begin it."""

    def __init__(self, site: Site) -> None:
        super().__init__(f"{site.root} metadata begins")


def _generic(spans: Sequence[Node]) -> Node:
    """The timespan that is always, an empty one when there is none."""
    return next(
        (one for one in spans if span_key(one) == ALWAYS),
        {"start": ALWAYS[0], "end": ALWAYS[1], "field": [], "group": []},
    )
