"""An operator's texts → the arguments of a part's constructor, with everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from flowhost.options.complaints import complaint, exact_place, purpose
from flowhost.options.readers import readable, reads_place, switched_on
from flowhost.options.schema import model_of
from flowhost.options.signature import Option, options_of
from flowhost.options.wording import nearest, same_key
from flowhost.places import Place, Problem, Value

TRUSTED = "trusted_code"
"""The option with which a part's operator lets its expressions be full Python."""

Sections = Mapping[str, Mapping[str, Value]]
NO_SECTIONS: Sections = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Need:
    """Something the host must wire into a part.

    Args:
        role: the type of what is needed.
        named: the resource the config names for it; None when the config leaves it to the host.
        required: whether the part cannot be made without it.
    """

    role: type
    named: Value | None
    required: bool


@dataclass(slots=True)
class Binding:
    """What the texts of a config mean to a part.

    Args:
        arguments: for the constructor; only what the config sets, so that the constructor's defaults hold.
        needs: parameter → what the host must add to the arguments.
        problems: everything that is wrong, in the order of the file; the arguments are incomplete then.
        used_sections: titles of the sections that were read besides the part's own.
    """

    arguments: dict[str, Any] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    used_sections: set[str] = field(default_factory=set)


def bind(
    part: type,
    values: Mapping[str, Value],
    sections: Sections = NO_SECTIONS,
    *,
    called: str,
    place: Place,
    title: str = "",
) -> Binding:
    """Bind a part's options.

    Args:
        part: its class.
        values: key → value of the part's own section, with variables expanded.
        sections: title → values of the other sections of the file, for options that are read from those.
        called: how messages name the part, e.g. ``source 'interval'``.
        place: of the part's section, for what is missing.
        title: of the part's section, which need not be there.

    Raises:
        TypeError: see `options_of`.
    """
    binder = Binder(options_of(part), called, place, title)
    given = binder.given(values)
    for option in binder.options:
        if option.section is not None:
            binder.read_sections(option, sections)
        elif option.role is not None:
            binder.note_need(option, given.get(option.name))
    binder.read_texts(part, given)
    binder.binding.problems.sort(key=lambda problem: problem.place or place)
    return binder.binding


class Binder:
    """Binds the options of one part; gathers everything that is wrong."""

    def __init__(self, options: tuple[Option, ...], called: str, place: Place, title: str) -> None:
        self.options = options
        self.called = called
        self.place = place
        self.title = title
        self.binding = Binding()
        self.context: dict[str, Any] = {}

    def given(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Parameter → its value, of those that are options a key can set."""
        given: dict[str, Value] = {}
        settable = [option for option in self.options if not option.host_given and not option.section]
        for key, value in values.items():
            option = next((option for option in settable if same_key(option.name, key)), None)
            if option is None:
                self._add(self._unknown(key, settable), value.place)
            elif option.name in given:
                self._add(f"{key!r} is the same option as {given[option.name].key!r}; keep one", value.place)
            else:
                given[option.name] = value
        if trusted := given.get(TRUSTED):
            self.context[TRUSTED] = switched_on(trusted.text)
        return given

    def note_need(self, option: Option, named: Value | None) -> None:
        """Note a need, or that the config wants none."""
        assert option.role is not None
        if named is not None and not named.text.strip():
            if option.nullable:
                self.binding.arguments[option.name] = None
            else:
                wanted = f"the name of a {option.role.__name__} resource"
                self._add(f"option {option.key!r} of {self.called} is empty; expected {wanted}", named.place)
            return
        if option.required and option.nullable:
            self.binding.arguments[option.name] = None
        required = option.required and not option.nullable
        self.binding.needs[option.name] = Need(option.role, named, required)

    def read_texts(self, part: type, given: Mapping[str, Value]) -> None:
        """Turn the texts of the part's own section into arguments."""
        plain = [option for option in self.options if option.role is None and not option.section]
        by_key = {option.key: option for option in plain}
        texts = {option.key: _raw(given[option.name], option) for option in plain if option.name in given}
        try:
            bound = model_of(part, plain).model_validate(texts, context=self.context)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                option = by_key[str(details["loc"][0])]
                self._add_text_problem(option, details, given.get(option.name))
        except Exception as error:  # noqa: BLE001  # a validator in an option's type is a stranger's code
            # without its text, in which a secret may be
            self._add(f"the options of {self.called} cannot be read: {type(error).__name__}", self.place)
        else:
            for option in plain:
                if option.name in given:
                    self.binding.arguments[option.name] = getattr(bound, f"option_{option.name}")

    def read_sections(self, option: Option, sections: Sections) -> None:
        """Turn the sections of an option into its argument."""
        assert option.section is not None
        found = _matching(option.section, sections)
        self.binding.used_sections |= set(found)
        if not found:
            if option.required:
                self._add(f"{self.called} needs a section [{option.section}]{purpose(option)}", self.place)
            return
        raw: Any = {
            key: {name: _raw(value, option) for name, value in sections[title].items()}
            for title, key in found.items()
        }
        values: Any = {key: sections[title] for title, key in found.items()}
        if "*" not in option.section:
            raw, values = raw[option.section], values[option.section]
        try:
            reader = TypeAdapter(readable(option.annotation))
            argument = reader.validate_python(raw, context=self.context)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                value = _value_at(values, details["loc"])
                where = f"{value.key!r} in [{option.section}]" if value else f"[{option.section}]"
                at = exact_place(details) or (value.place if value else _any_place(values) or self.place)
                self._add(f"{where}, read by {self.called}: {complaint(details, option)}", at)
        else:
            self.binding.arguments[option.name] = argument

    def _add_text_problem(self, option: Option, details: ErrorDetails, value: Value | None) -> None:
        if value is None:
            where = f"; set it in [{self.title}]" if self.title else ""
            self._add(f"{self.called} needs the option {option.key!r}{purpose(option)}{where}", self.place)
        else:
            at = exact_place(details) or value.place
            self._add(f"option {option.key!r} of {self.called}: {complaint(details, option)}", at)

    def _unknown(self, key: str, settable: Iterable[Option]) -> str:
        elsewhere = next((o for o in self.options if o.section and same_key(o.name, key)), None)
        if elsewhere:
            return f"option {key!r} of {self.called} is not a key; it is read from [{elsewhere.section}]"
        known = [option.key for option in settable]
        hint = nearest(key, known) or (f"; it has: {', '.join(known)}" if known else "; it has no options")
        return f"unknown option {key!r} of {self.called}{hint}"

    def _add(self, message: str, place: Place) -> None:
        self.binding.problems.append(Problem(message, place))


def _matching(pattern: str, sections: Sections) -> dict[str, str]:
    """Title of each section that fits the pattern → what the star stands for."""
    if "*" not in pattern:
        return {pattern: pattern} if pattern in sections else {}
    before, _, after = pattern.partition("*")
    return {
        title: title[len(before) : len(title) - len(after)].strip()
        for title in sections
        if title.startswith(before) and title.endswith(after) and len(title) > len(pattern) - 1
    }


def _raw(value: Value, option: Option) -> Value | str:
    """What the reader of an option's type is given: the text, or the value with its place."""
    return value if reads_place(option.annotation) else value.text


def _value_at(values: Any, path: tuple[int | str, ...]) -> Value | None:
    for step in path:
        if isinstance(values, Mapping):
            values = values.get(step)
        if isinstance(values, Value):
            return values
    return None


def _any_place(values: Any) -> Place | None:
    while isinstance(values, Mapping) and values:
        values = next(iter(values.values()))
    return values.place if isinstance(values, Value) else None
