"""simpleeval, hardened: every step and every value counts against a budget, and nothing is offered that is not listed.

What simpleeval leaves open and is closed here: any attribute that has no underscore; ``'%9999999d' % 1``, widths and
attribute walks in the format of an f-string; `join`, `replace` and padding that multiply; powers and products of whole
numbers, `round` and `range` of huge ones; memory and time of comprehensions that make large texts; one evaluator used
by two threads; objects without elements in ``for``; too few values for its names.
"""

from __future__ import annotations

import ast
import operator
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import simpleeval  # type: ignore[import-untyped]  # it ships no types

from flowhost.expressions.budget import STEP, WORK, check_size, weight
from flowhost.expressions.elements import elements, key, unpacked
from flowhost.expressions.functions import FUNCTIONS, modulo, plus, power, times
from flowhost.expressions.methods import attribute, contains, item
from flowhost.expressions.refusal import Refusal
from flowhost.expressions.texts import as_text, formatted
from flowhost.options import nearest

MOST_ROUNDS = 10_000  # of all loops of one evaluation

VIEWS: tuple[Any, ...] = (type({}.keys()), type({}.values()), type({}.items()))

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: plus,
    ast.Sub: operator.sub,
    ast.Mult: times,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: modulo,
    ast.Pow: power,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda part, whole: contains(whole, part),
    ast.NotIn: lambda part, whole: not contains(whole, part),
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


class Evaluator(simpleeval.EvalWithCompoundTypes):  # type: ignore[misc]  # as above
    """Works out the trees that `grammar.check` let through. For one thread at a time."""

    def __init__(self) -> None:
        super().__init__(operators=OPERATORS, functions={}, names={})
        self.functions = FUNCTIONS
        self._left = WORK
        self._rounds = 0

    def value(self, tree: ast.Expression, names: Mapping[str, Any]) -> Any:
        """The value of an expression for these names.

        Raises:
            Refusal: it asks for what is not offered, or for too much.
            Exception: whatever the operation that failed raises.
        """
        self.names = names
        self._left = WORK
        self._rounds = 0
        try:
            return self._made(self._eval(tree.body))
        finally:
            self.names = {}

    def _spend(self, units: int) -> None:
        self._left -= units
        if self._left < 0:
            raise Refusal("is too much work: too many steps, or too large values on the way")

    def _made(self, value: Any) -> Any:
        """A value that was made: charged for, and not too large."""
        units = weight(value)
        check_size(value, units)
        self._spend(units)
        return value

    def _eval(self, node: ast.AST) -> Any:
        self._left -= STEP
        if self._left < 0:
            self._spend(0)
        return self.nodes[type(node)](node)

    def _eval_name(self, node: ast.Name) -> Any:
        try:
            return self.names[node.id]
        except KeyError:
            if node.id in FUNCTIONS:
                raise Refusal(f"uses {node.id} without brackets; write {node.id}(...)") from None
            reason = f"uses the name {node.id!r}, which there is not{nearest(node.id, self.names)}"
            raise Refusal(reason) from None

    def _eval_binop(self, node: ast.BinOp) -> Any:
        left, right = self._eval(node.left), self._eval(node.right)
        self._spend(weight(left) + weight(right))
        return self._made(self.operators[type(node.op)](left, right))

    def _eval_compare(self, node: ast.Compare) -> Any:
        left = self._eval(node.left)
        result: Any = True
        for operation, comparator in zip(node.ops, node.comparators, strict=True):
            right = self._eval(comparator)
            self._spend(weight(left) + weight(right))
            result = self.operators[type(operation)](left, right)
            if not result:
                break
            left = right
        return result

    def _eval_call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Attribute):
            self._left -= STEP
            owner = self._eval(node.func.value)
            self._spend(weight(owner))
            function = attribute(owner, node.func.attr)
        else:
            function = self.functions[node.func.id]  # type: ignore[attr-defined]  # the grammar lets only names through
        arguments = [self._eval(one) for one in node.args]
        named = {str(one.arg): self._eval(one.value) for one in node.keywords}
        self._spend(sum(map(weight, arguments)) + sum(map(weight, named.values())))
        result = function(*arguments, **named)
        if isinstance(result, VIEWS):
            result = list(result)
        return self._made(result)

    def _eval_attribute(self, node: ast.Attribute) -> Any:
        return attribute(self._eval(node.value), node.attr)

    def _eval_subscript(self, node: ast.Subscript) -> Any:
        return self._made(item(self._eval(node.value), self._eval(node.slice)))

    def _eval_comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> Any:
        outer, bound = self.names, dict[str, Any]()
        self.names = ChainMap(bound, cast("dict[str, Any]", outer))  # the outer ones are only read
        try:
            rounds = self._loop(node.generators, bound)
            if isinstance(node, ast.DictComp):
                return {key(self._eval(node.key)): self._eval(node.value) for _ in rounds}
            return [self._eval(node.elt) for _ in rounds]
        finally:
            self.names = outer

    def _loop(self, loops: list[ast.comprehension], bound: dict[str, Any]) -> Iterator[None]:
        """Bind the names of the loops, one after another, to all they go through."""
        if not loops:
            yield
            return
        for value in elements(self._eval(loops[0].iter)):
            self._rounds += 1
            if self._rounds > MOST_ROUNDS:
                raise Refusal(f"goes through more than {MOST_ROUNDS} elements")
            _bind(loops[0].target, value, bound)
            if all(self._eval(condition) for condition in loops[0].ifs):
                yield from self._loop(loops[1:], bound)

    def _eval_joinedstr(self, node: ast.JoinedStr) -> str:
        texts = []
        for part in node.values:
            texts.append(as_text(self._eval(part)))
            self._spend(len(texts[-1]))
        return "".join(texts)

    def _eval_formattedvalue(self, node: ast.FormattedValue) -> str:
        value = self._eval(node.value)
        self._spend(weight(value))
        return formatted(value, node.conversion, self._eval(node.format_spec) if node.format_spec else "")


def _bind(target: ast.expr, value: Any, bound: dict[str, Any]) -> None:
    if isinstance(target, ast.Tuple):
        for part, one in zip(target.elts, unpacked(value, len(target.elts)), strict=True):
            _bind(part, one, bound)
    elif isinstance(target, ast.Name):
        bound[target.id] = value
