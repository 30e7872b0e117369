"""The worker ``metadata-mapper``."""

from __future__ import annotations

import logging
from typing import Annotated, Any, ClassVar

import flowhost
from flowhost_plugins.viz_one.client import HTTPClientError, HTTPConflict, NotFound, VizOne
from flowhost_plugins.viz_one.documents import DocumentError, Item, Payload
from flowhost_plugins.viz_one.metadata_mapper.restraint import Restraint
from flowhost_plugins.viz_one.metadata_mapper.scope import AssetView, MetadataView, unseen

TRIES = 5
"""Times the metadata is fetched, mapped and written, when somebody else writes it meanwhile each time."""

NAMES = frozenset({"asset", "metadata"})

log = logging.getLogger(__name__)


class MetadataMapper:
    """Works out fields of an asset's metadata whenever the asset changes.

    The metadata is fetched anew for each event and written only when the mappings make a difference, so the event of
    its own write ends the matter. When somebody else writes at the same time, it starts over.

    Args:
        viz_one: the server.
        mappings: field = EXPR, in their order. ``metadata`` is the working copy, in which the mappings before have had
            their effect: ``metadata.get('asset.title')``. ``asset`` is the entry: ``asset.title``, ``asset.id`` ...
        trusted_code: let expressions be full Python, with the asset and the payload themselves.
        most_writes: writes of one asset within the period; more mean that a mapping never comes to an end, or that
            somebody undoes it.
        period: how long writes are counted.
        clock: given by the host.
    """

    name: ClassVar[str] = "metadata-mapper"
    source: ClassVar[str] = "asset-entries"

    def __init__(
        self,
        *,
        viz_one: VizOne,
        mappings: Annotated[
            dict[str, flowhost.Expression], flowhost.Section("Mappings"), "field = EXPR, in their order"
        ],
        trusted_code: Annotated[bool, "let expressions be full Python"] = False,
        most_writes: Annotated[int, "writes of one asset within the period"] = 10,
        period: Annotated[flowhost.Seconds, "how long writes are counted"] = 60,
        clock: flowhost.Clock,
    ) -> None:
        if most_writes < 1:
            raise ValueError(f"'most writes' is {most_writes}, expected 1 or more")
        _check_names(mappings)
        self._client = viz_one
        self._mappings = mappings
        self._trusted = trusted_code
        self._restraint = Restraint(most_writes, period, clock)
        self._limits = f"{most_writes} times within {period:g} s"

    def work(self, event: flowhost.Event) -> None:
        """Map the metadata of one asset.

        Args:
            event: its data is the Atom entry of an asset.

        Raises:
            ExpressionError: a mapping failed.
            DocumentError: a mapping gives what no field can hold.
            Permanent: the server refuses the new metadata, or they are written again and again.
            Retry: somebody else writes the metadata all the time.
            Unavailable: the server cannot be used just now.
        """
        asset = Item(event.data)
        link = asset.link("describedby")
        if asset.mediastatus == "deleted" or link is None:
            log.debug("asset %s is deleted or has no metadata, nothing is to be done", asset.id)
            return
        for _ in range(TRIES):
            payload = self._metadata(asset, link.href)
            if payload is None:
                return
            try:
                self._map(asset, link.href, payload)
            except HTTPConflict:
                log.debug("asset %s was changed by somebody else meanwhile, starting over", asset.id)
            except NotFound:
                log.debug("asset %s was deleted while it was mapped, nothing is to be done", asset.id)
                return
            else:
                return
        raise flowhost.Retry(
            f"the metadata of asset {asset.id} ({asset.title!r}) was changed by somebody else {TRIES} times while it "
            "was mapped"
        )

    def _metadata(self, asset: Item, link: str) -> Payload | None:
        """The metadata as they are now; None when there is nothing to do, which the log says."""
        try:
            return self._client.read(Payload, link)
        except NotFound:
            log.debug("asset %s is gone, nothing is to be done", asset.id)
        except HTTPClientError as error:
            log.error("the metadata of asset %s (%r) cannot be read: %s", asset.id, asset.title, error)
        return None

    def _map(self, asset: Item, link: str, original: Payload) -> None:
        payload = original.copy()
        self._apply(asset, payload)
        if payload == original:
            return
        key = asset.atom_id or asset.id
        if not self._restraint.allows(key):
            raise flowhost.Permanent(
                f"the metadata of asset {asset.id} ({asset.title!r}) was written {self._limits} and would be written "
                f"again, as {_differing(original, payload)} differs each time; either a mapping builds on its own "
                "result, or another program undoes it"
            )
        self._client.put(
            link,
            payload.generate(style="default"),
            etag=original.response_etag,
            content_type=Payload.content_type,
        )
        self._restraint.written(key)
        if log.isEnabledFor(logging.INFO):  # finding out what differs takes its time
            log.info("asset %s (%r): %s mapped", asset.id, asset.title, _differing(original, payload))

    def _apply(self, asset: Item, payload: Payload) -> None:
        scope: dict[str, Any] = {"asset": asset, "metadata": payload}
        if not self._trusted:
            scope = {"asset": AssetView(asset), "metadata": MetadataView(payload)}
        for name, expression in self._mappings.items():
            value = unseen(expression.value(scope))
            try:
                payload.set(name, value)
            except DocumentError as error:
                raise DocumentError(f"{expression.place or '[Mappings]'}: {error}") from None


def _check_names(mappings: dict[str, flowhost.Expression]) -> None:
    problems = [
        flowhost.Problem(
            f"[Mappings] {field} uses the name {name!r}; there are 'asset' and 'metadata'; "
            f"a field is metadata.get('{name}'), a text is '{name}'",
            expression.place,
        )
        for field, expression in mappings.items()
        for name in sorted(expression.names - NAMES)
        if not expression.trusted
    ]
    if problems:
        raise flowhost.ConfigError(problems)


def _differing(old: Payload, new: Payload) -> str:
    names = [name for name in new.names() if old.get(name) != new.get(name)]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
