"""What a client starts from: the service document (RFC 5023, 8) and the description of the search (OpenSearch 1.1)."""

# ruff: noqa: ARG001 - pages share one signature

from __future__ import annotations

from lxml import etree
from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import document, xml
from flowhost_devserver.viz_one.atom import atom, category, link
from flowhost_devserver.viz_one.building import maker
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import (
    APP,
    ENTRY_TYPE,
    FEED_TYPE,
    OPENSEARCH,
    PREFIXES,
    SEARCH_TYPE,
    SERVICE_TYPE,
    TYPES_SCHEME,
    VAEXT,
    VIZMEDIA,
    VIZSORT,
)

app = maker(APP, PREFIXES)
vaext = maker(VAEXT, PREFIXES)
_OPENSEARCH_PREFIXES = {None: OPENSEARCH, "vizsort": VIZSORT, "vizmedia": VIZMEDIA}
opensearch = maker(OPENSEARCH, _OPENSEARCH_PREFIXES)

ASSETS = "/thirdparty/asset/item"
LOCATIONS = "/thirdparty/location"
CLIENT_CONFIG = "/thirdparty/client/config"
CLIENT_ASSET_CONFIG = "/thirdparty/client/asset-config"
COLLECTIONS = "/thirdparty/collection"
INCOMINGS = "/thirdparty/incoming"
TRANSFERS = "/thirdparty/transfer"
FORMS = "/api/metadata/form"
DICTIONARIES = "/api/metadata/dictionary"

_PLAIN = {
    "location": ("Import storages", LOCATIONS),
    "collection": ("Collections", COLLECTIONS),
    "incoming": ("Incoming", INCOMINGS),
    "transfer": ("Transfer requests", TRANSFERS),
    "form": ("Metadata forms", FORMS),
    "dictionary": ("Dictionaries", DICTIONARIES),
}


def service_document(site: Site, request: Request) -> Response:
    """The service document: one collection for each kind of thing, found by its keyword."""
    workspace = app.workspace(
        atom.title(site.title),
        _assets(site),
        _client_config(site),
        *(_collection(site, keyword, *plain) for keyword, plain in _PLAIN.items()),
    )
    return document(xml(app.service(workspace), ["vizid"]), SERVICE_TYPE)


def _collection(site: Site, keyword: str, title: str, path: str, *accepted: str) -> etree._Element:
    accepts = [app.accept(media_type) for media_type in accepted] or [app.accept()]
    keywords = app.categories(category(TYPES_SCHEME, keyword))
    return app.collection(atom.title(title), *accepts, keywords, href=site.link(path))


def _assets(site: Site) -> etree._Element:
    made = _collection(site, "asset", "Assets", ASSETS, ENTRY_TYPE)
    made.find(f"{{{APP}}}categories").append(category(TYPES_SCHEME, "search"))  # type: ignore[union-attr]  # just made
    made.append(link("search", site.link(f"{ASSETS}?format=opensearch"), SEARCH_TYPE))
    made.append(vaext.resolve(id="asset", template=site.link(f"{ASSETS}/{{id}}")))
    return made


def _client_config(site: Site) -> etree._Element:
    made = _collection(site, "client-config", "Client configuration", CLIENT_CONFIG)
    application = "application={vizid:application?}"
    made.append(
        vaext.resolve(id="client-config", template=site.link(f"{CLIENT_CONFIG}/{{id}}?{application}"))
    )
    of_asset = f"{CLIENT_ASSET_CONFIG}/{{id}}?{application}&atom-id={{vizid:atom-id}}"
    made.append(vaext.resolve(id="client-asset-config", template=site.link(of_asset)))
    return made


def search_description(site: Site) -> Response:
    """The OpenSearch description of the asset feed."""
    query = "q={searchTerms?}&start={startIndex?}&num={count?}&sort={vizsort:sort?}&media={vizmedia:media?}"
    description = opensearch.OpenSearchDescription(
        opensearch.ShortName("Assets"),
        opensearch.Description(f"Search the assets of {site.title}."),
        opensearch.Url(type=FEED_TYPE, template=site.link(f"{ASSETS}?{query}"), rel="results"),
        opensearch.Url(type=SEARCH_TYPE, template=site.link(f"{ASSETS}?format=opensearch"), rel="self"),
        opensearch.Query(role="example", searchTerms="news"),
        opensearch.InputEncoding("UTF-8"),
        opensearch.OutputEncoding("UTF-8"),
    )
    return document(xml(description, ["vizsort", "vizmedia"]), SEARCH_TYPE)


ROUTES = (Route("GET", "/thirdparty", service_document),)
