"""The action ``sync-to-iconik``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.iconik.resource import Iconik

_TITLE = flowhost.Template("${title:-}")
_ITEM_ID = flowhost.Template("${itemId}")


class SyncToIconik:
    """Brings the item to iconik: an asset with its title, fields of a metadata view, a proxy.

    The asset is found again by its external id, the id of the item by default. Fields are set to what the item has now;
    one without values is emptied. A proxy is uploaded once for each file; a new rendition is another proxy.
    """

    name: ClassVar[str] = "sync-to-iconik"

    def __init__(
        self,
        *,
        title: Annotated[
            flowhost.Template | None, "title of the asset, may have tags; empty: that of the item"
        ] = None,
        view: Annotated[str | None, "id of the metadata view of the fields"] = None,
        fields: Annotated[
            dict[str, tuple[flowhost.Template, ...]] | None,
            "iconik's field and its values, which may have tags",
        ] = None,
        proxy: Annotated[str | None, "shape tag of what is uploaded as a proxy; empty: nothing"] = None,
        external_id: Annotated[
            flowhost.Template, "names the asset; when several libraries share an iconik, it must tell which"
        ] = _ITEM_ID,
        iconik: Iconik,
        assets: flowhost.MediaLibrary | None = None,
    ) -> None:
        if bool(view) != bool(fields):
            raise ValueError("'view' and 'fields' belong together; one of them is missing")
        if proxy and assets is None:
            raise ValueError("'proxy' needs a media library, such as [Catalogue]")
        self._title, self._external_id = title, external_id
        self._view, self._fields = view or "", fields or {}
        self._proxy = proxy
        self._iconik = iconik
        self._assets = assets

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Bring the item there; what is there already is left as it is.

        Raises:
            Permanent: iconik refuses something, the view does not fit, or there is no such shape.
            Retry: iconik is busy, or an answer got lost.
            Unavailable: iconik, or the file of the proxy, cannot be reached.
        """
        from flowhost_plugins.iconik.assets import asset_of
        from flowhost_plugins.iconik.media import media_of
        from flowhost_plugins.iconik.metadata import check_view, set_fields
        from flowhost_plugins.iconik.proxies import upload_proxy

        item = _item(context)
        external_id, title, fields = self._external(context), self._said_title(context), self._values(context)
        media = media_of(self._assets, item, self._proxy) if self._proxy and self._assets else None
        if self._view:  # before anything is made
            check_view(self._iconik, self._view, fields, context.cancelled)
        asset = asset_of(self._iconik, external_id, title, context.cancelled)
        done = [f"{'made' if asset.made else 'found'} the asset {asset.id}"]
        if self._view:
            set_fields(self._iconik, asset.id, self._view, fields, context.cancelled)
            done.append(f"set {', '.join(fields)}")
        if media:
            is_new = upload_proxy(self._iconik, asset, media, context.cancelled, again=context.attempt > 1)
            done.append(f"{'uploaded' if is_new else 'has'} the proxy {media.name}")
        return flowhost.Outcome.done("; ".join(done))

    def plan(self, context: flowhost.Context) -> str:
        """What would be brought there."""
        parts = [f"bring {_item(context)} to iconik as {self._said_title(context)!r}"]
        parts += [f"{name} = {', '.join(texts)}" for name, texts in self._values(context).items()]
        return "; ".join([*parts, *([f"proxy {self._proxy!r}"] if self._proxy else [])])

    def _external(self, context: flowhost.Context) -> str:
        external_id = self._external_id.render(context.tags).strip()
        if not external_id:
            raise flowhost.Permanent("the external id of the asset is empty; see 'external-id'")
        return external_id

    def _said_title(self, context: flowhost.Context) -> str:
        if self._title is not None:
            return self._title.render(context.tags)
        return _TITLE.render(context.tags) or _item(context)

    def _values(self, context: flowhost.Context) -> Mapping[str, tuple[str, ...]]:
        return {
            name: tuple(text for one in texts for text in one.values(context.tags) if text)
            for name, texts in self._fields.items()
        }


def _item(context: flowhost.Context) -> str:
    if context.item is None:
        raise flowhost.Permanent("the run is about no item, and this action needs one")
    return context.item
