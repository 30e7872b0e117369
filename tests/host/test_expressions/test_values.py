"""What an expression says, and how it is told that it is wrong."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Any, ClassVar

import pytest

import flowhost
from flowhost import Expression, ExpressionError, Place

PLACE = Place("app.ini", 12, 20)


class Book:
    """Offers a part of itself."""

    expression_names: ClassVar[frozenset[str]] = frozenset({"title", "page", "__getitem__", "__contains__"})

    title = "Emma"
    price = 12

    def page(self, number: int) -> str:
        if number < 0:
            raise flowhost.Unavailable("the shelf is locked")
        return f"page {number}"

    def __getitem__(self, key: str) -> str:
        return f"<{key}>"

    def __contains__(self, key: str) -> bool:
        return key == "x"


SCOPE: dict[str, Any] = {
    "title": "Die Nacht",
    "number": 7,
    "nothing": None,
    "tags": ["a", "b", "c"],
    "people": {"director": "Ada"},
    "made": datetime(2024, 2, 3, 4, 5, 6),
    "day": date(2024, 2, 3),
    "xml_filename": "clip.xml",
    "book": Book(),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'hubitem'", "hubitem"),
        ("u'old'", "old"),
        ("title", "Die Nacht"),
        ("title + ' alternative'", "Die Nacht alternative"),
        ("xml_filename[:-4] + '.mxf'", "clip.mxf"),
        ("title.upper().replace('DIE', 'THE')", "THE NACHT"),
        ("title.split(' ')[1]", "Nacht"),
        ("' / '.join(tags)", "a / b / c"),
        ("'%s (%03d)' % (title, number)", "Die Nacht (007)"),
        ("'%(director)s' % people", "Ada"),
        ("f'{number:03d}: {title!r:>12}'", "007:  'Die Nacht'"),
        ("f'{made:%d.%m.%Y}'", "03.02.2024"),
        ("made.strftime('%Y') + '-' + str(day.month)", "2024-2"),
        ("number * 2 ** 3 // 5 % 4 - -1", 4),
        ("number / 2", 3.5),
        ("1 < number <= 7 and not nothing", True),
        ("nothing or 'none'", "none"),
        ("title if number > 100 else nothing", None),
        ("'a' in tags and 'z' not in tags", True),
        ("nothing is None and title is not None", True),
        ("people.get('author', 'unknown')", "unknown"),
        ("people['director']", "Ada"),
        ("sorted(people.keys())", ["director"]),
        ("[tag.upper() for tag in tags if tag != 'b']", ["A", "C"]),
        ("{key: len(name) for key, name in people.items()}", {"director": 3}),
        ("', '.join('%d%s' % (i, t) for i, t in enumerate(tags, 1))", "1a, 2b, 3c"),
        ("[a + b for a in tags for b in reversed(tags) if a < b]", ["ac", "ab", "bc"]),
        ("max(len(tag) for tag in tags) + min(3, 4) + sum([1, 2]) + abs(-1)", 8),
        ("max([], default=5)", 5),
        ("[(a, b, c) for a, (b, c) in [(1, (2, 3))] if a for d in [4]]", [(1, 2, 3)]),
        ("[title for title in tags] + [title]", ["a", "b", "c", "Die Nacht"]),
        ("dict([('a', 1)], b=2)", {"a": 1, "b": 2}),
        ("min(tags) + max('xyz')", "az"),
        ("round(2.567, 1) + int('12') + float('0.5')", 15.1),
        ("int('ff', base=16)", 255),
        ("list(zip(tags, range(2)))", [("a", 0), ("b", 1)]),
        ("title.startswith(('Die ', 'Der '))", True),
        ("'7'.zfill(3) + 'x'.center(3, '-')", "007-x-"),
        ("any(t == 'a' for t in tags) and all(tags) and bool(tags)", True),
        ("tuple(tags)[1:], dict(a=1)", (("b", "c"), {"a": 1})),
        ("book.title + book.page(3) + book['k']", "Emmapage 3<k>"),
        ("'x' in book and 'y' not in book", True),
        ("title\n+ '!'", "Die Nacht!"),
        ("\ntitle", "Die Nacht"),
        ("  title", "Die Nacht"),
        ("title # a remark", "Die Nacht"),
    ],
)
@pytest.mark.parametrize("trusted", [False, True])
def test_a_value(text: str, expected: object, trusted: bool) -> None:
    expression = Expression(text, PLACE, trusted=trusted)
    assert expression.value(SCOPE) == expected
    assert expression.value(SCOPE) == expected


def test_the_names_it_needs() -> None:
    assert Expression("[a + x for a in b] or len(c)").names == {"x", "b", "c"}
    assert Expression("lambda a: a + b", trusted=True).names == {"b"}
    assert Expression("'a'").names == frozenset()


def test_trusted_means_all_of_python() -> None:
    text = "__import__('os').path.join(*[x for x in (lambda: names)()])"
    assert Expression(text, trusted=True).value({"names": ["a", "b"]}) == "a/b"
    with pytest.raises(ExpressionError, match=r"^app.ini:12:20: the expression .* in scope: names = \[\]"):
        Expression("names[0]", PLACE, trusted=True).value({"names": []})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "app.ini:12:20: the expression '' is empty; expected an expression such as 'a text' or a name"),
        ("title +", "app.ini:12:20: the expression 'title +' cannot be read: invalid syntax"),
        ("'é' + a.__class__", "app.ini:12:26: the expression \"'é' + a.__class__\" uses '.__class__'; names that "
         "begin with an underscore are not offered"),
        ("a\n+ b._x", "app.ini:13: the expression 'a\\n+ b._x' uses '._x'; names that begin with an underscore are "
         "not offered"),
        ("lenn(a)", "app.ini:12:20: the expression 'lenn(a)' calls lenn(), which is not offered; did you mean 'len'?"),
        ("a << 1", "app.ini:12:20: the expression 'a << 1' uses an operator on bits, which is not offered "
         "('trusted code = yes' allows all of Python)"),
        ("lambda: 1", "app.ini:12:20: the expression 'lambda: 1' uses lambda, which is not offered "
         "('trusted code = yes' allows all of Python)"),
        ("{a}", "app.ini:12:20: the expression '{a}' uses a set {...} (write a list [...]), which is not offered "
         "('trusted code = yes' allows all of Python)"),
        ("a(1)(2)", "app.ini:12:20: the expression 'a(1)(2)' calls something that is neither a function nor a method"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression(text, PLACE)
    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("unicode(title)", "write str()"),
        ("title <> 'x'", "write !="),
        ("`number`", "write str(...)"),
        ("people.has_key('a')", "write key in mapping"),
        ("10L", "leave out the L"),
        ("0777", "write 0o before the digits"),
        ("ur'x'", "write r'...'"),
        ("title.decode('utf-8')", "leave it out"),
        ("people.iteritems()", "write items()"),
        ("'{}'.format(title)", "write f'{name}' or '%s' % name"),
        ("title = 'x'", "compare with =="),
        ("map(str, tags)", "write [... for x in xs]"),
        ("print title", "write what the value is"),
    ],
)
def test_python_2_is_told_what_to_write_instead(text: str, instead: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression(text)
    assert str(caught.value).endswith(instead)


@pytest.mark.parametrize(
    "text", ["unicode(title)", "people.has_key('a')", "title <> 'x'", "[x for x in xrange(3)]"]
)
def test_trusted_code_is_of_python_3_too(text: str) -> None:
    with pytest.raises(ExpressionError, match="is of Python 2; write"):
        Expression(text, trusted=True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("titel", "uses the name 'titel', which there is not; did you mean 'title'?"),
        ("title + nothing", "an empty value is None: write e.g. (title or '')"),
        ("title.titel()", "uses '.titel' of a text, which is not offered; did you mean 'title'?"),
        ("book.price", "uses '.price' of a Book, which is not offered; it has: page, title"),
        ("str(book)", "makes a text of a Book; say which part of it"),
        ("f'{book}'", "makes a text of a Book; say which part of it"),
        ("number[0]", "takes [0] of a number, which has no parts"),
        ("'a' in number", "looks for 'a' in a number, which has no parts"),
        ("people['x']", "failed: KeyError: 'x'"),
        ("title.upper", "ends in a method that is not called; add brackets"),
        ("len", "uses len without brackets; write len(...)"),
        ("sum(tags)", "failed: TypeError: sum() adds numbers; write ''.join(...) for texts"),
        ("(-8) ** 0.5", "failed: ValueError: -8 ** 0.5 is no real number"),
        ("[b for a, b in [(1, 2), (3,)]]", "failed: ValueError: there are 2 names for 1 values"),
        ("[key for key in book]", "goes through a Book, which has no elements"),
        ("'%(a(b))s' % people", "has '%(' in the text before a %; expected e.g. '%s' or '%(name)03d'"),
        ("{i * 2 ** 61: 1 for i in range(9)}", "uses a number of more than 60 bits as a key; write str(...)"),
        ("dict([((1, 2 ** 61), 1)])", "uses a number of more than 60 bits as a key; write str(...)"),
        ("int(tags)", "failed: TypeError: int() takes a text or a number, not a list"),
    ],
)  # fmt: skip
def test_what_fails_tells_the_place_the_reason_and_the_values(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression(text, PLACE).value(SCOPE)
    said = str(caught.value)
    assert said.startswith(f"app.ini:12:20: the expression {text!r} ")
    assert f"{reason}; in scope: " in said
    assert (caught.value.place, caught.value.expression) == (PLACE, text)


def test_the_values_in_scope_are_shortened_and_secrets_masked() -> None:
    scope = {f"n{i}": i for i in range(20)} | {
        "text": "x" * 10_000,
        "password": "hunter2",
        "url": "ftp://user:hunter3@one.test/",
        "secret": flowhost.Secret("hunter4"),
        "long": f"ftp://user:{'hunter5' * 9}@one.test/{'folder/' * 9}",
        "headers": {"authorization": "hunter6", "x": 1},
    }
    with pytest.raises(ExpressionError) as caught:
        Expression("text + url + password + secret + long + headers + 1").value(scope)
    said = str(caught.value)
    assert "hunter" not in said
    assert "password = ********" in said
    assert "ftp://user:********@one.test/" in said
    assert said.endswith("and 14 more")
    assert len(said) < 1000


def test_a_value_that_cannot_be_shown_hides_no_error() -> None:
    with pytest.raises(ExpressionError, match="in scope: n = <int that cannot be shown: ValueError>"):
        Expression("n + ''").value({"n": 10**5000})


def test_an_expected_error_of_an_object_in_scope_passes() -> None:
    with pytest.raises(flowhost.Unavailable, match="shelf"):
        Expression("book.page(-1)").value(SCOPE)


def test_a_frozen_dataclass_is_data() -> None:
    event = flowhost.Event("file.changed", {"size": 3}, subject="clip.mxf")
    assert (
        Expression("event.subject + ' ' + str(event.data.get('size'))").value({"event": event})
        == "clip.mxf 3"
    )
    assert Expression("event.headers.get('a', 'b')").value({"event": event}) == "b"
    with pytest.raises(ExpressionError, match=r"'\.identity' of a Event"):
        Expression("event.identity").value({"event": event})


def test_many_threads_use_one_expression() -> None:
    expression = Expression("[n * x for x in [1, 2, 3]]")
    wrong: list[int] = []

    def work(number: int) -> None:
        wrong.extend(
            number for _ in range(300) if expression.value({"n": number}) != [number, 2 * number, 3 * number]
        )

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_value_may_ask_for_another_expression() -> None:
    class Nested:
        expression_names = frozenset({"value"})

        def value(self) -> Any:
            return Expression("[x for x in [a]]").value({"a": 2})

    assert Expression("[x + n.value()[0] for x in [1]]").value({"n": Nested()}) == [3]
