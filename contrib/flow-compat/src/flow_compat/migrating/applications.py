"""The applications that came with Flow: their classes are workers of flowhost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flow_compat.migrating.changes import Change
from flow_compat.migrating.lines import Line, Old, same, with_key
from flow_compat.migrating.own_code import hurdles, module_file


@dataclass(frozen=True, slots=True)
class Application:
    """What became of one of Flow's applications.

    Args:
        worker: flowhost's name of it; it knows its source itself.
        note: what is different about it, the end of a sentence.
        gone: section and key of what does not count any more → why.
    """

    worker: str
    note: str = ""
    gone: Mapping[tuple[str, str], str] = field(default_factory=dict)


_STORE = (
    "; files that wait for their counterpart are remembered in flowhost's database, or on the server as before with a "
    "section [Resource:server] of 'type = client-config', and 'store = server' in [Worker] and [Source]"
)
_ALONE = "; a transfer keeps no records, takes as long as it takes and is not tried again"
_GONE = {
    ("Flow", "worker timeout"): "it had no effect on transfers, and would have one now",
    ("Source", "payload class"): "the worker knows what it reads",
}

APPLICATIONS = {
    "xmlimport.XmlImport": Application("xml-import", _STORE),
    "metadatamapper.MetadataMapper": Application("metadata-mapper"),
    "xmlexport.XmlExportFXP": Application("xml-export-fxp", _ALONE, _GONE),
    "xmlexport.XmlExportArdFTP": Application("xml-export-ardftp", _ALONE, _GONE),
}
"""The class in an old profile → what it is now."""


def applications(old: Old, folder: Path | None = None) -> Iterator[Change]:
    """The class of the worker.

    Args:
        old: the profile.
        folder: in which the profile lies, and perhaps its classes.
    """
    named = old.setting("Flow", "class")
    if named is None or not named.value:
        return
    application = APPLICATIONS.get(named.value)
    if application is None:
        yield from _own_class(named, folder)
        return
    why = f"the application {named.value} is flowhost's worker {application.worker!r}{application.note}"
    yield Change(named, why, (with_key(named, "worker", application.worker),))
    for (section, key), reason in application.gone.items():
        for line in old.settings(section):
            if same(line.key, key):
                yield Change(line, f"{line.key!r} is not needed: {reason}", (f"# {line.text}",))


def _own_class(named: Line, folder: Path | None) -> Iterator[Change]:
    """A class of somebody's own: what stands between it and Python 3."""
    module = named.value.rpartition(".")[0]
    made = f"the class {named.value} is made for Flow"
    if folder is None or module_file(module, folder) is None:
        why = "; it runs with flow-compat installed, if its module, which is not beside the profile, is Python 3"
        yield Change(named, made + why)
        return
    found = hurdles(module, folder)
    if not found:
        yield Change(named, f"{made}; it runs as it is, with flow-compat installed")
        return
    yield Change(named, f"{made}; it runs with flow-compat installed, once its code is Python 3")
    for hurdle in found:
        yield Change(named, str(hurdle))
