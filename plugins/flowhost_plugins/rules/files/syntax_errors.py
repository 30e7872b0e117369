"""What ruamel.yaml says about a text that is no YAML → sentences for people who do not know its grammar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import flowhost

if TYPE_CHECKING:
    from ruamel.yaml.error import YAMLError

_TAB = re.compile(r"^[ ]*(?=\t)", re.MULTILINE)

_SAYINGS = (
    (r"mapping values are not allowed", "a ':' where no value can begin; put the text in quotes or correct the indentation"),
    (r"scanning an? (alias|anchor)", "a text that begins with {character!r} is a reference in YAML; put it in quotes"),
    (r"undefined alias", "a text that begins with '*' is a reference in YAML; put it in quotes"),
    (r"single document", "a second document begins here; write one rule a file"),
    (r"cannot start any token", "no text can begin with {character!r}; put it in quotes"),
    (r"quoted scalar.*end of stream", "the quote that begins here has no end"),
    (r"unknown escape", "{problem}; in double quotes a backslash is written twice, in single quotes once"),
    (r"flow (mapping|sequence|node)", "'{{' or '[' begins a list or mapping that has no proper end; put texts that hold "
     "one of '{{}}[],' in quotes, e.g. \"${{title}}\""),
    (r"expected <block end>", "the indentation fits no line above"),
    (r"simple key", "a text that stands where a key and its ':' must"),
    (r"block mapping|block collection", "the indentation fits no line above"),
)  # fmt: skip
_AT_CONTEXT = re.compile(
    r"quoted scalar.*end of stream|flow (mapping|sequence|node)|scanning an? (alias|anchor)"
)


def syntax_problems(error: YAMLError, text: str, file: str) -> list[flowhost.Problem]:
    """What is wrong, as sentences with places. Of tabs that begin lines all are told; of the rest the parser knows one.

    Args:
        error: as it was raised for the text.
        text: the text.
        file: how places name the file.
    """
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    if isinstance(error, ReaderError):
        position = int(error.position)
        return [_unprintable(text, position, file)]
    assert isinstance(error, MarkedYAMLError)
    if error.problem_mark is not None and r"'\t'" in (error.problem or ""):
        first = flowhost.Place(file, error.problem_mark.line + 1, error.problem_mark.column + 1)
        later = [_place_at(text, tab.end(), file) for tab in _TAB.finditer(text)]
        places = [first, *(place for place in later if place > first)]  # those before it stand where they may
        sentence = "a tab; lines are indented, and keys and values set apart, with blanks in YAML"
        return [flowhost.Problem(sentence, place) for place in places]
    said = " ".join(f"{error.context or ''} {error.problem or ''}".split())
    mark = error.context_mark if _AT_CONTEXT.search(said) and error.context_mark else error.problem_mark
    if mark is None:
        return [flowhost.Problem(f"cannot be read as YAML: {said}", flowhost.Place(file))]
    place = flowhost.Place(file, mark.line + 1, mark.column + 1)
    return [flowhost.Problem(_sentence(said, error, text), place)]


def _sentence(said: str, error: YAMLError, text: str) -> str:
    saying = next((one for pattern, one in _SAYINGS if re.search(pattern, said)), None)
    if saying is None:
        return f"cannot be read as YAML: {said}"
    mark = getattr(error, "context_mark", None) or error.problem_mark  # type: ignore[attr-defined]  # a MarkedYAMLError
    line = text.split("\n")[mark.line] if mark.line <= text.count("\n") else ""
    problem = getattr(error, "problem", "") or ""
    return saying.format(
        character=line[mark.column : mark.column + 1], problem=problem.removeprefix("found ")
    )


def _unprintable(text: str, position: int, file: str) -> flowhost.Problem:
    code = ord(text[position]) if position < len(text) else 0
    return flowhost.Problem(
        f"the character U+{code:04X} cannot stand in YAML", _place_at(text, position, file)
    )


def _place_at(text: str, position: int, file: str) -> flowhost.Place:
    before = text[:position]
    return flowhost.Place(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
