"""What a document such as a YAML file says of a part → the arguments of its constructor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flowhost.options.binding import NO_SECTIONS, TRUSTED, Binder, Binding, Sections
from flowhost.options.complaints import purpose
from flowhost.options.fields import Path, document_key, fields_schema, read_fields
from flowhost.options.placed import PlacedText
from flowhost.options.readers import switched_on
from flowhost.options.schema import documentation
from flowhost.options.signature import Option, options_of
from flowhost.options.wording import nearest, same_key
from flowhost.places import Place, Problem, Value


def bind_document(
    part: type,
    data: Mapping[str, Any],
    sections: Sections = NO_SECTIONS,
    *,
    called: str,
    place: Place,
    places: Mapping[Path, Place],
) -> Binding:
    """Bind a part's options to the values of a document; see `bind`.

    Args:
        part: its class.
        data: key → text, number, boolean, None, list or mapping of these.
        sections: of the daemon's profile, for options that are read from those.
        called: how messages name the part, e.g. ``action 'transcode'``.
        place: where the part stands as a whole.
        places: path of keys and indexes within `data` → where that stands.

    Raises:
        TypeError: see `options_of`.
    """
    binder = _DocumentBinder(part, called, place, places)
    for option in binder.options:
        if option.section is not None:
            binder.read_sections(option, sections)
        elif option.role is not None and not option.host_given:
            binder.note_need(option, binder.named(option, data))
        elif option.role is not None:
            binder.note_need(option, None)
    binder.read(data)
    binder.binding.problems.sort(key=lambda problem: problem.place or place)
    return binder.binding


def document_schema(part: type, *, needs: tuple[str, ...] = ()) -> dict[str, Any]:
    """The options of a part as a JSON Schema (draft 2020-12) of a document.

    Args:
        part: its class.
        needs: parameters that are needs and shall be in it.
    """
    options = tuple(one for one in _settable(part) if one.role is None or one.name in needs)
    return {"description": documentation(part).partition("\n\n")[0], **fields_schema(part, options)}


def _settable(part: type) -> tuple[Option, ...]:
    return tuple(one for one in options_of(part) if not one.host_given and not one.section)


class _DocumentBinder(Binder):
    def __init__(self, part: type, called: str, place: Place, places: Mapping[Path, Place]) -> None:
        super().__init__(options_of(part), called, place, "")
        self.part = part
        self.places = places

    def named(self, option: Option, data: Mapping[str, Any]) -> Value | None:
        """The resource that the document names for a need; None when it leaves that to the host."""
        key = next((key for key in data if same_key(option.name, str(key))), None)
        if key is None:
            return None
        value = data[key]
        if value is not None and not isinstance(value, str):
            self._add(
                f"option {document_key(option)!r} of {self.called}: expected the name of a resource",
                self.at((key,)),
            )
            return None
        return Value(key, value or "", self.at((key,)))

    def read(self, data: Mapping[str, Any]) -> None:
        """Turn the values into arguments."""
        needs = [one for one in self.options if one.role is not None and not one.host_given]
        rest = {
            key: value for key, value in data.items() if not any(same_key(n.name, str(key)) for n in needs)
        }
        plain = tuple(one for one in _settable(self.part) if one.role is None)
        trusted = next((value for key, value in rest.items() if same_key(TRUSTED, str(key))), False)
        context = {TRUSTED: trusted is True or (isinstance(trusted, str) and switched_on(trusted))}
        reading = read_fields(self.part, plain, self.placed(rest, (), ""), context)
        self.binding.arguments |= reading.arguments
        for fault in reading.faults:
            self._add(f"{self._subject(fault.path)}: {fault.sentence}", fault.place or self.at(fault.path))
        for key in reading.unknown:
            self._add(self._unknown_key(key), self.at((key,)))
        for key, first in reading.twice.items():
            self._add(f"{key!r} is the same option as {first!r}; keep one", self.at((key,)))
        for option in reading.missing:
            self._add(f"{self.called} needs the option {document_key(option)!r}{purpose(option)}", self.place)

    def placed(self, value: Any, path: Path, key: str) -> Any:
        """The value, each text in it with its place."""
        if isinstance(value, Mapping):
            return {
                self.placed_key(name, path): self.placed(one, (*path, name), str(name))
                for name, one in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.placed(one, (*path, number), key) for number, one in enumerate(value)]
        return PlacedText.of(value, key, self.at(path)) if isinstance(value, str) else value

    def placed_key(self, key: Any, path: Path) -> Any:
        """The key, with the line of its value: where exactly keys stand nobody tells."""
        place = replace(self.at((*path, key)), column=0)
        return PlacedText.of(key, key, place) if isinstance(key, str) else key

    def at(self, path: Path) -> Place:
        """Where a value stands, or else what is around it."""
        while path:
            if place := self.places.get(path):
                return place
            path = path[:-1]
        return self.place

    def _subject(self, path: Path) -> str:
        inner = "/".join(str(step) for step in path[1:] if isinstance(step, str))
        within = f"{inner!r} in " if inner else ""
        return f"{within}option {path[0]!r} of {self.called}"

    def _unknown_key(self, key: str) -> str:
        elsewhere = next((one for one in self.options if one.section and same_key(one.name, key)), None)
        if elsewhere:
            return f"option {key!r} of {self.called} is not set here; it is read from [{elsewhere.section}] of the profile"
        known = [document_key(option) for option in _settable(self.part)]
        hint = nearest(key, known) or (f"; it has: {', '.join(known)}" if known else "; it has no options")
        return f"unknown option {key!r} of {self.called}{hint}"

    def _add(self, message: str, place: Place) -> None:
        self.binding.problems.append(Problem(message, place))
