"""Whatever others and the run itself have stored before, each revision stays once, and the ledger adds up."""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from lake_rows import NOW, article, dead_letter, mentions, outcome

from lake.commit import commit
from lake.rewrite import Taken, choose, judge, keep_mentions, turn
from lake.store import open_store
from lake.writer import TableWriter
from schemas.outcomes import TRANSIENT
from schemas.settings import LakeSettings
from schemas.tables import TABLES

DAYS = (date(2026, 11, 22), date(2026, 11, 23))


class Document(NamedTuple):
    """One document a run met."""

    revision: int
    reference: int
    word: str
    file: int
    day: int
    source: int


documents = st.builds(
    Document,
    st.integers(0, 4),
    st.integers(0, 6),
    st.sampled_from(["stored", "stored", "stored", "no_text", "timeout", "duplicate", "unchanged"]),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(0, 2),
)


def revision_id(number: int) -> str:
    return f"r{number}"


def rows_of(document: Document) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that a document leaves in each table."""
    row = article(0, "run1") | {
        "revision_id": revision_id(document.revision),
        "source_uri": f"/seeds/{document.source}",
    }
    ledger = outcome(row, document.word, f"ref{document.reference}")
    stored = document.word == "stored"
    return {
        "outcomes": [ledger],
        "articles": [row] if stored else [],
        "mentions": mentions(row, 2) if stored else [],
        "dead_letters": [dead_letter(row, "no_text") | {"reference_id": f"ref{document.reference}"}]
        if not stored
        else [],
    }


def tables(found: list[Document], table: str) -> list[tuple[date, pa.Table]]:
    """Return the files of a run: day and rows."""
    places = sorted({(document.file, document.day) for document in found})
    files = []
    for place in places:
        rows = [row for document in found if (document.file, document.day) == place for row in rows_of(document)[table]]
        files.append((DAYS[place[1]], pa.Table.from_pylist(rows, schema=TABLES[table])))
    return files


@given(
    st.lists(documents, max_size=12),
    st.sets(st.integers(0, 6).map(lambda number: f"ref{number}"), max_size=4),
    st.sets(st.integers(0, 4).map(revision_id), max_size=3),
)
def test_each_revision_stays_once_and_the_ledger_adds_up(
    found: list[Document], references: set[str], revisions: set[str]
) -> None:
    taken = Taken(references, revisions, set())
    ledgers = [table for _, table in tables(found, "outcomes")]
    verdict = judge(ledgers, taken)
    after = [row for file, table in enumerate(ledgers) for row in turn(table, file, verdict, taken).to_pylist()]
    articles, named = tables(found, "articles"), tables(found, "mentions")
    chosen = choose(articles, verdict)
    kept = [table.filter(mask) for (_, table), mask in zip(articles, chosen.keep, strict=True)]
    masks = keep_mentions(named, verdict, chosen)
    mentioned = [
        (day, row) for (day, table), mask in zip(named, masks, strict=True) for row in table.filter(mask).to_pylist()
    ]

    expected = {
        revision_id(document.revision)
        for document in found
        if document.word == "stored"
        and f"ref{document.reference}" not in references
        and revision_id(document.revision) not in revisions
    }
    stored = [row for row in after if row["outcome"] == "stored"]
    assert Counter(row["revision_id"] for row in stored) == dict.fromkeys(expected, 1)
    assert Counter(row["revision_id"] for table in kept for row in table.to_pylist()) == dict.fromkeys(expected, 1)
    assert Counter(row["revision_id"] for _, row in mentioned) == dict.fromkeys(expected, 2)
    places = {
        row["revision_id"]: day for (day, _), table in zip(articles, kept, strict=True) for row in table.to_pylist()
    }
    assert all(places[row["revision_id"]] == day for day, row in mentioned)
    sources = {row["revision_id"]: row["source_uri"] for table in kept for row in table.to_pylist()}
    assert all(sources[row["revision_id"]] == row["source_uri"] for row in stored)

    assert len(after) == len(found)
    before = [row for table in ledgers for row in table.to_pylist()]
    for old, new in zip(before, after, strict=True):
        assert (old["reference_id"], old["article_id"]) == (new["reference_id"], new["article_id"])
        if old["outcome"] in ("duplicate", "unchanged"):
            assert new == old
        elif old["reference_id"] in references:
            assert new["outcome"] == "duplicate"
        if new["outcome"] == "duplicate" and new != old:
            assert new["word_count"] == new["mention_count"] == new["removed_count"] == 0
            assert new["reason"]
            assert new["revision_id"] is None or new["revision_id"] in revisions | expected


def test_without_anything_taken_nothing_changes() -> None:
    found = [Document(number, number, "stored", 0, 0, 0) for number in range(4)]
    verdict = judge([table for _, table in tables(found, "outcomes")], Taken(set(), set(), set()))
    assert (verdict.losers, verdict.gone, verdict.stored) == ({}, set(), 4)


def test_a_transient_failure_of_another_run_takes_nothing(disk_lake: LakeSettings) -> None:
    store = open_store(disk_lake)
    row = article(1, "run1")
    for word in sorted(TRANSIENT):
        writer = TableWriter(store, "run1")
        writer.add("outcomes", DAYS[0], outcome(row, word))
        assert commit(store, "run1", writer.flush(), 0) is not None
    writer = TableWriter(store, "run2")
    writer.add("articles", DAYS[0], row)
    writer.add("outcomes", DAYS[0], outcome(row))
    done = commit(store, "run2", writer.flush(), 0)
    assert done is not None
    assert (done.counts["articles"], done.counts["outcomes"]) == (1, {"stored": 1})
    assert row["published_at"] == NOW
