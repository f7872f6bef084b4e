"""Rows come back from the files as they went in; the files say what they are, and their statistics are true."""

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lake_rows import (
    DAY,
    article,
    block,
    cluster,
    dead_letter,
    feed_fetch,
    line,
    mentions,
    outcome,
    sighting,
    subscription,
    write_articles,
)

from lake import parquet
from lake.stats import statistics
from lake.store import Store, open_store
from lake.writer import Limits, TableWriter
from schemas.records import Entity, Removed, WrittenFile
from schemas.settings import LakeSettings
from schemas.tables import SCHEMA_VERSION, SORTED_BY, TABLES


@pytest.fixture
def store(lake_settings: LakeSettings) -> Store:
    found = open_store(lake_settings)
    found.check()
    return found


@pytest.fixture
def disk(disk_lake: LakeSettings) -> Store:
    return open_store(disk_lake)


def one(writer: TableWriter, table: str, row: dict[str, Any]) -> WrittenFile:
    assert writer.add(table, DAY, row) == []
    (file,) = writer.flush()
    return file


def test_rows_come_back(store: Store) -> None:
    writer = TableWriter(store, "run1")
    row = article(1, "run1")
    letter = dead_letter(row, "no_text")
    added = {"articles": [row], "mentions": mentions(row), "outcomes": [outcome(row)], "dead_letters": [letter]}
    feed = "https://example.org/feed"
    added |= {"sightings": [sighting(row, feed)], "feeds": [subscription(feed, "run1")]}
    added |= {"feed_fetches": [feed_fetch(feed, "run1")], "clusters": [cluster(row)], "lines": [line("run1")]}
    added |= {"blocks": [block("run1")]}
    for table, rows in added.items():
        for each in rows:
            assert writer.add(table, DAY, each) == []
    files = {file.table: file for file in writer.flush()}
    assert files.keys() == TABLES.keys()
    for table, rows in added.items():
        found = parquet.read(store, files[table])
        assert found.schema.equals(TABLES[table], check_metadata=True)
        assert found.to_pylist() == [dict.fromkeys(TABLES[table].names) | each for each in rows]
        assert files[table].rows == len(rows)
        assert files[table].size == len(store.get(files[table].path))
    assert writer.flush() == []


def test_a_file_says_what_it_is(disk: Store) -> None:
    file = write_articles(TableWriter(disk, "run1"), list(range(20)), "run1")[0]
    assert file.table == "articles"
    assert file.path.startswith("articles/date=2026-11-23/part-run1-")
    data = disk.get(file.path)
    found = pq.ParquetFile(BytesIO(data))
    assert found.schema_arrow.metadata[b"newsbeam.schema_version"] == str(SCHEMA_VERSION).encode()
    assert found.schema_arrow.metadata[b"newsbeam.table"] == b"articles"
    assert b"doc" in found.schema_arrow.field("title").metadata
    assert found.metadata.num_row_groups == 1
    assert found.metadata.row_group(0).column(0).compression == "ZSTD"
    assert "date" not in found.schema_arrow.names
    bloom = duckdb.sql(f"SELECT bloom_filter_offset FROM parquet_metadata('{disk.uri(file.path)}') LIMIT 1").fetchone()
    assert bloom is not None
    assert bloom[0] is not None


@pytest.mark.parametrize("table", ["articles", "mentions", "outcomes"])
def test_rows_are_sorted(disk: Store, table: str) -> None:
    files = write_articles(TableWriter(disk, "run1"), [5, 3, 9, 1, 7, 2], "run1")
    (file,) = (file for file in files if file.table == table)
    rows = parquet.read(disk, file).to_pylist()
    keys = [tuple(row[name] for name in SORTED_BY[table]) for row in rows]
    assert keys == sorted(keys)


def test_equal_rows_give_one_file_and_other_rows_another(disk: Store) -> None:
    first = write_articles(TableWriter(disk, "run1"), [1, 2], "run1")
    assert write_articles(TableWriter(disk, "run1"), [2, 1], "run1") == first
    other = write_articles(TableWriter(disk, "run1"), [1, 3], "run1")
    assert not {file.path for file in first} & {file.path for file in other}


def test_days_have_files_of_their_own(disk: Store) -> None:
    writer = TableWriter(disk, "run1")
    for number, day in enumerate((date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 22))):
        writer.add("articles", day, article(number, "run1"))
    assert [(file.date.day, file.rows) for file in writer.flush()] == [(22, 2), (23, 1)]


def test_many_rows_of_a_day_are_written_at_once(disk: Store) -> None:
    writer = TableWriter(disk, "run1", Limits(rows=5))
    written = [file for number in range(12) for file in writer.add("articles", DAY, article(number, "run1"))]
    assert [file.rows for file in written] == [5, 5]
    assert [file.rows for file in writer.flush()] == [2]


def test_heavy_rows_are_written_when_all_together_weigh_too_much(disk: Store) -> None:
    writer = TableWriter(disk, "run1", Limits(bytes=50_000))
    written: list[WrittenFile] = []
    for number in range(12):
        written += writer.add("articles", DAY, article(number, "run1", "x" * 10_000))
        written += writer.add("outcomes", DAY, outcome(article(number, "run1")))
    assert {file.table for file in written} == {"articles"}
    assert sum(file.rows for file in [*written, *writer.flush()] if file.table == "articles") == 12


def test_rows_are_packed_on_their_way(disk: Store) -> None:
    writer = TableWriter(disk, "run1")
    row = article(1, "run1")
    for number in range(2_500):
        for mention in mentions(row, 1):
            writer.add("mentions", DAY, mention | {"start": number})
    (file,) = writer.flush()
    assert parquet.read(disk, file)["start"].to_pylist() == sorted(range(2_500))


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("outcomes", {"outcome": "vanished"}, "vanished is not in the vocabulary"),
        ("outcomes", {"reference_id": None}, "needs reference_id"),
        ("outcomes", {"colour": "red"}, "no column colour"),
        ("nothing", {}, "no table nothing"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(disk: Store, table: str, change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TableWriter(disk, "run1").add(table, DAY, outcome(article(1, "run1")) | change)


def test_a_value_of_another_type_is_refused_with_its_file(disk: Store) -> None:
    writer = TableWriter(disk, "run1")
    writer.add("outcomes", DAY, outcome(article(1, "run1")) | {"word_count": "many"})
    with pytest.raises(ValueError, match="does not fit"):
        writer.flush()


def test_named_tuples_become_structs(disk: Store) -> None:
    entity = Entity("Niger", "Niger", "GPE", 0, 5, 2, True, "NE")
    row = article(1, "run1") | {"entities": [entity], "removed": (Removed("WATCH", "promo", 3),)}
    found = parquet.read(disk, one(TableWriter(disk, "run1"), "articles", row)).to_pylist()[0]
    assert found["entities"] == [entity._asdict()]
    assert found["removed"] == [{"text": "WATCH", "rule": "promo", "position": 3}]


def test_lone_surrogates_do_not_stop_a_file(disk: Store) -> None:
    row = article(1, "run1") | {"title": "a\ud800b", "tags": ["\udfff"], "text": "é\U0001f600\ud83d"}
    found = parquet.read(disk, one(TableWriter(disk, "run1"), "articles", row)).to_pylist()[0]
    assert (found["title"], found["tags"], found["text"]) == ("a?b", ["?"], "é\U0001f600?")


def test_plain_duckdb_reads_the_files(disk_lake: LakeSettings) -> None:
    write_articles(TableWriter(open_store(disk_lake), "run1"), list(range(5)), "run1")
    glob = Path(disk_lake.uri, "articles/date=*/*.parquet")
    query = f"SELECT date, count(*) FROM read_parquet('{glob}', hive_partitioning=true) GROUP BY date"
    assert duckdb.sql(query).fetchall() == [(DAY, 5)]


moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda moment: moment.replace(tzinfo=UTC))
values = st.fixed_dictionaries(
    {
        "text": st.none() | st.text(max_size=50),
        "number": st.none() | st.integers(-(2**31), 2**31 - 1),
        "score": st.none() | st.floats(width=32),
        "when": st.none() | moments,
        "free": st.none() | st.booleans(),
        "list": st.just([1]),
        "bytes": st.just(b"x"),
    }
)
KINDS = pa.schema(
    [
        ("text", pa.string()),
        ("number", pa.int32()),
        ("score", pa.float32()),
        ("when", pa.timestamp("us", "UTC")),
        ("free", pa.bool_()),
        ("list", pa.list_(pa.int32())),
        ("bytes", pa.binary()),
    ]
)


def as_said(value: object) -> Any:
    """Return a value as the statistics would say it, so that both compare alike."""
    return value.isoformat(timespec="microseconds").replace("+00:00", "Z") if isinstance(value, datetime) else value


@given(st.lists(values, min_size=1, max_size=6))
def test_statistics_bound_every_value(rows: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist(rows, schema=KINDS)
    found = json.loads(statistics(table))
    assert found["numRecords"] == len(rows)
    assert found["nullCount"].keys() == {"text", "number", "score", "when", "free"}
    for name, nulls in found["nullCount"].items():
        said = [as_said(value) for value in table[name].to_pylist() if value is not None and value == value]
        assert nulls == sum(row[name] is None for row in rows)
        if name in found["minValues"]:
            assert all(found["minValues"][name] <= value <= found["maxValues"][name] for value in said)
        else:
            assert not said or name == "score"


def test_statistics_are_those_delta_reads(disk_lake: LakeSettings) -> None:
    from lake_rows import ingest

    from lake import delta

    ingest(disk_lake, [1, 2])
    table = delta.load(open_store(disk_lake), "articles")
    assert table is not None
    row = table.actions().to_pylist()[0]
    assert row["num_records"] == 1
    assert row["min.title"] in ("Title 1", "Title 2")
    assert row["max.published_at"] - row["min.published_at"] == timedelta(0)
    assert row["null_count.canonical_url"] == 1
