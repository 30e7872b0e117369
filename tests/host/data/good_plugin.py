"""A plugin as it should be: one source, one worker."""

import flowhost


class Tick:
    name = "tick"

    def run(self, emit, stop): ...


class Work:
    name = "work"

    def work(self, event): ...


@flowhost.hookimpl
def flowhost_sources():
    return [Tick]


@flowhost.hookimpl
def flowhost_workers():
    yield Work
