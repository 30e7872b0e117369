"""Runs daemons, each in a process forked from this one, that kill themselves at a moment which counts.

A moment that counts is one after something that outlives the process: a request that may have changed the site, whose
answer nobody hears then, a write of the rules journal, a note. So the moment before such a request or write is that after
the one before it, and only before the first of all there is one more. Forking costs less than to import everything again.

A line of standard input is JSON: the folder of a profile ``app.ini``; the number of the moment, 0 for none; and the way:
``die``, or ``lose`` to live on without the answer of that moment's request. When the process has ended, a line of standard
output is JSON: its exit code, as `subprocess` tells it, and what it logged. The moments it came to are lines of the file
``moments.txt`` in its folder.
"""

import gc
import json
import os
import signal
import sys
import tempfile
import threading
from urllib.parse import urlsplit

import alembic.command  # noqa: F401  # all of these: so that they are there already
import requests
import sqlalchemy.dialects.sqlite  # noqa: F401

import flowhost.cli
import flowhost.commands.run
import flowhost.daemon
import flowhost.http_client.session
import flowhost.registry
import flowhost.sql.access
import flowhost.sql.upgrading
import flowhost.wiring.blueprint
import flowhost_plugins.rules.engine.running  # noqa: F401
from flowhost.http_client import Sender
from flowhost_plugins.database import Database
from flowhost_plugins.rules import Journal
from flowhost_plugins.rules.engine import scheduler

SEARCHES = ("/API/item", "/API/collection")
"""What is searched with PUT, and so changes nothing."""


class Moments:
    """Counts the moments, and dies at one of them, or loses its answer."""

    def __init__(self, last, way):
        self.left = last
        self.way = way
        self.begun = False
        self.lock = threading.Lock()
        self.file = os.open("moments.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)

    def begin(self, name):
        with self.lock:
            begun, self.begun = self.begun, True
        if not begun:
            self.pass_by(name)

    def pass_by(self, name):
        with self.lock:
            os.write(self.file, f"{name}\n".encode())
            self.left -= 1
            if self.left == 0 and self.way == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.left == 0:
                raise requests.ConnectionError("the answer is lost")

    def watch(self):
        once = Sender.once

        def send(sender, method, url, *given):
            path = urlsplit(url).path
            if method == "GET" or (method == "PUT" and path in SEARCHES):
                return once(sender, method, url, *given)
            self.begin(f"before {method} {path}")
            answer = once(sender, method, url, *given)
            self.pass_by(f"after {method} {path}")
            return answer

        Sender.once = send
        for name in ("put", "delete"):
            # what a change was made for is noted after it; whether that was in time changes nothing of what is done
            self.follow(Database, name, lambda given, _: "" if "/marks/" in given[0] else given[0])
        told = set()

        def progress(given, named):
            """What a run came to; that it still waits for the same jobs is written at any moment, and no news."""
            what = f"step {named.get('step')} {named['state']}"
            key = (what, tuple(named.get("jobs", ())))
            is_old = named["state"] == "waiting" and key in told
            told.add(key)
            return "" if is_old else what

        self.follow(Journal, "record", progress)

    def follow(self, owner, name, describe):
        """Let there be a moment after each call of this method that `describe` has a text for."""
        work = getattr(owner, name)

        def call(part, *given, **named):
            if not (what := describe(given, named)):
                return work(part, *given, **named)
            self.begin(f"before {name} {what}")
            done = work(part, *given, **named)
            self.pass_by(f"after {name} {what}")
            return done

        setattr(owner, name, call)


def live(moment, way):
    """Live as a daemon does, and die at this moment, or do not hear the answer of which it is the moment."""
    Moments(moment, way).watch()
    flowhost.cli.main(["run", "app.ini"])


def in_a_process(folder, moment, way, output):
    """Its exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.chdir(folder)
            os.environ["FLOWHOST_STATE"] = f"{folder}/state"
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            live(moment, way)
            code = 0
        except SystemExit as end:
            code = end.code or 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


scheduler.LOOK_EVERY = 0.05  # seconds; nobody waits for more of them here than there is to see
flowhost.registry.Registry.load()  # imports the plugins
gc.freeze()  # what is here stays shared
for line in sys.stdin:
    folder, moment, way = json.loads(line)
    with tempfile.TemporaryFile("w+") as output:
        code = in_a_process(folder, moment, way, output)
        output.seek(0)
        print(json.dumps([code, output.read()]), flush=True)
