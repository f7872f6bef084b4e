"""Make the rows of the tables from the records of a run: plain dicts, one key a column of `schemas.tables`."""

import json
from datetime import datetime
from typing import Any

from schemas.outcomes import DEAD_LETTERS, STORED
from schemas.records import Processed, Reference, Refused, Stamp
from schemas.tables import SCHEMA_VERSION
from transforms.article.ids import content_hash, replay_id, revision_id

#: Bytes of a payload that a dead letter keeps.
PAYLOAD_CAP = 1 << 20

Row = dict[str, Any]


def article_row(document: Processed, stamp: Stamp) -> Row:
    """Make the row of `articles`."""
    reference, article = document.reference, document.article
    content = content_hash(article.title, article.text)
    row = article._asdict()
    for name in ("mentions", "corrections"):
        row.pop(name)
    revision = revision_id(
        reference.article_id, content, article.extractor_version, f"{article.tagger} {article.tagger_version}"
    )
    return row | {
        "article_id": reference.article_id,
        "revision_id": replay_id(revision, document.replaces) if document.replaces else revision,
        "final_url": document.final_url,
        "source_uri": reference.source_uri,
        "feed_url": reference.feed_url,
        "fetched_at": document.fetched_at,
        "ingested_at": stamp.started_at,
        "word_count": len(article.text.split()),
        "content_hash": content,
        "raw_hash": document.raw_hash,
        **document.opt_outs._asdict(),
        "raw_path": document.raw.path or None,
        "raw_offset": document.raw.offset if document.raw.path else None,
        "schema_version": SCHEMA_VERSION,
        "run_id": stamp.run_id,
    }


def mention_rows(document: Processed, article: Row) -> list[Row]:
    """Make the rows of `mentions` that belong to a row of `articles`."""
    countries = {(entity.name, entity.label): entity.country for entity in document.article.entities}
    shared = {key: article[key] for key in ("article_id", "revision_id", "source", "published_at", "run_id")}
    return [
        mention._asdict() | shared | {"country": countries.get((mention.entity, mention.label), "")}
        for mention in document.article.mentions
    ]


def stored_row(reference: Reference, article: Row, outcome: str = STORED) -> Row:
    """Make the row of `outcomes` for an article; with another outcome than `stored` it counts nothing."""
    stored = outcome == STORED
    return _outcome(reference, article["run_id"]) | {
        "revision_id": article["revision_id"],
        "source": article["source"],
        "step": "WriteTables",
        "outcome": outcome,
        "reason": "",
        "word_count": article["word_count"] if stored else 0,
        "removed_count": len(article["removed"]) if stored else 0,
        "seen_at": article["ingested_at"],
    }


def refused_row(refused: Refused, stamp: Stamp) -> Row:
    """Make the row of `outcomes` for a document that did not become an article."""
    waits = {"retry_at": refused.retry_at, "retry": json.dumps(refused.reference._asdict())} if refused.retry_at else {}
    return _outcome(refused.reference, stamp.run_id) | {
        "step": refused.step,
        "outcome": refused.outcome,
        "reason": refused.reason,
        "seen_at": stamp.started_at,
        **waits,
    }


def dead_letter_row(refused: Refused, stamp: Stamp) -> Row | None:
    """Make the row of `dead_letters`, or None where the outcome is nothing to look into."""
    if refused.outcome not in DEAD_LETTERS:
        return None
    reference = refused.reference
    return {
        "reference_id": reference.reference_id,
        "article_id": reference.article_id,
        "url": reference.url,
        "source_uri": reference.source_uri,
        "kind": reference.kind,
        "step": refused.step,
        "outcome": refused.outcome,
        "reason": refused.reason,
        "payload": refused.data[:PAYLOAD_CAP],
        "payload_size": len(refused.data),
        "failed_at": stamp.started_at,
        "run_id": stamp.run_id,
    }


def _outcome(reference: Reference, run_id: str) -> Row:
    return {
        "reference_id": reference.reference_id,
        "article_id": reference.article_id,
        "revision_id": None,
        "url": reference.url,
        "source_uri": reference.source_uri,
        "source": reference.source,
        "feed_url": reference.feed_url,
        "kind": reference.kind,
        "attempt": max(reference.attempt, 1),
        "first_seen_at": datetime.fromisoformat(reference.first_seen_at) if reference.first_seen_at else None,
        "word_count": 0,
        "mention_count": 0,
        "removed_count": 0,
        "run_id": run_id,
    }
