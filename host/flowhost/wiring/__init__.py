"""Config + Registry → Blueprint: every part of a daemon made and wired, nothing opened."""

from flowhost.wiring.blueprint import Blueprint, NamedSource, blueprint, ledger_of, store_of, worker_class

__all__ = ["Blueprint", "NamedSource", "blueprint", "ledger_of", "store_of", "worker_class"]
