"""The files of a new transfer plugin, laid out as Viz One's packaging tools expect them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from flowhost_plugins.viz_one.new_transfer_plugin.model import Setting, model, others
from flowhost_plugins.viz_one.new_transfer_plugin.naming import class_name

TEMPLATES = Path(__file__).with_name("templates")
EXECUTABLE = 0o755

FILES: Mapping[str, str] = {
    "plugin": "plugin",
    "bin/$name": "wrapper.sh",
    "apps/$name/$name.py": "app.py.txt",
    "apps/$name/$name.ini": "app.ini",
    "build/xfer-plugin-$name/FILES": "FILES",
    "README.md": "README.md",
    "tests/test_$name.py": "test.py.txt",
}
"""File of the plugin → its template."""


def files(name: str, settings: Sequence[Setting]) -> dict[str, str]:
    """Path → text of every file of the plugin.

    Args:
        name: of the plugin.
        settings: of the plugin.
    """
    words = {
        "name": name,
        "class_name": class_name(name),
        "title": name.replace("_", " ").capitalize(),
        "settings": "\n".join(f"- `{one.name}`: {one.label}" for one in settings),
        "values": "".join(f"    {_quoted(one.name)}: {_quoted(one.default)},\n" for one in others(settings)),
    }
    made = {
        Template(path).substitute(words): Template(
            (TEMPLATES / template).read_text(encoding="utf-8")
        ).substitute(words)
        for path, template in FILES.items()
    }
    made[f"etc/xfer-plugin-{name}.vdf"] = model(settings)
    return made


def _quoted(text: str) -> str:
    """The text as Python code, which is nearly always that of JSON."""
    return json.dumps(text, ensure_ascii=False)


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files into a folder, which must not exist yet: nothing is ever written over.

    Raises:
        FileExistsError: it exists.
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True)
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
        if path.startswith("bin/"):
            file.chmod(EXECUTABLE)
