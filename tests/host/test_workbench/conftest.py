"""A resource that makes actions of a document, as the engine of rules does, and what they need."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest

from flowhost import (
    ConfigError,
    Context,
    DaemonInfo,
    Outcome,
    Place,
    Problem,
    Resource,
    Template,
    Unavailable,
    Workbench,
    hookimpl,
)
from flowhost.config import Config, read_profile
from flowhost.registry import Registry

ORDER: list[str] = []
"""What was opened, in that order."""


class Post(Resource):
    """Sends letters."""

    name: ClassVar[str] = "post"
    section: ClassVar[str] = "Post"

    def __init__(self, *, office: Annotated[str, "where it is"] = "here", down: bool = False) -> None:
        if office == "nowhere":
            raise ValueError("'office' is nowhere")
        self.office = office
        self.down = down

    def open(self) -> None:
        if self.down:
            raise Unavailable("the office is closed")
        ORDER.append(f"post {self.office}")

    def close(self) -> None: ...


class Shelf(Resource):
    """Keeps things; made by itself."""

    name: ClassVar[str] = "shelf"
    default: ClassVar[bool] = True

    def open(self) -> None:
        ORDER.append("shelf")

    def close(self) -> None: ...


class Send:
    """Sends a letter.

    It takes its time.
    """

    name: ClassVar[str] = "send"

    def __init__(self, *, to: Annotated[Template, "who gets it"], post: Post) -> None:
        if to.text == "nobody":
            raise ValueError("'to' is nobody")
        self.to = to
        self.post = post

    def probe(self) -> None:
        """Fail for one who is not known."""
        if self.to.text == "stranger":
            raise Unavailable("nobody knows a stranger")

    def act(self, context: Context) -> Outcome:
        """Send it."""
        return Outcome.done(f"{self.to.render(context.tags)} by {self.post.office}")


class Keep:
    """Keeps something on the shelf."""

    name: ClassVar[str] = "keep"

    def __init__(self, *, store: Shelf, info: DaemonInfo, many: Annotated[int, "how many"] = 1) -> None:
        self.store = store
        self.info = info
        self.many = many

    def act(self, context: Context) -> Outcome:
        """Keep it."""
        return Outcome.done()


class Steps(Resource):
    """Makes actions of what a document says: lines like ``send to=anna``."""

    name: ClassVar[str] = "steps"
    section: ClassVar[str] = "Steps"
    default: ClassVar[bool] = True

    def __init__(
        self, *, file: Annotated[Path, "the document"] = Path("steps.txt"), bench: Workbench, info: DaemonInfo
    ):
        self.bench = bench
        self.file = Path(info.directory) / file
        self.actions: list[Any] = []
        problems: list[Problem] = []
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        for number, line in enumerate(lines, 1):
            try:
                self.actions.append(self.made(line, number))
            except ConfigError as error:
                problems += error.problems
        if problems:
            raise ConfigError(problems)

    def made(self, line: str, number: int = 1) -> Any:
        name, *pairs = line.split()
        data = dict(pair.split("=") for pair in pairs)
        places = {(key,): Place(str(self.file), number, line.index(f"{key}=") + 1) for key in data}
        return self.bench.make("action", name, data, place=Place(str(self.file), number, 1), places=places)

    def open(self) -> None:
        ORDER.append("steps")

    def close(self) -> None: ...


class Walk:
    """Takes the steps."""

    name: ClassVar[str] = "walk"

    def __init__(self, *, steps: Steps) -> None:
        self.steps = steps

    def work(self, event: Any) -> Any:
        return [action.act(Context(event, tags={"name": "Anna"})).reason for action in self.steps.actions]


class Plugin:
    @hookimpl
    def flowhost_resources(self) -> list[type]:
        return [Post, Shelf, Steps]

    @hookimpl
    def flowhost_actions(self) -> list[type]:
        return [Send, Keep]

    @hookimpl
    def flowhost_workers(self) -> list[type]:
        return [Walk]


@pytest.fixture
def plugin() -> Plugin:
    ORDER.clear()
    return Plugin()


@pytest.fixture
def opened() -> list[str]:
    """What was opened, in that order."""
    ORDER.clear()
    return ORDER


@pytest.fixture
def registry(plugin: Plugin) -> Registry:
    return Registry.load(extra=[("mine", plugin)], quiet=True)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Config]:
    """A function that writes a profile and its steps, and reads the profile."""

    def write(steps: str, more: str = "") -> Config:
        (tmp_path / "steps.txt").write_text(textwrap.dedent(steps).lstrip())
        profile = tmp_path / "walk.ini"
        flow = "[Flow]\napp name = walk\nworker = walk\nledger = no\n[Source]\ntype = interval\n"
        profile.write_text(flow + textwrap.dedent(more))
        return read_profile(profile, environ={})

    return write
