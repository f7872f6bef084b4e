"""Say what a replay would change, as diffs, and change nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import unified_diff
from typing import Any

from lake.lines import line_book
from lake.store import open_store
from newsbeam.running import with_beam
from schemas.records import Article, Refusal
from schemas.settings import Settings

#: Changes that are printed.
SHOWN = 10


def print_changes(what: str, settings: Settings) -> int:
    """Print the first changes of documents, one after the other; returns the exit code."""
    shown = looked_at = 0
    for name, diff in _documents(what, settings):
        looked_at += 1
        if diff:
            shown += 1
            print("\n".join([f"== {name}", *diff]), end="\n\n")
        if shown == SHOWN:
            print(f"the first {SHOWN} changes, among {looked_at} documents; nothing was written")
            return 0
    print(f"{shown} of {looked_at} documents would change; nothing was written")
    return 0


def _documents(what: str, settings: Settings) -> Iterator[tuple[str, list[str]]]:
    """Yield the address of each document and what would change of it."""
    from transforms.article.process import process, publisher_of
    from transforms.pool import shared_pool

    rooms, read = with_beam("transforms.replay_documents"), with_beam("transforms.read_stored")
    work = settings.process if what == "entities" else replace(settings.process, tagger="none")
    store, pool, book = open_store(settings.lake), shared_pool(work), line_book(settings.lake)
    for rows in with_beam("pipelines.replay").rows_to_replay(store, what, settings.wanted):
        if what == "failures":
            for payload in read.read_failures(store, rows):
                made = pool.result(pool.submit(process, payload, work, book.rules_for(publisher_of(payload))))
                yield payload.reference.url or payload.reference.source_uri, _new(made)
            continue
        for stored in read.read_stored(store, rows):
            rules = book.rules_for(rooms.publisher_of_row(stored.row))
            made = pool.result(pool.submit(rooms.REPLAYS[what], stored, work, rules))
            yield stored.row["url"] or stored.row["source_uri"], _diff(what, stored.row, made)


def _new(made: Any) -> list[str]:
    return [f"+{line}" for line in (made.title, *made.text.split("\n"))] if isinstance(made, Article) else []


def _diff(what: str, row: dict[str, Any], made: Article | Refusal | None) -> list[str]:
    from transforms.article.replay import changes

    if made is None:
        return []
    if isinstance(made, Refusal):
        return [f"today it would not be stored ({made.outcome}: {made.reason}); it is left as it is"]
    if what == "entities":
        return _lines(_names(row["entities"]), _names([entity._asdict() for entity in made.entities]))
    new = made._asdict()
    others = [f"{name}: {row[name]!r} -> {new[name]!r}" for name in changes(made, row) if name != "text"]
    return others + _lines(row["text"].split("\n"), made.text.split("\n"))


def _lines(before: Sequence[str], after: Sequence[str]) -> list[str]:
    return list(unified_diff(before, after, "stored", "today", lineterm="", n=1))


def _names(entities: Sequence[dict[str, Any]]) -> list[str]:
    return sorted(f"{entity['name']}  {entity['label']}  {entity['count']}x" for entity in entities)
