"""A commit is whole or not at all, gives way to what others stored, and may be repeated."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from lake_processes import abort
from lake_rows import (
    DAY,
    add_article,
    article,
    audit,
    audit_files,
    compact_outcomes,
    dead_letter,
    listing,
    mentions,
    outcome,
    rows,
    write_articles,
)

from lake import delta, log
from lake.clean import discard
from lake.commit import commit
from lake.project import roll_forward
from lake.store import Store, open_store
from lake.writer import Limits, TableWriter
from schemas.errors import AbortedError, StoreError
from schemas.records import WrittenFile
from schemas.settings import LakeSettings


@pytest.fixture
def store(lake_settings: LakeSettings) -> Store:
    found = open_store(lake_settings)
    found.check()
    return found


@pytest.fixture
def disk(disk_lake: LakeSettings) -> Store:
    return open_store(disk_lake)


def written(store: Store, numbers: list[int], run_id: str) -> list[WrittenFile]:
    return write_articles(TableWriter(store, run_id), numbers, run_id)


def words(settings: LakeSettings, run_id: str) -> list[str]:
    return sorted(row["outcome"] for row in rows(settings, "outcomes") if row["run_id"] == run_id)


def test_a_commit_counts_what_it_adds(store: Store) -> None:
    writer = TableWriter(store, "run1")
    files = [file for number in range(3) for file in add_article(writer, number, "run1")]
    lost = article(9, "run1")
    writer.add("outcomes", DAY, outcome(lost, "no_text"))
    writer.add("dead_letters", DAY, dead_letter(lost, "no_text"))
    done = commit(store, "run1", files + writer.flush(), 0)
    assert done is not None
    assert done.seq == log.head(store) == 1
    rows = {"articles": 3, "mentions": 9, "dead_letters": 1, "sightings": 0, "feed_fetches": 0}
    counts = {**rows, "removed": 3, "outcomes": {"no_text": 1, "stored": 3}}
    assert done.counts == counts == log.entries(store, 0)[0].counts
    assert [delta.version(delta.load(store, name)) for name in ("articles", "dead_letters")] == [1, 1]
    audit(store.settings, {0, 1, 2})


def test_nothing_to_commit_leaves_no_trace(store: Store) -> None:
    assert commit(store, "run1", [], 0) is None
    assert listing(store.settings) == {}


def test_what_another_run_stored_gives_way(store: Store) -> None:
    commit(store, "run1", written(store, [1, 2], "run1"), 0)
    done = commit(store, "run2", written(store, [2, 3], "run2"), 0)
    assert done is not None
    assert done.counts["outcomes"] == {"duplicate": 1, "stored": 1}
    (row,) = (row for row in rows(store.settings, "outcomes") if row["outcome"] == "duplicate")
    assert row["revision_id"] == article(2, "")["revision_id"]
    assert row["reason"] == "stored by another run"
    assert (row["word_count"], row["mention_count"], row["removed_count"]) == (0, 0, 0)
    audit(store.settings, {1, 2, 3})


def test_what_was_seen_before_does_not_give_way(disk: Store) -> None:
    """A replay stores anew what it knows; only what came after `seen` is a matter of the commit."""
    commit(disk, "run1", written(disk, [1], "run1"), 0)
    done = commit(disk, "run2", written(disk, [1], "run2"), 1)
    assert done is not None
    assert done.counts["outcomes"] == {"stored": 1}


def test_all_of_it_may_be_another_runs(store: Store) -> None:
    commit(store, "run1", written(store, [1, 2], "run1"), 0)
    done = commit(store, "run2", written(store, [1, 2], "run2"), 0)
    assert done is not None
    assert (done.counts["articles"], done.counts["mentions"]) == (0, 0)
    assert [file.table for file in log.entries(store, 1)[0].files] == ["outcomes"]
    audit(store.settings, {1, 2})


def test_files_that_hold_nothing_taken_stay_as_they_are(disk: Store) -> None:
    commit(disk, "run1", written(disk, [1], "run1"), 0)
    one = written(disk, [1, 2], "run2")
    other = written(disk, [3, 4], "run2")
    assert commit(disk, "run2", one + other, 0) is not None
    paths = {file.path for file in log.entries(disk, 1)[0].files}
    assert paths >= {file.path for file in other}
    assert not paths & {file.path for file in one}
    audit(disk.settings, {1, 2, 3, 4})


def test_the_same_text_twice_in_one_run_is_stored_once(store: Store) -> None:
    writer = TableWriter(store, "run1", Limits(rows=4))
    row = article(1, "run1")
    files: list[WrittenFile] = []
    for number, day in enumerate((DAY, DAY - timedelta(days=1), DAY)):
        twin = row | {"source_uri": f"/seeds/copy{number}"}
        files += writer.add("articles", day, twin)
        files += writer.add("outcomes", day, outcome(twin, "stored", f"ref{number}"))
        for mention in mentions(twin):
            files += writer.add("mentions", day, mention)
    done = commit(store, "run1", files + writer.flush(), 0)
    assert done is not None
    assert done.counts["outcomes"] == {"duplicate": 2, "stored": 1}
    (kept,) = (found for found in rows(store.settings, "outcomes") if found["outcome"] == "stored")
    assert kept["source_uri"] == "/seeds/copy0" == rows(store.settings, "articles")[0]["source_uri"]
    reasons = {found["reason"] for found in rows(store.settings, "outcomes") if found["outcome"] == "duplicate"}
    assert reasons == {"the same text came twice"}
    audit(store.settings, {1})


def test_a_dead_letter_of_what_another_run_settled_is_dropped(disk: Store) -> None:
    row = article(1, "run2")
    commit(disk, "run1", written(disk, [1], "run1"), 0)
    writer = TableWriter(disk, "run2")
    for found, word in ((row, "no_text"), (article(2, "run2"), "no_text")):
        writer.add("outcomes", DAY, outcome(found, word))
        writer.add("dead_letters", DAY, dead_letter(found, word))
    done = commit(disk, "run2", writer.flush(), 0)
    assert done is not None
    assert (done.counts["dead_letters"], done.counts["outcomes"]) == (1, {"duplicate": 1, "no_text": 1})
    duplicate = next(found for found in rows(disk.settings, "outcomes") if found["outcome"] == "duplicate")
    assert duplicate["revision_id"] is None
    audit_files(disk.settings)


def test_a_repeated_commit_finds_itself(store: Store) -> None:
    files = written(store, [1, 2], "run1")
    first = commit(store, "run1", files, 0)
    assert commit(store, "run1", files, 0) == first
    assert commit(store, "run1", [*files, *files], 0) == first
    audit(store.settings, {1, 2})


def test_a_repeated_commit_finds_itself_though_its_files_were_rewritten(store: Store) -> None:
    commit(store, "run1", written(store, [1, 2], "run1"), 0)
    files = written(store, [1, 2, 3], "run2")
    first = commit(store, "run2", files, 0)
    assert first is not None
    assert commit(store, "run2", files, 0) == first
    assert log.head(store) == 2
    audit(store.settings, {1, 2, 3})


def test_a_repeated_bundle_adds_only_what_is_new(disk: Store) -> None:
    """A runner that lost a worker makes its bundle again: other bytes, other names, partly the same rows."""
    commit(disk, "run1", written(disk, [1, 2], "run1"), 0)
    done = commit(disk, "run1", written(disk, [1, 2, 3], "run1"), 0)
    assert done is not None
    assert done.counts["outcomes"] == {"duplicate": 2, "stored": 1}
    audit(disk.settings, {1, 2, 3})


def test_a_commit_after_a_lost_answer_is_not_doubled(disk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server has the entry, but the writer was told that it failed."""
    files = written(disk, [1], "run1")
    real = delta.Snapshot.commit

    def lose(self: delta.Snapshot, *arguments: Any) -> bool:
        assert real(self, *arguments)
        raise StoreError("the connection broke")

    with monkeypatch.context() as patch:
        patch.setattr(delta.Snapshot, "commit", lose)
        with pytest.raises(StoreError):
            commit(disk, "run1", files, 0)
    done = commit(disk, "run1", files, 0)
    assert done is not None
    assert done.seq == log.head(disk) == 1
    roll_forward(disk)
    audit(disk.settings, {1})


def test_a_conflict_that_was_none_is_found_out(disk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A put that was repeated inside deltalake meets its own first attempt and calls it a conflict."""
    real = delta.Snapshot.commit

    def twice(self: delta.Snapshot, *arguments: Any) -> bool:
        assert real(self, *arguments)
        return False

    with monkeypatch.context() as patch:
        patch.setattr(delta.Snapshot, "commit", twice)
        now = log.snapshot(disk)
        assert log.append(now, log.Entry(1, log.ABORT, "run1", [], {}, datetime.now(UTC)), "run2")
    assert log.head(disk) == 1
    audit_files_of_the_log = {path for path in listing(disk.settings) if path.startswith("runs/part-")}
    assert len(audit_files_of_the_log) == 1


def test_a_run_that_was_fenced_off_commits_nothing(store: Store) -> None:
    files = written(store, [1], "run1")
    abort(store, "run1")
    with pytest.raises(AbortedError, match="run1"):
        commit(store, "run1", files, 0)
    with pytest.raises(AbortedError, match="run1"):
        commit(store, "run1", files, 1)
    discard(store, "run1", "run2")
    audit(store.settings, set())


def test_a_lake_that_was_emptied_under_a_run_is_told(disk: Store) -> None:
    commit(disk, "run1", written(disk, [1], "run1"), 0)
    for path in listing(disk.settings):
        disk.delete(path)
    with pytest.raises(StoreError, match="was it emptied"):
        commit(disk, "run2", written(disk, [2], "run2"), 1)
    assert log.head(disk) == 0


def test_a_file_that_is_gone_is_told(disk: Store) -> None:
    files = written(disk, [1], "run1")
    for file in files:
        disk.delete(file.path)
    with pytest.raises(StoreError, match="gone before its commit"):
        commit(disk, "run1", files, 0)
    assert log.head(disk) == 0


def test_a_compaction_in_between_hides_nothing(disk: Store) -> None:
    commit(disk, "run1", written(disk, [1], "run1"), 0)
    commit(disk, "run2", written(disk, [2], "run2"), 1)
    files = written(disk, [1, 2, 3, 4], "run4")
    compact_outcomes(disk.settings)
    now = log.snapshot(disk)  # and an entry that the table does not hold yet
    late = written(disk, [3], "run3")
    assert log.append(now, log.Entry(3, log.COMMIT, "run3", late, {}, datetime.now(UTC)), "run3")
    done = commit(disk, "run4", files, 1)
    assert done is not None
    assert words(disk.settings, "run4") == ["duplicate", "duplicate", "stored", "stored"]
    assert done.counts["articles"] == 2


def test_tables_catch_up_with_the_log(store: Store) -> None:
    files = written(store, [1, 2], "run1")
    now = log.snapshot(store)
    assert log.append(now, log.Entry(1, log.COMMIT, "run1", files, {}, datetime.now(UTC)), "run1")
    assert delta.load(store, "articles") is None
    roll_forward(store)
    before = listing(store.settings)
    roll_forward(store)
    assert listing(store.settings) == before
    audit(store.settings, {1, 2})


def test_projection_failures_do_not_undo_a_commit(disk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    files = written(disk, [1], "run1")
    with monkeypatch.context() as patch:
        patch.setattr("lake.commit.roll_forward", _fail)
        done = commit(disk, "run1", files, 0)
    assert done is not None
    assert log.head(disk) == 1
    roll_forward(disk)
    audit(disk.settings, {1})


def _fail(store: Store) -> None:
    raise StoreError("away")


def test_a_server_that_is_away_is_a_store_error(s3_lake: LakeSettings) -> None:
    store = open_store(s3_lake)
    store.check()
    files = written(store, [1], "run1")
    away = open_store(dataclasses.replace(s3_lake, endpoint="http://127.0.0.1:1", patience=0.1))
    with pytest.raises(StoreError):
        commit(away, "run1", files, 0)
    assert commit(store, "run1", files, 0) is not None
    audit(s3_lake, {1})


def test_dates_far_apart_are_partitions_of_their_own(disk: Store) -> None:
    writer = TableWriter(disk, "run1")
    days = (date(1999, 1, 1), date(2026, 2, 28), date(2026, 11, 23))
    files = [file for number, day in enumerate(days) for file in add_article(writer, number, "run1", day)]
    commit(disk, "run1", files + writer.flush(), 0)
    table = delta.load(disk, "articles")
    assert table is not None
    assert {path.partition("/")[0] for path in table.paths()} == {f"date={day.isoformat()}" for day in days}
    audit(disk.settings, {0, 1, 2})
