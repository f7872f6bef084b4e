"""Invented articles and their mentions, as large as a benchmark wants: words and names as often as in real news.

Texts have about 150 words, a third of what news really has, and eight mentions.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from lake import parquet
from schemas.tables import TABLES

NAMES: Final = 8  # an article
WORDS: Final = 18  # of filler after each name
LABELS: Final = ("PERSON", "ORG", "GPE", "LOC", "NORP", "EVENT")
COUNTRIES: Final = ("NE", "FR", "ML", "US", "DE", "CN", "NG", "GB")


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
