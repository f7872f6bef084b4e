"""Maintenance: fewer files with the same rows, beside writers and readers, killed anywhere, on disk and on MinIO."""

import os
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO
from multiprocessing.context import ForkServerContext
from pathlib import Path

import lake_maintenance as work
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lake_maintenance import AT_ONCE
from lake_rows import (
    DAY,
    NOW,
    article,
    dead_letter,
    digest,
    feed_fetch,
    ingest,
    listing,
    mentions,
    outcome,
    reference,
    rows,
    sighting,
    write_articles,
)

from lake import delta, log, parquet
from lake.commit import commit
from lake.compact import SMALL, TARGET, groups
from lake.known import Known
from lake.maintain import maintain, plan
from lake.query import connect
from lake.replace import Live, Swap, live, replace
from lake.run import begin
from lake.snapshot import live_files
from lake.store import open_store
from lake.taken import taken_by
from lake.writer import TableWriter
from pipelines.tidying import Tidying
from schemas.settings import LakeSettings, RetentionSettings, Settings

A_DAY = timedelta(days=1)
DAY_NOW = datetime.now(UTC).date()
STEPS = ("written articles", "committed articles", "checkpoint articles", "vacuumed articles", "committed runs")


def revisions(settings: LakeSettings, table: str = "articles") -> Counter[str]:
    return Counter(row["revision_id"] for row in rows(settings, table))


def once(numbers: range | list[int]) -> dict[str, int]:
    return {str(article(number, "")["revision_id"]): 1 for number in numbers}


def plain_files(settings: LakeSettings, table: str) -> list[str]:
    return [path for path in listing(settings) if path.startswith(f"{table}/") and "/_delta_log/" not in path]


# ---- what becomes one -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([10], []),
        ([10, 20, 30], [3]),
        ([100, 20 * SMALL], []),  # a large file is not written anew for a small one
        ([100, 200, 20 * SMALL], [2]),
        ([SMALL, SMALL, 6 * SMALL], [3]),
        ([SMALL, SMALL, 9 * SMALL], [2]),
        ([TARGET // 3] * 4, [3]),
        ([TARGET // 2, TARGET // 2], []),
    ],
)
def test_files_become_one_where_it_pays(sizes: list[int], expected: list[int]) -> None:
    files = [Live(f"date=2026-11-23/{number}", size, "2026-11-23") for number, size in enumerate(sizes)]
    assert [len(group) for group in groups(files)] == expected


@given(st.lists(st.tuples(st.integers(1, 2 * TARGET), st.sampled_from("abc")), max_size=30))
def test_groups_are_of_one_day_and_never_too_large(found: list[tuple[int, str]]) -> None:
    files = [Live(str(number), size, day) for number, (size, day) in enumerate(found)]
    chosen = groups(files)
    taken = [file for group in chosen for file in group]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(files)
    for group in chosen:
        assert len(group) > 1
        assert len({file.day for file in group}) == 1
        assert sum(file.size for file in group) <= TARGET
    assert groups(file for file in files if file not in taken) == []


# ---- the same rows in fewer files -----------------------------------------------------------------------------------


def test_rows_stay_and_files_become_few(lake_settings: LakeSettings) -> None:
    for first in (0, 3):
        ingest(lake_settings, list(range(first, first + 3)), slices=3)
    store = open_store(lake_settings)
    before = {table: rows(lake_settings, table) for table in ("articles", "mentions", "outcomes")}
    entries = log.entries(store, 0)
    untouched = listing(lake_settings)
    planned = {tidied.table: tidied for tidied in plan(lake_settings).tables}
    assert listing(lake_settings) == untouched
    done = {tidied.table: tidied for tidied in maintain(lake_settings, A_DAY).tables}
    for name in ("articles", "mentions", "outcomes", "runs"):
        assert (done[name].files_before, done[name].files_after) == (6, 1)
        assert planned[name][:4] == done[name][:4]
        assert done[name].waiting == 6
        assert done[name].bytes_after < done[name].bytes_before
    for table, were in before.items():
        assert sorted(map(repr, rows(lake_settings, table))) == sorted(map(repr, were))
    after = log.entries(store, 0)
    assert [entry._replace(files=[]) for entry in after] == [entry._replace(files=[]) for entry in entries]
    assert [[f.path for f in entry.files] for entry in after] == [[f.path for f in entry.files] for entry in entries]
    assert connect(store).sql("SELECT count(*), count(DISTINCT article_id) FROM articles").fetchall() == [(6, 6)]
    # an older snapshot still finds its files; after the grace nothing is beside the tables, and a glob counts once
    assert untouched.keys() <= listing(lake_settings).keys()
    maintain(lake_settings, AT_ONCE)
    assert len(plain_files(lake_settings, "articles")) == len(plain_files(lake_settings, "runs")) == 1
    assert ingest(lake_settings, [3, 6])
    assert revisions(lake_settings) == once(range(7))


def test_the_new_file_is_as_our_own_writer_makes_it(disk_lake: LakeSettings) -> None:
    for number in (2, 0, 1):
        ingest(disk_lake, [number], slices=1)
    maintain(disk_lake, AT_ONCE)
    (path,) = plain_files(disk_lake, "articles")
    file = pq.ParquetFile(BytesIO(open_store(disk_lake).get(path)))
    group = file.metadata.row_group(0)
    assert file.metadata.num_row_groups == 1
    assert group.column(0).compression == "ZSTD"
    assert [row["source"] for row in file.read(["source"]).to_pylist()] == ["source 0", "source 1", "source 2"]
    assert group.sorting_columns
    assert file.metadata.metadata[b"newsbeam.table"] == b"articles"
    (fresh,) = write_articles_alone(disk_lake)
    as_written = pq.ParquetFile(BytesIO(open_store(disk_lake).get(fresh))).metadata
    assert file.schema_arrow.equals(pq.ParquetFile(BytesIO(open_store(disk_lake).get(fresh))).schema_arrow)
    assert file.metadata.metadata == as_written.metadata
    assert group.sorting_columns == as_written.row_group(0).sorting_columns


def write_articles_alone(settings: LakeSettings) -> list[str]:
    files = write_articles(TableWriter(open_store(settings), "alone"), [7], "alone")
    return [file.path for file in files if file.table == "articles"]


def test_what_entries_name_is_known_when_their_files_are_gone(lake_settings: LakeSettings) -> None:
    store = open_store(lake_settings)
    cache = Known(store)
    ingest(lake_settings, [0], slices=1)
    seen = cache.refresh()
    with begin(lake_settings) as run:
        files = write_articles(TableWriter(store, run.run_id), [1, 2, 3], run.run_id)
        ingest(lake_settings, [1], slices=1)
        ingest(lake_settings, [2], slices=1)
        maintain(lake_settings, AT_ONCE)
        assert not [f.path for e in log.entries(store, seen) for f in e.files if f.path in listing(lake_settings)]
        assert taken_by(store, log.entries(store, seen)).references == {reference(1), reference(2)}
        commit(store, run.run_id, files, seen)
    assert revisions(lake_settings) == once(range(4))
    assert Counter(row["outcome"] for row in rows(lake_settings, "outcomes")) == {"stored": 4, "duplicate": 2}
    cache.refresh()
    assert all(reference(number) in cache for number in range(4))


def test_what_is_too_old_goes_and_its_keys_stay(lake_settings: LakeSettings) -> None:
    store = open_store(lake_settings)
    old = datetime.now(UTC).date() - timedelta(40)
    with begin(lake_settings) as run:
        writer = TableWriter(store, run.run_id)
        for number, day in ((0, old), (1, DAY_NOW)):
            row = article(number, run.run_id)
            waits = outcome(row, "timeout", digest("waits", number)) | {"retry": "{}", "url": "https://waits.example/"}
            tables = {"articles": [row], "mentions": mentions(row), "outcomes": [outcome(row), waits]}
            tables |= {"sightings": [sighting(row)], "dead_letters": [dead_letter(row, "no_text")]}
            for at, feed in ((NOW, "a"), (NOW + timedelta(hours=number), "b")):
                tables.setdefault("feed_fetches", []).append(feed_fetch(f"https://{feed}.example/", run.run_id, at))
            for table, found in tables.items():
                for one in found:
                    writer.add(table, day, one)
        commit(store, run.run_id, writer.flush(), 0)
    kept = RetentionSettings(0, 30, 30, 30, 30, 30)
    assert {tidied.table: tidied.outdated for tidied in plan(lake_settings, kept).tables if tidied.outdated} == {
        name: 1 for name in ("articles", "mentions", "outcomes", "sightings", "dead_letters", "feed_fetches")
    }
    fresh = Known(store)
    fresh.refresh()
    done = {tidied.table: tidied.outdated for tidied in maintain(lake_settings, AT_ONCE, kept=kept).tables}
    assert done["articles"] == done["sightings"] == 1
    assert done["outcomes"] == 2
    assert revisions(lake_settings) == once([1])
    ledger = {row["reference_id"]: row for row in rows(lake_settings, "outcomes")}
    assert ledger[reference(0)]["url"] is None
    assert ledger[reference(0)]["outcome"] == "stored"
    assert ledger[reference(1)]["url"]
    assert ledger[digest("waits", 0)]["url"] == "https://waits.example/"
    assert sorted(row["title"] or "" for row in rows(lake_settings, "sightings")) == ["", "Title 1"]
    polls = [(row["feed_url"], row["last_fetch_attempt"]) for row in rows(lake_settings, "feed_fetches")]
    assert sorted(polls) == [("https://a.example/", NOW)] * 2 + [("https://b.example/", NOW + timedelta(hours=1))]
    after = Known(store)
    after.refresh()
    assert len(after) == len(fresh)
    ingest(lake_settings, [0, 1])
    assert revisions(lake_settings) == once([1])
    assert sum(tidied.outdated for tidied in maintain(lake_settings, AT_ONCE, kept=kept).tables) == 0


# ---- killed, doubled, beside others ---------------------------------------------------------------------------------


def test_a_killed_maintenance_leaves_nothing_wrong(lake_settings: LakeSettings, processes: ForkServerContext) -> None:
    for turn, step in enumerate(STEPS):
        ingest(lake_settings, [2 * turn, 2 * turn + 1], slices=1 if turn else 2)
        process = processes.Process(target=work.maintain_until, args=(lake_settings, step), daemon=True)
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, step
        assert revisions(lake_settings) == once(range(2 * turn + 2)), step
        assert len(log.entries(open_store(lake_settings), 0)) >= turn + 2
    maintain(lake_settings, AT_ONCE)
    for table in ("articles", "mentions", "outcomes"):
        assert len(plain_files(lake_settings, table)) == 1
    assert {f"runs/{path}" for path in delta.paths(delta.load(open_store(lake_settings), "runs"))} == set(
        plain_files(lake_settings, "runs")
    )
    assert revisions(lake_settings, "outcomes") == once(range(10))
    assert not [path for path in listing(lake_settings) if path.startswith("_runs/")]


def test_the_second_of_two_leaves_it_to_the_first(disk_lake: LakeSettings) -> None:
    ingest(disk_lake, [0, 1])
    with begin(disk_lake, "maintain") as run:
        assert maintain(disk_lake, A_DAY) == ((), run.run_id)
    assert maintain(disk_lake, A_DAY).tables


def test_of_two_that_replace_the_same_files_one_succeeds(lake_settings: LakeSettings) -> None:
    ingest(lake_settings, [0, 1])
    store = open_store(lake_settings)
    table = delta.load(store, "articles")
    old = tuple(live(table))
    merged = [parquet.decode(store.get(f"articles/{file.path}")) for file in old]
    swaps = []
    for name in ("one", "two"):
        made = parquet.write(store, "articles", DAY, merged[0], name)
        part = delta.Part(made.path.removeprefix("articles/"), made.size, str(DAY), made.stats)
        swaps.append(Swap(old, (part,)))
    assert [replace(store, "articles", [swap], False) for swap in swaps] == [[swaps[0]], []]
    assert delta.paths(delta.load(store, "articles")) == {swaps[0].new[0].path}


def test_beside_writers_and_readers(lake_settings: LakeSettings, processes: ForkServerContext) -> None:
    ingest(lake_settings, [0])
    barrier = processes.Barrier(4)
    writers = [
        processes.Process(target=work.ingest_in_turns, args=(lake_settings, list(range(first, 5, 2)), barrier))
        for first in (1, 2)
    ]
    keeper = processes.Process(target=work.maintain_for_ever, args=(lake_settings, barrier), daemon=True)
    for process in (*writers, keeper):
        process.start()
    barrier.wait(60)
    store = open_store(lake_settings)
    while any(process.is_alive() for process in writers):
        files = live_files(store, ("articles", "mentions"))
        count = {name: sum(t.num_rows for t in parquet.read_all(store, paths)) for name, paths in files.items()}
        assert count["mentions"] == 3 * count["articles"]
    for process in writers:
        process.join(60)
        assert process.exitcode == 0
    assert keeper.is_alive()
    keeper.kill()
    keeper.join()
    maintain(lake_settings, AT_ONCE)
    assert revisions(lake_settings) == once(range(5))
    assert revisions(lake_settings, "mentions") == {name: 3 for name in once(range(5))}
    assert len(plain_files(lake_settings, "articles")) == 1


def test_a_process_that_goes_on_maintains_once_a_day(disk_lake: LakeSettings) -> None:
    ingest(disk_lake, [0, 1])
    now, said = [0.0], list[str]()
    tidying = Tidying(Settings(lake=disk_lake), said.append, lambda: now[0])
    tidying.when_due()
    assert said == []
    now[0] = 600.0
    tidying.when_due()
    assert len(plain_files(disk_lake, "articles")) == 3  # two that were replaced stay for the grace
    assert [line.partition(",")[0][:19] for line in said] == ["daily maintenance: "]
    now[0] += 3_600.0
    tidying.when_due()
    assert len(said) == 1


# ---- what is deleted ------------------------------------------------------------------------------------------------


def test_files_of_running_writers_stay(disk_lake: LakeSettings) -> None:
    ingest(disk_lake, [0])
    store = open_store(disk_lake)
    long_ago = 40 * 86_400
    lost = parquet.write(store, "articles", DAY, parquet.decode(store.get(plain_files(disk_lake, "articles")[0])), "x")
    os.utime(Path(disk_lake.uri) / lost.path, (long_ago, long_ago))
    with begin(disk_lake) as run:
        files = write_articles(TableWriter(store, run.run_id), [5], run.run_id)
        for file in files:
            os.utime(Path(disk_lake.uri) / file.path, (long_ago, long_ago))
        maintain(disk_lake, AT_ONCE)
        assert lost.path not in listing(disk_lake)
        assert commit(store, run.run_id, files, 0)
    assert revisions(disk_lake) == once([0, 5])


def test_delta_logs_become_short(disk_lake: LakeSettings) -> None:
    for number in range(4):
        ingest(disk_lake, [number], slices=1)
    maintain(disk_lake, A_DAY)
    whole = [path for path in listing(disk_lake) if path.startswith("runs/_delta_log/")]
    assert len(whole) > 5
    maintain(disk_lake, AT_ONCE)
    short = [path for path in listing(disk_lake) if path.startswith("runs/_delta_log/")]
    assert len(short) == 3  # the checkpoint, its own commit, and `_last_checkpoint`
    ingest(disk_lake, [9], slices=1)
    assert revisions(disk_lake) == once([0, 1, 2, 3, 9])
