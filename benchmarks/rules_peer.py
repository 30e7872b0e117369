"""Event, condition, action that does nothing: the rules engine beside ansible-rulebook.

Run it with ``python benchmarks/rules_peer.py [RUNS]``. ansible-rulebook needs Java 17; the best place for it is a virtual
environment of its own::

    python -m venv peer && peer/bin/pip install ansible-rulebook ansible-core
    FLOWHOST_BENCHMARK_ANSIBLE_RULEBOOK=peer/bin/ansible-rulebook python benchmarks/rules_peer.py

What is timed begins with the first event and ends with the action for the last one; what each of them needs to start is
left out. ansible-rulebook keeps nothing on the disk. Of flowhost's runs each is in the journal before its event counts
as handled, and its end is recorded: a killed process loses none.

* ``no match``: the condition holds for the last event only.
* ``match``: it holds for each.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from measuring import compare, header
from rules_site import RulesSite

from flowhost import Event

EVENTS = 2_000
BRINGING = 4  # threads that bring events, as the workers of a daemon do
PROGRAM = "FLOWHOST_BENCHMARK_ANSIBLE_RULEBOOK"

SOURCE = """\
import time
from pathlib import Path

async def main(queue, args):
    Path(args["began"]).write_text(str(time.time()))
    for number in range(args["number"] - 1):
        await queue.put({"number": number, "status": args["status"]})
    await queue.put({"number": number + 1, "status": "last"})
"""

RULEBOOK = """\
- name: Peer
  hosts: all
  sources:
    - numbers: {{number: {number}, status: {status}, began: {began}}}
  rules:
    - name: nothing
      condition: event.status == "approved"
      action: {{none: {{}}}}
    - name: last
      condition: event.status == "last"
      action: {{print_event: {{}}}}
"""

RULE = """\
name: Nothing
trigger: {source: {type: go, when: "event.data['status'] in ('approved', 'last')"}}
actions: [nothing]
max-concurrency: 1000
"""


def peer(program: str, folder: Path, status: str) -> float:
    """Events in a second of ansible-rulebook."""
    began = folder / "began"
    (folder / "numbers.py").write_text(SOURCE)
    (folder / "rulebook.yml").write_text(RULEBOOK.format(number=EVENTS, status=status, began=began))
    command = [program, "--rulebook", folder / "rulebook.yml", "--source-dir", folder]
    # it calls ansible-galaxy, which is beside it
    environ = os.environ | {"PATH": f"{Path(program).resolve().parent}{os.pathsep}{os.environ['PATH']}"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout
        for line in process.stdout:
            if "last" in line:
                ended = time.time()
                process.terminate()
                return EVENTS / (ended - float(began.read_text()))
    raise RuntimeError(f"{program} ended without the last action")


class Ours:
    """An open engine, with the same work."""

    def __init__(self, site: RulesSite) -> None:
        self._site = site
        self._batches = itertools.count()
        self._ended = 0

    def rate(self, status: str) -> float:
        """Events in a second of flowhost."""
        batch = next(self._batches)
        events = [self._event(batch, number, status) for number in range(EVENTS - 1)]
        events.append(self._event(batch, EVENTS - 1, "last"))
        began = time.perf_counter()
        with ThreadPoolExecutor(BRINGING) as bringing:
            for _ in bringing.map(self._site.worker.work, events):
                pass
        self._ended += EVENTS if status == "approved" else 1
        self._site.wait_for_ended(self._ended)
        return EVENTS / (time.perf_counter() - began)

    def _event(self, batch: int, number: int, status: str) -> Event:
        name = f"{batch}-{number}"
        data = {"number": number, "status": status}
        return Event("go", data, source="benchmark", subject=f"VX-{name}", id=name)


def main(runs: int) -> None:
    """Print the table."""
    program = os.environ.get(PROGRAM) or shutil.which("ansible-rulebook")
    if not program:
        sys.exit(f"there is no ansible-rulebook; say with {PROGRAM} where it is")
    print(header())
    with tempfile.TemporaryDirectory() as folder, RulesSite(Path(folder), rule=RULE) as site:
        ours = Ours(site)
        for name, status in (("no match", "draft"), ("match", "approved")):
            compare(
                f"{name}: rules / ansible-rulebook",
                lambda status=status: peer(program, Path(folder), status),  # type: ignore[misc]  # default binds it
                lambda status=status: ours.rate(status),  # type: ignore[misc]
                runs,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
