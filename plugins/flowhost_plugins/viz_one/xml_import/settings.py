"""The section ``[Xml]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import flowhost

FORMATS = ("default", "custom")
KEYS = ("format", "package", "identity")
YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


@dataclass(frozen=True, slots=True)
class XmlSettings:
    """What XML files are like.

    Args:
        custom: whether they are read by the rules of the profile.
        package: XPath of the elements that each stand for one asset; None when a file stands for one.
        identity: whether an asset without id gets a site identity made of its file.
        place: where the format is chosen.
    """

    custom: bool
    package: flowhost.Value | None
    identity: bool
    place: flowhost.Place


def read_settings(values: Mapping[str, flowhost.Value]) -> XmlSettings:
    """Read the section.

    Raises:
        ConfigError: everything that is wrong with it.
    """
    problems: list[flowhost.Problem] = []

    def chosen(key: str, words: tuple[str, ...], default: str) -> str:
        value = values.get(key)
        word = value.text.strip().lower() if value else default
        if value and word not in words:
            message = f"[Xml] {key} is {value.text!r}, expected one of {', '.join(words)}"
            problems.append(flowhost.Problem(message + flowhost.nearest(word, words), value.place))
        return word

    for key, value in values.items():
        if key not in KEYS:
            hint = flowhost.nearest(key, KEYS) or f"; it has: {', '.join(KEYS)}"
            problems.append(flowhost.Problem(f"unknown key {key!r} in [Xml]{hint}", value.place))
    if "format" not in values:
        place = next((value.place for value in values.values()), None)
        problems.append(flowhost.Problem("[Xml] has no 'format'; expected default or custom", place))
    custom = chosen("format", FORMATS, "") == "custom"
    identity = chosen("identity", YES + NO, "yes") in YES
    package = values.get("package")
    if package and not custom:
        problems.append(flowhost.Problem("[Xml] package needs 'format = custom'", package.place))
    if problems:
        raise flowhost.ConfigError(problems)
    return XmlSettings(custom, package, identity, values["format"].place)


def refuse_rules(sections: Mapping[str, Mapping[str, Any] | None], place: flowhost.Place) -> None:
    """Complain of the sections that only count with ``format = custom``.

    Args:
        sections: title → its values or expressions; None for a section that is not there.
        place: where the format is chosen, for sections without a line of their own.

    Raises:
        ConfigError: one or more are there.
    """
    problems = [
        flowhost.Problem(
            f"[{title}] has no effect with format = default; set format = custom",
            next((value.place for value in values.values()), place),
        )
        for title, values in sections.items()
        if values is not None
    ]
    if problems:
        raise flowhost.ConfigError(problems)
