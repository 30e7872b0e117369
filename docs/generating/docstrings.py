"""Docstrings in Google's style → Markdown."""

from __future__ import annotations

import re
import textwrap

SECTIONS = {
    "Args": "Parameters",
    "Attributes": "Attributes",
    "Returns": "Returns",
    "Yields": "Yields",
    "Raises": "Raises",
}
_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}):$", re.MULTILINE)
_EXAMPLE = re.compile(r"^([^\n]*)::\n\n((?:    [^\n]*\n?|\n)+)", re.MULTILINE)
_ENTRY = re.compile(r"^([\w`*, ]+?): (.*)", re.DOTALL)


def markdown(docstring: str, *, without: tuple[str, ...] = ()) -> str:
    """The docstring, cleaned of indentation, as Markdown.

    Args:
        docstring: as `inspect.getdoc` gives it.
        without: sections to leave out, e.g. ``Args``.
    """
    first, *rest = _SECTION.split(docstring.strip() + "\n")
    blocks = [_prose(first)]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        section, after = _body_and_rest(body)
        if title not in without:
            blocks.append(f"**{SECTIONS[title]}**\n\n{_entries(section)}")
        if after:
            blocks.append(_prose(after))
    return "\n\n".join(block for block in blocks if block.strip())


def summary(docstring: str) -> str:
    """Its first sentence or paragraph, on one line."""
    paragraph = " ".join(docstring.strip().split("\n\n")[0].split())
    return _code(paragraph)


def _body_and_rest(body: str) -> tuple[str, str]:
    """The indented lines of a section, and what follows at the margin."""
    lines = body.strip("\n").split("\n")
    end = next((n for n, line in enumerate(lines) if line and not line.startswith(" ")), len(lines))
    return textwrap.dedent("\n".join(lines[:end])), "\n".join(lines[end:])


def _entries(body: str) -> str:
    """``name: what it is`` entries as a list; anything else as prose."""
    entries = re.split(r"\n(?=\S)", body.strip())
    if not all(_ENTRY.match(entry) for entry in entries):
        return _prose(body)
    shown = []
    for entry in entries:
        match = _ENTRY.match(entry)
        assert match
        text = " ".join(match[2].split())
        shown.append(f"- **`{match[1]}`**: {_code(text)}")
    return "\n".join(shown)


def _prose(text: str) -> str:
    return _code(_EXAMPLE.sub(_fenced, text)).strip()


def _fenced(match: re.Match[str]) -> str:
    return f"{match[1]}:\n\n```python\n{textwrap.dedent(match[2]).strip()}\n```\n\n"


def _code(text: str) -> str:
    """Double backticks are code in reStructuredText; one pair is enough here."""
    return re.sub(r"(?<!`)``(?!`)([^`\n]+(?:\n[^`\n]+)?)``(?!`)", r"`\1`", text)
