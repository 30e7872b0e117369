"""Every bundled part keeps what flowhost asks of its kind, checked with the line authors use."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any

import pytest

from flowhost import DaemonInfo, Event, Expression, Permanent, Place, Secret, SystemClock, Template, Value
from flowhost.hookspecs import COLLECTING
from flowhost.registry import Registry
from flowhost.testing.conformance import conforms
from flowhost.testing.ledger import MemoryLedger
from flowhost.testing.services import missing
from flowhost_plugins.catalogue import Catalogue
from flowhost_plugins.iconik import Iconik
from flowhost_plugins.mail import Mail
from flowhost_plugins.rules import Journal
from flowhost_plugins.scripts import Scripts
from flowhost_plugins.threads import ThreadExecutor
from flowhost_plugins.vidispine import Vidispine
from flowhost_plugins.viz_one import ClientConfig, VizOne

REGISTRY = Registry.load()
BUNDLED = [
    (kind, name)
    for kind in COLLECTING
    for name in REGISTRY.parts(kind)  # type: ignore[arg-type]  # the keys are the kinds
    if REGISTRY.plugin_of(kind, name).distribution == "flowhost"  # type: ignore[arg-type]  # as above
    # they need a server: see below, and the tests of the notifications
    and name not in ("client-config", "vidispine", "vidispine-notifications")
]


class Nowhere:
    """A broker that cannot be reached."""

    def consume(self, *arguments: Any, **options: Any) -> Any:
        from flowhost import Unavailable

        raise Unavailable("there is no broker in this test")

    send = consume


class Kept:
    """A store that is empty."""

    def get(self, key: str) -> Any:
        return None

    def put(self, key: str, value: Any) -> Any:
        return value


class Library:
    """A media library without items."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*arguments: Any, **options: Any) -> Any:
            raise Permanent("there is no such item in this test")

        return refuse


class Engine:
    """An engine that no event causes any run in."""

    def event(self, event: Event) -> list[Any]:
        return []


class BesideAnEngine(Journal):
    """A journal that is open while an engine is."""

    def enlist(self, owner: str) -> None:
        self.open()
        super().enlist(owner)

    def leave(self, owner: str) -> None:
        super().leave(owner)
        self.close()


class Terms:
    """A dictionary without terms."""

    def look_up(self, source: str, key: str) -> Any:
        return None


@pytest.fixture
def options(tmp_path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    (tmp_path / "terms.json").write_text('{"a": "A"}')
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("x")
    viz_one = VizOne(hostname="127.0.0.1:9", use_https=False, retries=0)
    follows: dict[str, Any] = {"viz_one": viz_one, "broker": Nowhere(), "store": Kept()}
    texts: Any = (Template("${title}"),)
    library: dict[str, Any] = {"assets": Library()}
    info = DaemonInfo("conformance", str(tmp_path))
    mail: dict[str, Any] = {"server": "127.0.0.1", "port": 9, "security": "none", "from_": "a@example.com"}
    iconik: dict[str, Any] = {"url": "http://127.0.0.1:9", "app_id": "a", "token": Secret("b")}
    return {
        ("action", "add-to-collection"): library | {"collection": texts[0]},
        ("action", "archive"): library | {"policy": "tape"},
        ("action", "condition"): {"when": Expression("'title' in tags")},
        ("action", "delete-from-archive"): library,
        ("action", "delete-item"): library,
        ("action", "export"): library | {"location": "playout"},
        ("action", "import-file"): library | {"file": Expression("event.id")},
        ("action", "http-request"): {"url": Template("http://127.0.0.1:9/${title}")},
        ("action", "move-copy-files"): library | {"formats": ("original",)},
        ("action", "publish-stomp"): {
            "url": Secret("stomp://localhost/?destination=/queue/x"),
            "broker": Nowhere(),
        },
        ("action", "restore"): library,
        ("action", "run-script"): {"script": "gone", "scripts": Scripts(daemon=info)},
        ("action", "send-email"): {"to": (Template("ann@example.com"),), "mail": Mail(**mail, daemon=info)},
        ("action", "set-access"): library | {"groups": {texts[0]: "READ"}},
        ("action", "set-metadata"): library | {"fields": {"headline": texts}},
        ("action", "set-tags"): library | {"field": "keywords", "add": texts},
        ("action", "sync-to-iconik"): {"iconik": Iconik(**iconik, clock=SystemClock())},  # which is not open
        ("action", "transcode"): library | {"format": "lowres"},
        ("action", "wait"): library | {"until_jobs": True},
        ("resource", "rules-engine"): library
        | {
            "directory": tmp_path,
            "journal": BesideAnEngine(
                url=Secret(f"sqlite:///{tmp_path}/rules.db"),
                info=DaemonInfo("app", str(tmp_path)),
                clock=SystemClock(),
            ),
            "executor": ThreadExecutor(clock=SystemClock()),
        },
        ("resource", "rules-journal"): {"url": Secret(f"sqlite:///{tmp_path}/rules.db")},
        ("worker", "rules"): {"engine": Engine()},
        ("source", "asset-entries"): follows,
        ("source", "catalogue-changes"): {"catalogue": Catalogue(clock=SystemClock())},  # which is not open
        ("source", "unmanaged-files"): {"location": "xmlimport", **follows},
        ("source", "http"): {"port": 0},
        ("source", "interval"): {"interval": 0.01},
        ("source", "portal-processes"): {"port": 0},
        ("source", "stomp"): {"url": Secret("stomp://localhost/?destination=/queue/x"), "broker": Nowhere()},
        ("source", "watch-folder"): {"folder": tmp_path, "settle": 0.01},
        ("worker", "command"): {"command": "true {subject}"},
        ("worker", "http-post"): {"url": "http://127.0.0.1:9/"},
        ("worker", "metadata-mapper"): {"viz_one": viz_one, "mappings": {}},
        ("worker", "xml-export-ardftp"): {"viz_one": viz_one},
        ("worker", "xml-export-fxp"): {"viz_one": viz_one},
        ("worker", "xml-import"): {
            "viz_one": viz_one,
            "store": Kept(),
            "xml": {"format": Value("format", "default", Place("x.ini"))},
        },
        ("parser", "date"): {"format": "%Y"},
        ("parser", "time"): {"format": "%H"},
        ("parser", "datetime"): {"format": "%Y-%m"},
        ("parser", "dictionary"): {"source": "terms.json", "lookup": Terms()},
        ("resource", "catalogue"): {"url": Secret(f"sqlite:///{tmp_path}/catalogue.db")},
        ("resource", "file-system-archive"): {"policies": [f"tape={tmp_path}"]},
        ("resource", "iconik"): iconik,
        ("resource", "mail"): mail,
        ("resource", "portal"): {"url": "http://127.0.0.1:9", "token": Secret("key")},
        ("resource", "database"): {"url": Secret(f"sqlite:///{tmp_path}/x.db")},
    }


@pytest.mark.parametrize(("kind", "name"), BUNDLED, ids=str)
def test_conforms(kind: Any, name: str, options: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"one line")))
    conforms(REGISTRY.get(kind, name), **options.get((kind, name), {}))


def test_the_store_on_a_server_conforms(request: pytest.FixtureRequest) -> None:
    if importlib.util.find_spec("flowhost_devserver") is None:
        missing("there is no development server; try: pip install contrib/flowhost-devserver")
    server = request.getfixturevalue("viz_one_server")
    viz_one = VizOne(hostname=server.url.partition("://")[2], use_https=False)
    conforms(ClientConfig, viz_one=viz_one)
    viz_one.close()


def test_the_library_on_a_server_conforms(request: pytest.FixtureRequest) -> None:
    if importlib.util.find_spec("flowhost_devserver") is None:
        missing("there is no development server; try: pip install contrib/flowhost-devserver")
    server = request.getfixturevalue("vidispine_server")
    conforms(Vidispine, url=server.url, password=Secret("admin"), notes=Kept())


def test_a_part_that_does_not_conform_is_told_why() -> None:
    class Nameless:
        """A worker."""

        def work(self, event: Event) -> None: ...

    class Undocumented:
        name = "undocumented"

        def parse(self, data: bytes | str) -> object:
            return int(data)

    class Endless:
        """Never looks at stop."""

        name = "endless"

        def run(self, emit: Any, stop: Any) -> None:
            emit("not an event")

    with pytest.raises(AssertionError, match=r"Nameless.name is None, expected a text"):
        conforms(Nameless)
    with pytest.raises(AssertionError, match="Undocumented has no docstring"):
        conforms(Undocumented)
    Undocumented.__doc__ = "Reads numbers."
    with pytest.raises(AssertionError, match=r"'undocumented' raised ValueError.* expected Rejected"):
        conforms(Undocumented)
    with pytest.raises(AssertionError, match=r"emitted 'not an event', expected a flowhost\.Event"):
        conforms(Endless)


def test_a_ledger_for_tests_is_complete() -> None:
    conforms(MemoryLedger)
