"""The query language that media libraries understand: queries as a tree, read, printed, and how values are compared.

Pure: a query can be made and read without a library. What becomes of one is each library's own business; one that has
a search service translates it into that service's words.
"""

from flowhost.query.building import all_of, checked, day_or_moment, words_query
from flowhost.query.errors import QueryError
from flowhost.query.intervals import Interval, interval
from flowhost.query.parsing import parse
from flowhost.query.printing import query_text
from flowhost.query.tree import (
    MOMENTS,
    SYSTEM_FIELDS,
    All,
    Any,
    Bound,
    Everything,
    Exact,
    Exists,
    Field,
    InCollection,
    Leaf,
    Not,
    Query,
    Range,
    Sort,
    Text,
)
from flowhost.query.values import (
    BEYOND,
    MOMENT,
    TEXT,
    key,
    moment_in,
    read_bound,
    row_of_words,
    sought,
    words,
)

__all__ = [
    "BEYOND",
    "MOMENT",
    "MOMENTS",
    "SYSTEM_FIELDS",
    "TEXT",
    "All",
    "Any",
    "Bound",
    "Everything",
    "Exact",
    "Exists",
    "Field",
    "InCollection",
    "Interval",
    "Leaf",
    "Not",
    "Query",
    "QueryError",
    "Range",
    "Sort",
    "Text",
    "all_of",
    "checked",
    "day_or_moment",
    "interval",
    "key",
    "moment_in",
    "parse",
    "query_text",
    "read_bound",
    "row_of_words",
    "sought",
    "words",
    "words_query",
]
