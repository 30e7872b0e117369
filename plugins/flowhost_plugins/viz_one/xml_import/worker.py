"""The worker ``xml-import``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.viz_one.client import HTTPConflict, NotFound, VizOne
from flowhost_plugins.viz_one.client.links import link_of
from flowhost_plugins.viz_one.documents import Item, UnmanagedFile
from flowhost_plugins.viz_one.operations import create_or_update_asset, delete_unmanaged_file
from flowhost_plugins.viz_one.xml_import.custom_format import CustomFormat, Rules, Transform
from flowhost_plugins.viz_one.xml_import.default_format import default_orders
from flowhost_plugins.viz_one.xml_import.order import Order, made_identity
from flowhost_plugins.viz_one.xml_import.pairing import Pairing, is_xml, waits_for_media
from flowhost_plugins.viz_one.xml_import.settings import read_settings, refuse_rules

_Sections = dict[str, dict[str, flowhost.Value]]
_Expressions = dict[str, flowhost.Expression]

SELF = "self_link"

log = logging.getLogger(__name__)


class XmlImport:
    """Imports XML files and the media they name, which may come in any order.

    An XML file makes an asset, or updates the one it gives the id of. The media it names is imported when it comes, or
    at once when it is there already. Then the XML file is deleted; it stays when anything failed. Any other file is
    media: it waits for the XML that names it.

    Args:
        viz_one: the server.
        store: remembers who waits.
        xml: ``format`` is ``default`` for Viz One's import/export documents or ``custom`` for the rules of the sections
            below, which have no effect without it. ``package`` is the XPath of a repeated element when one file
            describes several assets, each by such an element; paths of fields start there. With ``identity`` an asset
            that the file gives no id gets a site identity made of the file, so that no repetition can make it twice;
            ``no`` makes assets without.
        namespaces: prefix = URI, for the paths.
        fields: for each value ``xpath``, and how it is read: ``type`` (string, integer, float, boolean, iso, date,
            time, datetime, dictionary), ``format``, ``default timezone``, ``source``.
        transforms: NAME = EXPR, carried out as they are written, each with the fields, ``xml_filename`` and those before
            it. The names ``asset_id`` and ``media_filename`` say which asset and media are meant.
        transform: the same as transforms, as the section was called in the documentation of Flow.
        vdf: ``form`` and the fields of the form, each an expression. A word that is the name of no field stands for
            itself as a form: ``form = hubitem`` is ``form = 'hubitem'``. Without this section no asset is made: the XML
            brings the media to the asset ``asset_id``, which has to be there.
        trusted_code: let expressions be full Python.
    """

    name: ClassVar[str] = "xml-import"
    source: ClassVar[str] = "unmanaged-files"

    def __init__(
        self,
        *,
        viz_one: VizOne,
        store: flowhost.Store,
        xml: Annotated[dict[str, flowhost.Value], flowhost.Section("Xml"), "format, package, identity"],
        namespaces: Annotated[
            dict[str, flowhost.Value] | None, flowhost.Section("Namespaces"), "prefix = URI, for the paths"
        ] = None,
        fields: Annotated[
            _Sections | None, flowhost.Section("Field:*"), "xpath, type, format, default timezone, source"
        ] = None,
        transforms: Annotated[
            _Expressions | None, flowhost.Section("Transforms"), "NAME = EXPR, carried out in their order"
        ] = None,
        transform: Annotated[
            _Expressions | None, flowhost.Section("Transform"), "the same, as it was called once"
        ] = None,
        vdf: Annotated[
            _Expressions | None, flowhost.Section("Vdf"), "form and fields of the form = EXPR"
        ] = None,
        trusted_code: Annotated[bool, "let expressions be full Python"] = False,  # noqa: ARG002  # read when they are bound
    ) -> None:
        settings = read_settings(xml)
        self._client = viz_one
        self._identity = settings.identity
        self._pairing = Pairing(viz_one, store)
        self._orders: Callable[[bytes, str, VizOne], list[Order]] = default_orders
        works = {"Transforms": transforms, "Transform": transform}
        if settings.custom:
            prefixes = {prefix: uri.text for prefix, uri in (namespaces or {}).items()}
            in_order = _in_file_order(works)
            rules = Rules(prefixes, fields or {}, in_order, vdf or {}, settings.place, settings.package)
            self._orders = CustomFormat(rules).orders
        else:
            found = {f"Field:{name}": values for name, values in (fields or {}).items()}
            refuse_rules({"Namespaces": namespaces, **found, **works, "Vdf": vdf}, settings.place)

    def work(self, event: flowhost.Event) -> None:
        """Import one file.

        Args:
            event: its data is the Atom entry of an unmanaged file.

        Raises:
            Rejected: the XML cannot be read, or is not of the format.
            Permanent: the server refuses it; the file stays.
            Retry: somebody else writes the asset all the time.
            Unavailable: the server cannot do it just now.
        """
        file = UnmanagedFile(event.data)
        if is_xml(file.title):
            with flowhost.Locked(f"xml-import file {file.title}"):
                self._import_xml(file)
        else:
            self._pairing.media_arrived(file.title, link_of(file, SELF).href)

    def _import_xml(self, file: UnmanagedFile) -> None:
        content = self._content(file)
        if not content:
            return
        refused: list[flowhost.Permanent] = []
        for number, order in enumerate(self._orders(content, file.title, self._client)):
            try:
                identity = order.asset_id or self._made_identity(file, content, number)
                self._carry_out(order, identity, file.title)
            except HTTPConflict as error:
                raise flowhost.Retry(f"{file.title!r}: {error}") from error
            except flowhost.Permanent as error:  # the other assets of a package are none the worse for it
                refused.append(error)
        if refused:
            raise _together(refused, file.title)
        delete_unmanaged_file(file, client=self._client)

    def _content(self, file: UnmanagedFile) -> bytes:
        """The bytes of an XML file; none when it is empty or gone."""
        if file.media.filesize == 0:
            log.warning("%r is empty; it is left where it is", file.title)
            return b""
        try:
            content = self._client.get(file.media.url).content
        except NotFound:
            log.info("%r is gone already, nothing is to be done", file.title)
            return b""
        if not content:
            log.warning("%r is empty; it is left where it is", file.title)
        return content

    def _made_identity(self, file: UnmanagedFile, content: bytes, number: int) -> str | None:
        return made_identity(link_of(file, SELF).href, content, number) if self._identity else None

    def _carry_out(self, order: Order, identity: str | None, title: str) -> None:
        if order.must_exist:
            asset = self._existing(order, title)
        else:
            with flowhost.Locked(f"xml-import asset {identity or title}"):  # two files may order one asset
                asset = create_or_update_asset(id=identity, metadata=order.metadata, client=self._client)
        log.info("%r is in asset %s (%r)", title, asset.id, asset.title)
        if order.media is None:
            return
        if is_xml(order.media):
            log.warning(
                "%r names %r as its media, which is read as XML and never imported", title, order.media
            )
        elif waits_for_media(asset):
            self._pairing.asset_ready(link_of(asset, SELF).href, order.media)
        else:
            log.info("asset %s has its media already, %r is not imported", asset.id, order.media)
            self._pairing.asset_occupied(link_of(asset, SELF).href, order.media)

    def _existing(self, order: Order, title: str) -> Item:
        """The asset of an order without metadata, which can only bring media to it."""
        if order.asset_id is None or order.media is None:
            missing = "asset_id" if order.asset_id is None else "media_filename"
            raise flowhost.Rejected(
                f"{title!r} orders nothing: its {missing!r} is empty, and there is no [Vdf] to make an asset with"
            )
        try:
            return self._client.asset(order.asset_id)
        except NotFound:
            raise flowhost.Rejected(
                f"{title!r} brings the media {order.media!r} to the asset {order.asset_id!r}, which there is not, and "
                "there is no [Vdf] to make it with"
            ) from None


def _together(refused: list[flowhost.Permanent], title: str) -> flowhost.Permanent:
    if len(refused) == 1:
        return refused[0]
    return flowhost.Permanent(f"{len(refused)} assets of {title!r} failed: {'; '.join(map(str, refused))}")


def _in_file_order(sections: Mapping[str, _Expressions | None]) -> list[Transform]:
    nowhere = flowhost.Place("")
    written = [
        Transform(title, name, expression)
        for title, transforms in sections.items()
        for name, expression in (transforms or {}).items()
    ]
    return sorted(written, key=lambda each: (each.expression.place or nowhere).line)
