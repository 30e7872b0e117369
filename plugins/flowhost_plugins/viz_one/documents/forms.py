"""The forms there are for some kind of asset."""

from __future__ import annotations

import flowhost
from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.entry import Entry
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.feed import Feed
from flowhost_plugins.viz_one.documents.form_names import form_name


class MetadataForm(Entry):
    """A form; its model is behind `self_link`."""

    @property
    def name(self) -> str:
        """The name of the form.

        Where it stands is not public: an element ``name`` or ``form`` is taken, else the URL of the model, else the title.
        """
        text = trees.child_text(self._element, "{*}name") or trees.child_text(self._element, "{*}form")
        link = self.link("self")
        return text or (form_name(link.href) if link else "") or self.title


class MetadataFormCollection(Feed[MetadataForm]):
    """A feed of forms."""

    entry_class = MetadataForm

    def form(self, name: str) -> MetadataForm:
        """The first form of this name.

        Raises:
            DocumentError: there is none.
        """
        forms = {form.name: form for form in reversed(self.entries)}
        if name not in forms:
            there = ", ".join(sorted(forms)) or "none"
            raise DocumentError(
                f"there is no form {name!r}{flowhost.nearest(name, forms)}; there are: {there}"
            )
        return forms[name]
