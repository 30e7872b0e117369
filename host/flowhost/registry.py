"""Every installed plugin and the parts it provides: the one place where the host asks for a part by name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

import pluggy

from flowhost import hookspecs
from flowhost.discovery.collecting import HOOKS, Candidate, Provision, collect, only
from flowhost.discovery.finding import Found, find
from flowhost.discovery.inventory import Key, Plugin, plugins_of
from flowhost.discovery.names import blocking
from flowhost.errors import ConfigError
from flowhost.hookspecs import COLLECTING, COMMANDS, PROJECT
from flowhost.options import nearest
from flowhost.parts import Kind

if TYPE_CHECKING:
    import click

logger = logging.getLogger(__name__)

DISABLE_VARIABLE = "FLOWHOST_DISABLE"
"""Environment variable: plugins and distributions that are not to be loaded, separated by commas."""

WHERE_DISABLED = f"see -p no:NAME, ${DISABLE_VARIABLE} and 'disable plugins' in [Flow]"
"""Where an operator finds the name that disables a plugin."""


def disabled_names(environ: Mapping[str, str], options: Iterable[str] = ()) -> tuple[str, ...]:
    """Names of the plugins and distributions that are not to be loaded.

    Args:
        environ: the environment, for ``FLOWHOST_DISABLE``.
        options: each NAME of ``-p no:NAME``.
    """
    listed = environ.get(DISABLE_VARIABLE, "").split(",")
    return tuple(dict.fromkeys(name.strip() for name in [*options, *listed] if name.strip()))


class Registry:
    """The plugins of this installation; made with `load`, never changed afterwards."""

    def __init__(
        self, manager: pluggy.PluginManager, candidates: Sequence[Candidate], disabled: Collection[str] = ()
    ) -> None:
        self._disabled = disabled
        self._parts: dict[Provision, dict[str, Any]] = {kind: {} for kind in (*get_args(Kind), "command")}
        self._owners: dict[Key, Plugin] = {}
        self._clashing: dict[Key, list[Plugin]] = {}
        self._lost: dict[Key, Plugin] = {}
        self._observers: dict[str, list[tuple[str, Callable[..., Any]]]] = {}
        self.plugins = plugins_of(candidates)
        for candidate, plugin in zip(candidates, self.plugins, strict=True):
            self._add_parts(candidate, plugin)
        for hook in HOOKS.keys() - COLLECTING.values() - {COMMANDS}:
            calls = [(name, only(manager, hook, name)) for name, _ in manager.list_name_plugin()]
            self._observers[hook] = [(name, call) for name, call in calls if call]

    @classmethod
    def load(
        cls, *, disabled: Collection[str] = (), extra: Sequence[tuple[str, object]] = (), quiet: bool = False
    ) -> Registry:
        """Find the plugins, register them and collect their parts. A broken one is a row in `plugins`.

        Args:
            disabled: names of plugins and distributions that are not even imported; see `disabled_names`.
            extra: plugins that no distribution declares: a name and a module, class or object with hooks.
            quiet: do not `complain`.
        """
        given = [
            Found(name, loaded=plugin, blocked_by=blocking(name, "", disabled)) for name, plugin in extra
        ]
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(hookspecs)
        registry = cls(manager, collect(manager, [*find(disabled), *given]), disabled)
        if not quiet:
            registry.complain()
        return registry

    def get(self, kind: Kind, name: str) -> type:
        """The part of this kind and name.

        Raises:
            ConfigError: there is none, or its plugin is broken or disabled: the sentence says which, and why.
        """
        return self._get(kind, name)  # type: ignore[no-any-return]  # of a kind of part there are classes alone

    def parts(self, kind: Kind) -> Mapping[str, type]:
        """Every part of this kind that can be used, by name; those of bundled plugins come first."""
        return MappingProxyType(self._parts[kind])

    def check_command(self, words: str) -> None:
        """Do nothing, unless plugins offer a command of this name that cannot be used.

        Raises:
            ConfigError: several of them do, or the one that does is broken; the sentence names them.
        """
        if ("command", words) in self._clashing.keys() | self._lost.keys():
            self._get("command", words)

    def commands(self) -> Mapping[str, click.Command]:
        """Every command that a plugin provides, by its words."""
        return MappingProxyType(self._parts["command"])

    def plugin_of(self, kind: Kind, name: str) -> Plugin:
        """The plugin that provides a part.

        Raises:
            ConfigError: see `get`.
        """
        self.get(kind, name)
        return self._owners[kind, name]

    def observe(self, hook_name: str, **arguments: Any) -> None:
        """Tell every plugin that listens. An exception in one is logged and goes no further."""
        for name, call in self._observers[hook_name]:
            try:
                call(**arguments)
            except (Exception, SystemExit):  # an observer is a stranger's code and must not hurt the host
                logger.exception("the plugin %r failed in %s", name, hook_name)

    def observed(self, hook_name: str) -> bool:
        """Whether any plugin listens to this hook."""
        return bool(self._observers[hook_name])

    def complain(self) -> None:
        """Log a warning for each broken plugin, and for each name to disable that nothing has."""
        for plugin in self.plugins:
            if plugin.status == "broken":
                logger.warning("%s is broken: %s", plugin, plugin.error)
        known = {name for plugin in self.plugins for name in (plugin.name, plugin.distribution)}
        for word in self._disabled:
            if not any(_is_called(plugin, word) for plugin in self.plugins):
                logger.warning(
                    "there is no plugin or distribution %r to disable%s", word, nearest(word, known)
                )

    def _get(self, kind: Provision, name: str) -> Any:
        part = self._parts[kind].get(name)
        if part is None:
            raise ConfigError(self._why_not(kind, name))
        return part

    def _add_parts(self, candidate: Candidate, plugin: Plugin) -> None:
        for kind, name, part in candidate.offers:
            if (kind, name) in plugin.provides:
                self._parts[kind][name] = part
                self._owners[kind, name] = plugin
            elif candidate.error is None:
                self._clashing.setdefault((kind, name), []).append(plugin)
            else:
                self._lost[kind, name] = plugin

    def _why_not(self, kind: Provision, name: str) -> str:
        owners = self._clashing.get((kind, name), [])
        if len(owners) > 1:
            claimed = " and by ".join(str(plugin) for plugin in owners)
            return f"{kind} {name!r} is provided by {claimed}; uninstall one of them, or disable it"
        if plugin := self._lost.get((kind, name)) or next(iter(owners), self._namesake(name, "broken")):
            return f"{kind} {name!r} cannot be used: {plugin} is broken: {plugin.error}"
        if plugin := self._namesake(name, "blocked"):
            return f"{kind} {name!r} cannot be used: {plugin} is {plugin.error} ({WHERE_DISABLED})"
        return f"unknown {kind} {name!r}{self._hint(kind, name)}{self._broken_plugins()}"

    def _namesake(self, name: str, status: str) -> Plugin | None:
        """A plugin in this state that is called so, or whose distribution is."""
        return next((one for one in self.plugins if one.status == status and _is_called(one, name)), None)

    def _hint(self, kind: Provision, name: str) -> str:
        if hint := nearest(name, self._parts[kind]):
            return hint
        if other := next((other for other, parts in self._parts.items() if name in parts), None):
            return f"; {name!r} is the name of a {other}"
        blocked = ", ".join(one.name for one in self.plugins if one.status == "blocked")
        disabled = f"; disabled plugins: {blocked} ({WHERE_DISABLED})" if blocked else ""
        return f"; there is: {', '.join(sorted(self._parts[kind])) or 'none'}{disabled}"

    def _broken_plugins(self) -> str:
        broken = [f"{one}: {one.error}" for one in self.plugins if one.status == "broken"]
        return f" (broken plugins: {'; '.join(broken)})" if broken else ""


def _is_called(plugin: Plugin, name: str) -> bool:
    return blocking(plugin.name, plugin.distribution, [name]) is not None
