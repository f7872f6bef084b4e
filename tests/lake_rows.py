"""Rows of the lake's tables, made up from a few numbers; small ingests with them, and the audit of what came of it."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

import pyarrow as pa
from deltalake.transaction import AddAction, RemoveAction

from lake import delta, log, parquet
from lake.commit import commit
from lake.disk import DiskStore
from lake.feeds import learned_columns, subscription_row
from lake.known import Known
from lake.run import begin
from lake.store import open_store
from lake.writer import TableWriter
from schemas.outcomes import PENDING
from schemas.records import FeedState, WrittenFile
from schemas.settings import LakeSettings
from schemas.tables import TABLES

DAY = date(2026, 11, 23)
DELTA = re.compile(r"/_delta_log/(\d{20}(\.checkpoint)?\.(json|parquet)|_last_checkpoint)$")
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def digest(*parts: object) -> str:
    """Return 32 hex digits that name the parts."""
    return blake2b("\0".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def article(number: int, run_id: str, text: str = "") -> dict[str, Any]:
    """Return the row of an article."""
    body = text or f"Text number {number}.\nSecond paragraph."
    article_id = digest("article", number)
    return {
        "article_id": article_id,
        "revision_id": digest(article_id, body),
        "url": f"https://example.org/{number}",
        "domain": "example.org",
        "source": f"source {number % 3}",
        "source_uri": f"/seeds/{number}.html",
        "title": f"Title {number}",
        "text": body,
        "authors": ["Ada Rowe"],
        "tags": [],
        "published_at": NOW,
        "fetched_at": NOW,
        "ingested_at": NOW,
        "word_count": 5,
        "content_hash": digest(body),
        "raw_hash": digest("raw", number, body),
        "removed": [{"text": "WATCH LIVE", "rule": "promo", "position": 2}],
        "extractor": "text",
        "extractor_version": "1",
        "tagger": "none",
        "tagger_version": "1",
        "schema_version": 1,
        "run_id": run_id,
        "entities": [],
    }


def mentions(row: dict[str, Any], count: int = 3) -> list[dict[str, Any]]:
    """Return some mentions of an article."""
    kept = {name: row[name] for name in ("article_id", "revision_id", "source", "published_at", "run_id")}
    return [
        {**kept, "entity": f"Entity {n}", "label": "ORG", "text": "Text", "start": n, "end": n + 4, "paragraph": 0}
        for n in range(count)
    ]


def outcome(row: dict[str, Any], word: str = "stored", reference_id: str = "") -> dict[str, Any]:
    """Return the ledger's row of an article, or of one that came to nothing."""
    stored = word == "stored"
    return {
        "reference_id": reference_id or digest(row["article_id"], row["raw_hash"]),
        "article_id": row["article_id"],
        "revision_id": row["revision_id"] if stored else None,
        "url": row["url"],
        "source_uri": row["source_uri"],
        "kind": "html",
        "step": "process",
        "outcome": word,
        "word_count": row["word_count"] if stored else 0,
        "mention_count": 3 if stored else 0,
        "removed_count": 1 if stored else 0,
        "seen_at": NOW,
        "retry_at": NOW if word in PENDING else None,
        "run_id": row["run_id"],
    }


def sighting(row: dict[str, Any], feed: str = "https://example.org/feed") -> dict[str, Any]:
    """Return the row of an article's entry in a feed."""
    return {
        "sighting_id": digest("sighting", feed, row["article_id"]),
        "words_id": digest("words", feed, row["article_id"]),
        "entry_id": digest("entry", feed, row["url"]),
        "feed_id": digest("feed", feed),
        "feed_url": feed,
        "article_id": row["article_id"],
        "guid": row["url"],
        "link": row["url"],
        "title": row["title"],
        "authors": [],
        "tags": [],
        "published_at": NOW,
        "flags": [],
        "seen_at": NOW,
        "run_id": row["run_id"],
    }


def cluster(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row that tells an article's story."""
    return {
        "article_id": row["article_id"],
        "story_id": digest("story", row["article_id"]),
        "matched_id": "",
        "containment": 1.0,
        "domain": row["domain"],
        "published_at": NOW,
        "clustered_at": NOW,
        "run_id": row["run_id"],
    }


def line(run_id: str, text: str = "WATCH ALBA LIVE HERE", publisher: str = "example.org") -> dict[str, Any]:
    """Return the row of a learned line."""
    return {
        "line_id": digest(publisher, text)[:16],
        "publisher": publisher,
        "line_hash": bytes.fromhex(digest(text)[:16]),
        "line": text,
        "status": "learned",
        "articles": 3,
        "changed_at": NOW,
        "run_id": run_id,
    }


def block(run_id: str) -> dict[str, Any]:
    """Return the row of an article that is refused."""
    return {"block_id": digest("block"), "kind": "article", "salt": "00" * 16, "blocked_at": NOW, "run_id": run_id}


def subscription(url: str, run_id: str, changed_at: datetime = NOW) -> dict[str, Any]:
    """Return the row of a feed that is subscribed."""
    state = FeedState(digest("feed", url), url, "A feed", ("news",))
    return subscription_row(state, changed_at, run_id)


def feed_fetch(url: str, run_id: str, at: datetime = NOW) -> dict[str, Any]:
    """Return the row of a poll that went well."""
    state = FeedState(digest("feed", url), url, status="active", etag='W/"1"', last_attempt=at, last_success=at)
    said = {"fetch_url": url, "outcome": "parsed", "entries": 1, "new_entries": 1, "edited_entries": 0}
    return {"feed_id": state.feed_id, "feed_url": url, **said, "run_id": run_id} | learned_columns(state)


def dead_letter(row: dict[str, Any], word: str) -> dict[str, Any]:
    """Return the dead letter of a document that came to nothing."""
    said = outcome(row, word)
    kept = {
        name: said[name] for name in ("reference_id", "article_id", "source_uri", "kind", "step", "outcome", "run_id")
    }
    return {**kept, "reason": "made up", "payload": b"<html>", "payload_size": 6, "failed_at": NOW}


def add_article(writer: TableWriter, number: int, run_id: str, day: date = DAY, text: str = "") -> list[WrittenFile]:
    """Add everything that one stored article leaves behind."""
    row = article(number, run_id, text)
    written = writer.add("articles", day, row)
    for mention in mentions(row):
        written += writer.add("mentions", day, mention)
    return written + writer.add("outcomes", day, outcome(row))


def write_articles(writer: TableWriter, numbers: "range | list[int]", run_id: str) -> list[WrittenFile]:
    """Write the files of some articles."""
    written = [file for number in numbers for file in add_article(writer, number, run_id)]
    return written + writer.flush()


def ingest(settings: LakeSettings, numbers: list[int], slices: int = 2) -> str:
    """Run a small ingest: what is not known yet is written and committed, slice by slice; return the run's id."""
    store = open_store(settings)
    cache = Known(store)
    with begin(settings) as run:
        for first in range(slices):
            seen = cache.refresh()
            new = [number for number in numbers[first::slices] if reference(number) not in cache]
            files = write_articles(TableWriter(store, run.run_id), new, run.run_id)
            commit(store, run.run_id, files, seen)
    return run.run_id


def reference(number: int) -> str:
    """Return the reference_id of an article as `article` makes it."""
    return str(outcome(article(number, ""))["reference_id"])


def rows(settings: LakeSettings, table: str) -> list[dict[str, Any]]:
    """Read a table as its newest Delta snapshot lists it."""
    store = open_store(settings)
    paths = sorted(delta.paths(delta.load(store, table)))
    return [row for path in paths for row in parquet.decode(store.get(f"{table}/{path}")).to_pylist()]


def listing(settings: LakeSettings) -> dict[str, int]:
    """Return the sizes of all objects of a lake."""
    return {listed.path: listed.size for listed in open_store(settings).list("")}


def audit(settings: LakeSettings, numbers: set[int]) -> None:
    """Assert that just these articles are there: once each, with their mentions and outcomes, and no file too many."""
    expected = {article(number, "")["revision_id"] for number in numbers}
    found = Counter(row["revision_id"] for row in rows(settings, "articles"))
    assert set(found) == expected
    assert max(found.values(), default=1) == 1
    mentioned = Counter(row["revision_id"] for row in rows(settings, "mentions"))
    assert mentioned == dict.fromkeys(expected, 3)
    stored = Counter(row["revision_id"] for row in rows(settings, "outcomes") if row["outcome"] == "stored")
    assert stored == dict.fromkeys(expected, 1)
    audit_files(settings)


def audit_files(settings: LakeSettings) -> None:
    """Assert that a plain glob, the tables and the log name the same files, and that nothing lies beside them."""
    store = open_store(settings)
    everything = listing(settings)
    there = {path for path in everything if "/_delta_log/" not in path}
    assert not [path for path in everything.keys() - there if not DELTA.search(path)]
    tables = {f"{name}/{path}" for name in (*TABLES, "runs") for path in delta.paths(delta.load(store, name))}
    logged = {file.path for entry in log.entries(store, 0) for file in entry.files}
    tables |= {path for path in logged if path.startswith("raw/")}  # files of no table
    assert (there - tables, tables - there) == (set(), set()), f"beside: {there - tables}, gone: {tables - there}"
    assert logged == {path for path in tables if not path.startswith("runs/")}
    if isinstance(store, DiskStore):
        assert not list((store.root / "_tmp").glob("*"))


def compact_outcomes(settings: LakeSettings) -> None:
    """Put all outcomes into one file, as a compaction does, and delete the old files, as a vacuum does."""
    store = open_store(settings)
    table = delta.load(store, "outcomes")
    assert table is not None
    old = sorted(table.actions().to_pylist(), key=lambda action: str(action["path"]))
    merged = pa.concat_tables([parquet.decode(store.get(f"outcomes/{action['path']}")) for action in old])
    new = parquet.write(store, "outcomes", DAY, parquet.in_order("outcomes", merged), "compaction")
    values: dict[str, str | None] = {"date": DAY.isoformat()}
    name = new.path.removeprefix("outcomes/")
    table.table.create_write_transaction(
        [
            *(RemoveAction(action["path"], False, 0, action["size_bytes"], values) for action in old),
            AddAction(name, new.size, values, 0, False, new.stats),
        ],
        "append",
        table.table.schema(),
        partition_by=["date"],
    )
    for action in old:
        store.delete(f"outcomes/{action['path']}")
