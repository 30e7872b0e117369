"""Config + registry → blueprint: what is wired to what, and what is said when it cannot be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest

from flowhost import Emit, Event, Secret, Section, Store, hookimpl
from flowhost.config import Config, read_profile
from flowhost.errors import ConfigError
from flowhost.registry import Registry
from flowhost.wiring import Blueprint, blueprint

Wire = Callable[..., Blueprint]


class Ticks:
    """Emits nothing."""

    name = "ticks"

    def __init__(
        self, *, every: Annotated[int, "seconds"] = 60, place: Annotated[Path | None, "somewhere"] = None
    ):
        self.every = every

    def run(self, emit: Emit, stop: threading.Event) -> None:
        """Return at once."""


class Keep:
    """Keeps events."""

    name = "keep"

    def __init__(self, *, store: Store, label: Annotated[str, "a label"] = "none") -> None:
        self.store = store
        self.label = label

    def work(self, event: Event) -> None:
        """Keep the event."""


class Map:
    """Maps fields as a section says."""

    name = "map"

    def __init__(
        self, *, mappings: Annotated[dict[str, str], Section("Mappings"), "field = expression"]
    ) -> None:
        self.mappings = mappings

    def work(self, event: Event) -> None:
        """Do nothing."""


class Post:
    """Has secrets under names that do not say so."""

    name = "post"

    def __init__(
        self,
        *,
        url: Annotated[Secret | None, "where to"] = None,
        headers: Annotated[dict[str, dict[str, Secret]] | None, Section("Headers *")] = None,
        label: Annotated[str, "a label"] = "",
    ) -> None:
        self.url = url
        self.headers = headers

    def work(self, event: Event) -> None:
        """Do nothing."""


class Hush:
    """Reads secrets from a section."""

    name = "hush"

    def __init__(self, *, headers: Annotated[dict[str, Secret], Section("Headers"), "headers"]) -> None:
        self.headers = headers

    def work(self, event: Event) -> None:
        """Do nothing."""


class Everything:
    """Reads the whole config itself."""

    name = "everything"

    def __init__(self, *, config: Config) -> None:
        self.config = config

    def work(self, event: Event) -> None:
        """Do nothing."""


class Memory(Store):
    """Keeps values in memory."""

    name = "memory"

    def __init__(self, *, size: Annotated[int, "values"] = 10) -> None:
        if size < 1:
            raise ValueError(f"size is {size}, expected 1 or more")
        self.size = size
        self._values: dict[str, object] = {}

    def open(self) -> None: ...
    def close(self) -> None: ...
    def get(self, key: str) -> object:
        return self._values.get(key)

    def put(self, key: str, value: object) -> object:
        return self._values.setdefault(key, value)

    def delete(self, key: str) -> bool:
        return self._values.pop(key, None) is not None

    def keys(self, prefix: str = "") -> list[str]:
        return sorted(self._values)


class Second(Memory):
    """Stands on another store."""

    name = "second"
    section = "Second"

    def __init__(self, *, below: Store) -> None:
        super().__init__()
        self.below = below


class Particular:
    """Needs one class, not any of its role."""

    name = "particular"

    def __init__(self, *, memory: Memory) -> None:
        self.memory = memory

    def work(self, event: Event) -> None:
        """Do nothing."""


class Content:
    """Makes use of one class, where there is a section for it."""

    name = "content"

    def __init__(self, *, memory: Memory | None = None) -> None:
        self.memory = memory

    def work(self, event: Event) -> None:
        """Do nothing."""


class Parts:
    @hookimpl
    def flowhost_sources(self) -> list[type]:
        return [Ticks]

    @hookimpl
    def flowhost_workers(self) -> list[type]:
        return [Keep, Map, Post, Hush, Everything, Particular, Content]

    @hookimpl
    def flowhost_resources(self) -> list[type]:
        return [Memory, Second]


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    installed = {plugin.distribution for plugin in Registry.load(quiet=True).plugins}
    registry = Registry.load(disabled=installed, extra=[("parts", Parts())])

    def make(text: str, **environ: str) -> Blueprint:
        profile = tmp_path / "p.ini"
        profile.write_text(text)
        return blueprint(read_profile(profile, environ=environ), registry)

    return make


def problems(wire: Wire, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        wire(text, **environ)
    return [
        f"{p.place.line}:{p.place.column} {p.message}" if p.place else p.message
        for p in caught.value.problems
    ]


KEEP = "[Flow]\nworker = keep\n[Source]\ntype = ticks\n"


def test_the_only_resource_of_a_role_is_wired(wire: Wire) -> None:
    made = wire(KEEP + "[Resource:one]\ntype = memory\n")
    assert made.worker.store is made.resources[0]  # type: ignore[attr-defined]
    assert [source.name for source in made.sources] == ["ticks"]


def test_a_named_resource_is_wired_and_resources_open_in_the_order_of_need(wire: Wire) -> None:
    made = wire(
        KEEP
        + "[Worker]\nstore = second\n[Second]\nbelow = b\n[Resource:a]\ntype = memory\n[Resource:b]\ntype = memory\n"
    )
    assert [resource.name for resource in made.resources] == ["memory", "second"]
    assert made.worker.store.below is made.resources[0]  # type: ignore[attr-defined]


def test_who_asks_for_a_class_itself_gets_it_without_config(wire: Wire) -> None:
    made = wire("[Flow]\nworker = particular\n[Source]\ntype = ticks\n")
    assert isinstance(made.worker, Particular)
    assert made.worker.memory.size == 10
    assert made.resources == (made.worker.memory,)


def test_who_can_do_without_a_class_gets_it_only_when_there_is_a_section_for_it(wire: Wire) -> None:
    text = "[Flow]\nworker = content\n[Source]\ntype = ticks\n"
    assert wire(text).worker.memory is None  # type: ignore[attr-defined]
    assert wire(text + "[Resource:memory]\ntype = memory\n").worker.memory is not None  # type: ignore[attr-defined]


def test_named_sources_take_options_of_their_own(wire: Wire) -> None:
    text = "[Flow]\nworker = map\n[Mappings]\n[Source:fast]\ntype = ticks\nevery = $N\n[Source:slow]\ntype = ticks\n"
    made = wire(text, N="5")
    assert [(one.name, one.source.every) for one in made.sources] == [("fast", 5), ("slow", 60)]  # type: ignore[attr-defined]


def test_defaults_reach_every_option_of_that_name_and_every_app_section(wire: Wire) -> None:
    made = wire(
        "[DEFAULT]\nevery = 7\nx = 1\n[Flow]\nworker = map\n[Source]\ntype = ticks\n[Mappings]\nasset.title = 'a' + $b\n"
    )
    assert made.sources[0].source.every == 7  # type: ignore[attr-defined]
    assert made.worker.mappings == {"every": "7", "x": "1", "asset.title": "'a' + $b"}  # type: ignore[attr-defined]


def test_defaults_name_the_type_of_a_source_too(wire: Wire) -> None:
    made = wire(
        "[DEFAULT]\ntype = ticks\n[Flow]\nworker = map\n[Mappings]\na = 1\n[Source]\n[Source:second]\n"
    )
    assert [one.name for one in made.sources] == ["ticks", "second"]


def test_a_part_that_asks_for_the_config_gets_it_and_no_section_is_unknown(wire: Wire) -> None:
    made = wire("[Flow]\nworker = everything\n[Source]\ntype = ticks\n[Whatever]\na = 1\n")
    assert made.worker.config.sections["Whatever"].values["a"].text == "1"  # type: ignore[attr-defined]


POST = "[Flow]\nworker = post\n[Source]\ntype = ticks\n[Worker]\nlabel = a\n"


def test_what_is_secret_is_known_by_the_type_of_its_option(wire: Wire) -> None:
    made = wire(POST + "url = http://u:hush@host\n[Headers x]\nAuthorization = hush\n")
    assert made.secrets == {("Worker", "url"), ("Headers x", "Authorization")}
    assert "hush" not in str(made.worker.headers)  # type: ignore[attr-defined]


def test_a_dollar_sign_in_a_secret_shows_no_piece_of_it(wire: Wire) -> None:
    assert problems(wire, POST + "url = http://u:pa$sword@host\n") == [
        "7:18 an environment variable that 'url' refers to is not set; set it, or write $$ for a dollar sign"
    ]


def test_references_are_replaced_in_a_section_of_secrets_and_its_values_are_known_as_such(wire: Wire) -> None:
    made = wire("[Flow]\nworker = hush\n[Source]\ntype = ticks\n[Headers]\nx-key = a$KEY\n", KEY="b")
    assert made.worker.headers["x-key"].get_secret_value() == "ab"  # type: ignore[attr-defined]
    assert made.secrets == {("Headers", "x-key")}


def test_every_mistake_is_reported_at_once_with_its_place(wire: Wire) -> None:
    text = (
        "[Flow]\nworker = kep\nworkers = many\n[Source:a]\ntype = tick\n[Source:b]\ntype = ticks\nevry = 3\n"
        "[Logging]\ncolour = yes\n[Resource:x]\ntype = memory\nsize = 0\n[Sauce]\nx = 1\n"
    )
    assert problems(wire, text) == [
        "2:10 unknown worker 'kep'; did you mean 'keep'?",
        "3:11 option 'workers' of [Flow]: 'many' is not a whole number",
        "5:8 unknown source 'tick'; did you mean 'ticks'?",
        "8:8 unknown option 'evry' of source 'ticks'; did you mean 'every'?",
        "10:10 unknown option 'colour' of [Logging]; did you mean 'color'?",
        "13:8 resource 'x': size is 0, expected 1 or more",
        "14:1 unknown section [Sauce]; did you mean 'Source'?",
    ]


def test_a_misspelt_section_of_a_part_is_recognised(wire: Wire) -> None:
    text = "[Flow]\nworker = map\n[Source]\ntype = ticks\n[Mapings]\na = b\n"
    assert "5:1 unknown section [Mapings]; did you mean 'Mappings'?" in problems(wire, text)


def test_what_only_the_worker_could_explain_is_not_complained_of_without_it(wire: Wire) -> None:
    """It may name its source and read these sections."""
    text = "[Flow]\nworker = kep\n[Source]\nplace = x\n[Mappings]\na = b\n"
    assert problems(wire, text) == ["2:10 unknown worker 'kep'; did you mean 'keep'?"]


def test_a_resource_that_cannot_be_made_is_said_once_however_many_need_it(wire: Wire) -> None:
    text = "[Flow]\nworker = keep\n[Source]\ntype = ticks\n[Second]\nbelow = a\n[Resource:a]\ntype = memory\nsize = 0\n"
    assert problems(wire, text + "[Worker]\nstore = a\n") == [
        "9:8 resource 'a': size is 0, expected 1 or more"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[Flow]\n[Source]\ntype = ticks\n",
            "1:1 [Flow] names no worker; set 'worker' to one of content, everything, hush, keep, map, particular, post, or",
        ),
        ("[Flow]\nworker = kep\n[Source]\ntype = ticks\n", "2:10 unknown worker 'kep'; did you mean 'keep'?"),
        (
            "[Flow]\nworker = keep\nclass = a.B\n",
            "3:9 [Flow] has both 'worker' and 'class'; expected one of them",
        ),
        ("[Flow]\nworker = map\n[Mappings]\n[Source]\n", "4:1 [Source] has no 'type'; expected one of ticks"),
        ("[Flow]\nworker = map\n[Mappings]\n", "there is no [Source] section, so nothing would ever happen"),
        (KEEP, "worker 'keep' needs a Store, and the config has none; configure one of: memory, second"),
        (
            KEEP + "[Worker]\nstore = on\n[Resource:one]\ntype = memory\n",
            "6:9 worker 'keep' needs a Store; 'on' is no resource; did you mean 'one'?",
        ),
        (
            KEEP + "[Resource:a]\ntype = memory\n[Resource:b]\ntype = memory\n",
            "there are several; name one of: a, b",
        ),
        (KEEP + "[Resource:a]\n", "5:1 [Resource:a] has no 'type'"),
        (
            KEEP + "[Resource:second]\ntype = memory\n[Second]\n[Worker]\nstore = second\n",
            "5:1 [Second] and [Resource:second] are both called 'second'; give one of them another name: "
            "[Resource:NAME]",
        ),
        (KEEP + "[Second]\nbelow = second\n", "needs itself"),
        (KEEP + "[Source:ticks]\ntype = ticks\n", "5:1 [Source] and [Source:ticks] are both called 'ticks'"),
        (
            KEEP + "[Parser:mine]\ntype = json\n",
            "5:1 no source uses [Parser:mine]; set 'parser = mine' in one",
        ),
        (
            "[Flow]\nworker = map\n[Source]\ntype = ticks\nparser = jsn\n[Mappings]\n",
            "5:10 unknown parser 'jsn'",
        ),
    ],
)
def test_what_is_said(wire: Wire, text: str, message: str) -> None:
    assert message in "\n".join(problems(wire, text))


def test_a_class_beside_the_profile_is_the_worker(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    (tmp_path / "beside_one.py").write_text(
        "class App:\n    SOURCE = 'ticks'\n    def work(self, event):\n        return event\n"
    )
    made = wire("[Flow]\nclass = beside_one.App\n")
    assert type(made.worker).__name__ == "App"
    assert made.sources[0].name == "ticks"


@pytest.mark.parametrize(
    ("named", "module", "message"),
    [
        ("App", "", "class is 'App', expected module.Class"),
        ("beside_two.Ap", "class App: ...", "module 'beside_two' has no class 'Ap'; did you mean 'App'?"),
        ("beside_to.App", "", "there is no module 'beside_to', neither beside the profile"),
        (
            "beside_two.App",
            "class App: ...",
            "class 'beside_two.App' is no worker: it lacks the method work(event)",
        ),
        (
            "beside_two.App",
            "import sys; sys.exit(3)",
            "module 'beside_two' cannot be imported: SystemExit: 3",
        ),
        (
            "beside_two.App",
            "import no_such_thing",
            "cannot be imported: ModuleNotFoundError: No module named",
        ),
    ],
)
def test_a_class_that_cannot_be_used(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, module: str, message: str
) -> None:
    import sys

    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "beside_two", raising=False)
    (tmp_path / "beside_two.py").write_text(module)
    assert message in "\n".join(problems(wire, f"[Flow]\nclass = {named}\n[Source]\ntype = ticks\n"))
