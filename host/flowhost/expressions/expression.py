"""One expression: read once, worked out many times."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import replace
from types import CodeType
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic_core import PydanticCustomError, core_schema

from flowhost.errors import FlowhostError
from flowhost.expressions.failure import ExpressionError
from flowhost.expressions.reading import parse
from flowhost.expressions.refusal import Refusal
from flowhost.logs.masking import masked
from flowhost.options.wording import quoted
from flowhost.places import Place, Value

if TYPE_CHECKING:
    from flowhost.expressions.evaluator import Evaluator


class Expression:
    """An expression of an operator's file: Python's syntax, without what could do harm.

    Arithmetic, comparison, ``and``/``or``/``not``, ``x if y else z``, methods of texts, ``[...]``, comprehensions,
    f-strings, ``'%s' % x`` and a score of functions are there; time and memory of one evaluation are bounded.
    Use it as the type of an option, e.g. ``Annotated[dict[str, flowhost.Expression], flowhost.Section("Mappings")]``:
    then `flowhost check` finds what is wrong with it. A part with an option ``trusted_code: bool`` lets its operator
    have full Python instead.

    Args:
        text: the expression.
        place: where it stands, for messages.
        trusted: work it out as full Python.

    Attributes:
        text: as given.
        place: as given.
        trusted: as given.
        names: the names whose values it needs.

    Raises:
        ExpressionError: it is no expression of Python 3, or uses what is not offered.
    """

    __slots__ = ("_code", "_tree", "names", "place", "text", "trusted")

    reads_place: ClassVar[bool] = True
    option_type: ClassVar[str] = "expression"

    _idle: ClassVar[list[Evaluator]] = []  # evaluators nobody uses now; append and pop are atomic

    def __init__(self, text: str, place: Place | None = None, *, trusted: bool = False) -> None:
        from flowhost.expressions.grammar import check, check_trusted, free_names

        self.text = text
        self.place = place
        self.trusted = trusted
        self._code: CodeType | None = None
        try:
            self._tree = parse(text)
            if trusted:
                check_trusted(self._tree)
                self._code = compile(self._tree, str(place or "<expression>"), "eval")
            else:
                check(self._tree)
        except Refusal as refusal:
            raise ExpressionError(text, refusal.reason, place=_within(place, refusal, text)) from None
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # of compile()
            raise ExpressionError(text, f"cannot be read: {error}", place=place) from None
        self.names = free_names(self._tree)

    def value(self, names: Mapping[str, Any]) -> Any:
        """Work it out.

        Args:
            names: name → value. Objects of a class with ``expression_names`` offer those attributes and methods.

        Raises:
            ExpressionError: it failed; the text tells the place, the reason and the values in scope.
            FlowhostError: an object in scope raised it.
        """
        try:
            return self._trusted_value(self._code, names) if self._code else self._safe_value(names)
        except Refusal as refusal:
            reason = refusal.reason
        except FlowhostError:
            raise
        except RecursionError:
            reason = "is nested too deeply, or goes round in circles"
        except Exception as error:  # noqa: BLE001  # an operator's code may fail in any way
            reason = f"failed: {_said(error)}"
        raise ExpressionError(self.text, reason, place=self.place, scope=names, used=self.names)

    def _safe_value(self, names: Mapping[str, Any]) -> Any:
        try:
            evaluator = self._idle.pop()
        except IndexError:
            evaluator = _new_evaluator()
        try:
            result = evaluator.value(self._tree, names)
        finally:
            self._idle.append(evaluator)
        if callable(result):
            raise Refusal("ends in a method that is not called; add brackets")
        return result

    @staticmethod
    def _trusted_value(code: CodeType, names: Mapping[str, Any]) -> Any:
        # the names are globals, so that comprehensions and lambdas see them
        return eval(code, {"__builtins__": builtins, **names})  # noqa: S307  # the operator switched this on

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(cls._read)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        return {"type": "string"}

    @classmethod
    def _read(cls, value: object, info: core_schema.ValidationInfo[Any]) -> Expression:
        if isinstance(value, Expression):
            return value
        placed = value if isinstance(value, Value) else Value("", str(value), Place(""))
        trusted = bool((info.context or {}).get("trusted_code"))
        try:
            return cls(placed.text, placed.place, trusted=trusted)
        except ExpressionError as error:
            sentence = f"{quoted(placed.text)} {error.reason}"
            raise PydanticCustomError(
                "unreadable", "{sentence}", {"sentence": sentence, "place": error.place}
            ) from None


def _new_evaluator() -> Evaluator:
    from flowhost.expressions.evaluator import Evaluator  # imports simpleeval

    return Evaluator()


def _within(place: Place | None, refusal: Refusal, text: str) -> Place | None:
    """The place of a part of the expression: exact on its first line, on later ones the line."""
    if place is None or not place.line or not refusal.line:
        return place
    if refusal.line > 1 or text.startswith("\n"):
        return replace(
            place, line=place.line + refusal.line - 1 + text[: -len(text.lstrip())].count("\n"), column=0
        )
    return replace(place, column=place.column + max(refusal.column, 1) - 1) if place.column else place


def _said(error: Exception) -> str:
    said = f"{type(error).__name__}: {masked(str(error))[:200]}"  # masked first: a secret cut in two is none
    return f"{said}; an empty value is None: write e.g. (title or '')" if "NoneType" in said else said
