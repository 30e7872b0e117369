"""The whole thing as an operator has it: a profile, a daemon, greetings."""

from __future__ import annotations

from collections.abc import Callable

from flowhost.testing.harness import RunningDaemon


def test_a_daemon_greets_and_ends(daemon: Callable[..., RunningDaemon]) -> None:
    running = daemon(
        """
        [Flow]
        app name = hello
        worker = greet
        [Source]
        type = hello
        who = Ada
        count = 3
        every = 10 ms
        [Worker]
        formal = yes
        [Phrases]
        formal = good evening, {name}
        """
    )
    running.wait_until_exhausted()
    receipts = [job.receipt for job in running.jobs]
    assert [receipt and receipt.value for receipt in receipts] == ["good evening, Ada"] * 3
