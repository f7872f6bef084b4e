"""Say what a run did, for people and for programs."""

import sys
from typing import Any

from lake.store import open_store
from pipelines.summary import Summary
from schemas.outcomes import DEAD_LETTERS, PENDING
from schemas.settings import Settings
from schemas.tables import TABLES


def summary_object(summary: Summary, settings: Settings, seconds: float) -> dict[str, Any]:
    """Give the object that `--json` prints."""
    store = open_store(settings.lake)
    return {
        "run_id": summary.run_id,
        "articles": summary.counts.get("articles", 0),
        "mentions": summary.counts.get("mentions", 0),
        "removed": summary.counts.get("removed", 0),
        "dead_letters": summary.counts.get("dead_letters", 0),
        "sightings": summary.counts.get("sightings", 0),
        "feeds": {"polled": summary.feeds_polled, "not_due": summary.feeds_later},
        "references": summary.references,
        "corrections": _corrections(summary, settings),
        "outcomes": dict(sorted(summary.outcomes.items())),
        "seconds": round(seconds, 3),
        "interrupted": summary.interrupted,
        "tables": {table: store.uri(table) for table in TABLES},
    }


def print_summary(summary: Summary, settings: Settings, seconds: float) -> None:
    """Print a few lines: what was stored, what was not and where to look, where the files are."""
    told = summary_object(summary, settings, seconds)
    print(
        f"{_count(told['articles'], 'article')} with {_count(told['mentions'], 'mention')} of names stored, "
        f"{_count(told['removed'], 'boilerplate line')} removed, in {seconds:.1f} s"
    )
    learned = summary.counts.get("learned", 0)
    if learned:
        print(f"{_count(learned, 'boilerplate line')} learned, taken out from now on: newsbeam rules list")
    for note in summary.notes:
        print(note)
    if summary.feeds_polled or summary.feeds_later:
        later = f", {summary.feeds_later} not due yet: newsbeam feeds list" if summary.feeds_later else ""
        print(f"{_count(summary.feeds_polled, 'feed')} polled{later}")
    known = summary.outcomes.get("known", 0)
    if known:
        print(f"{_count(known, 'document')} known already: nothing to do for them")
    others = {
        name: times
        for name, times in summary.outcomes.items()
        if name not in ("stored", "known", "pending", "filtered", "unchanged", "refused")
    }
    if others:
        words = ", ".join(f"{times} {name}" for name, times in sorted(others.items()))
        print(f"not stored: {words}")
    if summary.outcomes.get("unchanged"):
        print(f"{_count(summary.outcomes['unchanged'], 'document')} unchanged: stored as they are")
    if summary.outcomes.get("refused"):
        print(
            f"{_count(summary.outcomes['refused'], 'document')} that would still not be stored today: left as they are"
        )
    if summary.outcomes.get("filtered"):
        print(f"{_count(summary.outcomes['filtered'], 'document')} outside of the dates and domains asked for")
    if summary.outcomes.get("pending"):
        print(f"{_count(summary.outcomes['pending'], 'link')} pending, not due yet")
    if any(name in PENDING for name in others):
        print('tried again later: newsbeam sql "SELECT url, outcome, reason, retry_at FROM pending"')
    if any(name in DEAD_LETTERS for name in others):
        print('why: newsbeam sql "SELECT source_uri, step, outcome, reason FROM dead_letters"')
    if told["corrections"] and told["articles"]:
        never = [name for name, times in told["corrections"].items() if not times]
        found = len(told["corrections"]) - len(never)
        rest = f"; found nothing: {', '.join(never)}" if never else ""
        print(f"{found} of {_count(len(told['corrections']), 'correction')} of names found something{rest}")
    if summary.interrupted:
        print("interrupted: what was in hand is committed; run it again for the rest")
    print(f"files: {open_store(settings.lake).uri('articles')}/date=*/*.parquet")
    sys.stdout.flush()


def _corrections(summary: Summary, settings: Settings) -> dict[str, int]:
    """Count for each correction of names the articles in which it found something."""
    return {
        f"{correction.kind} {correction.names[0]}": summary.corrections.get(number, 0)
        for number, correction in enumerate(settings.process.names)
    }


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
