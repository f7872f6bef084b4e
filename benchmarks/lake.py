"""The lake under 200,000 invented articles of 90 days, on disk and on MinIO, beside a naive layout.

Run: python -m benchmarks.lake [ARTICLES]

Slices of 2,000 articles from about fifty days each are committed one by one, as a backfill does: that leaves some 5,000
small files a table. Told are articles a second of writing and committing, bytes an article, the seconds of
`newsbeam maintain`, and for each example query the seconds in a new connection (cold; the files lie in the operating
system's cache) and once more in the same (warm): before and after `maintain`. The naive layout has one file a slice and
publisher, in folders by publisher, snappy, read by a glob. Target: examples at most 0.5 s cold on MinIO after
`maintain`, `maintain` at most 60 s.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.minio_server import minio
from benchmarks.queries import DAYS, FIRST, asked
from benchmarks.world import World, articles_of, outcomes_of
from lake import parquet
from lake.commit import commit
from lake.query import connect
from lake.run import begin
from lake.store import open_store
from schemas.settings import LakeSettings

ROWS: Final = 40  # articles of one day in one slice
SLICE: Final = 2_000
EXAMPLES: Final = sorted((Path(__file__).parent.parent / "examples").glob("*.sql"))

Rows = dict[str, pa.Table]  # of one day and slice, by table
Slice = list[tuple[int, Rows]]  # (day, rows)


class Times(NamedTuple):
    """Seconds of one query."""

    cold: float
    warm: float


def slices(world: World, count: int) -> list[Slice]:
    """Invent the articles: each slice has `ROWS` of every second day or so."""
    found: dict[int, Slice] = defaultdict(list)
    many = max(1, count // SLICE)
    each = count // DAYS // ROWS + 1
    for day in range(DAYS):
        for part in range(each):
            articles, mentions = articles_of(world, FIRST + timedelta(day), min(ROWS, count // DAYS), "invented")
            rows = {"articles": articles, "mentions": mentions, "outcomes": outcomes_of(articles, "invented")}
            found[(part * many // each + day) % many].append((day, rows))
    return list(found.values())


def write(settings: LakeSettings, world: list[Slice]) -> tuple[float, int]:
    """Commit slice by slice; return seconds and the bytes of all data files."""
    start, size = time.perf_counter(), 0
    store = open_store(settings)
    with begin(settings) as run:
        seen = 0
        for one in world:
            files = [
                parquet.write(store, name, FIRST + timedelta(day), rows, run.run_id)
                for day, tables in one
                for name, rows in tables.items()
            ]
            done = commit(store, run.run_id, files, seen)
            seen = done.seq if done else seen
            size += sum(file.size for file in files)
    return time.perf_counter() - start, size


def write_naively(folder: Path, world: list[Slice]) -> int:
    """Write one file a slice and publisher; return the bytes."""
    for number, one in enumerate(world):
        for name in ("articles", "mentions"):
            days = [rows[name].append_column("date", _dates(day, rows[name])) for day, rows in one]
            together = pa.concat_tables(days)
            for source in together["source"].unique().to_pylist():
                place = folder / name / f"publisher={source}"
                place.mkdir(parents=True, exist_ok=True)
                mine = together.filter(pa.compute.equal(together["source"], source))
                pq.write_table(mine, place / f"batch-{number}.parquet")
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


def _dates(day: int, rows: pa.Table) -> pa.Array:
    return pa.array([FIRST + timedelta(day)] * rows.num_rows, pa.date32())


@contextmanager
def naive(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give the views over the naive layout."""
    with connect(open_store(LakeSettings(uri=str(folder / "nothing")))) as connection:
        for name in ("articles", "mentions"):
            connection.execute(f"CREATE OR REPLACE VIEW _{name} AS FROM read_parquet('{folder}/{name}/*/*.parquet')")
        yield connection


def ask(connected: Any) -> dict[str, Times]:
    """Run every example twice; `connected` gives a new connection."""
    found = {}
    for example in EXAMPLES:
        start = time.perf_counter()
        with connected() as connection:
            text = example.read_text()
            asked(connection, text)
            cold = time.perf_counter() - start
            found[example.stem] = Times(cold, asked(connection, text)[0])
    return found


def maintain(settings: LakeSettings) -> float:
    """Run `newsbeam maintain`; return its seconds."""
    environment = os.environ | ({"NEWSBEAM_S3_ENDPOINT": settings.endpoint} if settings.endpoint else {})
    start = time.perf_counter()
    command = [sys.executable, "-m", "newsbeam", "--lake", settings.uri, "maintain"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(name: str, settings: LakeSettings, world: list[Slice], count: int) -> dict[str, dict[str, Times]]:
    """Write, ask, maintain, ask again; print what it took."""
    seconds, size = write(settings, world)
    print(f"{name}: {count / seconds:,.0f} articles/s written and committed, {size / count:,.0f} bytes an article")
    before = ask(lambda: connect(open_store(settings)))
    print(f"{name}: newsbeam maintain {maintain(settings):.1f} s", flush=True)
    return {f"{name} before": before, f"{name} after": ask(lambda: connect(open_store(settings)))}


def show(columns: dict[str, dict[str, Times]]) -> None:
    """Print cold / warm seconds, an example a line."""
    print(f"\n{'cold / warm seconds':22}" + "".join(f"{name:>16}" for name in columns))
    for example in EXAMPLES:
        times = [column[example.stem] for column in columns.values()]
        print(f"{example.stem:22}" + "".join(f"{one.cold:9.2f} /{one.warm:5.2f}" for one in times))


def main(count: int = 200_000) -> None:
    """Measure disk, MinIO where a server is to be had, and the naive layout."""
    world = slices(World(), count)
    count = sum(rows["articles"].num_rows for one in world for _, rows in one)
    print(
        f"duckdb {duckdb.__version__}: {count:,} articles, {len(world)} slices, {sum(map(len, world)):,} files a table"
    )
    with tempfile.TemporaryDirectory() as folder:
        size = write_naively(Path(folder) / "naive", world)
        print(f"naive: {size / count:,.0f} bytes an article (without the ledger)")
        columns = {"naive": ask(lambda: naive(Path(folder) / "naive"))}
        columns |= measure("disk", LakeSettings(uri=f"{folder}/lake"), world, count)
        with minio(Path(folder) / "minio") as endpoint:
            if endpoint:
                settings = LakeSettings(uri="s3://benchmark/news", endpoint=endpoint)
                columns |= measure("MinIO", settings, world, count)
        show(columns)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
