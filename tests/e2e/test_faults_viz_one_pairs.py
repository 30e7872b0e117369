"""A thousand clips and their XML arrive in any order, while the daemon that imports them is killed again and again."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

PAIRS = 1000
KILLS = 8
BATCHES = 40  # files arrive in bursts, so that XML and media of one pair meet in every way
SEED = 20261122
PATIENCE = 300.0  # seconds for all of it to be imported, on a slow machine

PROFILE = """
[Flow]
app name = pairs
worker = xml-import
workers = 4
attempts = 10
[Database]
; a kill takes nothing from the system's memory, and the pace of the disk is not what is tested
synchronous = normal
[Source]
type = unmanaged-files
location = inbox
initial = yes
sweep = 2 s
[Xml]
format = default
[Viz One]
hostname = {address}
username = {user}
password = {password}
use https = no
"""

DOCUMENT = """\
<entry xmlns="http://www.w3.org/2005/Atom" xmlns:core="http://ns.vizrt.com/ardome/core">
  {identity}
  <title>{name}</title>
  <content src="{name}.mxf"/>
  <link rel="describedby" href=""><payload xmlns="http://www.vizrt.com/types" model="{model}">
    <field name="asset.title"><value>{name}</value></field>
  </payload></link>
</entry>
"""


def identity(number: int) -> str:
    """Every second XML names its asset."""
    return f'<core:ardomeIdentity name="id">SITE-{number}</core:ardomeIdentity>' if number % 2 else ""


def drop(inbox: Path, name: str, content: bytes) -> None:
    """Put a file there at once, as a mover does."""
    hidden = inbox.parent / f"{name}.part"
    hidden.write_bytes(content)
    hidden.rename(inbox / name)


@pytest.mark.slow
@pytest.mark.rabbitmq
def test_a_thousand_pairs_with_crashes(
    tmp_path: Path, start: Any, rabbitmq: Any, make_viz_one_server: Any, tell: Any
) -> None:
    server = make_viz_one_server(broker_url=rabbitmq.url("/topic/pairs"), scan_seconds=1)
    model = f"{server.url}/api/metadata/form/hubitem/r1"
    files = [
        (
            f"clip-{number:04}.xml",
            DOCUMENT.format(identity=identity(number), name=f"clip-{number:04}", model=model).encode(),
        )
        for number in range(PAIRS)
    ]
    files += [(f"clip-{number:04}.mxf", f"media of {number}".encode()) for number in range(PAIRS)]
    chance = random.Random(SEED)
    chance.shuffle(files)
    profile = PROFILE.format(
        address=server.url.removeprefix("http://"), user=server.user, password=server.password
    )
    (tmp_path / "pairs.ini").write_text(profile)
    kills = set(chance.sample(range(1, BATCHES), KILLS))
    program = start("run", "pairs.ini")
    for batch in range(BATCHES):
        for name, content in files[batch::BATCHES]:
            drop(server.location(), name, content)
        if batch in kills:
            time.sleep(chance.uniform(0.1, 2))  # at any moment of its work
            program.kill()
            program = start("run", "pairs.ini")

    def media() -> dict[str, list[str]]:
        """Title → what each original of its items holds."""
        found: dict[str, list[str]] = {}
        cursor = None
        while True:
            page = server.catalogue.items(cursor=cursor, number=1000)
            for item in page.items:
                originals = [file for shape in server.catalogue.shapes(item.id) for file in shape.files]
                texts = [
                    server.catalogue.path_of(file).read_text() for file in originals if file.state == "CLOSED"
                ]
                found.setdefault(item.title, []).extend(texts or [""])
            cursor = page.cursor
            if cursor is None:
                return found

    wanted = {f"clip-{number:04}": [f"media of {number}"] for number in range(PAIRS)}
    deadline = time.monotonic() + PATIENCE
    while (found := media()) != wanted:
        wrong = {name: found.get(name) for name in wanted if found.get(name) != wanted[name]}
        assert time.monotonic() < deadline, (
            f"{len(wrong)} assets are wrong, e.g. {dict(list(wrong.items())[:5])}; "
            f"not asked for: {sorted(set(found) - set(wanted))[:5]}\n{program.output[-3000:]}"
        )
        time.sleep(2)  # to look costs the server something
    assert program.terminate() == 0, program.output
    tell(f"seed {SEED}: {PAIRS} pairs, killed {KILLS} times: each asset has its media, once")
