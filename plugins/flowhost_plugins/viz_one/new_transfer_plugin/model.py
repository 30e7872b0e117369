"""The settings of a transfer plugin as a VDF model, which Viz One's Administration console makes a form of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://www.vizrt.com/types"

_NAME = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*", re.ASCII)
_FORBIDDEN = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the plugin.

    Args:
        name: of the field, e.g. ``plugin.folder``.
        label: what the form shows.
        default: its first value; empty for none.
    """

    name: str
    label: str
    default: str = ""

    @classmethod
    def parse(cls, text: str) -> Setting:
        """Read ``name:label:default``; label and default may be left out, and the default may have colons.

        Raises:
            ValueError: it has no name that can be that of a field, or characters that XML cannot hold.
        """
        name, _, rest = text.partition(":")
        label, _, default = rest.partition(":")
        if not _NAME.fullmatch(name) or _FORBIDDEN.search(rest):
            raise ValueError(
                f"{text!r} is no setting; expected name:label:default, such as 'plugin.folder:Folder:/in'"
            )
        return cls(name, label or name.rpartition(".")[2].capitalize(), default)


ALWAYS = (Setting("plugin.user", "Username", "user"), Setting("plugin.password", "Password", "user"))
"""Every transfer plugin is given these: in whose name it asks Viz One."""


def all_settings(given: Iterable[Setting]) -> list[Setting]:
    """The settings that are always there, as given if they were, then the others.

    Raises:
        ValueError: one was given twice.
    """
    by_name = {setting.name: setting for setting in ALWAYS}
    seen: set[str] = set()
    for setting in given:
        if setting.name in seen:
            raise ValueError(f"the setting {setting.name!r} is given twice")
        seen.add(setting.name)
        by_name[setting.name] = setting
    return list(by_name.values())


def others(settings: Iterable[Setting]) -> list[Setting]:
    """Those that only this plugin has."""
    common = {setting.name for setting in ALWAYS}
    return [setting for setting in settings if setting.name not in common]


def model(settings: Iterable[Setting]) -> str:
    """The model of these settings."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<model xmlns="{NAMESPACE}">', "  <schema>"]
    for setting in settings:
        attributes = f"name={quoteattr(setting.name)} label={quoteattr(setting.label)}"
        start = f'    <fielddef {attributes} mediatype="text/plain" xsdtype="string"'
        value = f"><value>{escape(setting.default)}</value></fielddef>" if setting.default else "/>"
        lines.append(start + value)
    return "\n".join([*lines, "  </schema>", "</model>", ""])
