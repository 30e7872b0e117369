"""The work that is measured: what there is to do, as events, and the profile of the daemon that does it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import ClassVar, Protocol

from viz_one_site import PASSWORD, USER, Site

from flowhost import Event

PROFILE = """
[Flow]
app name = {worker}
worker = {worker}
workers = {workers}
ledger = {ledger}

[Source]
type = prepared

{sections}
[Viz One]
hostname = {host}
username = {user}
password = {password}
use https = no
"""

MAPPINGS = """
[Mappings]
asset.alternateTitle = '%s, run {run}' % asset.title
asset.owner = (metadata.get('asset.owner') or 'nobody').upper()
asset.synopsis = '%s by %s' % (metadata.get('asset.title'), metadata.get('asset.owner'))
"""

IMPORT = """
[Xml]
format = default
"""

DOCUMENT = (
    "<entry xmlns='http://www.w3.org/2005/Atom'><id>{name}</id><content src='{name}.mxf'/>"
    "<link rel='describedby' type='application/vnd.vizrt.payload+xml'>{payload}</link></entry>"
)
"""An import/export document."""

PAYLOAD = (
    "<payload xmlns='http://www.vizrt.com/types' model='{model}'>"
    "<field name='asset.title'><value>{title}</value></field>"
    "<field name='asset.alternateTitle'><value>{alternate}</value></field>"
    "<field name='asset.owner'><value>ADA</value></field>"
    "<field name='asset.synopsis'><value>{title} by ADA</value></field></payload>"
)


class Work(Protocol):
    """One kind of work; `prepare` and `finish` are not measured."""

    name: ClassVar[str]

    def prepare(self) -> list[Event]:
        """Bring the server into the state before, and return what there is to do."""

    def profile(self, workers: int, *, ledger: bool) -> str:
        """The profile of the daemon that does it, with the ledger in SQLite or without one."""

    def finish(self) -> None:
        """See that it was done; bring the server back to where it was."""


class Mapping:
    """Each event is an asset of which three fields are worked out; one of them differs in each run."""

    name: ClassVar[str] = "metadata-mapper"

    def __init__(self, site: Site, number: int) -> None:
        self._site, self.run = site, 0
        self._assets = site.make_assets(number)

    def prepare(self) -> list[Event]:
        """The assets, with a mapping that makes a difference."""
        self.run += 1
        return [
            Event(
                "asset.changed",
                asset.generate(),
                id=f"{asset.atom_id} {self.run}",
                key=asset.atom_id,
                subject=asset.title,
            )
            for asset in self._assets
        ]

    def profile(self, workers: int, *, ledger: bool) -> str:
        """Mappings of this run."""
        return _profile(self._site, self.name, MAPPINGS.format(run=self.run), workers, ledger)

    def finish(self) -> None:
        """Look at each asset."""
        for asset in self._assets:
            payload = self._site.client.asset(asset.id).metadata
            found = payload.get("asset.alternateTitle") if payload else None
            assert found == f"{asset.title}, run {self.run}", f"{asset.title!r} was not mapped: {found!r}"


class Importing:
    """XML files and their clips in any order, each an event; each pair becomes an asset with media."""

    name: ClassVar[str] = "xml-import"

    def __init__(self, site: Site, number: int) -> None:
        self._site, self._pairs, self._run = site, number // 2, 0
        self._names: Sequence[str] = ()

    def prepare(self) -> list[Event]:
        """Put the files into the import storage."""
        self._run += 1
        self._names = [f"CLIP-{self._run:03}{each:04}" for each in range(self._pairs)]
        for name in self._names:
            payload = PAYLOAD.format(model=self._site.model, title=name, alternate=f"About {name}")
            (self._site.inbox / f"{name}.xml").write_text(DOCUMENT.format(name=name, payload=payload))
            (self._site.inbox / f"{name}.mxf").write_text(name)
        events = [
            Event("file.changed", file.generate(), id=f"{file.atom_id}", key=file.title, subject=file.title)
            for file in sorted(self._site.files(2 * self._pairs), key=lambda file: file.title)
        ]
        random.Random(self._pairs).shuffle(events)
        return events

    def profile(self, workers: int, *, ledger: bool) -> str:
        """Viz One's own documents; who waits for whom is kept in flowhost's database in either case."""
        return _profile(self._site, self.name, IMPORT, workers, ledger)

    def finish(self) -> None:
        """Wait for the media of each asset."""
        left = [path.name for path in self._site.inbox.glob("*.xml")]
        assert not left, f"these were not imported: {left[:5]}"
        self._site.forget_imports(list(self._names))


def _profile(site: Site, worker: str, sections: str, workers: int, ledger: bool) -> str:
    return PROFILE.format(
        worker=worker,
        workers=workers,
        ledger="yes" if ledger else "no",
        sections=sections,
        host=site.host,
        user=USER,
        password=PASSWORD,
    )
