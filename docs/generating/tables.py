"""Tables of options."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from pydantic import SecretStr

from flowhost.options import Option, document_key

TIMES: dict[str, float] = {"d": 86400, "h": 3600, "min": 60, "s": 1, "ms": 0.001}
SIZES: dict[str, float] = {"GiB": 1024**3, "MiB": 1024**2, "KiB": 1024}


def option_table(options: Iterable[Option], *, hyphens: bool = False) -> str:
    """The options an operator can set, a row each; a sentence when there are none.

    Args:
        options: of a part.
        hyphens: whether they stand in the file of a rule, where keys have hyphens.
    """
    rows = [_row(option, hyphens) for option in options if not option.host_given]
    if not rows:
        return "It has no options."
    return table(("Key", "Type", "Default", "Meaning"), rows)


def table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    titles = list(titles)
    lines = [titles, ["---"] * len(titles), *([_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown_default(option: Option) -> str:
    """What holds when the key is not there."""
    if option.role is not None:
        return "**needed**" if option.required and not option.nullable else "if there is one"
    if option.required:
        return "**required**"
    if option.type.startswith(("length of time", "size")) and isinstance(option.default, int | float):
        return f"`{_amount(option.default, SIZES if option.type.startswith('size') else TIMES)}`"
    return _text(option.default)


def _row(option: Option, hyphens: bool) -> tuple[str, str, str, str]:
    own = document_key(option) if hyphens else option.key
    key = f"[{option.section}]" if option.section else own
    meaning = option.help or (f"which {option.role.__name__} to use" if option.role else "")
    return f"`{key}`", option.type, shown_default(option), meaning


def _text(default: object) -> str:
    if isinstance(default, SecretStr):
        return ""
    if isinstance(default, enum.Enum):
        default = default.value
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, list | tuple | set | frozenset):
        default = ", ".join(str(one) for one in default)
    return (
        f"`{default:g}`"
        if isinstance(default, float)
        else f"`{default}`"
        if default not in (None, "")
        else ""
    )


def _amount(number: float, units: dict[str, float]) -> str:
    """The number in the largest unit in which it is a whole one."""
    unit = next((unit for unit, size in units.items() if number and number % size == 0), "")
    return f"{number / units.get(unit, 1):g} {unit}".strip()


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
