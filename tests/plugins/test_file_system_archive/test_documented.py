"""The archives that the documentation shows keep the contract."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import flowhost

PAGE = Path(__file__).parents[3] / "docs" / "vidispine" / "archive.md"


def shown(name: str) -> dict[str, Any]:
    """The names of a module on the page."""
    modules = re.findall(r"^```python\n# (\w+)\.py\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    space: dict[str, Any] = {"__name__": name}
    exec(dict(modules)[name], space)
    return space


@pytest.mark.parametrize("name", ["boxes", "tape_robot"])
def test_there_and_back(name: str, tmp_path: Path, file_set: Any) -> None:
    (kind,) = shown(name)["flowhost_resources"]()
    archive: flowhost.Archive = kind(**({"folder": tmp_path} if name == "boxes" else {}))
    assert flowhost.Archive in kind.__mro__
    assert archive.is_ready()
    policy = archive.get_policies()[0].uuid
    one = file_set("clip.mxf")
    kept = archive.archive([one], policy, "job 1")
    assert (len(kept.archived), list(kept.not_archived), kept.error) == (1, [], "")
    assert kept.archived[0].external_ids
    online = Path(one.files[0])
    content = online.read_bytes()
    online.unlink()
    assert list(archive.restore(kept.archived, policy)) == list(kept.archived)
    assert online.read_bytes() == content
    archive.delete(kept.archived, policy)
    with pytest.raises((flowhost.FlowhostError, OSError, KeyError)):
        archive.restore(kept.archived, policy)
