"""Runs small programs, each in a process forked from this one, so that none waits for the imports again.

A line of standard input is JSON: the text of a program, its arguments, its folder. When its process has ended, a line of
standard output is JSON: its exit code, as `subprocess` tells it, and what it printed on standard output and error.
"""

import gc
import json
import os
import sys
import tempfile
import traceback

import alembic.command  # noqa: F401  # all of these: so that they are there already
import psycopg  # noqa: F401
import rich.table  # noqa: F401
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite  # noqa: F401

import flowhost.cli
import flowhost.registry
import flowhost.sql.access
import flowhost.sql.upgrading
import flowhost_plugins.catalogue.commands
import flowhost_plugins.catalogue.opening.opening  # noqa: F401


def run(program: str, arguments: list[str]) -> int:
    """Run a program as if it had been started; return its exit code."""
    sys.argv = ["flowhost", *arguments]
    try:
        exec(program, {"__name__": "__main__"})
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # whatever it is, as Python itself tells it
        traceback.print_exc()
        return 1
    return 0


flowhost.registry.Registry.load()  # imports the plugins
gc.freeze()  # what is here stays shared
for line in sys.stdin:
    program, arguments, folder = json.loads(line)
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            os.chdir(folder)
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            code = run(program, arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        print(json.dumps([os.waitstatus_to_exitcode(status), out.read(), err.read()]), flush=True)
