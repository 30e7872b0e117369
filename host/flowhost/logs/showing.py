"""Blocks of settings in the log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any


def show(logger: logging.Logger, level: int, title: str, data: Mapping[str, Any]) -> None:
    """Log a mapping: a title and one aligned line for each entry, or ``{empty dict}``.

    Shown as ``********`` are values of type `flowhost.Secret`, those whose key says that they are secret, and
    passwords in URLs.

    Args:
        logger: whose line it is.
        level: of `logging`, e.g. ``logging.INFO``.
        title: the first line.
        data: what is shown; its values are shown as text.
    """
    logger.log(level, "%s", title, extra={"data": data})
