"""The words of a command: placeholders take an event's values, and a value is always part of one word.

Nothing here runs or evaluates anything: a placeholder names an attribute of the event, or walks through
mappings and lists of its data. No shell ever sees the words.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass

import flowhost
from flowhost_plugins.command.values import MissingValueError, text_of, value_at

ARGUMENT_BYTES = (
    131_071  # what Linux takes for one argument or variable (MAX_ARG_STRLEN, less the byte that ends it)
)
NAMES = ("type", "id", "subject", "source", "key", "time", "data", "headers")
WALKABLE = ("data", "headers")

_PARTS = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")
_PLACEHOLDER = re.compile(r"([^.\[\]]*)((?:\.[^.\[\]]+|\[[^\[\]]+\])*)")
_STEP = re.compile(r"\.([^.\[\]]+)|\[([^\[\]]+)\]")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place for a value of the event.

    Args:
        text: as it is written, with its braces.
        name: of the attribute.
        path: keys and indices from there.
    """

    text: str
    name: str
    path: tuple[str, ...]


class Words:
    """A command line, split like a shell would and never given to one.

    Args:
        command: program and arguments; ``{{`` and ``}}`` stand for braces.

    Raises:
        ValueError: it cannot be split, a placeholder is unknown, or an event would choose the program.
    """

    def __init__(self, command: str) -> None:
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise ValueError(f"'command' cannot be split into words: {str(error).lower()}") from error
        if not words:
            raise ValueError("'command' is empty, expected a program and its arguments")
        self._words = [_parsed(word) for word in words]
        if any(isinstance(part, Placeholder) for part in self._words[0]):
            raise ValueError(f"'command' starts with {words[0]!r}; an event must not choose the program")
        self.program = "".join(str(part) for part in self._words[0])

    def filled(self, event: flowhost.Event) -> list[str]:
        """Program and arguments for this event.

        Raises:
            Permanent: the event lacks a value, or one cannot be an argument.
        """
        return ["".join(_filled(part, event) for part in word) for word in self._words]


def _parsed(word: str) -> list[str | Placeholder]:
    parts: list[str | Placeholder] = []
    for part in _PARTS.findall(word):
        if part in ("{{", "}}"):
            parts.append(part[0])
        elif part in ("{", "}"):
            raise ValueError(f"'command' has a single {part!r} in {word!r}; write {part * 2!r} for a brace")
        else:
            parts.append(_placeholder(part) if part.startswith("{") else part)
    return parts


def _placeholder(text: str) -> Placeholder:
    match = _PLACEHOLDER.fullmatch(text[1:-1])
    name = match[1] if match else text[1:-1]
    if match is None or name not in NAMES:
        import difflib  # only mistakes need it

        near = difflib.get_close_matches(name, NAMES, 1)
        way_out = f"did you mean '{{{near[0]}}}'?" if near else f"there are {', '.join(NAMES)}"
        raise ValueError(
            f"'command' has an unknown placeholder {text!r}; {way_out} (write '{{{{' for a brace)"
        )
    if match[2] and name not in WALKABLE:
        raise ValueError(f"'command' looks into {{{name}}} with {text!r}; only data and headers have parts")
    return Placeholder(text, name, tuple(step[0] or step[1] for step in _STEP.findall(match[2])))


def _filled(part: str | Placeholder, event: flowhost.Event) -> str:
    if isinstance(part, str):
        return part
    try:
        text = text_of(value_at(getattr(event, part.name), part.path))
        size = len(os.fsencode(text))
    except (MissingValueError, UnicodeEncodeError) as error:
        raise flowhost.Permanent(f"the command needs {part.text}, but {error}") from error
    if "\0" in text:
        raise flowhost.Permanent(f"the value of {part.text} has a NUL character; no argument can hold it")
    if size > ARGUMENT_BYTES:
        raise flowhost.Permanent(
            f"the value of {part.text} has {size} bytes, an argument holds {ARGUMENT_BYTES}; use 'stdin'"
        )
    return text
