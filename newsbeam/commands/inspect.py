"""`newsbeam inspect`: show one document's way, without writing anything."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lake.lines import LineBook, line_states
from lake.query import connect
from lake.store import open_store
from newsbeam.config import settings_from
from schemas.errors import SettingsError, StoreError
from schemas.records import Article, Payload, Reference, Refusal, Shard
from schemas.settings import Settings
from transforms.article.seeds import SeedReader, references, seed_paths
from transforms.fetch.urls import url_key

#: Records of one file that are shown.
MOST_RECORDS = 20


def run(arguments: argparse.Namespace) -> int:
    """Process a file as `ingest` would, or look an address or id up in the lake, and print what came of it."""
    settings = settings_from(arguments)
    path = Path(arguments.document)
    shown = list(_from_file(path, settings)) if path.exists() else _from_lake(arguments.document, settings)
    if arguments.json:
        print(json.dumps(shown if len(shown) > 1 else shown[0], ensure_ascii=False, indent=2, default=_written))
    else:
        for document in shown:
            _print(document)
    return 0


def _from_file(path: Path, settings: Settings) -> Iterator[dict[str, Any]]:
    from transforms.article.process import process, publisher_of
    from transforms.pool import shared_pool

    pool = shared_pool(settings.process)
    book = _book(settings)
    reader = SeedReader()
    for file in seed_paths([path]):
        for number, item in enumerate(references(Shard(str(file)))):
            if number >= MOST_RECORDS:
                print(f"newsbeam: {file} holds more records; the first {MOST_RECORDS} are shown", file=sys.stderr)
                break
            reference, refusal = item if isinstance(item, tuple) and isinstance(item[1], Refusal) else (item, None)
            outcome: Any = refusal or reader.read(reference, datetime.now(UTC))
            if isinstance(outcome, Payload):
                outcome = pool.result(
                    pool.submit(process, outcome, settings.process, book.rules_for(publisher_of(outcome)))
                )
            yield _described(reference, outcome)


def _book(settings: Settings) -> LineBook:
    """Read what the lake knows of lines; a file can be looked at without a lake too."""
    try:
        return LineBook(line_states(open_store(replace(settings.lake, patience=0.0))).values())
    except (SettingsError, StoreError) as error:
        print(f"newsbeam: without the lines that the lake has learned: {error}", file=sys.stderr)
        return LineBook()


def _described(reference: Reference, outcome: Article | Refusal) -> dict[str, Any]:
    head = {
        "file": reference.source_uri,
        "kind": reference.kind,
        "article_id": reference.article_id,
        "reference_id": reference.reference_id,
        "url": reference.url,
        "source": reference.source,
    }
    if isinstance(outcome, Refusal):
        return head | {"outcome": outcome.outcome, "reason": outcome.reason}
    article = outcome._asdict()
    article["removed"] = [line._asdict() for line in outcome.removed]
    article["entities"] = [entity._asdict() for entity in outcome.entities]
    article["mentions"] = [mention._asdict() for mention in outcome.mentions]
    return article | head | {"outcome": "stored", "source": outcome.source}


def _from_lake(document: str, settings: Settings) -> list[dict[str, Any]]:
    names = {document}
    try:
        key = url_key(document)
    except ValueError:
        key = ""
    connection = connect(open_store(replace(settings.lake, patience=0.0)))
    if key:
        urls = connection.sql("SELECT DISTINCT url FROM outcomes WHERE url <> ''").fetchall()
        names |= {url for (url,) in urls if _key(url) == key}
    history = _rows(
        connection.execute(
            "SELECT * FROM outcomes WHERE list_contains($names, article_id) OR list_contains($names, reference_id) "
            "OR list_contains($names, url) ORDER BY seen_at",
            {"names": sorted(names)},
        )
    )
    if not history:
        raise SettingsError(f"{document} is no file, and neither an address nor an id that the lake knows")
    articles = _rows(
        connection.execute(
            "SELECT * FROM article_revisions WHERE list_contains($ids, article_id) ORDER BY article_id, revision",
            {"ids": sorted({row["article_id"] for row in history})},
        )
    )
    sightings = _rows(
        connection.execute(
            "SELECT seen_at, feed_url, title, flags FROM sightings "
            "WHERE list_contains($ids, article_id) ORDER BY seen_at",
            {"ids": sorted({row["article_id"] for row in history})},
        )
    )
    latest = articles[-1] if articles else {"kind": history[-1]["kind"], "outcome": history[-1]["outcome"]}
    return [latest | {"ledger": history, "sightings": sightings}]


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        return ""


def _rows(result: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _written(value: object) -> str:
    """Write what JSON has no form for: sketches and hashes in hex digits, times as they are printed."""
    return value.hex() if isinstance(value, bytes) else str(value)


def _print(document: dict[str, Any]) -> None:
    lists = ("text", "removed", "entities", "mentions", "ledger", "sightings")
    for name, value in document.items():
        if name not in lists and value not in ("", None, [], ()) and not isinstance(value, bytes):
            print(f"{name + ':':<21}{', '.join(map(str, value)) if isinstance(value, list) else value}")
    if document.get("text"):
        print(f"text:\n{_indented(document['text'].splitlines())}")
    if document.get("removed"):
        lines = [f"[{line['rule']}, line {line['position']}] {line['text']}" for line in document["removed"]]
        print(f"removed lines:\n{_indented(lines)}")
    if document.get("entities"):
        named = [
            f"{entity['label']:<8} {entity['count']:>3}x  {entity['name']}{_place(entity['country'])}"
            for entity in document["entities"]
        ]
        print(f"entities:\n{_indented(named)}")
    if document.get("ledger"):
        ways = [
            f"{row['seen_at']:%Y-%m-%d %H:%M}  {row['outcome']}  {row['reason'] or ''}{_again(row)}"
            for row in document["ledger"]
        ]
        print(f"ledger:\n{_indented(ways)}")
    if document.get("sightings"):
        seen = [f"{row['seen_at']:%Y-%m-%d %H:%M}  {row['feed_url']}  {row['title']}" for row in document["sightings"]]
        print(f"sightings:\n{_indented(seen)}")
    print()


def _again(row: dict[str, Any]) -> str:
    """Say when a link that is pending was to be tried again."""
    return f"  (again from {row['retry_at']:%Y-%m-%d %H:%M})" if row["retry_at"] else ""


def _place(country: str) -> str:
    return f" ({country})" if country else ""


def _indented(lines: list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)
