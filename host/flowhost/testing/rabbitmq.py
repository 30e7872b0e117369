"""A private RabbitMQ node with its STOMP plug-in, on loopback ports and in a folder of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path

from flowhost.testing.private_broker import STOP_SECONDS, PrivateBroker, free_port

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Debian's server script. The one in /usr/sbin insists on the system's own user, folders and node name."""

BACKSLASH = r"back\slash"
"""A user whose name shows who reads escapes where."""
TOOLS = ("epmd", "erl_call")

_PASSWORD = "to:be/encoded@%2B+ü"  # noqa: S105 - of a throw-away node; every character that a URL must encode
_CONFIG = """\
listeners.tcp = none
stomp.listeners.tcp.1 = 127.0.0.1:{port}
load_definitions = {folder}/definitions.json
"""
_TLS = """\
stomp.listeners.ssl.1 = 127.0.0.1:{tls_port}
ssl_options.certfile = {folder}/certificate.pem
ssl_options.keyfile = {folder}/key.pem
"""
_COUNT = """\
Name = rabbit_misc:r(<<"/">>, queue, <<"{queue}">>),
case rabbit_amqqueue:lookup(Name) of
  {{ok, Q}} -> [{{{what}, N}}] = rabbit_amqqueue:info(Q, [{what}]), N;
  _ -> 0
end.
"""


def absent() -> str:
    """Why no node can be started here; empty when one can."""
    if not SERVER.exists():
        return f"no RabbitMQ server at {SERVER}; install the package rabbitmq-server"
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"no {absent[0]} on the PATH; install the package erlang-base" if absent else ""


class PrivateRabbitMQ(PrivateBroker):
    """A node with the users ``flowhost``, ``limited`` and `BACKSLASH`, and TLS where openssl is installed."""

    program = "RabbitMQ"
    limited_user = "limited"

    def __init__(self) -> None:
        super().__init__("flowhost", _PASSWORD)
        self._node, self._dist_port, self._epmd_port = "flowhost@localhost", free_port(), free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        self._prepare()

    def _prepare(self) -> None:
        config = _CONFIG.format(port=self.port, folder=self.folder)
        if self._make_certificate():
            self.tls_port = free_port()
            config += _TLS.format(tls_port=self.tls_port, folder=self.folder)
        (self.folder / "rabbitmq.conf").write_text(config)
        (self.folder / "definitions.json").write_text(json.dumps(_definitions()))
        (self.folder / "plugins").write_text("[rabbitmq_stomp].")
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16))
        cookie.chmod(0o400)

    def _make_certificate(self) -> bool:
        openssl = shutil.which("openssl")
        if openssl is None:
            return False
        self.certificate = self.folder / "certificate.pem"
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        files = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate)]
        kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
        arguments = [openssl, "req", *kind, *subject, *files]
        subprocess.run(arguments, check=True, capture_output=True)  # noqa: S603 - the arguments are our own
        return True

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": folder,
            "RUNNING_UNDER_SYSTEMD": "yes",  # the script becomes the node, so that signals reach it
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/no-such-file",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_FEATURE_FLAGS_FILE": f"{folder}/feature-flags",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/generated",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
        }

    @staticmethod
    def _tool(name: str) -> str:
        return shutil.which(name) or name

    def command(self) -> tuple[list[str], dict[str, str]]:
        """The server script as the current user."""
        return [str(SERVER)], self._environment()

    def start(self) -> None:
        """Start the node, after a port mapper of its own."""
        if self._epmd is None:  # Erlang would start one that outlives the node
            command = [self._tool("epmd"), "-port", str(self._epmd_port), "-address", "127.0.0.1"]
            self._epmd = self.spawn(command, self._environment())
        super().start()

    def depth(self, queue: str) -> int:
        """How many messages are in the queue, waiting or not yet acknowledged."""
        return self._count(queue, "messages")

    def unacknowledged(self, queue: str) -> int:
        """How many messages of the queue were delivered and not yet acknowledged."""
        return self._count(queue, "messages_unacknowledged")

    def _count(self, queue: str, what: str) -> int:
        return int(self._evaluate(_COUNT.format(queue=queue.removeprefix("/queue/"), what=what)))

    def _evaluate(self, erlang: str) -> str:
        cookie = (self.folder / ".erlang.cookie").read_text()
        result = subprocess.run(  # noqa: S603 - the arguments are our own
            [self._tool("erl_call"), "-sname", self._node, "-c", cookie, "-e"],
            input=erlang.encode(),
            env=self._environment(),
            capture_output=True,
            check=True,
            timeout=STOP_SECONDS,
        )
        answer = re.fullmatch(r"\{ok, (.*)\}", result.stdout.decode())
        if answer is None:
            raise RuntimeError(f"RabbitMQ was asked {erlang!r} and said {result.stdout!r}")
        return answer[1]

    def kill(self) -> None:
        """End it as a power cut would, but with all queues it has.

        It writes down that it made a queue, and syncs that, before it says so. But the word that counts, that the
        making was completed, goes to another process (``mnesia_recover``) and stays up to two seconds in memory.
        Killed in between it takes the queue for one that it gave up, and its confirmed messages are gone; nothing
        that uses it can do anything about that. So wait for that process, then sync once more.
        """
        if self.running and (said := self._evaluate("mnesia_recover:sync(), mnesia:sync_log().\n")) != "ok":
            raise RuntimeError(f"RabbitMQ could not sync its log of queues: {said}")
        super().kill()

    def close(self) -> None:
        """Kill the node and its port mapper, and remove the folder."""
        super().kill()
        if self._epmd is not None:
            self._epmd.terminate()
            self._epmd.wait(STOP_SECONDS)
        super().close()


def _definitions() -> dict[str, object]:
    """Users and rights, in the form of RabbitMQ's definition files."""
    salt = secrets.token_bytes(4)
    hashed = base64.b64encode(salt + hashlib.sha256(salt + _PASSWORD.encode()).digest()).decode()
    algorithm = "rabbit_password_hashing_sha256"
    everything, some = ".*", r"^(open\.|stomp-subscription|amq\.(default|topic)).*"
    return {
        "vhosts": [{"name": "/"}, {"name": "locked"}],
        "users": [
            {"name": name, "password_hash": hashed, "hashing_algorithm": algorithm, "tags": ""}
            for name in ("flowhost", "limited", BACKSLASH)
        ],
        "permissions": [
            {"user": name, "vhost": "/", "configure": names, "write": names, "read": names}
            for name, names in (("flowhost", everything), ("limited", some), (BACKSLASH, some))
        ],
    }
