"""Constructors that are put together: what a part needs, and which options its section has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_type_hints

import flowhost
from flow_compat.equipment import Equipment
from flow_compat.profile import Profile
from flow_compat.stage import Stage

HOSTS = "the_"
"""How the names of needs begin, so that they are none of an old class's parameters."""


def constructor(
    parameters: list[inspect.Parameter], body: Callable[[Any, dict[str, Any]], None]
) -> Callable[..., None]:
    """An ``__init__`` with these keyword-only parameters that calls ``body(self, arguments)``."""

    def __init__(self: Any, **arguments: Any) -> None:  # noqa: N807  # becomes the method of a class
        body(self, arguments)

    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    __init__.__signature__ = inspect.Signature([own, *parameters])  # type: ignore[attr-defined]  # read by inspect.signature
    __init__.__annotations__ = {one.name: one.annotation for one in parameters}
    return __init__


def needs_of(*classes: type) -> list[inspect.Parameter]:
    """What the host must give for objects of these classes; the stage last, so that it is opened last."""
    from flow import needs

    from flowhost_plugins.viz_one import VizOne

    def any_needs(*mixins: type) -> bool:
        return any(issubclass(one, mixins) for one in classes)

    roles: dict[str, tuple[Any, bool]] = {"viz_one": (VizOne, any_needs(needs.NeedsClient, needs.NeedsStore))}
    if any_needs(needs.NeedsStomp):
        roles["broker"] = (flowhost.Broker, True)
    roles |= {"profile": (Profile, True), "daemon": (flowhost.DaemonInfo, True), "stage": (Stage, True)}
    return [_need(f"{HOSTS}{name}", role, required=required) for name, (role, required) in roles.items()]


def equipment_of(arguments: Mapping[str, Any]) -> Equipment:
    """The equipment that the arguments for `needs_of` make."""
    viz_one = arguments.get(f"{HOSTS}viz_one")
    profile = arguments[f"{HOSTS}profile"]
    return Equipment(
        arguments[f"{HOSTS}daemon"].name,
        profile,
        viz_one if profile.getboolean("Viz One", "enabled") else None,
        arguments.get(f"{HOSTS}broker"),
    )


def stage_of(arguments: Mapping[str, Any]) -> Stage:
    """The stage among the arguments for `needs_of`."""
    stage: Stage = arguments[f"{HOSTS}stage"]
    return stage


def options_of(kind: type) -> list[inspect.Parameter]:
    """The parameters of an old class's constructor as options: text, as Flow gave them, unless they say more.

    Raises:
        TypeError: the constructor takes any keyword (``**``), so that nobody can tell what its options are.
    """
    written: Any = inspect.getattr_static(kind, "__init__")
    if written is object.__init__:
        return []
    parameters = list(inspect.signature(written).parameters.values())[1:]
    hints = _hints(written)
    return [_option(kind, one, hints.get(one.name)) for one in parameters if _named(one)]


def _hints(written: Any) -> dict[str, Any]:
    try:
        return get_type_hints(written, include_extras=True)
    except (NameError, TypeError):  # names that are only there for a type checker
        return {}


def _named(parameter: inspect.Parameter) -> bool:
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        raise TypeError(f"its constructor takes '**{parameter.name}'; name the options it has instead")
    return parameter.kind is not inspect.Parameter.VAR_POSITIONAL


def _option(kind: type, parameter: inspect.Parameter, hint: Any) -> inspect.Parameter:
    annotation = hint or Annotated[str, f"given to {kind.__name__} as text"]
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=annotation)


def _need(name: str, role: Any, *, required: bool) -> inspect.Parameter:
    keyword = inspect.Parameter.KEYWORD_ONLY
    if required:
        return inspect.Parameter(name, keyword, annotation=role)
    return inspect.Parameter(name, keyword, default=None, annotation=role | None)
