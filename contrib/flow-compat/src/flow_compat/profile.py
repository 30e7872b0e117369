"""The profile as Flow's classes read it: sections and keys of a parser, with Flow's defaults."""

from __future__ import annotations

import configparser
from typing import Any, ClassVar

DEFAULTS: dict[str, dict[str, str]] = {
    "Flow": {"app name": "default", "workers": "1", "worker_timeout": "60"},
    "Source": {},
    "Logging": {
        "level": "info",
        "color": "yes",
        "logger": "flow",
        "formal": "no",
        "file name": "",
    },
    "Viz One": {
        "enabled": "yes",
        "hostname": "localhost",
        "username": "user",
        "password": "user",
        "use https": "yes",
        "check certificates": "yes",
        "pem file": "",
        "time out": "60",
    },
    "Stomp": {"heartbeats": "yes", "heartbeat interval": "5", "heartbeat timeout": "10"},
}
"""What a profile says of itself before any file is read."""


class Profile(configparser.RawConfigParser):
    """Every value of a daemon's files as text: no interpolation, and keys keep their case.

    Asked for with an option of this type; the host makes it from its own config.
    """

    given_by_host: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__(strict=False, interpolation=None)

    def optionxform(self, optionstr: str) -> str:
        """The key as it is written."""
        return optionstr

    @classmethod
    def from_config(cls, config: Any) -> Profile:
        """The profile of a daemon.

        Args:
            config: the host's own, with ``sections``, ``defaults`` and ``name``.
        """
        made = cls()
        made.read_dict(DEFAULTS)
        made.read_dict({made.default_section: {key: one.text for key, one in config.defaults.items()}})
        made.read_dict(
            {
                title: {key: one.text for key, one in section.values.items()}
                for title, section in config.sections.items()
            }
        )
        made.set("Flow", "app name", config.name)
        return made
