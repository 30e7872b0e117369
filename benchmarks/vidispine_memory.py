"""Whether a daemon that Vidispine tells of everything stays as small as it was.

Run it with ``python benchmarks/vidispine_memory.py [NOTIFICATIONS]``; it needs the distribution flowhost-devserver. A
daemon of the program itself, with pool and ledger, registers its source `vidispine-notifications` at a development server;
then the benchmark, and not that server, sends it changes of metadata, each of its own, as fast as they are taken. One rule
hears all of them and wants none. The resident memory of the daemon is read now and then.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from vidispine_site import PASSWORD, USER, Site, running_site

NOTIFICATIONS = 100_000
LOOKS = 10  # at the memory, evenly spread
CONNECTIONS = 8
PATIENCE = 60.0  # seconds until the daemon has registered

PROFILE = """
[Flow]
app name = listening
worker = rules
[Rules]
directory = rules
[Source]
type = vidispine-notifications
port = 0
notifications = metadata_modify
[Vidispine]
url = {url}
username = {user}
password = {password}
"""

RULE = """
name: Hears all and wants none
trigger: {notification: {name: metadata_modify}}
when: event.data['title'] == 'nothing is called so'
actions: [stop]
"""


@contextmanager
def running_daemon(site: Site, folder: Path) -> Iterator[int]:
    """The number of a process that listens."""
    (folder / "rules").mkdir()
    (folder / "rules/wants-none.yaml").write_text(RULE)
    (folder / "listening.ini").write_text(PROFILE.format(url=site.url, user=USER, password=PASSWORD))
    command = [sys.executable, "-m", "flowhost", "run", "--plain", "listening.ini"]
    environ = os.environ | {"FLOWHOST_STATE": str(folder / "state")}
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log) as process,
    ):
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def told_at(site: Site) -> SplitResult:
    """Where the daemon wants to be told of changes of metadata.

    Raises:
        TimeoutError: it has not registered.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for uri in site.ask("GET", "/item/notification").get("uri", ()):
            made = site.ask("GET", f"/item/notification/{uri.rpartition('/')[2]}")
            return urlsplit(made["action"]["http"]["url"])
        time.sleep(0.1)
    raise TimeoutError(f"nothing was registered within {PATIENCE:g} s")


def tell(address: SplitResult, numbers: Iterable[int]) -> None:
    """Send notifications over one connection, one after the other.

    Raises:
        RuntimeError: one was not taken.
    """
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    for number in numbers:
        connection.request("POST", address.path, body_of(number), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"notification {number}: {answer.status} {said.decode()}")
    connection.close()


def body_of(number: int) -> str:
    """The change of a title, as Vidispine tells it."""
    values = {
        "itemId": f"VX-{number}",
        "changeSetId": f"VX-{number}",
        "userName": "somebody",
        "sequenceNumber": str(number),
        "title": f"Clip {number}, which has a name as clips have them",
    }
    return json.dumps({"field": [{"key": key, "value": text} for key, text in values.items()]})


def resident_megabytes(process: int) -> float:
    """Resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def tell_many(address: SplitResult, first: int, number: int) -> float:
    """Send this many notifications over all connections; return how many went through in a second."""
    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = [range(first + part, first + number, CONNECTIONS) for part in range(CONNECTIONS)]
        for _ in pool.map(lambda part: tell(address, part), parts):
            pass
    return number / (time.perf_counter() - began)


def main(notifications: int) -> None:
    """Print the table."""
    each = notifications // LOOKS
    with (
        tempfile.TemporaryDirectory() as folder,
        running_site() as site,
        running_daemon(site, Path(folder)) as process,
    ):
        address = told_at(site)
        print("| Notifications | Resident MB | Notifications/s |\n| --- | --- | --- |")
        print(f"| 0 | {resident_megabytes(process):.1f} | |", flush=True)
        for told in range(0, notifications, each):
            rate = tell_many(address, told, each)
            print(f"| {told + each:,} | {resident_megabytes(process):.1f} | {rate:,.0f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NOTIFICATIONS)
