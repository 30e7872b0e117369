"""Which resource fills which need: the named one, the only one of its role, or a default one made without config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flowhost.config import Config
from flowhost.config.ini import Section
from flowhost.options import Need, nearest, same_key
from flowhost.parts import Resource
from flowhost.places import Place, Problem, Value
from flowhost.registry import Registry
from flowhost.wiring.making import Maker


@dataclass(slots=True)
class _Configured:
    """A resource the config names; `titled` when it stands in its class's own section, e.g. ``[Stomp]``."""

    name: str
    kind: type[Resource]
    section: Section
    titled: bool = False
    state: Literal["noted", "making", "made"] = "noted"
    made: Resource | None = None  # stays None when it could not be made
    besides: dict[str, Value] | None = None


class Resources:
    """The resources of one daemon, made when somebody first needs them.

    Attributes:
        needed: those somebody needs, each after the ones it needs itself: the order to open them in.
        titles: section titles that belong to resources.
        complete: no more can be needed: the daemon opens those that are.
    """

    def __init__(self, config: Config, registry: Registry, maker: Maker) -> None:
        self.needed: list[Resource] = []
        self._kinds: Mapping[str, type[Resource]] = registry.parts("resource")
        self.titles: dict[str, type[Resource]] = {
            title: kind for kind in self._kinds.values() if (title := getattr(kind, "section", None))
        }
        self._config = config
        self._registry = registry
        self._maker = maker
        self._configured: dict[str, _Configured] = {}
        self.complete = False

    def read(self) -> None:
        """Note every resource section of the config."""
        for title, kind in self.titles.items():
            if section := self._config.sections.get(title):
                self._note(_Configured(kind.name, kind, section, titled=True))
        for section in self._config.titled("Resource"):
            self._read_named(section)

    def add(self, resource: Resource) -> None:
        """Let this resource fill needs; it was made elsewhere."""
        section = Section(f"Resource:{resource.name}", self._config.place)
        self._note(_Configured(resource.name, type(resource), section, state="made", made=resource))

    def find(self, need: Need, called: str, place: Place) -> Resource | None:
        """The resource for a need; None, with the problem noted when the need must be met, if there is none."""
        if need.named:
            return self._named(need, need.named, called)
        fitting = [one for one in self._configured.values() if _fills(one.kind, need.role)]
        if len(fitting) > 1:
            fitting = [one for one in fitting if one.titled] or fitting
        if not fitting:
            fitting = self._defaults(need)
        if len(fitting) == 1:
            return self._use(fitting[0], called, place)
        if fitting or need.required:
            self._maker.problems.append(Problem(self._unmet(need, fitting, called), place))
        return None

    def fitting(self, role: type) -> list[str]:
        """The names of the configured resources that can fill a role."""
        return [name for name, one in self._configured.items() if _fills(one.kind, role)]

    def unused(self) -> list[str]:
        """The sections of the config whose resources nobody needs, so that the daemon does not open them."""
        used = [id(one) for one in self.needed]
        configured = [one for one in self._configured.values() if one.section.title in self._config.sections]
        return [one.section.title for one in configured if id(one.made) not in used]

    def make_rest(self) -> None:
        """Make the configured resources nobody needs, so that their mistakes are found too."""
        for one in list(self._configured.values()):
            self._make(one)

    def _read_named(self, section: Section) -> None:
        name = section.title.partition(":")[2].strip()
        kind_value = next((value for key, value in section.values.items() if same_key(key, "type")), None)
        if not name or not kind_value:
            wrong = (
                "a resource section is called [Resource:NAME]"
                if not name
                else f"[{section.title}] has no 'type'"
            )
            self._maker.problems.append(Problem(wrong, section.place))
            return
        kind = self._maker.attempt(lambda: self._registry.get("resource", kind_value.text), kind_value.place)
        if kind:
            self._note(_Configured(name, kind, section, besides={kind_value.key: kind_value}))

    def _note(self, one: _Configured) -> None:
        first = self._configured.setdefault(one.name, one)
        if first is not one:
            both = f"[{first.section.title}] and [{one.section.title}] are both called {one.name!r}"
            message = f"{both}; give one of them another name: [Resource:NAME]"
            self._maker.problems.append(Problem(message, one.section.place))

    def _named(self, need: Need, named: Value, called: str) -> Resource | None:
        one = self._configured.get(named.text)
        if one and _fills(one.kind, need.role):
            return self._use(one, called, named.place)
        role = need.role.__name__
        fitting = self.fitting(need.role)
        message = f"{called} needs a {role}; {named.text!r} is " + (
            f"a {one.kind.name!r}, which is none" if one else f"no resource{nearest(named.text, fitting)}"
        )
        self._maker.problems.append(Problem(message, named.place))
        return None

    def _defaults(self, need: Need) -> list[_Configured]:
        """What fills a need that no section is for; a class by itself only does when it must be there."""
        kinds = [
            kind
            for kind in self._kinds.values()
            if _fills(kind, need.role)
            and ((kind is need.role and need.required) or getattr(kind, "default", False))
        ]
        for kind in kinds:
            title = getattr(kind, "section", None) or f"Resource:{kind.name}"
            self._configured.setdefault(
                kind.name, _Configured(kind.name, kind, Section(title, self._config.place))
            )
        return [self._configured[kind.name] for kind in kinds]

    def _unmet(self, need: Need, fitting: list[_Configured], called: str) -> str:
        role = need.role.__name__
        if fitting:
            return f"{called} needs a {role} and there are several; name one of: {', '.join(o.name for o in fitting)}"
        kinds = [k.name for k in self._kinds.values() if _fills(k, need.role)]
        way_out = f"configure one of: {', '.join(kinds)}" if kinds else "no installed plugin provides one"
        return f"{called} needs a {role}, and the config has none; {way_out}"

    def _use(self, one: _Configured, called: str, place: Place) -> Resource | None:
        if self.complete and one.made not in self.needed:
            told = f"{called} needs the resource {one.name!r}, which this daemon did not open when it started"
            self._maker.problems.append(Problem(f"{told}; restart it", place))
            return None
        resource = self._make(one)
        if resource is not None and resource not in self.needed:
            self.needed.append(resource)
        return resource

    def _make(self, one: _Configured) -> Resource | None:
        called = f"resource {one.name!r}"
        if one.state == "making":
            self._maker.problems.append(
                Problem(f"{called} needs itself, directly or through others", one.section.place)
            )
        elif one.state == "noted":
            one.state = "making"
            one.made = self._maker.make(
                one.kind, one.section, called=called, find=self.find, besides=one.besides
            )
            one.state = "made"
        return one.made


def _fills(kind: type, role: type) -> bool:
    """Whether a resource class inherits from a role; issubclass() of a protocol would only compare method names."""
    return role in kind.__mro__
