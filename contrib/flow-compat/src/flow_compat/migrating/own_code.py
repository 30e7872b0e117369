"""The modules beside a profile: what in them is not Python 3. They are read, never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOVED = {
    "ConfigParser": "configparser",
    "cPickle": "pickle",
    "cStringIO": "io",
    "HTMLParser": "html.parser",
    "httplib": "http.client",
    "Queue": "queue",
    "StringIO": "io",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
}
"""Module of Python 2 → where it is in Python 3."""

GONE = {
    "basestring": "str",
    "long": "int",
    "raw_input": "input",
    "unichr": "chr",
    "unicode": "str",
    "xrange": "range",
}
"""Name of Python 2 → the name of Python 3."""

METHODS = {"has_key": "'in'", "iteritems": "items()", "iterkeys": "keys()", "itervalues": "values()"}
"""Method of Python 2's dictionaries → what to write."""


@dataclass(frozen=True, slots=True)
class Hurdle:
    """A place that Python 3 does not take.

    Args:
        file: the module.
        line: from 1; 0 for the file as a whole.
        reason: what is wrong, and what to write, without a full stop.
    """

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        """As a clause: ``line 3 of clip.py is not Python 3: ...``."""
        place = f"line {self.line} of {self.file.name}" if self.line else self.file.name
        return f"{place} is not Python 3: {self.reason}"


def module_file(name: str, folder: Path) -> Path | None:
    """The file of the module with this dotted name, when it lies in the folder; else None."""
    stem = folder.joinpath(*name.split("."))
    candidates = (stem / "__init__.py", stem.with_name(f"{stem.name}.py"))
    return next((file for file in candidates if file.is_file()), None)


def hurdles(name: str, folder: Path, seen: frozenset[Path] = frozenset()) -> list[Hurdle]:
    """What Python 3 does not take in a module and in those it imports, as far as they lie in the folder.

    Args:
        name: dotted name of the module.
        folder: that of the profile.
        seen: files that need not be read again.
    """
    file = module_file(name, folder)
    if file is None or file in seen:
        return []
    try:
        tree = _parsed(file)
    except SyntaxError as error:
        return [Hurdle(file, error.lineno or 0, error.msg)]
    except (OSError, ValueError) as error:  # ValueError: a null byte in it
        return [Hurdle(file, 0, str(error))]
    found = [Hurdle(file, line, reason) for line, reason in sorted(_old_names(tree))]
    seen |= {file}
    for _, imported in sorted(_imports(tree)):
        found += hurdles(imported, folder, seen)
        seen |= {one for one in (module_file(imported, folder),) if one}
    return found


def _parsed(file: Path) -> ast.Module:
    data = file.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as that of '\d', which runs nevertheless
        compile(data, str(file), "exec", dont_inherit=True)  # sees more than the parser
        return ast.parse(data, str(file))


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and module of each import that is not tried only."""
    tried = {id(node) for one in ast.walk(tree) if isinstance(one, ast.Try) for node in ast.walk(one)}
    for node in ast.walk(tree):
        if id(node) in tried:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def _old_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for line, name in _imports(tree):
        if name in MOVED:
            yield line, f"the module {name} is {MOVED[name]} now"
    own = set(_given_names(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in GONE and node.id not in own:
            yield node.lineno, f"{node.id} is {GONE[node.id]} now"
        elif isinstance(node, ast.Attribute) and node.attr in METHODS:
            yield node.lineno, f"dictionaries have no {node.attr}() any more; write {METHODS[node.attr]}"


def _given_names(tree: ast.Module) -> Iterator[str]:
    """Names that the module gives to something itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
