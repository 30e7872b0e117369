"""From the ``[Logging]`` section to handlers of the root logger."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from urllib.parse import quote

from flowhost.errors import ConfigError
from flowhost.logs.destinations import Console, LogFile
from flowhost.logs.html_lines import HEAD, HtmlFormatter
from flowhost.logs.json_lines import JsonFormatter
from flowhost.logs.lines import LineFormatter, Timing
from flowhost.logs.section import LoggingSection
from flowhost.state import state_directory

CHATTY = ("alembic", "cheroot", "sqlalchemy", "stevedore", "stomp", "urllib3", "watchdog")
"""Libraries of which only warnings count: their own steps are not the operator's."""

_installed: list[logging.Handler] = []


def configure(section: LoggingSection, *, name: str, debug: bool = False) -> None:
    """Log as the section says, from now on; what an earlier call set up is replaced.

    Args:
        section: the options.
        name: of the daemon; the log file is called after it unless the section names one.
        debug: log everything, whatever the section's level is.

    Raises:
        ConfigError: the log file cannot be opened; logging stays as it was.
    """
    level = "debug" if debug else section.level
    handler = _handler(section, name, debug=level == "debug")
    restore()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level.upper())
    _installed.append(handler)
    for library in CHATTY:
        logging.getLogger(library).setLevel(max(logging.WARNING, root.level))


def restore() -> None:
    """Undo what `configure` did."""
    root = logging.getLogger()
    while _installed:
        handler = _installed.pop()
        root.removeHandler(handler)
        handler.close()
        root.setLevel(logging.WARNING)
        for library in CHATTY:
            logging.getLogger(library).setLevel(logging.NOTSET)


def log_file(section: LoggingSection, name: str) -> Path:
    """The file a section means: the one it names, else one called after the daemon.

    Flow wrote to /tmp by default, where anybody could have put a link to any file before; here it is
    ``$LOGS_DIRECTORY`` (set by systemd for ``LogsDirectory=``) or the state directory.
    """
    if section.file_name.strip():
        return Path(section.file_name.strip()).expanduser()
    folder = os.environ.get("LOGS_DIRECTORY", "").split(":")[0] or state_directory()
    return Path(folder) / f"{quote(name, safe=' ')}.{'html' if section.logger == 'html' else 'log'}"


def _handler(section: LoggingSection, name: str, *, debug: bool) -> logging.Handler:
    if section.logger == "json":
        as_json = JsonFormatter(debug=debug)
        return _file(section, name, as_json) if section.file_name.strip() else Console(as_json)
    if section.logger == "html":
        return _file(section, name, HtmlFormatter(debug=debug), head=HEAD)
    if section.logger == "file":
        return _file(section, name, LineFormatter(timing="full", debug=debug))
    timing: Timing = "full" if section.formal else "time of day" if section.logger == "terminal" else "none"
    in_color = section.color and not section.formal and not os.environ.get("NO_COLOR")
    colored = LineFormatter(timing=timing, colored=True, debug=debug) if in_color else None
    return Console(LineFormatter(timing=timing, debug=debug), colored)


def _file(section: LoggingSection, name: str, formatter: logging.Formatter, *, head: str = "") -> LogFile:
    path = log_file(section, name)
    if not section.file_name.strip():
        _make_folder(path.parent)
    handler = LogFile(path, head=head)
    handler.setFormatter(formatter)
    return handler


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"the folder for log files {str(folder)!r} cannot be made: {reason}") from None
