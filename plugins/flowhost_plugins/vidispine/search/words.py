"""Words that somebody looks for, anywhere in an item. Pure."""

from __future__ import annotations

from flowhost.query import words
from flowhost_plugins.vidispine.search import criteria
from flowhost_plugins.vidispine.search.criteria import Criterion
from flowhost_plugins.vidispine.search.signs import beginning, literal, one_word


def words_criterion(text: str) -> Criterion:
    """All words of a text are there, in any order; the last may go on, as while it is typed."""
    parts = [part for part in text.split() if words(part)] or text.split()
    found = [criteria.has_text(literal(part)) for part in parts]
    if parts and one_word(parts[-1]):
        found[-1] = criteria.has_text(beginning(parts[-1]))
    return criteria.all_of(*found)
