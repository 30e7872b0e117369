"""Pages and where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.paths import SLASH
from flowhost_devserver.vidispine.refusals import Unroutable

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.call import Call

Login = Callable[["Call"], tuple[str, str]]
"""Who asks and for whom; raises `Refusal`."""

Told = Callable[["Call", Exception], Response]
"""What a `Refusal` or `Unroutable` looks like to the client."""


@dataclass(frozen=True, slots=True)
class Route:
    """A page.

    Args:
        method: HTTP method; a page for GET answers HEAD, too.
        path: below the base (``/API``), in werkzeug's notation: ``/item/<item_id>/metadata``. A slash at the end of a
            request does not matter.
        page: called with the `Call` and the variables of the path.
        noauth: whether it is below ``/APInoauth``, too, where nobody logs in: what the server hands out URIs for.
    """

    method: str
    path: str
    page: Callable[..., Response]
    noauth: bool = False


class Area:
    """Pages below one path that share who may come in and how they refuse.

    Args:
        base: the path, without a slash at the end; empty for whatever no other area has.
        routes: the pages.
        login: who asks.
        told: how it refuses.
    """

    def __init__(self, base: str, routes: Sequence[Route], *, login: Login, told: Told) -> None:
        self.base, self.login, self.told = base, login, told
        self._pages = Map(
            [Rule(route.path, endpoint=route, methods=[route.method]) for route in routes],
            strict_slashes=False,
            redirect_defaults=False,
            merge_slashes=False,
        ).bind("", "/")

    def has(self, path: str) -> bool:
        """Whether the path is in here; every path is where the base is empty."""
        return not self.base or path == self.base or path.startswith(self.base + "/")

    def page(self, method: str, path: str) -> tuple[Callable[..., Response], dict[str, Any]]:
        """The page at a path below the base, and the variables of the path.

        Raises:
            Unroutable: there is none, or not with this method.
        """
        try:
            route, values = self._pages.match(path or "/", method)
        except MethodNotAllowed:
            raise Unroutable(405, "Method Not Allowed", allowed=self.methods(path)) from None
        except HTTPException:
            raise Unroutable(404, "Not Found") from None
        assert isinstance(route, Route)
        return route.page, {name: _with_slashes(value) for name, value in values.items()}

    def methods(self, path: str) -> list[str]:
        """What can be done with a path below the base; nothing when there is no page."""
        return sorted(self._pages.allowed_methods(path or "/"))


def _with_slashes(value: Any) -> Any:
    return value.replace(SLASH, "/") if isinstance(value, str) else value
