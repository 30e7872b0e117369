"""What an expression may be made of, told from its text alone: a white list of Python's syntax."""

from __future__ import annotations

import ast

from flowhost.expressions import old_python
from flowhost.expressions.functions import FUNCTIONS
from flowhost.expressions.refusal import Refusal
from flowhost.options import nearest

DEEPEST = (
    150  # levels of brackets and operators: far more than anybody writes, far less than the stack can hold
)

OFFERED = (
    *(ast.Expression, ast.Constant, ast.Name, ast.Load, ast.Store, ast.IfExp),
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot),
    *(ast.Call, ast.keyword, ast.Attribute, ast.Subscript, ast.Slice, ast.JoinedStr, ast.FormattedValue),
    *(ast.List, ast.Tuple, ast.Dict, ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.comprehension),
)
_CALLED = {
    ast.Lambda: "lambda",
    ast.NamedExpr: ":=",
    ast.Starred: "* before a value",
    ast.Set: "a set {...} (write a list [...])",
    ast.SetComp: "a set {...} (write a list [...])",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.MatMult: "the operator @",
}
_BITS = (ast.LShift, ast.RShift, ast.BitAnd, ast.BitOr, ast.BitXor, ast.Invert)

OPEN = "('trusted code = yes' allows all of Python)"


def check(tree: ast.Expression) -> None:
    """Look at every node.

    Raises:
        Refusal: one of them is not offered.
    """
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        for node in level:
            _check(node)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise Refusal(f"is nested deeper than {DEEPEST} levels")


def check_trusted(tree: ast.Expression) -> None:
    """Look for what Python 3 does not have any more; all else is allowed.

    Raises:
        Refusal: there is some.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in old_python.GONE:
            raise _refused(node, f"cannot be used: {old_python.FUNCTIONS[node.func.id]}")
        if isinstance(node, ast.Attribute) and node.attr in old_python.GONE_METHODS:
            raise _refused(node, f"cannot be used: {old_python.METHODS[node.attr]}")


def free_names(tree: ast.AST) -> frozenset[str]:
    """The names whose values must come from outside; functions that are called are not among them."""
    called, bound, read = set(), set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called.add(id(node.func))
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.Name) and id(node) not in called:
            read.add(node.id)
    return frozenset(read - bound)


def _check(node: ast.AST) -> None:
    if not isinstance(node, OFFERED):
        what = (
            "an operator on bits" if isinstance(node, _BITS) else _CALLED.get(type(node), type(node).__name__)
        )
        raise _refused(node, f"uses {what}, which is not offered {OPEN}")
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | None):
        raise _refused(node, f"has the value {node.value!r}; expected a text, a number, True, False or None")
    if isinstance(node, ast.Attribute):
        _check_attribute(node)
    elif isinstance(node, ast.Name) and node.id.startswith("_"):
        raise _refused(node, f"uses {node.id!r}; names that begin with an underscore are not offered")
    elif isinstance(node, ast.Call):
        _check_call(node)
    elif isinstance(node, ast.Dict) and None in node.keys:
        raise _refused(node, f"uses ** before a value, which is not offered {OPEN}")
    elif isinstance(node, ast.comprehension):
        _check_loop(node)


def _check_attribute(node: ast.Attribute) -> None:
    if node.attr.startswith("_"):
        raise _refused(node, f"uses '.{node.attr}'; names that begin with an underscore are not offered")
    if node.attr in old_python.METHODS:
        raise _refused(node, f"cannot be used: {old_python.METHODS[node.attr]}")


def _check_call(node: ast.Call) -> None:
    if any(keyword.arg is None for keyword in node.keywords):
        raise _refused(node, f"uses ** before a value, which is not offered {OPEN}")
    if isinstance(node.func, ast.Attribute):
        return
    if not isinstance(node.func, ast.Name):
        raise _refused(node, "calls something that is neither a function nor a method")
    name = node.func.id
    if name in old_python.FUNCTIONS:
        raise _refused(node, f"cannot be used: {old_python.FUNCTIONS[name]}")
    if name not in FUNCTIONS:
        way_out = nearest(name, FUNCTIONS) or f"; it has: {', '.join(FUNCTIONS)} {OPEN}"
        raise _refused(node, f"calls {name}(), which is not offered{way_out}")


def _check_loop(node: ast.comprehension) -> None:
    if node.is_async:
        raise _refused(node.target, f"uses async, which is not offered {OPEN}")
    for target in ast.walk(node.target):
        if not isinstance(target, ast.Name | ast.Tuple | ast.Store):
            raise _refused(node.target, "has a 'for' with something else than names before its 'in'")


def _refused(node: ast.AST, reason: str) -> Refusal:
    return Refusal(reason, getattr(node, "lineno", 0), getattr(node, "col_offset", -1) + 1)
