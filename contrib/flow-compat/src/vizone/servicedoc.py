"""The service document, with the old names for what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ServiceDocument:
    """Where everything else is found.

    Args:
        document: flowhost's.
    """

    def __init__(self, document: Any) -> None:
        self.document = document

    def get_collection_by_keyword(self, keyword: str) -> Collection:
        """The collection with this keyword, e.g. ``asset``."""
        return Collection(self.document.collection(keyword))


class Collection:
    """A collection of the service document.

    Args:
        collection: flowhost's.
    """

    def __init__(self, collection: Any) -> None:
        self.collection = collection

    @property
    def endpoint(self) -> Any:
        """The link of the collection."""
        return self.collection.endpoint

    def get_resolve_by_id(self, id: str) -> Resolve:  # noqa: A002  # the old name
        """The template with this id."""
        return Resolve(self.collection.resolve(id))


class Resolve:
    """A template for URLs.

    Args:
        template: flowhost's.
    """

    def __init__(self, template: Any) -> None:
        self.template = template

    def make_url(self, key: str, subs: Mapping[str, str] | None = None) -> str:
        """The URL for a key.

        Args:
            key: stands for ``id`` in the template.
            subs: what stands for the template's other names.
        """
        url: str = self.template.expand({"id": key, **(subs or {})})
        return url
