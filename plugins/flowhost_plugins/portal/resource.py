"""The resource `portal`: what only Cantemo Portal has, over its REST API."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import flowhost
from flowhost.http_client import Connection
from flowhost_plugins.portal.client import Client

PAGE = 100
"""Results that are asked for at once."""

ENDED = frozenset({"SUCCESS", "FAILURE", "REVOKED"})
"""States of tasks (Celery's words) in which nothing will change any more."""

Operation = Literal["move", "copy", "rename", "delete"]


@dataclass(frozen=True, slots=True)
class PortalTask:
    """Work that Portal does on its own.

    Args:
        id: its id.
        state: a word of Celery's: ``PENDING``, ``STARTED``, ``SUCCESS``, ``FAILURE`` ...
    """

    id: str
    state: str

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED


class Portal(flowhost.Resource):
    """Cantemo Portal. Rules need no more than `vidispine`; this is for plugins and scripts, and for buttons.

    Answers are given as Portal sends them: mappings with its keys.

    Args:
        url: of Portal.
        token: of a user's profile page; goes with each request as ``AUTH-TOKEN``.
        username: instead of a token.
        password: belongs to the username.
        run_as: in whose name everything is done; needs the role ``portal_administrator``.
        timeout: until an answer must be complete.
        retries: how often a request is sent again.
        check_certificates: whether a server with https must prove who it is.
        clock: the time.

    Raises:
        ValueError: an option cannot be used.
    """

    name: ClassVar[str] = "portal"
    section: ClassVar[str] = "Portal"

    def __init__(
        self,
        *,
        url: Annotated[str, "of Portal, e.g. https://portal.example"],
        token: Annotated[flowhost.Secret | None, "from a user's profile page (AUTH-TOKEN)"] = None,
        username: Annotated[str, "instead of a token"] = "",
        password: Annotated[flowhost.Secret | None, "belongs to the username"] = None,
        run_as: Annotated[str, "in whose name everything is done (RUNAS)"] = "",
        timeout: Annotated[flowhost.Seconds, "until an answer must be complete"] = 60,
        retries: Annotated[int, "how often a request is sent again"] = 3,
        check_certificates: Annotated[bool, "refuse a server that cannot prove who it is"] = True,
        clock: flowhost.Clock,
    ) -> None:
        base = url.strip().rstrip("/")
        if not base.startswith(("http://", "https://")):
            raise ValueError(f"url is {url!r}, expected one such as https://portal.example")
        if timeout <= 0:
            raise ValueError(f"timeout is {timeout:g} s, expected more than 0")
        if retries < 0:
            raise ValueError(f"retries is {retries}, expected 0 or more")
        login = _login(token, username, password)
        if run_as:
            login["RUNAS"] = run_as
        connection = Connection(
            server=base,
            time_out=timeout,
            retries=retries,
            verify=check_certificates,
            https=base.startswith("https:"),
            section="Portal",
            cookies=False,
        )
        self._client = Client(base, login, connection, clock)

    def open(self) -> None:
        """See `flowhost.Resource`; nothing is asked yet: Vidispine may be there when Portal is not."""
        self._client.open()

    def close(self) -> None:
        """See `flowhost.Resource`."""
        self._client.close()

    def probe(self) -> None:
        """Whether Portal is there, and knows us.

        Raises:
            Unavailable: it is not, or does not.
        """
        self.user()

    def is_healthy(self) -> bool:
        """Whether Portal says that it is well."""
        try:
            self._client.ask("GET", "healthcheck", "simple")
        except flowhost.Unavailable:
            return False
        return True

    def user(self, login: Mapping[str, str] | None = None) -> str:
        """The name of the user that requests are from.

        Args:
            login: headers of a request from somebody else, e.g. their cookie; None: us.

        Raises:
            NotSignedIn: Portal does not know them; an `Unavailable`.
            Unavailable: Portal cannot be asked.
        """
        told = self._client.ask("GET", "whoami", login=login)
        name = told.get("username") if isinstance(told, Mapping) else None
        if not isinstance(name, str) or not name:
            raise flowhost.Unavailable(f"Portal's whoami is {told!r:.100}, expected a username")
        return name

    def item(self, item_id: str) -> dict[str, Any]:
        """An item: ``archived``, ``online``, ``locked``, ``system_metadata``, ``permissions``, ``previews`` ...

        Raises:
            PortalRefused: there is none, or we may not see it.
        """
        return self._object("items", item_id)

    def formats(self, item_id: str) -> list[dict[str, Any]]:
        """The shapes of an item with their files, and what may be done with these."""
        return self._list(self._object("items", item_id, "formats"), "formats")

    def acl(self, item_id: str) -> list[dict[str, Any]]:
        """Who may do what with an item, and where that comes from."""
        return self._list(self._object("items", item_id, "acl"), "acls")

    def relate(self, parent: str, child: str, *, kind: str = "portal_metadata_cascade") -> None:
        """Let one item be related to another, from `parent` to `child`."""
        query = {"type": kind, "direction": "D"}
        self._client.ask("POST", "items", parent, "relation", child, query=query)

    def manage_file(
        self,
        operation: Operation,
        item_id: str,
        shape: str,
        storage: str,
        *,
        to_storage: str = "",
        file_name: str = "",
    ) -> PortalTask:
        """Let Portal move, copy, rename or delete the file of a shape.

        Args:
            operation: what.
            item_id: the item.
            shape: id of the shape.
            storage: id of the storage where the file is.
            to_storage: id of the storage where it goes.
            file_name: what it is called there; empty: as it is.
        """
        given = {"destination_storage": to_storage, "filename": file_name}
        form = {name: value for name, value in given.items() if value}
        path = ("items", item_id, "shape", shape, storage, operation)
        told = self._client.ask("PUT", *path, form=form)
        return PortalTask(str(told.get("task_id", "")), "PENDING")

    def task(self, task_id: str) -> PortalTask:
        """How far a task is."""
        told = self._object("tasks", task_id)
        return PortalTask(str(told.get("task_id", task_id)), str(told.get("state", "PENDING")))

    def search(self, criteria: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """What a search finds, page by page.

        Args:
            criteria: ``doc_types``, ``query``, ``filter``, ``fields``: what saved searches keep as their
                ``criteria_document``.

        Raises:
            PortalRefused: the criteria cannot be read.
        """
        page = 1
        while True:
            query = {"page": str(page), "page_size": str(PAGE)}
            told = self._client.ask("PUT", "search", query=query, document=dict(criteria))
            found = self._list(told, "results")
            yield from found
            if not told.get("has_next") or not found:
                return
            page += 1

    def saved_searches(self) -> list[dict[str, Any]]:
        """The saved searches: collections that keep a ``criteria_document``."""
        there = {"name": "criteria_document", "missing": False}
        criteria = {
            "doc_types": ["collection"],
            "query": "*",
            "fields": ["id", "title", "criteria_document"],
            "filter": {"operator": "AND", "terms": [there]},
        }
        return list(self.search(criteria))

    def lookup_choices(self, group: str, field: str) -> dict[str, str]:
        """The values that a field of a metadata group may have: key → value."""
        told = self._client.ask("POST", "metadata-schema", "groups", group, field, "lookup_choices")
        return {str(one.get("key")): str(one.get("value")) for one in self._list(told, "choices")}

    def tags(self, field: str) -> list[str]:
        """The values that a field of tags has anywhere."""
        told = self._object("metadata-schema", "fields", field, "tags")
        return [str(one) for one in told.get("tags", ())]

    def _object(self, *path: str) -> dict[str, Any]:
        told = self._client.ask("GET", *path)
        if not isinstance(told, dict):
            raise flowhost.Unavailable(f"Portal's {'/'.join(path)} is {told!r:.100}, expected an object")
        return told

    def _list(self, told: Any, name: str) -> list[dict[str, Any]]:
        found = told.get(name) if isinstance(told, dict) else None
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise flowhost.Unavailable(f"Portal's {name!r} is {found!r:.100}, expected a list of objects")
        return found


def _login(token: flowhost.Secret | None, username: str, password: flowhost.Secret | None) -> dict[str, str]:
    if (token is None) == (not username):
        raise ValueError("expected 'token', or 'username' and 'password'")
    if bool(username) != (password is not None):
        raise ValueError("'username' and 'password' go together; set both, or 'token'")
    if token is not None:
        return {"AUTH-TOKEN": token.get_secret_value()}
    assert password is not None, "checked above"
    pair = f"{username}:{password.get_secret_value()}".encode()
    return {"Authorization": f"Basic {b64encode(pair).decode()}"}
