"""Classes named by ``class = module.Class``: found beside the profile or wherever Python finds modules."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

from flowhost.errors import ConfigError
from flowhost.options import nearest
from flowhost.places import Problem, Value


def load_class(named: Value, directory: Path) -> type:
    """Import the class an operator named.

    Args:
        named: ``module.Class`` and its place.
        directory: folder of the profile; appended to ``sys.path``, as Flow did.

    Raises:
        ConfigError: no such module or class, the module fails to import, or another profile's module of the same
            name is already loaded in this process.
    """
    module_name, _, class_name = named.text.rpartition(".")
    if not module_name:
        raise _problem(named, f"class is {named.text!r}, expected module.Class")
    module = _import(named, module_name, directory)
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        classes = [name for name, value in vars(module).items() if isinstance(value, type)]
        raise _problem(
            named, f"module {module_name!r} has no class {class_name!r}{nearest(class_name, classes)}"
        )
    return found


def _import(named: Value, module_name: str, directory: Path) -> ModuleType:
    if str(directory) not in sys.path:
        sys.path.append(str(directory))
    try:
        module = importlib.import_module(module_name)
    except (
        Exception,
        SystemExit,
    ) as error:  # an operator's own module may fail in any way while it is imported
        if isinstance(error, ModuleNotFoundError) and error.name in {module_name, module_name.split(".")[0]}:
            beside = sorted(path.stem for path in directory.glob("*.py"))
            message = (
                f"there is no module {module_name!r}, neither beside the profile ({directory}) nor installed"
            )
            raise _problem(named, message + nearest(module_name, beside)) from None
        message = f"module {module_name!r} cannot be imported: {type(error).__name__}: {error}"
        raise _problem(named, message) from error
    _refuse_foreign_namesake(named, module, directory)
    return module


def _refuse_foreign_namesake(named: Value, module: ModuleType, directory: Path) -> None:
    beside = directory / (module.__name__.replace(".", "/") + ".py")
    loaded = getattr(module, "__file__", None)
    if beside.exists() and loaded and not beside.samefile(loaded):
        message = (
            f"module {module.__name__!r} was already loaded from {loaded}, so {beside} cannot be used in this process; "
            "rename one of them or run the two profiles in processes of their own"
        )
        raise _problem(named, message)


def _problem(named: Value, message: str) -> ConfigError:
    return ConfigError(Problem(message, named.place))
