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
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from lake import parquet
from lake.commit import commit
from lake.query import connect
from lake.run import begin
from lake.store import Store, open_store
from schemas.records import WrittenFile
from schemas.settings import LakeSettings
from schemas.tables import TABLES

DAYS: Final = 90
FIRST: Final = date(2026, 8, 1)
LAST: Final = FIRST + timedelta(DAYS - 1)
NAMES: Final = 8  # an article
WORDS: Final = 18  # of filler after each name
LABELS: Final = ("PERSON", "ORG", "GPE", "LOC", "NORP", "EVENT")
COUNTRIES: Final = ("NE", "FR", "ML", "US", "DE", "CN", "NG", "GB")

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


def vocabulary(rng: np.random.Generator, count: int) -> list[str]:
    """Invent words of two to four syllables; every tenth has an accent, every fortieth a typographic apostrophe."""
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]
    drawn = rng.integers(0, len(syllables), (count, 4))
    words = ["".join(syllables[n] for n in row[: 2 + row[3] % 3]) for row in drawn]
    words = [word.replace("e", "é") if number % 10 == 7 else word for number, word in enumerate(words)]
    return [f"{word}’s" if number % 40 == 3 else word for number, word in enumerate(words)]


def zipf(rng: np.random.Generator, size: int, shape: tuple[int, ...]) -> "np.ndarray[Any, Any]":
    """Draw numbers below `size` as words are drawn: the n-th about 1 / n as often as the first."""
    drawn: np.ndarray[Any, Any] = (np.exp(rng.random(shape) * np.log(size + 1)) - 1).astype(np.int64)
    return drawn


class World:
    """The invented words and names."""

    def __init__(self, seed: int = 1) -> None:
        """Draw them."""
        self.rng = np.random.default_rng(seed)
        self.words = vocabulary(self.rng, 40_000)
        pairs = zip(vocabulary(self.rng, 20_000), vocabulary(self.rng, 20_000), strict=True)
        self.names = [f"{first.title()} {last.title()}" for first, last in pairs]

    def ask(self, sql: str) -> str:
        """Fill in the words of a query: the common one is in most articles, the rare one in some hundred of 200,000."""
        words = {"rare": self.words[29_000], "common": self.words[4], "phrase": f"{self.words[0]} {self.words[1]}"}
        for place, word in words.items():
            sql = sql.replace("{" + place + "}", word)
        return sql


def label_of(name: int) -> str:
    """Return the label of a name."""
    return LABELS[name % len(LABELS)]


def country_of(name: int) -> str | None:
    """Return the country of a name."""
    return COUNTRIES[name // 6 % len(COUNTRIES)] if label_of(name) == "GPE" and name < 3000 else None


class Page(NamedTuple):
    """An invented text: what it names, each with its first place and how often, and every place of it."""

    text: str
    found: dict[int, list[int]]  # by the name's number: start, count
    said: list[tuple[int, int, int, int]]  # number, start, end, paragraph


def page(world: World, names: list[int], words: list[list[int]]) -> Page:
    """Write a text of as many paragraphs as it has names, each of which begins with its name."""
    text, found, said = "", dict[int, list[int]](), []
    for paragraph, (name, filler) in enumerate(zip(names, words, strict=True)):
        at, surface = len(text), world.names[name]
        text += f"{surface} {' '.join(map(world.words.__getitem__, filler))}.\n"
        found.setdefault(name, [at, 0])[1] += 1
        said.append((name, at, at + len(surface), paragraph))
    return Page(text[:-1], found, said)


def articles_of(world: World, day: date, count: int, run_id: str) -> tuple[pa.Table, pa.Table]:
    """Make the articles of a day and their mentions."""
    rng = world.rng
    names = zipf(rng, len(world.names), (count, NAMES)).tolist()
    words = zipf(rng, len(world.words), (count, NAMES, WORDS)).tolist()
    pages = [page(world, some, others) for some, others in zip(names, words, strict=True)]
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    times = [start + timedelta(seconds=second) for second in np.sort(rng.integers(0, 86_400, count)).tolist()]
    kept: dict[str, Any] = {
        "article_id": [rng.bytes(16).hex() for _ in range(count)],
        "revision_id": [rng.bytes(16).hex() for _ in range(count)],
        "source": [f"paper-{n}.example" for n in zipf(rng, 60, (count,)).tolist()],
        "published_at": times,
    }
    titles = zipf(rng, len(world.words), (count, 9)).tolist()
    columns = {
        "text": [one.text for one in pages],
        "title": [" ".join(map(world.words.__getitem__, title)) for title in titles],
        "entities": [[entity(world, name, *place) for name, place in one.found.items()] for one in pages],
        "url": [f"https://example.org/{key}" for key in kept["article_id"]],
        "domain": kept["source"], "fetched_at": times, "ingested_at": times,
    }  # fmt: skip
    return table("articles", kept | columns, run_id), mentions_of(world, pages, kept, run_id)


def mentions_of(world: World, pages: list[Page], kept: dict[str, Any], run_id: str) -> pa.Table:
    """Make the mentions of the articles of a day."""
    rows = [(number, *place) for number, one in enumerate(pages) for place in one.said]
    numbers, which, starts, ends, paragraphs = zip(*rows, strict=True)
    columns = {name: [values[number] for number in numbers] for name, values in kept.items()}
    names = [world.names[n] for n in which]
    said = {"entity": names, "text": names, "label": [label_of(n) for n in which]}
    places = {"start": starts, "end": ends, "paragraph": paragraphs, "country": [country_of(n) for n in which]}
    return table("mentions", columns | said | places, run_id)


def entity(world: World, name: int, start: int, count: int) -> dict[str, Any]:
    """Return what an article's list of entities says of a name."""
    text = world.names[name]
    kept = {"start": start, "end": start + len(text), "count": count, "in_title": False, "country": country_of(name)}
    return {"text": text, "name": text, "label": label_of(name), **kept}


def table(name: str, columns: dict[str, Any], run_id: str) -> pa.Table:
    """Make a table of the lake of some columns; the others are empty."""
    count = len(next(iter(columns.values())))
    fill = {pa.string(): "", pa.int32(): 0, pa.int16(): 1}
    arrays = []
    for field in TABLES[name]:
        if field.name in columns:
            arrays.append(pa.array(columns[field.name], field.type))
        elif field.name == "run_id":
            arrays.append(pa.array([run_id] * count))
        elif field.nullable:
            arrays.append(pa.nulls(count, field.type))
        else:
            arrays.append(pa.array([[] if pa.types.is_list(field.type) else fill[field.type]] * count, field.type))
    return parquet.in_order(name, pa.Table.from_arrays(arrays, schema=TABLES[name]))


def outcomes_of(articles: pa.Table, run_id: str) -> pa.Table:
    """Make the ledger's rows of stored articles."""
    columns = {name: articles[name].to_pylist() for name in ("article_id", "revision_id", "url")}
    word = ["stored"] * articles.num_rows
    seen = articles["ingested_at"].to_pylist()
    return table(
        "outcomes", {**columns, "reference_id": columns["revision_id"], "outcome": word, "seen_at": seen}, run_id
    )


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
