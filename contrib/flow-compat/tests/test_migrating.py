"""``flowhost migrate-profile``: explains and rewrites, and what it writes passes ``flowhost check``."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow_compat.migrating.command import migrated

SAMPLES = Path(__file__).parent / "samples"
OLD = (SAMPLES / "old.ini").read_text(encoding="utf-8")


def reasons(text: str) -> dict[int, str]:
    """Number of the line → all that is said of it."""
    said: dict[int, str] = {}
    for change in migrated(text)[1]:
        said[change.number] = f"{said.get(change.number, '')} {change.why}".strip()
    return said


def lines(text: str) -> list[str]:
    """The lines that are new in the migrated text."""
    before, after = text.split("\n"), migrated(text)[0].split("\n")
    return [line[2:] for line in difflib.ndiff(before, after) if line.startswith("+ ")]


def test_each_change_is_explained_with_its_line() -> None:
    said = reasons(OLD)
    assert "flowhost's worker 'xml-import'" in said[4]
    assert "REM" in said[8]
    assert "'true' meant no" in said[11]
    assert "written out" in said[18]
    assert "[Transforms]" in said[29]
    assert "unicode() is str()" in said[30]
    assert "<> is written !=" in said[31]
    assert "'asset.title' is set again in line 36" in said[35]
    assert "no level 'verbose'" in said[39]
    assert "state directory" in said[40]
    assert "one section" in said[42]
    assert set(said) == {4, 8, 11, 18, 29, 30, 31, 35, 39, 40, 42}


def test_only_what_changes_is_written_anew() -> None:
    assert lines(OLD) == [
        "worker = xml-import   ; came with Flow",
        "# one folder for all",
        "skip empty files = no",
        "b = http://one.example/a/b",
        "[Transforms]",
        "media_filename = str(xml_filename[:-4]) + u'.mxf'",
        "asset_id = title if title != '' else xml_filename",
        "# asset.title = xml_filename",
        "level = info",
    ]


@pytest.mark.parametrize(
    "name", ["old.ini", "xmlimport.ini", "metadatamapper.ini", "web.ini", "myplugin.ini"]
)
def test_migrating_again_changes_nothing(name: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    once, _ = migrated(text)
    assert migrated(once)[0] == once


def test_a_profile_without_old_things_stays() -> None:
    text = "[Flow]\nworker = log\n\n[Source]\ntype = interval ; ticks\n"
    assert migrated(text) == (text, [])


CLIP = """\
import urllib2
from own import names

def show(a, unicode):
    print("\\d", unicode)
    return a.has_key("b") and basestring

try:
    import ConfigParser
except ImportError:
    import configparser as ConfigParser
"""


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., list[str]]:
    """What is told of the class ``clip.Clip`` of a profile with these modules beside it."""

    def tell(**modules: str) -> list[str]:
        for name, code in modules.items():
            (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
        text = "[Flow]\napp name = a\nclass = clip.Clip\n"
        assert migrated(text, tmp_path / "a.ini")[0] == text
        changes = migrated(text, tmp_path / "a.ini")[1]
        assert {change.number for change in changes} == {3}
        return [change.why for change in changes]

    return tell


def test_code_of_python_3_runs_as_it_is(told: Any) -> None:
    assert told(clip="class Clip: pass\n") == [
        "the class clip.Clip is made for Flow; it runs as it is, with flow-compat installed"
    ]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ('print "x"', "Missing parentheses in call to 'print'"),
        ("exec code", "Missing parentheses in call to 'exec'"),
        ("try:\n  pass\nexcept A, e:\n  pass", "multiple exception types must be parenthesized"),
        ("mode = 0755", "leading zeros in decimal integer literals are not permitted"),
        ("return 1", "'return' outside function"),
    ],
)
def test_a_statement_of_python_2_is_told_with_its_line(told: Any, statement: str, reason: str) -> None:
    first, second = told(clip=f"import os\n{statement}\n")
    assert first.endswith("once its code is Python 3")
    line = 4 if "except" in statement else 2
    assert second.startswith(f"line {line} of clip.py is not Python 3: {reason}")


def test_names_of_python_2_are_told_also_those_of_modules_beside(told: Any) -> None:
    (_, *places) = told(clip=CLIP, own="import clip\nnames = [xrange(3)]\n")
    assert places == [
        "line 1 of clip.py is not Python 3: the module urllib2 is urllib.request now",
        "line 6 of clip.py is not Python 3: basestring is str now",
        "line 6 of clip.py is not Python 3: dictionaries have no has_key() any more; write 'in'",
        "line 2 of own.py is not Python 3: xrange is range now",
    ]


def test_code_is_read_and_never_run(told: Any, tmp_path: Path) -> None:
    told(clip=f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    assert not (tmp_path / "ran").exists()


def test_a_module_that_cannot_be_read_or_is_elsewhere_is_told(told: Any, tmp_path: Path) -> None:
    assert "which is not beside the profile" in told()[0]
    (tmp_path / "clip.py").write_bytes(b"x = 1\0")
    assert told()[1].startswith("clip.py is not Python 3: ")
    (tmp_path / "clip.py").write_bytes("x = 'ö'".encode("cp1252"))
    assert "is not Python 3: " in told()[1]


@pytest.mark.parametrize("written", ["class = a.B\n", "app_name =\nclass = a.B\n"])
def test_a_profile_without_a_name_is_named_after_its_file(written: str) -> None:
    file = Path("/in/To the archive.ini")
    new, changes = migrated(f"[Flow]\n{written}", file)
    assert "[Flow]\napp" in new
    assert new.split("\n")[1].partition("=")[2] == " To-the-archive"
    assert "called 'default', and of those one runs at a time" in changes[0].why
    assert "'app name = default'" in changes[0].why
    again, changes = migrated(new, file)
    assert again == new
    assert len(changes) == 1


def test_a_profile_of_flowhost_keeps_its_name() -> None:
    text = "[Flow]\nworker = log\n"
    assert migrated(text, Path("/in/archive.ini")) == (text, [])


def test_an_export_is_a_transfer_of_its_own() -> None:
    text = "[Flow]\nclass = xmlexport.XmlExportFXP\nworker_timeout = 5\n[Source]\npayload class = a.B\n"
    assert migrated(text)[0] == (
        "[Flow]\nworker = xml-export-fxp\n# worker_timeout = 5\n[Source]\n# payload class = a.B\n"
    )
    assert "no effect on transfers" in reasons(text)[3]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a.has_key('x y') and 'has_key(z)'", "('x y' in a) and 'has_key(z)'"),
        ("ur'\\d' + u'<>' + UR'x'", "r'\\d' + u'<>' + R'x'"),
        ("long(7) + 12L + 0755 + 0 + 10 + 0.5", "int(7) + 12 + 0o755 + 0 + 10 + 0.5"),
        ("[x for x in xrange(3)]", "[x for x in range(3)]"),
        ("a == basestring", "a == str"),
        ("'`' + `a + b`", "'`' + str(a + b)"),
        ("d.iteritems()", "d.items()"),
        ("a.encode('utf-8') + b.decode(u'latin_1').strip() + c.encode()", "a + b.strip() + c"),
    ],
)
def test_expressions_of_python_2(old: str, new: str) -> None:
    text = f"[Mappings]\nfield = {old} ; why\n"
    assert migrated(text)[0] == f"[Mappings]\nfield = {new} ; why\n"
    assert migrated(migrated(text)[0])[1] == []


def test_an_expression_of_several_lines() -> None:
    text = "[Mappings]\na = (unicode(b) or\n  # or <>\n  c <> 1L)\n\nd = 1\n"
    assert migrated(text)[0] == "[Mappings]\na = (str(b) or\n  # or <>\n  c != 1)\n\nd = 1\n"


def test_a_division_is_told_but_not_touched() -> None:
    text = "[Mappings]\na = frames / 25\nb = 'a/b' + str(c // 2)\n"
    assert migrated(text)[0] == text
    assert reasons(text) == {
        2: "Python 2 divided whole numbers by '/' without a fraction; write // if that is meant"
    }


def test_an_expression_that_python_3_cannot_read_is_told() -> None:
    assert "rewrite it by hand" in reasons("[Vdf]\nform = print x\n")[2]
    assert reasons("[Vdf]\nform = (x +\n  y)\n") == {}


@pytest.mark.parametrize(
    ("ending", "added"),
    [
        ("", "\n[Worker]\ntrusted code = yes\n"),
        ("[Worker]\nx = 1\n", "[Worker]\ntrusted code = yes\nx = 1\n"),
    ],
    ids=["new-section", "known-section"],
)
def test_expressions_that_need_full_python_are_permitted(ending: str, added: str) -> None:
    text = "[Mappings]\na = __import__('time').time()\nb = c.d\n"
    new, changes = migrated(text + ending)
    assert new == text + added
    assert changes[0].number == 2
    assert "permits it" in changes[0].why
    assert migrated(new) == (new, [])


def test_references_to_other_keys() -> None:
    text = "[DEFAULT]\nroot = /in\n[Source]\nlocation = %(root)s/%(name)s %%\nname = x\nformat = %Y %%\n"
    assert migrated(text)[0].split("\n")[3] == "location = /in/x %"
    assert migrated(text)[0].split("\n")[5] == "format = %Y %%"
    assert "no key 'gone'" in reasons("[Source]\na = %(gone)s\n")[2]
    assert "no key 'a'" in reasons("[Source]\na = b%(a)s\n")[2]
    nested = "[Source]\na = %(b)s\nb = %(c)s/x\nc = 1\n"
    assert migrated(nested)[0] == "[Source]\na = 1/x\nb = 1/x\nc = 1\n"
    assert "no key 'a'" in reasons("[Source]\na = %(b)s\nb = %(a)s\n")[2]


def test_dollars_are_told_but_not_touched() -> None:
    said = reasons("[Viz One]\npassword = pa$word\n[Source]\nlocation = $x\n[Mine]\na = $x\n")
    assert "not set is an error" in said[2]
    assert "every option now" in said[4]
    assert set(said) == {2, 4}


@pytest.mark.slow
def test_the_command_shows_a_difference_and_writes_only_what_is_not_there(
    flowhost: Any, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.ini", tmp_path / "new.ini"
    old.write_text(OLD, encoding="utf-8")
    shown = flowhost("migrate-profile", old)
    assert shown.returncode == 0, shown.stderr
    assert f"{old}:4: changed: the application" in shown.stdout
    assert "+worker = xml-import   ; came with Flow\n" in shown.stdout
    assert not new.exists()
    written = flowhost("migrate-profile", old, "--write", new)
    assert written.returncode == 0, written.stderr
    assert new.read_text(encoding="utf-8") == migrated(OLD)[0]
    assert "+worker" not in written.stdout
    again = flowhost("migrate-profile", old, "--write", new)
    assert (again.returncode, "name another one" in again.stderr) == (78, True)
    assert old.read_text(encoding="utf-8") == OLD
    assert "nothing has to be changed" in flowhost("migrate-profile", new).stdout


def test_a_file_that_cannot_be_read(flowhost: Any, tmp_path: Path) -> None:
    gone = flowhost("migrate-profile", tmp_path / "gone.ini")
    assert (gone.returncode, "cannot be read" in gone.stderr) == (78, True)


def test_other_encodings_become_utf_8(flowhost: Any, tmp_path: Path) -> None:
    old, new = tmp_path / "old.ini", tmp_path / "new.ini"
    old.write_bytes("[Flow]\r\nworker = log\r\n# größer\r\n".encode("cp1252"))
    written = flowhost("migrate-profile", old, "--write", new)
    assert "Windows-1252" in written.stdout
    assert new.read_bytes() == "[Flow]\nworker = log\n# größer\n".encode()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["old.ini", "xmlimport.ini", "metadatamapper.ini", "myplugin.ini"])
def test_what_is_written_passes_the_check(flowhost: Any, tmp_path: Path, name: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    text = text.replace("myplugin.MyPlugin", "xmlexport.XmlExportArdFTP")
    if "[Viz One]" not in text:
        text += "\n[Viz One]\nhostname = one.test\n"
    if name == "xmlimport.ini":
        text += "[Xml]\nformat = default\n"
    (tmp_path / "old.ini").write_text(text, encoding="utf-8")
    assert flowhost("migrate-profile", "old.ini", "--write", "new.ini").returncode == 0
    checked = flowhost("check", "new.ini")
    assert checked.returncode == 0, checked.stderr
