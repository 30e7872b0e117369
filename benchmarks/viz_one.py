"""What `metadata-mapper` and `xml-import` cost beside bare `requests`, against the development server.

Run it with ``python benchmarks/viz_one.py [RUNS]``; it needs the distribution flowhost-devserver, whose server
runs in a process of its own. The daemon is a whole one: a source, the pool, the ledger and the store in SQLite.
The baseline sends the same requests in the same order from as many threads, and keeps no state.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from measuring import compare, header
from viz_one_bare import run_bare
from viz_one_daemon import run_daemon
from viz_one_metering import Metered
from viz_one_site import Site, running_site
from viz_one_work import Importing, Mapping, Work

EVENTS = 100
WORKERS = (1, 4)
CHANCE = 0.02  # share of the requests that may differ
MEMORY = Path("/dev/shm")  # where there is one the server works there: a real one has a disk of its own

COLUMNS = (
    "what",
    "requests/event",
    "time in HTTP",
    "HTTP ms/event",
    "other ms/event",
    "own processor ms/event",
)
WIDTHS = (50, 14, 12, 13, 14, 22)


class Ways:
    """Does one kind of work in each way, and keeps what was counted.

    Args:
        site: the server.
        work: what is done.
        workers: threads of the daemon, and of the baseline.
    """

    def __init__(self, site: Site, work: Work, workers: int) -> None:
        self._site, self._work, self._workers = site, work, workers
        self.name = f"{work.name}, {workers} worker{'s' if workers > 1 else ''}"
        self.counts: dict[str, list[Metered]] = {}

    def bare(self) -> float:
        """Events per second of bare `requests`."""
        events = self._work.prepare()
        return self._rate("bare requests", run_bare(self._site, self._work, self._workers, events))

    def daemon(self) -> float:
        """Events per second of a daemon."""
        events = self._work.prepare()
        return self._rate("daemon", run_daemon(self._work.profile(self._workers, ledger=True), events))

    def daemon_without_ledger(self) -> float:
        """Events per second of a daemon that loses what it works on when it is killed."""
        events = self._work.prepare()
        profile = self._work.profile(self._workers, ledger=False)
        return self._rate("daemon without ledger", run_daemon(profile, events))

    def _rate(self, way: str, counted: Metered) -> float:
        self._work.finish()
        self.counts.setdefault(way, []).append(counted)
        return EVENTS / counted.seconds

    def row(self, way: str) -> str:
        """Where the time went, as a row of the second table; medians without the first run, which warmed up."""
        runs = self.counts[way][1:]
        cells = (
            f"{self.name}: {way}",
            f"{statistics.median(run.requests.total() for run in runs) / EVENTS:.2f}",
            f"{statistics.median(run.http_seconds / run.seconds for run in runs) / self._workers:.0%}",
            _per_event([run.http_seconds for run in runs]),
            _per_event([run.seconds * self._workers - run.http_seconds for run in runs]),
            _per_event([run.cpu_seconds for run in runs]),
        )
        return _row(*cells)

    def check_requests(self) -> None:
        """See that each way sent the same requests; otherwise there is nothing to compare.

        With several workers, chance decides which file of a pair comes first, and so about a request now and then.

        Raises:
            RuntimeError: they did not.
        """
        sent = {way: runs[-1].requests for way, runs in self.counts.items()}
        baseline = sent["bare requests"]
        for way, requests in sent.items():
            more, fewer = requests - baseline, baseline - requests
            if more.total() + fewer.total() > CHANCE * baseline.total() * (self._workers > 1):
                raise RuntimeError(f"{self.name}: the {way} sent {dict(more)} besides, and not {dict(fewer)}")


def main(runs: int) -> None:
    """Print both tables."""
    measured = []
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder, running_site(Path(folder)) as site:
        print(header())
        for work in (Mapping(site, EVENTS), Importing(site, EVENTS)):
            for workers in WORKERS:
                ways = Ways(site, work, workers)
                measured.append(ways)
                compare(f"{ways.name}: daemon / bare", ways.bare, ways.daemon, runs)
                without = ways.daemon_without_ledger
                compare(f"{ways.name}: daemon without ledger / bare", ways.bare, without, runs)
                ways.check_requests()
    print(f"\n{_row(*COLUMNS)}\n{_row(*('-' * width for width in WIDTHS))}")
    for ways in measured:
        for way in ways.counts:
            print(ways.row(way))


def _per_event(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds) / EVENTS:.1f}"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)) + " |"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
