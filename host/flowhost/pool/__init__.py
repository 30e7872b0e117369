"""Threads that work tasks off: bounded, in order by key, with time-outs and later tries."""

from flowhost.pool.pool import Pool, PoolClosedError, PoolStats

__all__ = ["Pool", "PoolClosedError", "PoolStats"]
