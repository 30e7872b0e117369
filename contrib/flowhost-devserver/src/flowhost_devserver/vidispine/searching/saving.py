"""The parameter ``save``: the answer to a search is the URL of what it finds."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.searching.asking import search_document
from flowhost_devserver.vidispine.searching.keeping import SAVED, keep_search
from flowhost_devserver.vidispine.searching.reading import read_search

_OWN = ("save", "q", SAVED)


def saved(call: Call) -> Response | None:
    """Keep the search and say where it is; None when nobody asked for that.

    Raises:
        Refusal: the search makes no sense.
    """
    if not call.flag("save"):
        return None
    data = search_document(call)
    read_search(data)
    named = [(name, value) for name, held in call.parameters.items() if name not in _OWN for value in held]
    named.append((SAVED, keep_search(call.site, data)))
    matrix = "".join(f";{quote(name, safe='')}={quote(value, safe='')}" for name, value in named)
    answer = empty(303)
    answer.headers["Location"] = f"{call.site.api}{quote(call.path.rstrip('/'))}{matrix}"
    return answer
