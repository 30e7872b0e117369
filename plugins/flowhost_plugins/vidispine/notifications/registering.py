"""What is registered at a site for a daemon: found again, made, mended, removed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from flowhost.http_client import shown
from flowhost_plugins.vidispine.client.errors import Conflicting, Missing, Refused
from flowhost_plugins.vidispine.documents import Notification, URIList, last_segment
from flowhost_plugins.vidispine.notifications.kinds import KINDS, Kind
from flowhost_plugins.vidispine.notifications.telling import Filters

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

PREFIX = "vidispine"
"""First part of the paths that notifications come in at."""

RESOURCES = tuple(dict.fromkeys(kind.resource for kind in KINDS))
"""Where registrations of ours may be."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How notifications shall come.

    Args:
        daemon: whose they are.
        base: URL at which the site reaches the daemon, without a slash at the end.
        secret: what the secret of each registration is made of.
        content_type: of the bodies.
        timeout: seconds the site waits for an answer.
        retry: how often it tries again.
        filters: what is wanted; what the site can leave out itself it is asked to.
    """

    daemon: str
    base: str
    secret: bytes
    content_type: str
    timeout: int
    retry: int
    filters: Filters

    @property
    def shown_base(self) -> str:
        """The base, without a login that may be in it."""
        return shown(self.base)

    def path(self, kind: Kind) -> str:
        """Where one kind is told: nobody can guess it who does not know the secret."""
        token = hmac.new(self.secret, f"{self.daemon}\n{kind.key}".encode(), hashlib.sha256).hexdigest()
        return f"{own_path(self.daemon)}{kind.key}/{token[:40]}"

    def document(self, kind: Kind) -> dict[str, Any]:
        """What is registered for a kind."""
        http = {
            "synchronous": False,
            "url": self.base + self.path(kind),
            "method": "POST",
            "timeout": str(self.timeout),  # a text in the schema
            "retry": self.retry,
            "contentType": self.content_type,
        }
        return {"action": {"http": http}, "trigger": self._trigger(kind)}

    def _trigger(self, kind: Kind) -> Mapping[str, Any]:
        fields, types = sorted(self.filters.field_names), sorted(self.filters.job_types)
        if kind.key == "metadata-modify" and len(fields) == 1:  # of several it is not known what a site does
            return {"metadata": {"modify": {"field": fields}}}
        if kind.resource == ("job",) and types:
            (event,) = kind.trigger["job"]
            # one type as a text: the schema has one, the XML may have several
            return {"job": {event: "", "filter": {"type": types[0] if len(types) == 1 else types}}}
        return kind.trigger


@dataclass(frozen=True, slots=True)
class Found:
    """A registration of a daemon.

    Args:
        id: at the site.
        resource: below which.
        key: of its kind; maybe of one that is not known any more.
        document: what is registered.
    """

    id: str
    resource: tuple[str, ...]
    key: str
    document: Notification

    @property
    def url(self) -> str:
        """Where it is told, without the secret and without a login."""
        http = self.document.action and self.document.action.http
        return shown(http.url.rpartition("/")[0]) if http else ""


@dataclass(slots=True)
class Outcome:
    """What became of registering: keys of kinds; for refused ones, and by their ids for those that had to be left, why."""

    kept: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [
            ("reused", self.kept),
            ("new", self.made),
            ("replaced", self.mended),
            ("removed", self.removed),
        ]
        return ", ".join(f"{len(keys)} {word}" for word, keys in parts if keys) or "none"


def own_path(daemon: str) -> str:
    """The path below which a daemon is told everything."""
    return f"/{PREFIX}/{quote(daemon, safe='')}/"


def found(client: Client, daemon: str, resources: Iterable[tuple[str, ...]] = RESOURCES) -> Iterator[Found]:
    """The registrations of a daemon, by the paths of their URLs; those of others are not touched.

    Raises:
        Refused, Unavailable: the site does not tell.
    """
    for resource in resources:
        for uri in client.get(*resource, "notification", into=URIList).uri:
            id_ = last_segment(uri)
            document = client.found(*resource, "notification", id_, into=Notification)
            key = _own_key(document, daemon)
            if document is not None and key is not None:
                yield Found(id_, resource, key, document)


def register(client: Client, kinds: Iterable[Kind], wish: Wish) -> Outcome:
    """Let exactly these kinds be registered for the daemon, each once, as it is wished.

    A kind or a resource that the site refuses leaves the others as they are; so does one that it does not let go.

    Raises:
        Unavailable: the site does not answer.
    """
    outcome = Outcome()
    wanted = {kind.key: kind for kind in kinds}
    for resource in RESOURCES:
        here = {key: kind for key, kind in wanted.items() if kind.resource == resource}
        try:
            known = list(found(client, wish.daemon, [resource]))
        except (Refused, Conflicting) as error:
            outcome.refused |= dict.fromkeys(here, str(error))
            continue
        _register_at(client, here, known, wish, outcome)
    return outcome


def _register_at(
    client: Client, wanted: Mapping[str, Kind], known: Iterable[Found], wish: Wish, outcome: Outcome
) -> None:
    """Let these kinds, and none besides, be registered at one resource."""
    ours: dict[str, list[Found]] = {}
    for one in known:
        ours.setdefault(one.key, []).append(one)
    stale: list[Found] = []
    for key, kind in wanted.items():
        try:
            stale += _register_one(client, kind, wish.document(kind), ours.pop(key, []), outcome)
        except (Refused, Conflicting) as error:
            # a site may say again what it was sent, with the secret in it
            outcome.refused[key] = str(error).replace(
                wish.path(kind), f"{own_path(wish.daemon)}{kind.key}/..."
            )
    for one in (*stale, *(one for left in ours.values() for one in left)):
        try:
            _remove(client, one)
        except (Refused, Conflicting) as error:
            outcome.left[one.id] = str(error)
        else:
            outcome.removed.append(one.key)


def remove(client: Client, daemon: str) -> list[Found]:
    """Remove every registration of a daemon; return what there was."""
    ours = list(found(client, daemon))
    for one in ours:
        _remove(client, one)
    return ours


def _register_one(
    client: Client, kind: Kind, document: dict[str, Any], ours: list[Found], outcome: Outcome
) -> list[Found]:
    """Let one of ours be right; return the others."""
    right = [one for one in ours if _plain(one.document.to_json()) == _plain(document)]
    if right:
        outcome.kept.append(kind.key)
    elif ours:
        right = ours[:1]
        client.put(*kind.resource, "notification", ours[0].id, document=document)
        outcome.mended.append(kind.key)
    else:
        client.post(*kind.resource, "notification", document=document)
        outcome.made.append(kind.key)
    return [one for one in ours if one is not right[0]]


def _remove(client: Client, one: Found) -> None:
    with suppress(Missing):  # somebody else did
        client.delete(*one.resource, "notification", one.id)


def _own_key(document: Notification | None, daemon: str) -> str | None:
    if document is None or document.action is None or document.action.http is None:
        return None
    try:
        path = urlsplit(document.action.http.url).path
    except ValueError:  # somebody else's, of no use to anybody
        return None
    if not path.startswith(own_path(daemon)):
        return None
    return unquote(path.removeprefix(own_path(daemon)).partition("/")[0])


def _plain(value: Any) -> Any:
    """A document in one form: sites write one of several as a list, numbers as texts, nothing as an empty object.

    They also say ``false`` where nothing was said.
    """
    if isinstance(value, Mapping):
        plain = ((key, _plain(one)) for key, one in value.items() if one is not None)
        return {key: one for key, one in plain if one != "false"} or ""
    if isinstance(value, list | tuple):
        return _plain(value[0]) if len(value) == 1 else sorted((_plain(one) for one in value), key=str)
    return str(value).lower() if isinstance(value, bool) else str(value)
