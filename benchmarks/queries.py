"""The views and macros of `lake/sql` over an invented lake on disk: seconds a query, cold and warm, beside a bare scan.

Run: python -m benchmarks.queries [ARTICLES [FOLDER]]

`warm` is the better of two more times in the same connection, `cpu` what all processors did for it together.
The lake has 90 days in one file a day and table, 8 mentions an article, and texts of about 150 words (a third of what
news really has: scans of text take three times as long there). Cold means: a new connection, in whose first query the
files are opened; they lie in the operating system's cache. Target: at most 0.5 s at 200,000 articles.
"""

import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import duckdb

from benchmarks.world import NAMES, World, articles_of, outcomes_of
from lake import parquet
from lake.commit import commit
from lake.query import connect
from lake.run import begin
from lake.store import Store, open_store
from schemas.records import WrittenFile
from schemas.settings import LakeSettings

DAYS: Final = 90
FIRST: Final = date(2026, 8, 1)
LAST: Final = FIRST + timedelta(DAYS - 1)

#: What is asked: a bare scan of the columns that the next queries need, and the queries.
QUERIES: Final = {
    "floor: mentions, entity and date": "SELECT count(entity), count(DISTINCT date) FROM _mentions",
    "floor: articles.entities": "SELECT count(*) FROM (SELECT unnest(entities) FROM _articles)",
    "floor: latest revisions": "SELECT count(*) FROM articles",
    "entity_daily": "FROM entity_daily ORDER BY articles DESC LIMIT 10",
    "entity_daily, one day": f"FROM entity_daily WHERE date = DATE '{LAST}' ORDER BY articles DESC LIMIT 10",
    "top_entities, all days": "FROM top_entities()",
    "top_entities, 7 days": f"FROM top_entities('{LAST - timedelta(6)}', '{LAST}', 20)",
    "cooccurrence, all days": "FROM cooccurrence()",
    "cooccurrence, 7 days": f"FROM cooccurrence('{LAST - timedelta(6)}', '{LAST}', 20)",
    "trending": f"FROM trending('{LAST}', 20)",
    "floor: text and title": "SELECT sum(strlen(text)), sum(strlen(title)) FROM _articles",
    "floor: contains(text)": "SELECT count(*) FROM _articles WHERE contains(text, 'qqqq')",
    "attention, all days": "FROM attention('{rare}')",
    "attention, 7 days": f"FROM attention('{{rare}}', '{LAST - timedelta(6)}', '{LAST}')",
    "search, a rare word": "FROM search('{rare}') LIMIT 20",
    "search, a common word": "FROM search('{common}') LIMIT 20",
    "search, words, phrase, not": "FROM search('{common} \"{phrase}\" -{rare}') LIMIT 20",
    "search, 7 days": f"FROM search('{{common}}', '{LAST - timedelta(6)}', '{LAST}') LIMIT 20",
    "kwic, a rare word": "FROM kwic('{rare}') LIMIT 100",
    "kwic, a common word, 7 days": f"FROM kwic('{{common}}', '{LAST - timedelta(6)}', '{LAST}') LIMIT 100",
    "gkg, one day": f"FROM gkg('{LAST}', '{LAST}')",
    "gkg, all days, first 100": "FROM gkg LIMIT 100",
}


def make_lake(settings: LakeSettings, world: World, count: int) -> Store:
    """Write a lake of `count` articles."""
    store = open_store(settings)
    with begin(settings) as run:
        files: list[WrittenFile] = []
        for number in range(DAYS):
            day = FIRST + timedelta(number)
            articles, mentions = articles_of(world, day, count // DAYS, run.run_id)
            parts = {"articles": articles, "mentions": mentions, "outcomes": outcomes_of(articles, run.run_id)}
            files += [parquet.write(store, name, day, rows, run.run_id) for name, rows in parts.items()]
        commit(store, run.run_id, files, 0)
    return store


def asked(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, float, int]:
    """Run a query to its end; return seconds, seconds of all processors, and rows."""
    start, used = time.perf_counter(), time.process_time()
    rows = len(connection.execute(sql).fetchall())
    return time.perf_counter() - start, time.process_time() - used, rows


def measure(store: Store, world: World) -> None:
    """Print a line a query."""
    start = time.perf_counter()
    connect(store).close()
    print(f"{'connect':32} {time.perf_counter() - start:7.3f}\n{'':32}    cold    warm     cpu    rows")
    for name, sql in QUERIES.items():
        with connect(store) as connection:
            cold, _, rows = asked(connection, world.ask(sql))
            warm, used, _ = min(asked(connection, world.ask(sql)) for _ in range(2))
        print(f"{name:32} {cold:7.3f} {warm:7.3f} {used:7.3f} {rows:7}", flush=True)


def main(count: int = 200_000, folder: str = "") -> None:
    """Make the lake, or take the one that is there, and ask."""
    with tempfile.TemporaryDirectory() as temporary:
        settings = LakeSettings(uri=str(Path(folder or temporary) / "news"))
        world, there = World(), Path(settings.uri).exists()
        store = open_store(settings) if there else make_lake(settings, world, count)
        print(f"duckdb {duckdb.__version__}: {count:,} articles, {count * NAMES:,} mentions, {DAYS} days")
        measure(store, world)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200_000, "".join(sys.argv[2:3]))
