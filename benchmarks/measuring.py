"""Measures one thing against another in the same process and minute, so that their ratio means something.

The rates of a shared machine wander by tens of per cent; the ratio of two neighbouring runs wanders less. So
the baseline and the candidate take turns, and what counts is the median of the ratios of neighbours.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Measure: TypeAlias = Callable[[], float]
"""Runs once and returns a rate, in operations per second."""

COLUMNS = ("what", "baseline /s", "measured /s", "ratio (median)", "ratios (lowest to highest)", "noise")
WIDTHS = (58, 11, 11, 14, 26, 8)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the candidate compares with its baseline.

    Args:
        name: what was measured.
        baseline: rates of the baseline, run by run, in operations per second.
        candidate: rates of the candidate.
    """

    name: str
    baseline: tuple[float, ...]
    candidate: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """How many times as long as the baseline the candidate takes, run by run, sorted."""
        return sorted(base / own for base, own in zip(self.baseline, self.candidate, strict=True))

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)

    @property
    def noise(self) -> float:
        """How far the baseline's own runs spread: half the range over the median."""
        return (max(self.baseline) - min(self.baseline)) / 2 / statistics.median(self.baseline)

    def row(self) -> str:
        """The comparison as a row of the table."""
        return _row(
            self.name,
            f"{statistics.median(self.baseline):,.0f}",
            f"{statistics.median(self.candidate):,.0f}",
            f"{self.ratio:.2f}",
            f"{self.ratios[0]:.2f} to {self.ratios[-1]:.2f}",
            f"±{self.noise:.0%}",
        )


def header() -> str:
    """The head of the table, in Markdown."""
    return f"{_row(*COLUMNS)}\n{_row(*('-' * width for width in WIDTHS))}"


def compare(name: str, baseline: Measure, candidate: Measure, runs: int = 5) -> Comparison:
    """Run both in turns and print a row of the table.

    Args:
        name: what is measured, for the row.
        baseline: what it is measured against.
        candidate: what is measured.
        runs: how many times each; one more of each goes before them, to warm up.
    """
    pairs = []
    for _ in range(runs + 1):
        gc.collect()  # neither pays for the other's garbage
        base = baseline()
        gc.collect()
        pairs.append((base, candidate()))
    measured = pairs[1:]
    comparison = Comparison(name, tuple(base for base, _ in measured), tuple(own for _, own in measured))
    print(comparison.row(), flush=True)
    return comparison


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)) + " |"
