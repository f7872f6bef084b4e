"""The log accepts one entry a number, and none of a run that was fenced off."""

import dataclasses
from datetime import UTC, datetime
from multiprocessing.context import ForkServerContext
from typing import Any

import pytest
from lake_processes import abort, abort_together
from lake_rows import DAY, audit_files, listing

from lake import delta, log
from lake.project import roll_forward
from lake.s3 import S3Store
from lake.store import Store, open_store
from schemas.errors import AbortedError, StoreError
from schemas.records import WrittenFile
from schemas.settings import LakeSettings

FILE = WrittenFile("articles", "articles/date=2026-11-23/part-run1-00.parquet", DAY, 3, 99, '{"numRecords":3}')


@pytest.fixture
def store(lake_settings: LakeSettings) -> Store:
    found = open_store(lake_settings)
    found.check()
    return found


def entry(seq: int, run_id: str = "run1", **fields: Any) -> log.Entry:
    return log.Entry(seq, log.COMMIT, run_id, [FILE], {"articles": 3}, datetime.now(UTC))._replace(**fields)


def test_an_empty_lake_has_an_empty_log(store: Store) -> None:
    now = log.snapshot(store)
    assert (now.head, now.entries(), now.aborted(), log.head(store), log.entries(store, 0)) == (0, [], set(), 0, [])
    roll_forward(store)
    assert listing(store.settings) == {}


def test_entries_come_back_in_order(store: Store) -> None:
    first = entry(1, replaced=frozenset({"articles/x", "articles/y"}))
    second = entry(2, "run2", files=[], counts={"outcomes": {"stored": 1}})
    assert log.append(log.snapshot(store), first, "run1")
    assert log.append(log.snapshot(store), second, "run2")
    now = log.snapshot(store)
    assert now.head == 2
    assert now.entries() == log.entries(store, 0) == [first, second]
    assert now.entries(1) == [second]
    assert now.entries(2) == []
    assert now.entries(run_id="run1") == [first]
    assert now.entries(run_id="run") == []
    assert now.entries(1, run_id="run1") == []


def test_of_two_appends_to_one_snapshot_one_stands(store: Store) -> None:
    one, two = log.snapshot(store), log.snapshot(store)
    assert log.append(one, entry(1, "run1"), "run1")
    assert not log.append(two, entry(1, "run2"), "run2")
    assert [found.run_id for found in log.entries(store, 0)] == ["run1"]
    one, two = log.snapshot(store), log.snapshot(store)
    assert log.append(one, entry(2, "run2"), "run2")
    assert not log.append(two, entry(2, "run3"), "run3")
    assert [found.run_id for found in log.entries(store, 0)] == ["run1", "run2"]
    assert sum(path.startswith("runs/part-") for path in listing(store.settings)) == 2


def test_an_entry_must_be_the_next(store: Store) -> None:
    with pytest.raises(ValueError, match="is not the next"):
        log.append(log.snapshot(store), entry(2), "run1")


def test_a_run_that_was_fenced_off_appends_nothing(store: Store) -> None:
    assert abort(store, "run1") == 1
    assert log.snapshot(store).aborted() == {"run1"}
    with pytest.raises(AbortedError, match="run1"):
        log.append(log.snapshot(store), entry(2), "run1")
    assert log.head(store) == 1


def test_processes_append_one_after_the_other(lake_settings: LakeSettings, processes: ForkServerContext) -> None:
    open_store(lake_settings).check()
    barrier = processes.Barrier(3)
    appenders = [processes.Process(target=abort_together, args=(lake_settings, 6, barrier)) for _ in range(3)]
    for process in appenders:
        process.start()
    for process in appenders:
        process.join(60)
        assert process.exitcode == 0
    found = log.entries(open_store(lake_settings), 0)
    assert [each.seq for each in found] == list(range(1, 19))
    assert len({each.run_id for each in found}) == 18
    audit_files(lake_settings)


def test_checkpoints_lose_nothing(disk_lake: LakeSettings) -> None:
    store = open_store(disk_lake)
    for number in range(1, 46):
        assert abort(store, f"run{number}") == number
    assert any("checkpoint" in path for path in listing(disk_lake))
    roll_forward(store)
    assert log.head(store) == 45
    assert [found.seq for found in log.entries(store, 0)] == list(range(1, 46))
    assert len(log.snapshot(store).aborted()) == 45
    assert delta.version(delta.load(store, "articles")) == 45


def test_a_table_follows_an_idle_log_from_time_to_time(disk_lake: LakeSettings) -> None:
    store = open_store(disk_lake)
    versions = []
    for number in range(1, 25):
        abort(store, f"run{number}")
        roll_forward(store)
        versions.append(delta.version(delta.load(store, "mentions")))
    assert versions[:19] == [0] * 19
    assert versions[19:] == [20] * 5


def test_a_server_that_is_away_is_a_store_error(s3_lake: LakeSettings) -> None:
    store = open_store(dataclasses.replace(s3_lake, endpoint="http://127.0.0.1:1", patience=0.1))
    assert isinstance(store, S3Store)
    with pytest.raises(StoreError, match="can not be read"):
        log.head(store)
