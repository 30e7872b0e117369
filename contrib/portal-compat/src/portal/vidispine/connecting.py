"""Where Vidispine is: as the profile of a daemon says it, or the environment."""

from __future__ import annotations

import atexit
import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import flowhost
from flowhost_plugins.vidispine import Client, Settings, Vidispine, base_of

PROFILE, URL, USERNAME, PASSWORD = (
    "FLOWHOST_PROFILE",
    "VIDISPINE_URL",
    "VIDISPINE_USERNAME",
    "VIDISPINE_PASSWORD",
)
"""Environment variables: a daemon's profile with a section ``[Vidispine]``; or where Vidispine is, and who we are."""


class Unconfigured(flowhost.ConfigError):
    """Nobody says where Vidispine is."""


@lru_cache(maxsize=32)
def client(run_as: str = "") -> Client:
    """The client that acts in this user's name; the same at every call.

    Args:
        run_as: name of a user; empty: the user of the connection, usually an administrator.

    Raises:
        ConfigError: nobody says where Vidispine is, or the profile is wrong.
    """
    made = Client(replace(_settings(), run_as=run_as), flowhost.SystemClock())
    made.open()
    atexit.register(made.close)
    return made


def _settings() -> Settings:
    if profile := os.environ.get(PROFILE):
        return flowhost.resource_of(Path(profile), Vidispine).settings
    if url := os.environ.get(URL):
        return Settings(
            base=base_of(url),
            username=os.environ.get(USERNAME, "admin"),
            password=os.environ.get(PASSWORD, ""),
        )
    raise Unconfigured(
        f"{PROFILE} names no profile with a section [Vidispine], and {URL} no server; set one of the two"
    )


class Helper:
    """What all helpers have: a client.

    Args:
        runas: in whose name everything is done, by name or as an object with a ``username``; None: an administrator.
    """

    def __init__(self, runas: object | None = None) -> None:
        self._client = client(str(getattr(runas, "username", runas or "")))
