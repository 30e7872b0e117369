"""Registers plugins with pluggy and collects the parts each one provides, plugin by plugin.

A plugin is taken whole or not at all: one wrong hook or part, and nothing of it stays registered.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias, cast

import pluggy

from flowhost import hookspecs
from flowhost.discovery.command_words import above, misnamed
from flowhost.discovery.finding import Found
from flowhost.discovery.fitting import misfit, shown
from flowhost.hookspecs import COLLECTING, COMMANDS, PROJECT
from flowhost.options import nearest
from flowhost.parts import Kind

HOOKS: dict[str, Any] = {
    name: function
    for name, function in vars(hookspecs).items()
    if name.startswith(f"{PROJECT}_") and inspect.isfunction(function)
}
"""Every hook: name → its specification."""


Provision: TypeAlias = Kind | Literal["command"]
"""What a plugin can provide: a kind of part, or a command of the program."""


class Offer(NamedTuple):
    """A class a plugin's hook returned, its name empty when it has none; or a command, named by its words."""

    kind: Provision
    name: str
    part: Any


@dataclass(slots=True)
class Candidate:
    """A plugin on its way into the registry.

    Args:
        found: what was found.
        error: why it is not usable; None while it is.
        offers: the parts its hooks returned; of a broken plugin none can be used.
    """

    found: Found
    error: str | None = None
    offers: list[Offer] = field(default_factory=list)


class _UnusableError(Exception):
    """A plugin does not do what a plugin must; the text says what."""


def collect(manager: pluggy.PluginManager, found: Iterable[Found]) -> list[Candidate]:
    """Register every usable plugin under its name and collect its parts; never raises because of one."""
    candidates = [Candidate(one, one.error) for one in found]
    for candidate in candidates:
        if candidate.error is None and candidate.found.blocked_by is None:
            _attempt(candidate, _register, manager)
    for candidate in candidates:
        if manager.has_plugin(candidate.found.name) and candidate.error is None:
            _attempt(candidate, _gather, manager)
            if candidate.error is not None:
                manager.unregister(name=candidate.found.name)
    return candidates


def only(manager: pluggy.PluginManager, hook: str, name: str) -> pluggy.HookCaller | None:
    """Calls a hook in this one plugin; None when the plugin does not implement it."""
    plugin = manager.get_plugin(name)
    if all(one.plugin is not plugin for one in getattr(manager.hook, hook).get_hookimpls()):
        return None
    others = [other for known, other in manager.list_name_plugin() if known != name]
    return manager.subset_hook_caller(hook, others)


def _attempt(
    candidate: Candidate,
    step: Callable[[Candidate, pluggy.PluginManager], None],
    manager: pluggy.PluginManager,
) -> None:
    try:
        step(candidate, manager)
    except _UnusableError as error:
        candidate.error = str(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # all of this runs a plugin's code
        candidate.error = _named(error)


def _register(candidate: Candidate, manager: pluggy.PluginManager) -> None:
    found = candidate.found
    _check_hooks(found.loaded, manager)
    plugin = _instance(found.loaded) if inspect.isclass(found.loaded) else found.loaded
    for known, other in manager.list_name_plugin():
        if known == found.name:
            raise _UnusableError(f"another plugin is called {found.name!r} too")
        if other is plugin:
            raise _UnusableError(
                f"it is the same module as the plugin {known!r}; keep one of the two entry points"
            )
    try:
        manager.register(plugin, found.name)
    except pluggy.PluginValidationError as error:
        raise _UnusableError(_explained(str(error))) from error


def _check_hooks(plugin: object, manager: pluggy.PluginManager) -> None:
    implemented = 0
    for attribute in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, attribute)
        if options is None:
            if attribute in HOOKS and inspect.isroutine(getattr(plugin, attribute)):
                raise _UnusableError(f"{attribute} is not marked with @flowhost.hookimpl")
            continue
        implemented += 1
        hook = options.get("specname") or attribute
        if hook not in HOOKS and not options.get("optionalhook"):
            raise _UnusableError(f"it implements {hook!r}, and there is no such hook{nearest(hook, HOOKS)}")
    if not implemented:
        example = next(iter(COLLECTING.values()))
        raise _UnusableError(
            f"it implements no hook; expected functions like {example}, marked @flowhost.hookimpl"
        )


def _instance(plugin: type) -> object:
    try:
        made = plugin()
    except (Exception, SystemExit) as error:  # a plugin's constructor may fail in any way
        raise _UnusableError(f"its {shown(plugin)} cannot be made: {_named(error)}") from error
    try:
        hash(made)
    except TypeError:  # pluggy keeps plugins in sets
        raise _UnusableError(f"its {shown(plugin)} makes objects that cannot be hashed") from None
    return made


def _named(error: BaseException) -> str:
    text = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _explained(complaint: str) -> str:
    """A complaint of pluggy's, which has several lines, as one sentence with the right signature."""
    hook = next((name for name in HOOKS if repr(name) in complaint), "")
    expected = f"; expected {hook}({', '.join(inspect.signature(HOOKS[hook]).parameters)})" if hook else ""
    return f"{hook or 'a hook'} does not fit: {complaint.splitlines()[-1]}{expected}"


def _gather(candidate: Candidate, manager: pluggy.PluginManager) -> None:
    for kind, hook in COLLECTING.items():
        caller = only(manager, hook, candidate.found.name)
        for part in _returned(hook, caller) if caller else ():
            name = getattr(part, "name", "")
            candidate.offers.append(Offer(cast("Kind", kind), name if isinstance(name, str) else "", part))
    if caller := only(manager, COMMANDS, candidate.found.name):
        candidate.offers += _commands(caller)
    seen: set[tuple[Provision, str]] = set()
    for offer in candidate.offers:
        if offer.kind != "command" and (problem := misfit(offer.kind, offer.part)):
            raise _UnusableError(f"its {shown(offer.part)} {problem}")
        if (offer.kind, offer.name) in seen:
            raise _UnusableError(f"it provides two {offer.kind}s called {offer.name!r}")
        seen.add((offer.kind, offer.name))


def _commands(caller: pluggy.HookCaller) -> Iterator[Offer]:
    try:
        [returned] = [*caller()] or [None]
    except (Exception, SystemExit) as error:  # a hook is a stranger's code
        raise _UnusableError(f"{COMMANDS} failed: {_named(error)}") from error
    if not isinstance(returned, Mapping):
        raise _UnusableError(f"{COMMANDS} returned {shown(returned)}, expected a dict of words and commands")
    for words, command in returned.items():
        if problem := misnamed(words, command):
            raise _UnusableError(problem)
        if (first := above(words)) in returned:
            raise _UnusableError(f"its commands {first!r} and {words!r} exclude each other")
        yield Offer("command", words, command)


def _returned(hook: str, caller: pluggy.HookCaller) -> list[type]:
    """What a plugin's hook provides; its generators run here, inside the guard."""
    try:
        returned = [*caller()]
        parts = [part for result in returned for part in _each(hook, result)]
    except _UnusableError:
        raise
    except (Exception, SystemExit) as error:  # a hook is a stranger's code, and so is what it returns
        raise _UnusableError(f"{hook} failed: {_named(error)}") from error
    if not returned:
        raise _UnusableError(f"{hook} returned None, expected a list of classes")
    for part in parts:
        if not inspect.isclass(part):
            raise _UnusableError(f"{hook} provides {shown(part)}, expected a class")
    return parts


def _each(hook: str, result: Any) -> Iterable[Any]:
    if inspect.isclass(result) or isinstance(result, str) or not isinstance(result, Iterable):
        raise _UnusableError(f"{hook} returned {shown(result)}, expected a list of classes")
    return result
