"""Whatever an expression says, it ends in a value or an ExpressionError, soon and without much memory."""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowhost import Expression, ExpressionError


class Endless:
    """Offers itself by key, so that Python would go through it for ever."""

    expression_names: ClassVar[frozenset[str]] = frozenset({"__getitem__", "__str__"})

    def __getitem__(self, key: object) -> str:
        return "hidden" if key == "secret" else "x"

    def __str__(self) -> str:
        return "endless"


@dataclass(frozen=True)
class Handle:
    """Data, but for what can be called."""

    call: Callable[..., Any] = os.getcwd
    kind: type = type


SCOPE = {
    "a": "x" * 1000, "n": 7, "d": {"k": "v"}, "e": [], "m": [1, 2, 3], "none": None,
    "bytes_": b"%999999999d", "endless": Endless(), "handle": Handle(), "huge": Decimal("1e99999999"),
}  # fmt: skip

MEMORY = 300_000_000  # bytes: two orders of magnitude above an honest expression, far below what would hurt
SECONDS = 20.0  # an honest one takes microseconds; the limit is for a loaded machine

ESCAPES = [
    "a.__class__", "().__class__.__bases__[0].__subclasses__()", "a.upper.__self__", "a.upper.__globals__",
    "'{0.__class__}'.format(a)", "'{a.__class__}'.format_map(d)", "f'{a.__class__}'", "f'{a:{d.__class__}}'",
    "f\"{n:{'}{0.__class__'}}\"", "'%(__class__)s' % a", "(x for x in m).gi_frame", "[x for x in m].append(1)",
    "m.sort()", "d.update({1: 2})", "d.setdefault('x', 1)", "d.clear()", "d.pop('k')", "getattr(a, 'upper')",
    "eval('1')", "exec('1')", "open('/etc/passwd')", "__import__('os')", "globals()", "vars()", "type(a)",
    "str.mro()", "a.mro()", "a.translate({120: 'xx'})", "a.maketrans('a', 'b')", "n.to_bytes(10, 'big')", "a.encode()",
    "(lambda: 1)()", "[y := 1]", "{*m}", "[*m]", "print(*m)", "dict(**d)", "{**d}", "b'x'", "1j", "...",
    "a.expandtabs(10**9)", "m.__len__()", "len.__self__", "max(m, key=len)", "sorted(m, key=n)", "await a",
    "[x async for x in m]", "[d.k for d.k in m]", "[1 for m[0] in m]", "a if a else (yield)", "f'{a!r:_>9999}'",
    "handle.call()", "handle.call", "handle.kind(a)", "'%(secret)s' % endless", "'%(a(b)c)s' % {'a(b)c': 1}",
    "_", "__builtins__", "d['__class__'].x", "(a.upper,)[0]()", "[a.upper][0]()",
]  # fmt: skip

BOMBS = [
    "9**9**9", "9**9**9**9", "2**n**n**n", "(10**300)**(10**300)", "-9**9**9", "2.0**10**10", "1/2**-9999999999",
    "'a'*10**10", "10**10*'a'", "[0]*10**9", "[[0]*1000]*1000*1000", "('a'*1000000)*1000000", "a*1000*1000*1000",
    "'%999999999d' % 1", "'%*d' % (999999999, 1)", "'%.999999999f' % 1", "f'{1:999999999}'", "f'{1:.999999999f}'",
    "('%(a)s' * 100000) % {'a': 'x' * 100000}", "'%s%s%s' % (a*900, a*900, a*900)",
    "'%(a(b)c)999999999d' % {'a(b)c': 1}", "'%(())999999999s' % {'()': 1}", "bytes_ % 1", "bytes_ * 10**9", "huge * 2",
    "round(huge)", "f'{huge:f}'", "'%d' % huge", "list(endless)", "[x for x in endless]", "any(endless)", "max(endless)",
    "sorted(endless)", "dict([endless])", "dict(endless)", "''.join(endless)", "list(zip(m, endless))",
    "[x for x, y in [endless]]", "sum(endless)", "enumerate(endless)", "reversed(endless)", "all(endless)",
    "a.replace('', a*900)", "a.replace('x', a*900)", "(a*900).join(a)", "(a*900).join(a*900)", "a.center(10**12)",
    "a.ljust(10**12)", "a.zfill(10**12)", "a.rjust(10**12, 'y')", "round(5, -10**9)", "round(5, 10**12)",
    "range(10**12)", "range(-10**30, 10**30, 2)", "list(range(10**9))", "int('9'*10000)", "int('f'*1000000, 16)",
    "float('9'*1000000)", "str(10**5000)", "sum([[0]*1000]*1000, [])",
    "[x for x in [0]*100000]", "[[[x for x in m*1000] for y in m*1000] for z in m*1000]",
    "[a*900 for x in range(9999)]", "[(a*900)[1:] for x in range(9999)]", "[a.upper()*900 for x in range(9999)]",
    "[f'{a}{a}{a}' * 300 for x in range(9999)]", "{x: a*900 for x in range(9999)}", "','.join(a*900 for x in range(9999))",
    "[(a*900).rfind('y'*90000+'x') for x in range(9999)]", "(a*900).rsplit('y'*90000+'x')", "(a*900).strip('y'*900000)",
    "[str([p]*1000) for p in [[q]*1000 for q in [[0]*1000]]]", "[[p]*1000 == [p]*1000 for p in [[[0]*1000]*1000]]",
    "[sorted((a*900).split('x')) for x in range(9999)]", "[(a*900) in (a*900) for x in range(9999)]",
    "[str(x) for x in [[[[[[[[0]*99]*99]*99]*99]*99]*99]*99]]", "[[0]*1000]*1000 == [[0]*1000]*1000",
    "f'{[[[[0]*999]*999]*999]*999}'", "str([[[[0]*999]*999]*999]*999)", "len([[[[0]*999]*999]*999]*999)",
    "-" * 9000 + "1", "(" * 3000 + ")" * 3000, "[" * 150 + "]" * 150, "not " * 2000 + "1", "1+" * 4000 + "1",
    "a" + ".upper()" * 1000, "a[" * 90 + "0" + "]" * 90, "'a'" * 3000, "f'{" * 20 + "}'" * 20, "x" * 20000,
    "1" * 9000, "\x00", "\ud800", "'\\ud800'.upper()", "a\n\n\n", "1) + (1", ")\n(", "#", "a;a", "a,",
]  # fmt: skip


def outcome(text: str) -> object:
    """The value, or the error; anything else fails the test."""
    try:
        return Expression(text).value(SCOPE)
    except ExpressionError as error:
        return error


@pytest.mark.parametrize("text", ESCAPES)
def test_an_escape_is_refused(text: str) -> None:
    assert isinstance(outcome(text), ExpressionError)
    assert SCOPE["d"] == {"k": "v"}
    assert SCOPE["m"] == [1, 2, 3]


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_a_bomb_does_not_go_off(text: str) -> None:
    tracemalloc.start()
    began = time.monotonic()
    try:
        found = outcome(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MEMORY
    assert time.monotonic() - began < SECONDS
    assert isinstance(found, ExpressionError | str | int | float | list | tuple | bool)


ATOMS = st.sampled_from([
    "a", "n", "d", "m", "e", "none", "1", "0", "-1", "2.5", "'x'", "''", "'%s'", "99999", "10**9", "True", "None",
    "__class__", "x", "len", "str", "self", "[]", "{}", "()", "'{0}'", '"%999d"', "u'é'",
])  # fmt: skip
METHODS = [
    "upper",
    "join",
    "replace",
    "split",
    "format",
    "__class__",
    "get",
    "items",
    "center",
    "gi_frame",
    "count",
]


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(
        ["+", "-", "*", "**", "/", "//", "%", "<", "==", "in", "is", "and", "or", "<<", "@", "|"]
    )
    functions = st.sampled_from(
        ["len", "str", "int", "max", "sorted", "range", "list", "sum", "round", "eval", "type", "zip", "dict"]
    )
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("{}({})".format, functions, inner),
        st.builds("{}({}, {})".format, functions, inner, inner),
        st.builds("{}.{}({})".format, inner, st.sampled_from(METHODS), inner),
        st.builds("{}.{}".format, inner, st.sampled_from([*METHODS, "__dict__", "mro"])),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[{}:{}]".format, inner, inner, inner),
        st.builds("[{} for x in {}]".format, inner, inner),
        st.builds("[{} for x in {} for y in {} if {}]".format, inner, inner, inner, inner),
        st.builds("{{x: {} for x in {}}}".format, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("f'{{{}:{{{}}}}}'".format, inner, inner),
        st.builds("f'{{{}!r}}'".format, inner),
        st.builds("(not {})".format, inner),
    )


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(ATOMS, grown, max_leaves=12))
def test_anything_ends_in_a_value_or_in_our_error(text: str) -> None:
    began = time.monotonic()
    outcome(text)
    assert time.monotonic() - began < SECONDS


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_ends_in_a_value_or_in_our_error(text: str) -> None:
    outcome(text)
