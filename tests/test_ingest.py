"""The whole: files in, rows out, on disk and on MinIO; again, side by side, killed, and with bad input."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from newsbeam_command import ROOT, WITHOUT_MODEL, finish, listing, newsbeam, rows, start, write_pages

from lake.query import connect
from lake.store import open_store
from schemas.settings import LakeSettings

SEEDS = ROOT / "seeds"
#: Columns that differ between two lakes with the same rows.
OF_THE_RUN = "EXCLUDE (run_id, fetched_at, ingested_at)"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ingest the repository's seeds with the real models, once."""
    folder = tmp_path_factory.mktemp("seeded")
    ended = newsbeam(folder, "ingest", str(SEEDS), "--run-date", "2026-11-23", "--json")
    assert ended.code == 0, ended.err
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a working folder whose settings load no model and cut small slices."""
    (tmp_path / "newsbeam.toml").write_text("slice_references = 20\n" + WITHOUT_MODEL)
    return tmp_path


def lake_flags(settings: LakeSettings) -> tuple[list[str], dict[str, str]]:
    return ["--lake", settings.uri], {"NEWSBEAM_S3_ENDPOINT": settings.endpoint} if settings.remote else {}


def test_every_seed_is_an_article_or_a_dead_letter(seeded: Path) -> None:
    files = {str(path) for path in SEEDS.iterdir() if path.name != "README.md"}
    ledger = rows(seeded, "SELECT source_uri, outcome FROM outcomes")
    assert {row["source_uri"] for row in ledger} == files
    counts = rows(
        seeded,
        "SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM dead_letters) AS letters,"
        " (SELECT count(*) FROM outcomes) AS seen",
    )[0]
    assert counts["articles"] + counts["letters"] == counts["seen"]


def test_the_twin_of_the_wire_story_is_clean_and_tagged(seeded: Path) -> None:
    (article,) = rows(seeded, "SELECT * FROM articles WHERE source_uri LIKE '%/niamey-embassies.txt'")
    assert article["dateline"] == "Niamey"
    assert article["credits"] == "With inputs from agencies"
    assert len(article["text"].splitlines()) == 13
    assert "WATCH WION" not in article["text"]
    assert "wionews.com" not in article["text"]
    assert len(article["removed"]) >= 3
    assert all(line["rule"] for line in article["removed"])
    assert {"Niger", "France", "AFP"} <= {entity["name"] for entity in article["entities"]}


def test_every_offset_holds(seeded: Path) -> None:
    wrong = rows(
        seeded,
        "SELECT m.text FROM mentions m JOIN articles a USING (revision_id)"
        ' WHERE substr(a.text, m.start + 1, m."end" - m.start) <> m.text'
        " UNION ALL SELECT e.text FROM (SELECT text AS body, unnest(entities) AS e FROM articles)"
        ' WHERE substr(body, e.start + 1, e."end" - e.start) <> e.text',
    )
    assert wrong == []
    assert rows(seeded, "SELECT count(*) AS n FROM mentions")[0]["n"] > 50


def test_plain_duckdb_reads_the_same_files(seeded: Path) -> None:
    files = seeded / "data/news/articles/date=*/*.parquet"
    plain = duckdb.sql(
        f"SELECT article_id FROM read_parquet('{files}', hive_partitioning = true) ORDER BY 1"
    ).fetchall()
    ours = rows(seeded, "SELECT article_id FROM articles ORDER BY 1")
    assert [article_id for (article_id,) in plain] == [row["article_id"] for row in ours]


def test_a_second_run_adds_nothing(seeded: Path) -> None:
    before = listing(seeded / "data/news")
    ended = newsbeam(seeded, "ingest", str(SEEDS), "--run-date", "2026-11-23", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["articles"] == 0
    assert set(ended.json["outcomes"]) == {"known"}
    assert listing(seeded / "data/news") == before


def test_inspect_shows_what_ingest_stores(seeded: Path) -> None:
    shown = newsbeam(seeded, "inspect", str(SEEDS / "niamey-embassies.txt"))
    assert shown.code == 0, shown.err
    for part in ("dateline:", "Niamey", "removed lines:", "[promo.", "entities:", "GPE"):
        assert part in shown.out
    (stored,) = rows(seeded, "SELECT article_id, text FROM articles WHERE dateline = 'Niamey'")
    found = newsbeam(seeded, "inspect", "--json", stored["article_id"]).json
    assert found["text"] == stored["text"]
    assert found["ledger"][0]["outcome"] == "stored"


@pytest.mark.minio
def test_disk_and_minio_hold_the_same_rows(folder: Path, s3_lake: LakeSettings) -> None:
    pages = write_pages(folder / "pages", 45)
    (pages / "bad.html").write_bytes(b"")
    disk = LakeSettings(uri=str(folder / "lake"))
    for settings in (disk, s3_lake):
        flags, environment = lake_flags(settings)
        ended = newsbeam(folder, *flags, "ingest", str(pages), "--run-date", "2026-11-23", environment=environment)
        assert ended.code == 0, ended.err
    here, there = (connect(open_store(settings)) for settings in (disk, s3_lake))
    queries = (
        f"SELECT * {OF_THE_RUN} FROM article_revisions ORDER BY revision_id",
        "SELECT * EXCLUDE (run_id) FROM mentions ORDER BY ALL",
        "SELECT * EXCLUDE (run_id, seen_at) FROM outcomes ORDER BY ALL",
        "SELECT * EXCLUDE (run_id, failed_at) FROM dead_letters ORDER BY ALL",
    )
    for query in queries:
        assert here.sql(query).fetchall() == there.sql(query).fetchall()
    assert here.sql("SELECT count(*) FROM articles").fetchall() == [(45,)]


def test_two_at_the_same_moment_store_each_article_once(folder: Path, lake_settings: LakeSettings) -> None:
    pages = write_pages(folder / "pages", 50)
    flags, environment = lake_flags(lake_settings)
    both = [start(folder, *flags, "ingest", str(pages), environment=environment) for _ in range(2)]
    for process in both:
        ended = finish(process)
        assert ended.code == 0, ended.err
    connection = connect(open_store(lake_settings))
    assert connection.sql("SELECT count(*), count(DISTINCT article_id) FROM article_revisions").fetchall() == [(50, 50)]
    assert connection.sql("SELECT count(*) FROM outcomes WHERE outcome = 'stored'").fetchall() == [(50,)]


@pytest.mark.parametrize("kills", [5])
def test_killed_at_random_moments_then_run_again(folder: Path, lake_settings: LakeSettings, kills: int) -> None:
    pages = write_pages(folder / "pages", 60)
    flags, environment = lake_flags(lake_settings)
    moments = random.Random()
    for _ in range(kills):
        process = start(folder, *flags, "ingest", str(pages), environment=environment)
        time.sleep(moments.uniform(1.5, 7))
        process.kill()
        process.communicate()
    ended = newsbeam(folder, *flags, "ingest", str(pages), environment=environment)
    assert ended.code == 0, ended.err
    calm = LakeSettings(uri=str(folder / "calm"))
    assert newsbeam(folder, "--lake", calm.uri, "ingest", str(pages)).code == 0
    tried, undisturbed = (connect(open_store(settings)) for settings in (lake_settings, calm))
    for query in (
        f"SELECT * {OF_THE_RUN} FROM article_revisions ORDER BY revision_id",
        "SELECT * EXCLUDE (run_id, seen_at) FROM outcomes ORDER BY ALL",
    ):
        assert tried.sql(query).fetchall() == undisturbed.sql(query).fetchall()
    assert orphans(lake_settings) == []


def orphans(settings: LakeSettings) -> list[str]:
    """List the data files that no entry of the log names, and what else a run may leave behind."""
    from lake.snapshot import live_files

    store = open_store(settings)
    live = {path for paths in live_files(store).values() for path in paths}
    return sorted(
        listed.path
        for listed in store.list("")
        if "_delta_log" not in listed.path and not listed.path.startswith("runs/") and listed.path not in live
    )


def test_ctrl_c_commits_what_is_in_hand_and_the_next_run_does_the_rest(folder: Path) -> None:
    pages = write_pages(folder / "pages", 400)
    process = start(folder, "ingest", str(pages))
    assert process.stderr
    assert "documents" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    ended = finish(process)
    assert ended.code == 3, ended.err
    assert "interrupted" in ended.out
    stored = rows(folder, "SELECT count(*) AS n FROM articles")[0]["n"]
    assert 0 < stored < 400
    assert newsbeam(folder, "ingest", str(pages)).code == 0
    assert rows(folder, "SELECT count(*) AS n, count(DISTINCT article_id) AS d FROM article_revisions") == [
        {"n": 400, "d": 400}
    ]


def test_a_limit_steps_through_an_archive(folder: Path) -> None:
    pages = write_pages(folder / "pages", 30)
    for stored in (25, 30):
        assert newsbeam(folder, "ingest", str(pages), "--limit", "25").code == 0
        assert rows(folder, "SELECT count(*) AS n FROM articles")[0]["n"] == stored


def test_strict_tells_by_its_exit_code_that_something_was_not_stored(folder: Path) -> None:
    pages = write_pages(folder / "pages", 1)
    (pages / "nothing.html").write_text("<html><body></body></html>")
    ended = newsbeam(folder, "ingest", str(pages), "--strict")
    assert ended.code == 1, ended.err
    assert "1 no_text" in ended.out
    assert "FROM dead_letters" in ended.out
    (letter,) = rows(folder, "SELECT step, outcome, decode(payload) AS payload FROM dead_letters")
    assert letter == {"step": "ProcessDocuments", "outcome": "no_text", "payload": "<html><body></body></html>"}


def test_a_page_that_hangs_its_worker_is_a_dead_letter(folder: Path) -> None:
    (folder / "newsbeam.toml").write_text(WITHOUT_MODEL + "timeout = 0.001\n")
    ended = newsbeam(folder, "ingest", str(write_pages(folder / "pages", 1)), "--json")
    assert ended.code == 0, ended.err
    assert ended.json["outcomes"] == {"processing_timeout": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ingest"], "nothing to read"),
        (["ingest", "nowhere"], "nowhere"),
        (["ingest", "empty"], "empty"),
        (["ingest", "pages", "--frobnicate"], "--frobnicate"),
        (["ingest", "pages", "--run-date", "tomorrow"], "'tomorrow' is not a date"),
        (["ingest", "pages", "--limit", "0"], "'0' is not a whole number"),
        (["ingest", "--urls", "nowhere.txt"], "nowhere.txt"),
        (["ingest", "--feeds", "nowhere.opml"], "nowhere.opml"),
        (["ingest", "--feeds", "https://example.org/feed"], "contact"),
        (["ingest", "pages", "--", "--no_such_flag=1"], "--no_such_flag"),
        (["--lake", "gs://bucket", "ingest", "pages"], "gs://bucket"),
        (["--lake", "s3://", "ingest", "pages"], "names no bucket"),
        (["--lake", "s3://A_b/c", "sql", "SELECT 1"], "can not be a bucket"),
        (["--lake", "pages/page-0000.html", "ingest", "pages"], "page-0000.html"),
        (["--config", "nowhere.toml", "ingest", "pages"], "nowhere.toml"),
        (["--config", "broken.toml", "ingest", "pages"], "broken.toml is not valid TOML"),
        (["--config", "unknown.toml", "ingest", "pages"], "spelling"),
        (["--config", "model.toml", "ingest", "pages"], "no_such_model"),
        (["sql", "SELEKT 1"], "SELEKT"),
        (["sql", "SELECT * FROM nowhere"], "nowhere"),
        (["inspect", "nowhere"], "nowhere"),
        (["frobnicate"], "frobnicate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_can_not_start_says_so_in_one_line(folder: Path, arguments: list[str], said: str) -> None:
    write_pages(folder / "pages", 1)
    (folder / "empty").mkdir()
    (folder / "broken.toml").write_text("lake = \n")
    (folder / "unknown.toml").write_text("spelling = 1\n")
    (folder / "model.toml").write_text('[process]\ntagger = "spacy:no_such_model"\n')
    ended = newsbeam(folder, *arguments)
    assert ended.code == 2, ended.err
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not (folder / "data").exists()


@pytest.mark.minio
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, "key"),
        ({"NEWSBEAM_S3_ENDPOINT": "127.0.0.1:9"}, "127.0.0.1:9"),
    ],
)
def test_a_store_that_can_not_be_used_says_so_in_one_line(
    folder: Path, s3_lake: LakeSettings, environment: dict[str, str], said: str
) -> None:
    flags, given = lake_flags(s3_lake)
    write_pages(folder / "pages", 1)
    ended = newsbeam(folder, *flags, "ingest", "pages", environment=given | environment)
    assert ended.code == 2, ended.err
    assert said in ended.err.lower()
    assert len(ended.err.splitlines()) == 1


def test_a_lake_of_one_file_can_be_asked_for_its_dates(folder: Path) -> None:
    assert newsbeam(folder, "ingest", str(write_pages(folder / "pages", 1)), "--run-date", "2026-11-23").code == 0
    for table in ("articles", "article_revisions", "outcomes"):
        assert rows(folder, f"SELECT min(date) AS first, max(date) AS last FROM {table}") == [
            {"first": "2026-11-23", "last": "2026-11-23"}
        ]


def test_a_query_that_fails_midway_says_so_in_one_line(folder: Path) -> None:
    ended = newsbeam(folder, "sql", "SELECT CAST(x AS INTEGER) FROM (VALUES ('no number')) AS t(x)")
    assert ended.code == 2
    assert "no number" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_sql_prints_every_format_from_every_place(folder: Path) -> None:
    query = "SELECT 1 AS one, 'a\"b' AS two, [1, 2] AS three, DATE '2026-01-02' AS four"
    (folder / "q.sql").write_text(query)
    assert newsbeam(folder, "sql", query, "--format", "json").json == [
        {"one": 1, "two": 'a"b', "three": [1, 2], "four": "2026-01-02"}
    ]
    assert newsbeam(folder, "sql", "--file", "q.sql", "--format", "csv").out == (
        'one,two,three,four\n1,"a""b","[1,2]",2026-01-02\n'
    )
    piped: Any = subprocess.run(
        [sys.executable, "-m", "newsbeam", "sql", "-", "--format", "csv"],
        input="SELECT 5 AS n",
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={**__import__("os").environ, "PYTHONPATH": str(ROOT)},
    )
    assert piped.stdout == "n\n5\n"
    assert "one" in newsbeam(folder, "sql", query).out
