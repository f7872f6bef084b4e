"""`newsbeam replay`: make what is stored again with today's rules, without fetching."""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from difflib import unified_diff
from typing import Any

from lake.lines import line_book
from lake.store import open_store
from newsbeam.config import settings_from
from newsbeam.running import Progress, check_extract, spare_memory, stop_on_signals, with_beam
from newsbeam.summary import print_summary, summary_object
from schemas.records import Article, Refusal
from schemas.settings import Settings
from transforms.article.tagger import check_settings

#: Changes that `--dry-run` prints.
SHOWN = 10


def run(arguments: argparse.Namespace) -> int:
    """Run it, or print the first changes that it would make."""
    started = time.monotonic()
    spare_memory()
    settings = settings_from(arguments)
    settings = replace(settings, process=replace(settings.process, extract=arguments.extract))
    check_settings(settings.process)
    check_extract(settings.process)
    options = with_beam("pipelines.run_graph").beam_options(arguments.beam_flags)
    open_store(settings.lake).check()
    if arguments.dry_run:
        return _dry_run(arguments.what, settings)
    stop_on_signals()
    progress = (lambda _: None) if arguments.quiet or arguments.json else Progress()
    summary = with_beam("pipelines.replay").replay(settings, arguments.what, options, progress)
    seconds = time.monotonic() - started
    if arguments.json:
        print(json.dumps(summary_object(summary, settings, seconds), ensure_ascii=False))
    elif not arguments.quiet:
        print_summary(summary, settings, seconds)
    return 3 if summary.interrupted else 0


def _dry_run(what: str, settings: Settings) -> int:
    """Print the first changes, one after the other, each as a diff of its lines."""
    shown = looked_at = 0
    for name, diff in _changes(what, replace(settings, process=replace(settings.process, tagger="none"))):
        looked_at += 1
        if diff:
            shown += 1
            print(f"== {name}")
            print("\n".join(diff), end="\n\n")
        if shown == SHOWN:
            print(f"the first {SHOWN} changes, among {looked_at} documents; nothing was written")
            return 0
    print(f"{shown} of {looked_at} documents would change; nothing was written")
    return 0


def _changes(what: str, settings: Settings) -> Iterator[tuple[str, list[str]]]:
    """Yield the address of each document and what would change of it."""
    from transforms.article.process import process, publisher_of
    from transforms.article.replay import replay_text
    from transforms.pool import shared_pool

    replay, read = with_beam("pipelines.replay"), with_beam("transforms.read_stored")
    store, pool, book = open_store(settings.lake), shared_pool(settings.process), line_book(settings.lake)
    for rows in replay.rows_to_replay(store, what, settings.wanted):
        if what == "failures":
            for payload in read.read_failures(store, rows):
                rules = book.rules_for(publisher_of(payload))
                made = pool.result(pool.submit(process, payload, settings.process, rules))
                yield payload.reference.url or payload.reference.source_uri, _new(made)
            continue
        for stored in read.read_stored(store, rows):
            rules = book.rules_for(stored.row["domain"] or stored.row["source"] or "")
            made = pool.result(pool.submit(replay_text, stored, settings.process, rules))
            yield stored.row["url"] or stored.row["source_uri"], _diff(stored.row, made)


def _new(made: Any) -> list[str]:
    return [f"+ {line}" for line in (made.title, *made.text.split("\n"))] if isinstance(made, Article) else []


def _diff(row: dict[str, Any], made: Article | Refusal | None) -> list[str]:
    from transforms.article.replay import changes

    if made is None:
        return []
    if isinstance(made, Refusal):
        return [f"today it would not be stored ({made.outcome}: {made.reason}); it is left as it is"]
    new = made._asdict()
    diff = [f"{name}: {row[name]!r} -> {new[name]!r}" for name in changes(made, row) if name != "text"]
    lines = list(unified_diff(row["text"].split("\n"), made.text.split("\n"), "stored", "today", lineterm="", n=1))
    return diff + lines
