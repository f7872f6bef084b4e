"""The cache of keys follows the log, knows what is final, and stays small."""

import os
import threading
import tracemalloc

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lake_rows import DAY, article, digest, ingest, outcome, reference

from lake import delta, known, log
from lake.commit import commit
from lake.known import Known
from lake.store import open_store
from lake.waiting import Waiting
from lake.writer import TableWriter
from schemas.outcomes import OUTCOMES, TRANSIENT
from schemas.settings import LakeSettings
from schemas.tables import OUTCOMES as OUTCOMES_TABLE


def test_it_follows_the_log(lake_settings: LakeSettings) -> None:
    cache = Known(open_store(lake_settings))
    open_store(lake_settings).check()
    assert cache.refresh() == cache.seen == 0
    assert reference(1) not in cache
    ingest(lake_settings, [1, 2], slices=1)
    assert reference(1) not in cache
    assert cache.refresh() == cache.seen == 1
    for row in (article(1, ""), article(2, "")):
        assert row["article_id"] in cache
        assert row["revision_id"] in cache
        assert outcome(row)["reference_id"] in cache
    assert reference(3) not in cache
    ingest(lake_settings, [3], slices=1)
    assert cache.refresh() == 2
    assert reference(1) in cache
    assert reference(3) in cache
    assert len(cache) == 9
    assert len(fresh := Known(open_store(lake_settings))) == 0
    assert fresh.refresh() == 2
    assert len(fresh) == 9


@pytest.mark.parametrize("word", sorted(OUTCOMES))
def test_what_is_final_is_known_and_the_rest_is_not(disk_lake: LakeSettings, word: str) -> None:
    store = open_store(disk_lake)
    row = outcome(article(1, "run1"), word)
    writer = TableWriter(store, "run1")
    writer.add("outcomes", DAY, row)
    commit(store, "run1", writer.flush(), 0)
    cache = Known(store)
    cache.refresh()
    assert (row["reference_id"] in cache) == (word not in TRANSIENT)
    assert (row["article_id"] in cache) == (word in ("stored", "unchanged", "duplicate"))


def test_what_an_archive_says_of_a_page_never_changes(disk_lake: LakeSettings) -> None:
    store = open_store(disk_lake)
    row = outcome(article(1, "run1"), "http_404") | {"retry_at": None}
    writer = TableWriter(store, "run1")
    writer.add("outcomes", DAY, row)
    commit(store, "run1", writer.flush(), 0)
    cache = Known(store)
    cache.refresh()
    assert row["reference_id"] in cache


def test_it_reads_entries_that_the_table_does_not_hold_yet(disk_lake: LakeSettings) -> None:
    from datetime import UTC, datetime

    from lake_rows import write_articles

    ingest(disk_lake, [1], slices=1)
    store = open_store(disk_lake)
    files = write_articles(TableWriter(store, "run2"), [2], "run2")
    now = log.snapshot(store)
    assert log.append(now, log.Entry(2, log.COMMIT, "run2", files, {}, datetime.now(UTC)), "run2")
    assert delta.version(delta.load(store, "outcomes")) == 1
    cache = Known(store)
    assert cache.refresh() == 2
    assert reference(1) in cache
    assert reference(2) in cache


def test_files_that_were_compacted_away_are_no_hindrance(disk_lake: LakeSettings) -> None:
    """Compaction replaces files in the table; the log still names the old ones, which a vacuum has deleted."""
    from lake_rows import compact_outcomes

    ingest(disk_lake, [1], slices=1)
    cache = Known(open_store(disk_lake))
    cache.refresh()
    ingest(disk_lake, [2, 3], slices=2)
    compact_outcomes(disk_lake)
    assert cache.refresh() == 3
    assert all(reference(number) in cache for number in (1, 2, 3))


def test_one_cache_serves_a_lake_and_its_threads(disk_lake: LakeSettings) -> None:
    assert known.known(disk_lake) is known.known(disk_lake)
    ingest(disk_lake, list(range(30)), slices=3)
    cache = known.known(disk_lake)
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(cache.refresh())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [3] * 6
    assert len(cache) == 90


@given(st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=30), max_size=6), st.integers(0, 20))
def test_array_and_set_together_hold_every_key(batches: list[list[int]], few: int) -> None:
    cache = Known.__new__(Known)
    cache._sorted, cache._recent = np.empty(0, np.uint64), set()
    for batch in batches:
        cache.take_in([np.array(batch, np.uint64)], few)
    held = {key for batch in batches for key in batch}
    assert len(cache) == len(held)
    for key in held:
        assert f"{key:016x}ffff" in cache
        assert (f"{(key + 1) % 2**64:016x}" in cache) == ((key + 1) % 2**64 in held)


def test_a_key_takes_few_bytes() -> None:
    """Two million keys shall take tens of megabytes."""
    count = 50_000
    ids = [os.urandom(16 * count).hex() for _ in range(3)]
    columns = [[drawn[place : place + 32] for place in range(0, 32 * count, 32)] for drawn in ids]
    rows = pa.table([*columns, ["stored"] * count], names=["reference_id", "article_id", "revision_id", "outcome"])
    for name in ("seen_at", "retry_at", "retry"):
        rows = rows.append_column(OUTCOMES_TABLE.field(name), pa.nulls(count, OUTCOMES_TABLE.field(name).type))
    cache = Known.__new__(Known)
    cache._sorted, cache._recent = np.empty(0, np.uint64), set()
    found = known._keys(rows, Waiting())
    tracemalloc.start()
    cache.take_in([found])
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(cache) == 3 * count
    assert held < 10 * 3 * count
    assert all(key in cache for column in columns for key in column[:100])
    assert not any(digest(number) in cache for number in range(100))
