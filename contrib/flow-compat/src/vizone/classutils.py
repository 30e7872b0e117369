"""Classes by name."""

from __future__ import annotations

import importlib

import flowhost


def to_class(name: str) -> type:
    """The class with this dotted name, ``module.Class``.

    Raises:
        ConfigError: there is no such module or class.
    """
    module_name, _, class_name = name.strip().rpartition(".")
    try:
        found = getattr(importlib.import_module(module_name), class_name, None)
    except (ImportError, ValueError) as error:
        raise flowhost.ConfigError(f"the class {name!r} cannot be imported: {error}") from error
    if not isinstance(found, type):
        raise flowhost.ConfigError(f"the module {module_name!r} has no class {class_name!r}")
    return found
