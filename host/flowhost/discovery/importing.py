"""Imports the entry points of plugins through stevedore, and says why one cannot be imported."""

from __future__ import annotations

import itertools
import logging
import traceback
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from typing import Any

from stevedore.extension import Extension, ExtensionManager

from flowhost.discovery.names import canonical
from flowhost.discovery.requirements import requirement
from flowhost.hookspecs import PROJECT

logger = logging.getLogger(__name__)


class Importer(ExtensionManager[Any]):
    """Imports entry points; whatever one of them does, the others are imported.

    Args:
        points: the entry points.
    """

    def __init__(self, points: Iterable[EntryPoint]) -> None:
        self._points = list(points)
        self._failures: dict[int, BaseException] = {}
        super().__init__(PROJECT)
        # iterated, never indexed: stevedore's look-up by name loses duplicates that are not neighbours
        self._loaded: dict[int, object] = {id(one.entry_point): one.plugin for one in self}

    def list_entry_points(self) -> list[EntryPoint]:
        """The given entry points; stevedore's own list comes from a cache on disk that can miss new ones."""
        return self._points

    def result(self, point: EntryPoint) -> tuple[object | None, BaseException | None]:
        """The module or class of an entry point, or why there is none."""
        return self._loaded.get(id(point)), self._failures.get(id(point))

    def _load_one_plugin(self, ep: EntryPoint, *arguments: Any) -> Extension[Any] | None:
        try:
            return super()._load_one_plugin(ep, *arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # stevedore would let AssertionError and SystemExit end the process
            logger.debug("importing the plugin %r failed", ep.name, exc_info=True)
            self._failures[id(ep)] = error
            return None


def reason(error: BaseException, point: EntryPoint, distribution: str, requirements: Iterable[str]) -> str:
    """Why an entry point could not be imported, as one sentence with the way out."""
    if EntryPoint.pattern.match(point.value) is None:
        return f"its entry point {point.value!r} is neither 'module' nor 'module:Class'"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _missing(error.name, point, distribution, requirements)
    if isinstance(error, SystemExit):
        return f"importing it ended the program: sys.exit({error.code!r}){_where(error)}"
    text = str(error).partition("\n")[0]
    return f"importing it failed: {type(error).__name__}{text and ': '}{text}{_where(error)}"


def _missing(module: str, point: EntryPoint, distribution: str, requirements: Iterable[str]) -> str:
    package = module.partition(".")[0]
    if package == point.module.partition(".")[0]:
        return f"its own module {module!r} is missing; try: pip install --force-reinstall {distribution}"
    top = canonical(package)
    lacking = [one for one in map(requirement, requirements) if one and one.problem]
    # a distribution need not be called like its module: then all that is asked for and lacking is the hint
    wanted = [one for one in lacking if canonical(one.name) == top] or lacking
    hint = " ".join(f"'{one.text.partition(';')[0].strip()}'" for one in wanted) or top
    return f"it needs the module {module!r}, which is not installed; try: pip install {hint}"


def _where(error: BaseException) -> str:
    """The last line that ran of the imported module, or of what it imported."""
    frames = itertools.dropwhile(
        lambda frame: not _is_machinery(frame), traceback.extract_tb(error.__traceback__)
    )
    inside = [frame for frame in frames if not _is_machinery(frame)]
    return f" ({inside[-1].filename}, line {inside[-1].lineno})" if inside else ""


def _is_machinery(frame: traceback.FrameSummary) -> bool:
    return frame.filename.startswith("<frozen importlib")
