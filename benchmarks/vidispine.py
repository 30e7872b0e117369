"""What a rule of three actions costs beside bare `requests`, against the development server as Vidispine.

Run it with ``python benchmarks/vidispine.py [RUNS]``; it needs the distribution flowhost-devserver, whose server runs in
a process of its own. The daemon is a whole one, with pool, ledger, the rules' journal and their database in SQLite on a
disk. Each run of the rule sets metadata of an item, puts the item into a collection, and lets a user read it. Two
baselines: ``bare requests`` sends the same requests from as many threads over as many connections, and keeps no
state; ``bare writes`` only writes, and does not look before whether there is anything to do.
"""

from __future__ import annotations

import itertools
import statistics
import sys
from collections import Counter

from measuring import compare, header
from vidispine_bare import run_bare
from vidispine_daemon import Shares, run_daemon
from vidispine_site import Site, running_site

ITEMS = 100
THREADS = (1, 4)
CHANCE = 0.02  # share of the requests that may differ: what is known for some seconds is asked for again

COLUMNS = (
    "what",
    "requests/item",
    "HTTP ms/item",
    "client ms/item",
    "rules ms/item",
    "own processor ms/item",
)
WIDTHS = (32, 13, 12, 14, 13, 21)


class Ways:
    """Does the work in each way, and keeps what was counted.

    Args:
        site: the server.
        threads: that act, in each way.
    """

    def __init__(self, site: Site, threads: int) -> None:
        self._site, self._threads = site, threads
        self._numbers = itertools.count(1)
        self.name = f"{threads} thread{'s' if threads > 1 else ''}"
        self.counts: dict[str, list[Shares]] = {}

    def daemon(self) -> float:
        """Items per second of a daemon."""
        items, (name, _) = self._prepare()
        return self._rate("daemon", run_daemon(self._site, items, name, self._threads))

    def bare(self) -> float:
        """Items per second of bare `requests`."""
        return self._bare("bare requests", look=True)

    def bare_writes(self) -> float:
        """Items per second of bare `requests` that only write."""
        return self._bare("bare writes", look=False)

    def _bare(self, way: str, *, look: bool) -> float:
        items, collection = self._prepare()
        counted = run_bare(self._site, items, collection, self._threads, look=look)
        return self._rate(way, Shares(counted, counted.http_seconds))

    def _prepare(self) -> tuple[list[str], tuple[str, str]]:
        """Items and a collection of which nobody knows yet."""
        name = f"Run {next(self._numbers)} of {self.name}"
        return self._site.make_items(ITEMS), (name, self._site.make_collection(name))

    def _rate(self, way: str, shares: Shares) -> float:
        self.counts.setdefault(way, []).append(shares)
        return ITEMS / shares.metered.seconds

    def row(self, way: str) -> str:
        """Where the time of the threads went; medians without the first run, which warmed up."""
        runs = self.counts[way][1:]
        cells = (
            f"{self.name}: {way}",
            f"{statistics.median(run.metered.requests.total() for run in runs) / ITEMS:.2f}",
            _per_item([run.metered.http_seconds for run in runs]),
            _per_item([run.library_seconds - run.metered.http_seconds for run in runs]),
            _per_item([run.metered.seconds * self._threads - run.library_seconds for run in runs]),
            _per_item([run.metered.cpu_seconds for run in runs]),
        )
        return _row(*cells)

    def check_requests(self) -> None:
        """See that the daemon sent what the bare requests were; otherwise there is nothing to compare.

        Raises:
            RuntimeError: it did not.
        """
        daemon, bare = (_kinds(self.counts[way][-1]) for way in ("daemon", "bare requests"))
        more, fewer = daemon - bare, bare - daemon
        if more.total() + fewer.total() > CHANCE * bare.total():
            raise RuntimeError(f"the daemon sent {dict(more)} besides, and not {dict(fewer)}")


def main(runs: int) -> None:
    """Print both tables."""
    measured = []
    with running_site() as site:
        print(header())
        for threads in THREADS:
            ways = Ways(site, threads)
            measured.append(ways)
            compare(f"{ways.name}: daemon / bare requests", ways.bare, ways.daemon, runs)
            compare(f"{ways.name}: daemon / bare writes", ways.bare_writes, ways.daemon, runs)
            ways.check_requests()
    print(f"\n{_row(*COLUMNS)}\n{_row(*('-' * width for width in WIDTHS))}")
    for ways in measured:
        for way in ways.counts:
            print(ways.row(way))


def _kinds(shares: Shares) -> Counter[str]:
    return shares.metered.requests


def _per_item(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds) / ITEMS:.1f}"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)) + " |"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
