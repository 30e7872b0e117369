"""The folder of the demo, with the files a newcomer can copy."""

from __future__ import annotations

import shutil
from pathlib import Path

PROFILE = "library.ini"

STORAGES = {"online": "LOCAL", "nearline": "LOCAL", "archive": "ARCHIVE"}
"""Name of each storage, and of its folder below ``media/`` → its kind."""


def lay_out(folder: Path) -> None:
    """Copy profile, rules and script into a new folder, and make the folders of the storages.

    Args:
        folder: it must not exist.
    """
    # file by file, without their rights: an installation may be read-only
    shutil.copytree(Path(__file__).with_name("library"), folder, copy_function=shutil.copyfile)
    for made in (folder, folder / "rules", folder / "scripts"):
        made.chmod(0o755)
    for script in (folder / "scripts").iterdir():
        script.chmod(0o755)
    for storage in STORAGES:
        _storage_folder(folder, storage).mkdir(parents=True)
    (folder / "clips").mkdir()


def files_in(folder: Path, storage: str) -> list[str]:
    """The files in a storage, by their paths in it."""
    top = _storage_folder(folder, storage)
    return sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.is_file())


def _storage_folder(folder: Path, storage: str) -> Path:
    return folder / "media" / storage
