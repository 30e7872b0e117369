"""What searching a catalogue costs beside the same question in SQL written by hand, with a million items in SQLite.

Run it with ``python benchmarks/catalogue_search.py [ITEMS [FOLDER]]``; a million needs 4 GB in the folder. The SQL by hand
asks tables that hold nothing but what its question needs: a column for each field with an index, and an FTS5
table. It reads the same documents of the items it found; what it leaves out is everything a catalogue cannot know
beforehand: which fields there are, which condition is selective, what an item is.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from measuring import compare, header

import flowhost
from flowhost_plugins.catalogue import Catalogue, Query, Sort, parse

ITEMS = 1_000_000
BATCH = 10_000
SECONDS = 0.5
"""A measurement repeats its question for as long."""

NAMES = [
    f"{first}{second}"
    for first in ["harbour", "night", "river", "market", "forest", "stadium"]
    for second in range(500)
]
CREATED = 1_700_000_000_000_000


def documents(count: int) -> Iterator[tuple[int, str, int, str, str]]:
    """Number, title, duration, media type and document of items; always the same."""
    dice = random.Random(1)
    for number in range(1, count + 1):
        title = f"{dice.choice(NAMES)} {dice.choice(NAMES)} take{number}"
        duration, kind = dice.randrange(36_000), dice.choice(["video", "video", "audio", "image"])
        fields = {
            "title": [title],
            "durationSeconds": [str(duration)],
            "status": [dice.choice(["new", "approved", "rejected"])],
            "producer": [f"producer{dice.randrange(2000)}"],
        }
        yield number, title, duration, kind, json.dumps({"f": fields}, separators=(",", ":"))


def fill(path: Path, count: int) -> None:
    """Put the items into the catalogue's tables and into those of the SQL by hand, without any index of search."""
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA synchronous = OFF")
        base.execute(
            "CREATE TABLE hand (number INTEGER PRIMARY KEY, title TEXT, duration INTEGER, producer TEXT)"
        )
        base.execute("CREATE VIRTUAL TABLE hand_texts USING fts5(title, content = '', columnsize = 0)")
        batch = []
        for row in documents(count):
            batch.append(row)
            if len(batch) == BATCH or row[0] == count:
                insert(base, batch)
                batch = []
        base.execute("CREATE INDEX hand_title ON hand (title, number)")
        base.execute("CREATE INDEX hand_duration ON hand (duration, number)")
        base.execute("CREATE INDEX hand_producer ON hand (producer, number)")
    base.close()


def insert(base: sqlite3.Connection, batch: list[tuple[int, str, int, str, str]]) -> None:
    """Insert some items."""
    made = [(number, CREATED + number, CREATED + number, title, kind) for number, title, _, kind, _ in batch]
    base.executemany(
        "INSERT INTO catalogue_items (number, revision, created, updated, title, media_type) VALUES (?, 1, ?, ?, ?, ?)",
        made,
    )
    base.executemany(
        "INSERT INTO catalogue_documents (item, tree) VALUES (?, ?)", [(row[0], row[4]) for row in batch]
    )
    hand = [(row[0], row[1], row[2], json.loads(row[4])["f"]["producer"][0]) for row in batch]
    base.executemany("INSERT INTO hand VALUES (?, ?, ?, ?)", hand)
    base.executemany("INSERT INTO hand_texts (rowid, title) VALUES (?, ?)", [row[:2] for row in batch])


def rate(ask: Callable[[], int], expected: int) -> float:
    """Questions per second."""
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS or not done:
        found = ask()
        assert found == expected, f"{found} items were found, expected {expected}"
        done += 1
    return done / (time.perf_counter() - began)


class Questions:
    """The same questions to the catalogue and to SQL by hand."""

    def __init__(self, catalogue: Catalogue, path: Path) -> None:
        self._catalogue = catalogue
        self._base = sqlite3.connect(path)

    def by_hand(self, statement: str, *values: Any) -> int:
        """Find items with SQL; return how many."""
        wanted = f"SELECT item, tree FROM catalogue_documents WHERE item IN ({statement})"
        return len([json.loads(row[1]) for row in self._base.execute(wanted, values)])

    def search(self, query: Query, sort: list[Sort], cursor: str | None = None) -> int:
        """Find items with the catalogue; return how many."""
        return len(self._catalogue.search(query, sort=sort, cursor=cursor).items)

    def compared(self, name: str, query: str, order: str, statement: str, *values: Any) -> None:
        """Print how both compare; ``%s`` in the order's cursor comes from the page before."""
        tree, sort = parse(query), [Sort.of(order)] if order else []
        expected = self.by_hand(statement, *values)
        compare(
            f"{name} ({expected} found)",
            lambda: rate(lambda: self.by_hand(statement, *values), expected),
            lambda: rate(lambda: self.search(tree, sort), expected),
        )

    def deep(self, pages: int) -> None:
        """Compare a page far behind the first, ordered by title."""
        cursor, title, number = None, "", 0
        for _ in range(pages):
            page = self._catalogue.search("*", sort=[Sort("title")], cursor=cursor, number=10_000)
            cursor, title, number = page.cursor, page.items[-1].title, int(page.items[-1].id[3:])
        assert cursor, "there are more pages"
        statement = "SELECT number FROM hand WHERE (title, number) > (?, ?) ORDER BY title, number LIMIT 100"
        compare(
            f"the page after {pages * 10_000:,} others, by title",
            lambda: rate(lambda: self.by_hand(statement, title, number), 100),
            lambda: rate(lambda: self.search(parse("*"), [Sort("title")], cursor), 100),
        )


def ask(catalogue: Catalogue, path: Path, count: int) -> None:
    """Print the table."""
    questions = Questions(catalogue, path)
    by_title = "SELECT number FROM hand ORDER BY title, number LIMIT 100"
    words = "SELECT rowid FROM hand_texts WHERE hand_texts MATCH ? ORDER BY rowid LIMIT 100"
    both = (
        "SELECT hand.number FROM hand_texts CROSS JOIN hand ON hand.number = hand_texts.rowid"
        " WHERE hand_texts MATCH ? AND hand.duration > ? ORDER BY hand_texts.rowid LIMIT 100"
    )
    producer = "SELECT number FROM hand WHERE producer = ? AND duration > ? ORDER BY number LIMIT 100"
    title = f"take{count // 2}"
    print(header())
    questions.compared(
        "one field, selective, and a range",
        "producer=producer7 AND durationSeconds>30000",
        "",
        producer,
        "producer7",
        30_000,
    )
    questions.compared("one word, in one item", f"title:{title}", "", words, title)
    questions.compared(
        "a word and the beginning of another",
        "title:harbour77 AND title:night*",
        "",
        words,
        "harbour77 night*",
    )
    questions.compared(
        "the beginning of a word, in a sixth of all items", "title:harbour*", "", words, "harbour*"
    )
    questions.compared(
        "a word and a broad range", "harbour77 AND durationSeconds>18000", "", both, "harbour77", 18_000
    )
    questions.compared("the first page by title", "*", "title", by_title)
    questions.deep(max(1, count // 20_000))


def main() -> None:
    """Make the catalogue and print what searching costs."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        path = Path(folder, "catalogue.db")
        catalogue = Catalogue(url=flowhost.Secret(f"sqlite:///{path}"), clock=flowhost.SystemClock())
        catalogue.open()
        fill(path, count)
        began = time.perf_counter()
        catalogue.reindex()
        spent = time.perf_counter() - began
        print(
            f"{count:,} items indexed in {spent:.0f} s, {count / spent:,.0f}/s; {path.stat().st_size / 1e9:.1f} GB\n"
        )
        ask(catalogue, path, count)
        began = time.perf_counter()
        hits = catalogue.search("durationSeconds>18000", number=1, hits=True).hits
        print(f"\ncounting {hits:,} hits: {time.perf_counter() - began:.1f} s")
        catalogue.close()


if __name__ == "__main__":
    main()
