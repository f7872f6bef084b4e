"""The script of `sql --emit-init`: any DuckDB sees just the files that count, whatever state the lake is in."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import lake_rows
import pytest

from lake import log, query
from lake.commit import commit
from lake.init_script import init_script
from lake.known import Known
from lake.parquet import write
from lake.run import begin
from lake.snapshot import live_files
from lake.store import Store, open_store
from lake.writer import TableWriter
from schemas.settings import LakeSettings
from schemas.tables import TABLES

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
QUESTIONS = (
    "SELECT revision_id, title, text, date FROM articles ORDER BY 1",
    "SELECT revision_id, revision FROM article_revisions ORDER BY 1, 2",
    "SELECT revision_id, entity, start FROM mentions ORDER BY ALL",
    "SELECT outcome, count(*) FROM outcomes GROUP BY 1 ORDER BY 1",
    "FROM search('text number', n := NULL)",
    "FROM top_entities()",
    "SELECT seq, run_id FROM runs ORDER BY 1",
    "SELECT id, metadata.url FROM documents ORDER BY 1",
    "SELECT count(*) FROM feeds",
)


@pytest.fixture
def own(lake_settings: LakeSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB that knows nothing of us, with httpfs and keys where the lake needs them."""
    with duckdb.connect() as connection:
        if lake_settings.remote:
            (extension,) = query.httpfs_files()
            connection.execute(f"LOAD '{extension}'")
            keys = ", ".join(f"'{os.environ[key]}'" for key in KEYS)
            connection.execute(f"SET VARIABLE newsbeam_keys = [{keys}, '']")
        yield connection


def files_of(own: duckdb.DuckDBPyConnection, settings: LakeSettings) -> dict[str, list[str]]:
    """Read the script and list the files that it finds."""
    own.execute(init_script(settings))
    ((found,),) = own.execute("SELECT getvariable('newsbeam_files')").fetchall()
    root = open_store(settings).uri("").rstrip("/") + "/"
    listed = {name: [path.removeprefix(root) for path in paths] for name, paths in (found or {}).items()}
    return {name: listed.get(name, []) for name in TABLES}


def agree(own: duckdb.DuckDBPyConnection, settings: LakeSettings) -> dict[str, list[str]]:
    """Assert that the script finds the files that we find, and give them."""
    store = open_store(settings)
    found = files_of(own, settings)
    assert found == live_files(store)
    return found


def log_ahead(settings: LakeSettings, number: int) -> None:
    """Commit an article to the log alone, as a writer does that is killed before it brings the tables up."""
    store = open_store(settings)
    with begin(settings) as run:
        files = lake_rows.write_articles(TableWriter(store, run.run_id), [number], run.run_id)
        now = log.snapshot(store)
        entry = log.Entry(now.head + 1, log.COMMIT, run.run_id, files, {}, lake_rows.NOW)
        assert log.append(now, entry, run.run_id)


def orphan(store: Store) -> str:
    """Write a file that no run commits."""
    rows = query.connect(store).execute("SELECT * EXCLUDE (date) FROM _articles LIMIT 1").to_arrow_table()
    return write(store, "articles", lake_rows.DAY, rows.cast(TABLES["articles"]), "nobody").path


def test_it_follows_the_lake(own: duckdb.DuckDBPyConnection, lake_settings: LakeSettings) -> None:
    store = open_store(lake_settings)
    store.check()
    assert files_of(own, lake_settings) == {name: [] for name in TABLES}
    assert own.execute("SELECT count(*) FROM articles").fetchall() == [(0,)]
    lake_rows.ingest(lake_settings, [0, 1, 2])
    agree(own, lake_settings)
    log_ahead(lake_settings, 3)
    log_ahead(lake_settings, 4)
    lost = orphan(store)
    assert lost not in agree(own, lake_settings)["articles"]
    assert own.execute("SELECT count(*), (SELECT count(*) FROM mentions) FROM articles").fetchall() == [(5, 15)]
    lake_rows.ingest(lake_settings, [5])
    lake_rows.compact_outcomes(lake_settings)
    assert len(agree(own, lake_settings)["outcomes"]) == 1
    older = lake_rows.article(0, "") | {"fetched_at": lake_rows.NOW.replace(hour=1)}
    with begin(lake_settings) as run:
        writer = TableWriter(store, run.run_id)
        row = older | {"revision_id": "0" * 32, "text": "As it was.", "run_id": run.run_id}
        written = writer.add("articles", lake_rows.DAY, row)
        commit(store, run.run_id, written + writer.flush(), Known(store).refresh())
    agree(own, lake_settings)
    same_answers(own, store)


def same_answers(own: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Assert that the script answers as `newsbeam sql` does, by DuckDB's own reader and by pyarrow."""
    ours = query.connect(store)
    with pytest.MonkeyPatch.context() as without:
        without.setattr(query, "httpfs_files", list)
        fallback = query.connect(store)
    for question in QUESTIONS:
        expected = ours.execute(question).fetchall()
        assert own.execute(question).fetchall() == expected, question
        assert fallback.execute(question).fetchall() == expected, question
        assert expected or "search" in question


def test_it_reads_checkpoints(tmp_path: Path) -> None:
    settings = LakeSettings(uri=str(tmp_path / "it's a lake"))
    with begin(settings) as run:
        store = open_store(settings)
        for number in range(23):
            files = lake_rows.write_articles(TableWriter(store, run.run_id), [number], run.run_id)
            commit(store, run.run_id, files, number)
    logs = tmp_path / "it's a lake" / "articles" / "_delta_log"
    assert list(logs.glob("*.checkpoint.parquet"))
    own = duckdb.connect()
    assert len(agree(own, settings)["articles"]) == 23
    for number in range(20):  # as Delta's own housekeeping does
        (logs / f"{number:020}.json").unlink()
    assert len(agree(own, settings)["articles"]) == 23
    # A listing that was caught between two commits: what comes after the gap is taken from the log.
    (logs / "00000000000000000022.json").rename(tmp_path / "unseen")
    assert len(files_of(own, settings)["articles"]) == 23


def test_it_holds_no_file_names_and_no_keys(lake_settings: LakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEYS[0], "the-key-of-the-lake")
    monkeypatch.setenv(KEYS[1], "the-secret-of-the-lake")
    text = init_script(lake_settings)
    assert "the-key" not in text
    assert "the-secret" not in text
    assert "part-" not in text
    assert ("CREATE OR REPLACE SECRET" in text) == lake_settings.remote


@pytest.mark.skipif(not shutil.which("duckdb"), reason="there is no duckdb command line here")
def test_duckdbs_own_command_line_reads_it(tmp_path: Path) -> None:
    settings = LakeSettings(uri=str(tmp_path / "news"))
    lake_rows.ingest(settings, [0, 1])
    (tmp_path / "init.sql").write_text(init_script(settings), encoding="utf-8")
    command = ["duckdb", "-csv", "-init", str(tmp_path / "init.sql"), "-c", "SELECT title FROM articles ORDER BY 1"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == "title\nTitle 0\nTitle 1\n"
