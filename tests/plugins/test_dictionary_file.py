"""The resource dictionary-file: terms from files beside the profile."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import flowhost
from flowhost.testing.conformance import conforms
from flowhost_plugins.dictionary_file import DictionaryFile, flowhost_resources


@pytest.fixture
def dictionary(tmp_path: Path) -> Iterator[DictionaryFile]:
    resource = DictionaryFile(daemon=flowhost.DaemonInfo("import", str(tmp_path)))
    resource.open()
    yield resource
    resource.close()


def test_it_fills_the_role_of_a_dictionary_without_any_config() -> None:
    [resource] = flowhost_resources()
    assert resource is DictionaryFile
    assert flowhost.Dictionary in DictionaryFile.__mro__
    assert (DictionaryFile.name, DictionaryFile.default) == ("dictionary-file", True)


def test_it_conforms(tmp_path: Path) -> None:
    conforms(DictionaryFile, daemon=flowhost.DaemonInfo("import", str(tmp_path)))


def test_a_json_object_beside_the_profile(dictionary: DictionaryFile, tmp_path: Path) -> None:
    (tmp_path / "genres.json").write_text('{"news": {"id": 1}, "sport": "Sport", "news": 3}')
    assert dictionary.look_up("genres.json", "news") == {"id": 1}, "the first of two terms counts"
    assert dictionary.look_up("genres.json", "sport") == "Sport"
    assert dictionary.look_up("genres.json", "opera") is None


def test_csv_with_the_columns_key_and_value(dictionary: DictionaryFile, tmp_path: Path) -> None:
    text = '\ufeffComment, KEY ,value\nx,news,"Nachrichten, täglich"\nx,sport,Sport\nx,news,other\n'
    (tmp_path / "genres.csv").write_text(text, encoding="utf-8")
    assert dictionary.look_up("genres.csv", "news") == "Nachrichten, täglich"
    assert dictionary.look_up("genres.csv", "opera") is None


def test_an_absolute_path_and_a_home_directory(
    dictionary: DictionaryFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "a.json").write_text('{"k": 1}')
    monkeypatch.setenv("HOME", str(home))
    assert dictionary.look_up(str(home / "a.json"), "k") == 1
    assert dictionary.look_up("~/a.json", "k") == 1


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(
    dictionary: DictionaryFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    reads: list[Path] = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: reads.append(self) or read_bytes(self))
    path.write_text('{"k": 1}')
    assert [dictionary.look_up("a.json", "k") for _ in range(3)] == [1, 1, 1]
    assert len(reads) == 1
    replacement = tmp_path / "new"
    replacement.write_text('{"k": 2}')
    os.utime(replacement, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    replacement.rename(path)
    assert dictionary.look_up("a.json", "k") == 2, "same time and size, but another file"


def test_close_forgets(dictionary: DictionaryFile, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"k": 1}')
    assert dictionary.look_up("a.json", "k") == 1
    before = path.stat()
    path.write_text('{"k": 2}')
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    dictionary.close()
    assert dictionary.look_up("a.json", "k") == 2


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.json", None, r"the dictionary '.*none\.json' cannot be read: no such file or directory"),
        ("a.txt", b"k=1", r"is not usable: its name ends in '\.txt', expected \.json or \.csv"),
        ("a.json", b'{"k":\n 1', "is not usable: Expecting ',' delimiter at 2:3"),
        ("a.json", b"[1, 2]", "holds a JSON list, expected one object"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.csv", b"", "its first line names the columns nothing, expected 'key' and 'value'"),
        ("a.csv", b"key;value\na;b\n", "names the columns 'key;value', expected 'key' and 'value'"),
        ("a.csv", b"key,value\na,b\nc\n", "line 3 has fewer columns than the first line"),
        ("a.csv", b'key,value\na,"b\n', "unexpected end of data after line 1"),
        ("a.csv", b"key,value\n\xff,b\n", "can't decode byte 0xff"),
        ("https://host/terms", None, "is a link; dictionary-file reads files"),
    ],
)
def test_errors_name_the_file_and_what_is_wrong(
    dictionary: DictionaryFile, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(flowhost.Unavailable, match=sentence):
        dictionary.look_up(name, "k")


def test_a_directory_is_no_dictionary(dictionary: DictionaryFile, tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(flowhost.Unavailable, match="cannot be read: is a directory"):
        dictionary.look_up("a.json", "k")


def test_a_repaired_file_works_at_once(dictionary: DictionaryFile, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(flowhost.Unavailable):
        dictionary.look_up("a.json", "k")
    (tmp_path / "a.json").write_text('{"k": 1}')
    assert dictionary.look_up("a.json", "k") == 1


def test_several_threads_look_up_while_the_file_changes(dictionary: DictionaryFile, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"k": 0}')
    seen: list[int] = []
    finished = threading.Event()

    def read() -> None:
        while not finished.is_set():
            seen.append(dictionary.look_up("a.json", "k"))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 50):
        replacement = tmp_path / "new"
        replacement.write_text(f'{{"k": {number}}}')
        replacement.rename(path)
    last = dictionary.look_up("a.json", "k")
    finished.set()
    for thread in threads:
        thread.join(30)
    assert last == 49
    assert set(seen) <= set(range(50))
