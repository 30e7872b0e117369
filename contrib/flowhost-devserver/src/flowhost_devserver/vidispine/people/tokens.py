"""Tokens that users come in with instead of a password, for a while."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

DEFAULT, LONGEST, REFRESH = "userTokenDefaultInterval", "userTokenMaxInterval", "userTokenRefreshInterval"
SETTINGS = {DEFAULT: 60, LONGEST: 60, REFRESH: 10}
"""Configuration properties → seconds by themselves: how long a token is good, how long at most but for administrators,
how often it is prolonged at most."""

KIND = "token"


def make_token(site: Site, user: str, seconds: int, *, refreshed: bool) -> str:
    """A token for a user; those that nobody can use any more are forgotten.

    Args:
        site: where it is good.
        user: whom it lets in.
        seconds: how long.
        refreshed: whether each use prolongs it.
    """
    token, now = secrets.token_urlsafe(24), site.clock.now()
    with site.lock:
        for old, known in site.keeping.all(KIND).items():
            if datetime.fromisoformat(known["until"]) <= now:
                site.keeping.delete(KIND, old)
        until = now + timedelta(seconds=seconds)
        site.keeping.put(
            KIND,
            token,
            {"user": user, "until": until.isoformat(), "seconds": seconds}
            | ({"refreshed": now.isoformat()} if refreshed else {}),
        )
    return token


def user_of(site: Site, token: str) -> str | None:
    """Whom a token lets in; None when it is unknown or its time is over. One that is refreshed lives on."""
    with site.lock:
        known = site.keeping.get(KIND, token)
        now = site.clock.now()
        if known is None or datetime.fromisoformat(known["until"]) <= now:
            return None
        if "refreshed" in known and _is_due(site, known["refreshed"], now):
            until = now + timedelta(seconds=known["seconds"])
            known |= {"until": until.isoformat(), "refreshed": now.isoformat()}
            site.keeping.put(KIND, token, known)
        return str(known["user"])


def _is_due(site: Site, refreshed: str, now: datetime) -> bool:
    seconds = site.setting(REFRESH, SETTINGS[REFRESH])
    return now - datetime.fromisoformat(refreshed) >= timedelta(seconds=seconds)
