"""Name every document that a shard holds."""

import atexit
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.records import Reference, Refusal, Shard
from transforms.article.ids import article_id, digest, reference_id
from transforms.article.line_files import DOCUMENT_CAP, READ_ERRORS, BombError, read_head
from transforms.article.line_pool import LinePool
from transforms.article.seed_files import file_kind, line_records, whole_records
from transforms.article.seed_records import REFUSED_CAP, Record
from transforms.article.seed_warc import archived, record_key
from transforms.fetch.urls import domain

#: Files in the middle of which the next shard goes on.
POOL = LinePool()
atexit.register(POOL.close)


@dataclass(frozen=True)
class Origin:
    """Where records come from: an absolute path, and the publisher, when the user names it."""

    path: str
    source: str = ""


def references(shard: Shard, source: str = "") -> Iterator[Reference | tuple[Reference, Refusal]]:
    """Yield one reference for each document of a shard; a bad record or file comes with its `Refusal`, the rest go on.

    Args:
        shard: a part of a file, as `shards` cuts it.
        source: publisher of all of them; without it a document's domain, else its feed's, else the name of its folder.

    """
    origin = Origin(shard.path, source)
    empty = shard.first == 0 and shard.stop < 0
    try:
        for record in _records(shard):
            empty = False
            yield named(origin, record)
        if empty:
            yield named(origin, nothing_in(shard.path, "the file holds no record"))
    except READ_ERRORS as error:
        yield unreadable(origin, error)


def nothing_in(path: str, reason: str) -> Record:
    """Make the record of a file that holds none; raises one of `READ_ERRORS`."""
    raw = read_head(path, DOCUMENT_CAP)
    return Record("text", 0, raw, raw[:REFUSED_CAP], refusal=Refusal("empty", reason))


def named(origin: Origin, record: Record) -> Reference | tuple[Reference, Refusal]:
    """Make the reference of a record, keyed by its URL, else by its bytes, else (there are none) by its path."""
    raw_hash = digest(record.raw)
    key = record_key(record.url) if record.url else ""
    article = article_id(key, raw_hash if record.raw.strip() else digest("path", origin.path))
    reference = Reference(
        reference_id=reference_id(article, raw_hash),
        article_id=article,
        raw_hash=raw_hash,
        source_uri=origin.path,
        kind=record.kind,
        position=record.position,
        url=record.url,
        source=origin.source or domain(record.url) or record.site or Path(origin.path).parent.name,
        feed_url="",
    )
    return (reference, record.refusal) if record.refusal else reference


def unreadable(origin: Origin, error: Exception) -> tuple[Reference, Refusal]:
    """Make the reference of a file that can not be read, keyed by its path."""
    article = article_id("", digest("path", origin.path))
    source = origin.source or Path(origin.path).parent.name
    reference = Reference(article, article, "", origin.path, "text", 0, "", source, "")
    return reference, unreadable_refusal(error)


def unreadable_refusal(error: Exception) -> Refusal:
    """Say why a file can not be read."""
    if isinstance(error, BombError):
        return Refusal("too_large", str(error.strerror))
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Refusal("unreadable", reason[:300] if reason[:2].isupper() else reason[:1].lower() + reason[1:300])


def _records(shard: Shard) -> Iterator[Record]:
    kind = file_kind(shard.path)
    if kind == "lines":
        yield from line_records(POOL, shard.path, shard.first, shard.stop)
    elif kind == "archive":
        yield from (found.record for found in archived(shard.path, shard.first, shard.stop))
    else:
        yield from whole_records(shard.path, kind)
