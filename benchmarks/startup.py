"""What starting costs, in time and memory: the program beside a bare Python that imports the same libraries.

Run it with ``python benchmarks/startup.py [RUNS]``. Fifty plugins are written to a temporary folder, as real
distributions, and are found, imported and registered by the program.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import compare, header

PLUGINS = 50
LIBRARIES = "import click, pluggy, stevedore, pydantic, rich.console, rich.table"
DAEMON_LIBRARIES = LIBRARIES + ", sqlalchemy, cheroot.wsgi, prometheus_client"
SETTLED = 3.0  # seconds after which an idle daemon has allocated what it will

PLUGIN = """
import flowhost

class Worker{number}:
    "Does nothing."
    name = "worker-{number}"
    def work(self, event): ...

@flowhost.hookimpl
def flowhost_workers():
    return [Worker{number}]
"""

PROFILE = """
[Flow]
app name = idle
worker = log
monitoring port = {port}
[Source]
type = interval
interval = 3600
"""


def write_plugins(folder: Path) -> None:
    """Write the plugins as installed distributions."""
    for number in range(PLUGINS):
        info = folder / f"bench_{number}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: bench-{number}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[flowhost]\nbench-{number} = bench_plugin_{number}\n")
        (folder / f"bench_plugin_{number}.py").write_text(PLUGIN.format(number=number))


def starts_per_second(environ: dict[str, str], *arguments: str) -> float:
    """How often a second this Python command could be started one after another."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environ, check=True, stdout=subprocess.DEVNULL)
    return 1 / (time.perf_counter() - began)


def resident_megabytes(environ: dict[str, str], folder: Path, *arguments: str) -> float:
    """Resident memory of this Python command once it has settled."""
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environ, cwd=folder, stdout=subprocess.DEVNULL
    )
    try:
        time.sleep(SETTLED)
        status = Path(f"/proc/{process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def main() -> None:
    """Print the tables."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_plugins(folder)
        environ = os.environ | {"PYTHONPATH": name, "FLOWHOST_STATE": str(folder / "state")}
        print(header())
        listed = compare(
            f"start: list-plugins with {PLUGINS} plugins / importing its libraries",
            lambda: starts_per_second(environ, "-c", LIBRARIES),
            lambda: starts_per_second(environ, "-m", "flowhost", "list-plugins"),
            runs,
        )
        seconds = sorted(1 / rate for rate in listed.candidate)
        print(
            f"\nlist-plugins took {seconds[len(seconds) // 2]:.2f} s ({seconds[0]:.2f} to {seconds[-1]:.2f})"
        )
        (folder / "idle.ini").write_text(PROFILE.format(port=18999))
        environ.pop("PYTHONPATH")
        bare = resident_megabytes(environ, folder, "-c", DAEMON_LIBRARIES + "; import time; time.sleep(60)")
        first = resident_megabytes(environ, folder, "-m", "flowhost", "run", "--plain", "idle.ini")
        idle = resident_megabytes(environ, folder, "-m", "flowhost", "run", "--plain", "idle.ini")
        print(f"an idle daemon takes {idle:.0f} MB ({first:.0f} MB when it had to create its database);")
        print(f"a bare Python with the same libraries {bare:.0f} MB: ratio {idle / bare:.2f}")


if __name__ == "__main__":
    main()
