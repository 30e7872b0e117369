"""A systemd unit that runs one daemon with as few rights as it needs."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

STOP_MARGIN = 30  # seconds after the drain time-out for sources, resources and the interpreter to end
WATCHDOG = 60  # seconds without a sign of life after which systemd kills the process

_PLAIN = re.compile(r"[\w/.,:=@+-]+", re.ASCII)
_REFUSED_IN_PROGRAM = re.compile(r"[\"'\\\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOptions:
    """What distinguishes one unit from another.

    Args:
        name: of the daemon.
        python: absolute path of the interpreter.
        profile: absolute path of the INI file.
        instance_name: given to the daemon with ``-n``.
        user: who runs it; None for a user that systemd makes up.
        drain_timeout: seconds the daemon may finish its work.
        folders: folders the profile names, which the daemon perhaps writes to.
        environ: variables the daemon needs.
    """

    name: str
    python: Path
    profile: Path
    instance_name: str | None = None
    user: str | None = None
    drain_timeout: float = 30.0
    folders: tuple[Path, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """What the unit file is best called."""
        return f"flowhost-{re.sub(r'[^A-Za-z0-9:_.-]+', '_', self.name)}.service"


def unit_text(options: UnitOptions) -> str:
    """The text of the unit file."""
    stop = math.ceil(options.drain_timeout) + STOP_MARGIN
    profile = _one_line(shlex.quote(str(options.profile)))
    return _TEMPLATE.format(
        profile=profile,
        unit=options.unit,
        description=_one_line(options.name).replace("%", "%%").rstrip("\\"),
        command=_command(options),
        environment="".join(f"Environment={quoted(f'{k}={v}')}\n" for k, v in options.environ.items()),
        watchdog=max(WATCHDOG, stop),  # a daemon that ends slowly is not taken for dead
        stop=stop,
        user=f"User={options.user}" if options.user else "DynamicUser=yes\nUser=flowhost",
        folders="\n".join(_folder_hints(options.folders)),
    )


def quoted(word: str, *, expanded: bool = False) -> str:
    """One word of a unit file, so that systemd reads exactly that word.

    Args:
        word: any text.
        expanded: whether systemd would replace ``$VARIABLES`` here, as in the arguments of ``ExecStart=``.
    """
    word = word.replace("%", "%%")
    if expanded:
        word = word.replace("$", "$$")
    return word if _PLAIN.fullmatch(word) else f'"{"".join(map(_escaped, word))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character < " " or character == "\x7f" or "\ud800" <= character <= "\udfff":
        return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
    return character


def _command(options: UnitOptions) -> str:
    python = str(options.python)
    # systemd takes no program with quotes or backslashes in its name, but env does
    program = (
        f"/usr/bin/env {quoted(python, expanded=True)}"
        if _REFUSED_IN_PROGRAM.search(python)
        else quoted(python)
    )
    words = ["-m", "flowhost", "run", str(options.profile)]
    if options.instance_name:
        words += ["--instance-name", options.instance_name]
    return " ".join([program, *(quoted(word, expanded=True) for word in words)])


def _folder_hints(folders: Iterable[Path]) -> list[str]:
    return [f"#ReadWritePaths={quoted(str(folder))}" for folder in folders] or [
        "#ReadWritePaths=/path/to/a/folder"
    ]


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", " ", text)


_TEMPLATE = """\
# To run {profile} for good:
#   flowhost systemd-unit {profile} | sudo tee /etc/systemd/system/{unit}
#   sudo systemctl daemon-reload
#   sudo systemctl enable --now {unit}

[Unit]
Description=flowhost daemon {description}
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
{environment}WatchdogSec={watchdog}
TimeoutStartSec=300
# the drain timeout of the profile, and time to end
TimeoutStopSec={stop}
# programs the daemon has started may finish while it drains
KillMode=mixed
OOMPolicy=continue
Restart=on-failure
RestartSec=5
# a wrong config does not get better by itself
RestartPreventExitStatus=78

{user}
StateDirectory=flowhost
StateDirectoryMode=0750
UMask=0027

# All files are read-only but /var/lib/flowhost; name each folder the daemon writes to.
{folders}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""
