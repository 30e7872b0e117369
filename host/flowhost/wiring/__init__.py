"""Config + Registry → Blueprint: every part of a daemon made and wired, nothing opened."""

from flowhost.wiring.blueprint import Blueprint, NamedSource, blueprint, worker_class
from flowhost.wiring.outside import ledger_of, part_outside, resource_outside, store_of, workbench_outside

__all__ = [
    "Blueprint",
    "NamedSource",
    "blueprint",
    "ledger_of",
    "part_outside",
    "resource_outside",
    "store_of",
    "workbench_outside",
    "worker_class",
]
