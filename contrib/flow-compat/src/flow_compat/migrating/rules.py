"""What is different: each rule looks at one thing and says what changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from flow_compat.migrating.changes import Change
from flow_compat.migrating.lines import Line, Old, same, with_value
from flow_compat.migrating.python2 import divides, modern, unreadable, unsafe

EXPRESSIONS = ("Transform", "Transforms", "Vdf", "Mappings")
"""Sections whose values are expressions."""

TRUSTED = "trusted code"
"""Key of ``[Worker]`` that switches the sandbox off."""

LEVELS = ("debug", "info", "warn", "warning", "error")

_REFERENCE = re.compile(r"%\((?P<name>[^)]+)\)s")
_DOLLAR = re.compile(r"\$(?:\{?\w+\}?|\$)")


def remarks(old: Old) -> Iterator[Change]:
    """Comments that begin with REM."""
    for line in old.lines:
        if line.remark:
            text = f"# {line.text[3:].strip()}".rstrip()
            yield Change(line, "only Python 2 took a line that begins with REM for a comment", (text,))


def repeated_sections(old: Old) -> Iterator[Change]:
    """Sections that stand there twice: they are one, as before."""
    first: dict[str, int] = {}
    for line in old.lines:
        if line.title and first.setdefault(line.title, line.number) != line.number:
            yield Change(
                line, f"[{line.title}] begins in line {first[line.title]} already; both are one section"
            )


def repeated_keys(old: Old) -> Iterator[Change]:
    """Values that a later line replaces."""
    for line in old.lines:
        last = old.setting(line.section, line.key) if line.key else None
        if last is not None and last.index != line.index:
            why = f"{line.key!r} is set again in line {last.number}, and only that counts"
            yield Change(line, why, (f"# {line.text}",))


def interpolation(old: Old) -> Iterator[Change]:
    """``%(name)s``, which Flow replaced by another key's value."""
    for line in old.lines:
        if not line.key or "%(" not in line.value:
            continue
        missing: list[str] = []
        value = _REFERENCE.sub(partial(_meant, old, line.section, missing, (line.key,)), line.value)
        if missing:
            yield Change(line, f"no key {missing[0]!r} for %({missing[0]})s; it stays as it is")
        elif value != line.value:
            text = with_value(line, value.replace("%%", "%"))
            yield Change(
                line, "flowhost replaces no %(name)s; the value it stood for is written out", (text,)
            )


def _meant(old: Old, section: str, missing: list[str], within: tuple[str, ...], match: re.Match[str]) -> str:
    """What a reference stands for; what that refers to itself is written out, too."""
    name = match["name"]
    found = old.setting(section, name) or old.setting("DEFAULT", name)
    if found is None or name in within:
        missing.append(name)
        return match[0]
    return _REFERENCE.sub(partial(_meant, old, section, missing, (*within, name)), found.value)


def expressions(old: Old) -> Iterator[Change]:
    """Expressions of Python 2, line by line where they go on in the next."""
    for line in old.lines:
        written = line.value if line.key else line.text if line.text[:1].isspace() else ""
        if line.section not in EXPRESSIONS or not written.strip() or written.lstrip()[0] in "#;":
            continue
        value, reasons = modern(written)
        if reasons:
            text = with_value(line, value) if line.key else value
            yield Change(line, f"Python 3: {'; '.join(reasons)}", (text,))
        if divides(value):
            why = "Python 2 divided whole numbers by '/' without a fraction; write // if that is meant"
            yield Change(line, why)
        if line.key and not _continued(old, line) and (wrong := unreadable(value)):
            yield Change(line, f"the expression {wrong}; rewrite it by hand")


def trusted_code(old: Old) -> Iterator[Change]:
    """Expressions that need full Python, which is switched on for them."""
    if old.setting("Worker", TRUSTED):
        return
    found = [line for line in old.lines if line.key and line.section in EXPRESSIONS and line.value]
    refused = {line.index: unsafe(line.value) for line in found if not _continued(old, line)}
    lines = [line for line in found if refused.get(line.index) and not unreadable(line.value)]
    for line in lines:
        why = f"the expression {refused[line.index]}; '{TRUSTED} = yes' permits it"
        yield Change(line, why)
    if lines:
        why = "the expressions are full Python, as with Flow; take this out when none needs it"
        header = old.header("Worker")
        last = old.lines[-1]
        setting = f"{TRUSTED} = yes"
        if header:
            yield Change(header, why, (header.text, setting))
        else:
            yield Change(last, why, (*filter(None, [last.text]), "", "[Worker]", setting, ""))


def transforms(old: Old) -> Iterator[Change]:
    """The section that was documented as [Transform] and read as [Transforms]."""
    for line in old.lines:
        if line.title == "Transform":
            text = line.text.replace("[Transform]", "[Transforms]", 1)
            yield Change(line, "the section is called [Transforms]", (text,))


def logging_section(old: Old) -> Iterator[Change]:
    """Levels that meant nothing, and loggers that did not work."""
    level = old.setting("Logging", "level")
    if level and level.value.lower() not in LEVELS:
        why = f"there is no level {level.value!r}; only 'debug' had an effect, so 'info' is what it meant"
        yield Change(level, why, (with_value(level, "info"),))
    logger = old.setting("Logging", "logger")
    if logger and logger.value in ("html", "file"):
        named = old.setting("Logging", "file name")
        where = "the file named" if named and named.value else "a file in the state directory, or 'file name'"
        yield Change(logger, f"the logger {logger.value!r} did not work with Flow; it writes to {where} now")
    elif logger and logger.value not in ("flow", "terminal", "json"):
        why = f"there is no logger {logger.value!r}; expected flow, terminal, json, file or html"
        yield Change(logger, why, (with_value(logger, "flow"),))


def skip_empty_files(old: Old) -> Iterator[Change]:
    """The one yes-or-no that was yes for the word ``yes`` alone."""
    line = old.setting("Source", "skip empty files")
    if line and line.value not in ("yes", "no"):
        why = f"{line.value!r} meant no: only the word 'yes' meant yes; write yes if that was intended"
        yield Change(line, why, (with_value(line, "no"),))


def dollars(old: Old) -> Iterator[Change]:
    """``$NAME``, which is replaced in every option now."""
    expanded = {"Viz One": ("hostname", "username", "password", "pem file"), "Source": ("stomp url",)}
    for line in old.lines:
        if (
            not line.key
            or not _DOLLAR.search(line.value)
            or line.section not in ("Flow", "Source", "Viz One", "Stomp")
        ):
            continue
        before = any(same(line.key, key) for key in expanded.get(line.section, ()))
        said = (
            "a variable that is not set is an error now"
            if before
            else "$NAME is replaced in every option now"
        )
        yield Change(line, f"{said}; write $$ where a dollar sign is meant")


def _continued(old: Old, line: Line) -> bool:
    """Whether the value goes on in the next line."""
    following = old.lines[line.index + 1].text if line.index + 1 < len(old.lines) else ""
    return following[:1].isspace() and bool(following.strip())


Rule = Callable[[Old], Iterator[Change]]
RULES: tuple[Rule, ...] = (
    remarks,
    repeated_sections,
    repeated_keys,
    transforms,
    interpolation,
    expressions,
    trusted_code,
    logging_section,
    skip_empty_files,
    dollars,
)
"""In this order; each sees what those before it changed."""
