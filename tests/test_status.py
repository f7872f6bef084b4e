"""`newsbeam status`: its rules, what it reads of a lake, its metrics, its exit code."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import lake_rows
import pytest

from lake.commit import commit
from lake.query import connect
from lake.run import begin
from lake.store import open_store
from lake.writer import TableWriter
from newsbeam.alarms import alarms
from newsbeam.cli import main
from newsbeam.prometheus import exposition
from schemas.settings import LakeSettings

NOW = datetime.now(UTC).replace(microsecond=0)
FEED = "https://paper.example/feed"
SILENT_FEED = "https://weekly.example/feed"


def facts(**changed: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        "lake": "news",
        "checked_at": NOW,
        "totals": {"articles": 1, "mentions": 2, "dead_letters": 0, "pending": 0, "last_read_at": None},
        "last_runs": [],
        "feeds": [],
        "drift": [],
        "contradictions": {},
        "files": {"articles": {"files": 1, "bytes": 10, "days": 1}},
        "missing_files": [],
        "disk": {"free": 10**12, "total": 10**12},
    }
    return nothing | changed


def feed(**changed: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("reason", "overdue", "silent_for", "longest_gap", "last_fetch_success"))
    return {"url": FEED, "system_status": "active", "failures": 0, "silent": False, **nothing} | changed


def publisher(**changed: Any) -> dict[str, Any]:
    same = {"words": 400.0, "no_text": 0.0, "no_date": 0.0, "removed": 0.1}
    counted = {"pages": 40, "articles": 40, "lines": 800}
    row = same | counted | {f"past_{name}": value for name, value in (same | counted).items()}
    return {"publisher": "paper.example"} | row | changed


DAYS = timedelta(days=9)

RULES = [
    (facts(), []),
    (facts(contradictions={"mentions without their article": 2}), ["ledger"]),
    (facts(missing_files=["articles/date=2026-11-23/part-1.parquet"]), ["files"]),
    (facts(disk={"free": 10**6, "total": 10**12}), ["disk"]),
    (facts(disk=None), []),
    (facts(feeds=[feed()]), []),
    (facts(feeds=[feed(failures=2)]), []),
    (facts(feeds=[feed(failures=3, reason="http_404: 404")]), ["feed_failing"]),
    (facts(feeds=[feed(system_status="gone", reason="410")]), ["feed_failing"]),
    (facts(feeds=[feed(system_status="paused", silent=True, failures=9)]), []),
    (facts(feeds=[feed(silent=True, silent_for=DAYS, longest_gap=timedelta(hours=5))]), ["feed_silent"]),
    (facts(feeds=[feed(overdue=timedelta(hours=25))]), []),
    (facts(feeds=[feed(overdue=timedelta(hours=27)), feed()]), ["feeds_overdue"]),
    (facts(drift=[publisher()]), []),
    (facts(drift=[publisher(words=150.0)]), ["drift"]),
    (facts(drift=[publisher(words=900.0)]), ["drift"]),
    (facts(drift=[publisher(words=150.0, pages=9)]), []),
    (facts(drift=[publisher(words=150.0, past_pages=29)]), []),
    (facts(drift=[publisher(no_text=0.5)]), ["drift"]),
    (facts(drift=[publisher(no_text=0.5, pages=10, past_pages=30, past_no_text=0.3)]), []),
    (facts(drift=[publisher(no_date=1.0)]), ["drift"]),
    (facts(drift=[publisher(no_date=None, articles=0)]), []),
    (facts(drift=[publisher(removed=0.5)]), ["drift"]),
    (facts(drift=[publisher(removed=0.0, past_removed=0.5)]), []),
]


@pytest.mark.parametrize(("told", "names"), RULES)
def test_what_is_an_alarm(told: dict[str, Any], names: list[str]) -> None:
    found = alarms(told)
    assert [alarm.name for alarm in found] == names
    assert all(alarm.reason and alarm.next_step and "{" not in alarm.next_step for alarm in found)


def test_metrics_are_prometheus_text() -> None:
    told = facts(feeds=[feed(), feed(system_status='odd "one"\\\n')], contradictions={"articles that stand twice": 1})
    text = exposition(told, alarms(told))
    assert 'newsbeam_feeds{status="odd \\"one\\"\\\\\\n"} 1\n' in text
    assert 'newsbeam_alarms{name="ledger"} 1\n' in text
    assert "newsbeam_up 1\n" in text
    sample = re.compile(r'newsbeam_[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"\})? -?\d+(\.\d+)?')
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(sample.fullmatch(line) for line in lines), lines


# ---- over a lake ----------------------------------------------------------------------------------------------------


def page(number: int, run_id: str, day: int, changed: bool = False) -> dict[str, Any]:
    read = NOW - timedelta(days=day)
    more = {"fetched_at": read, "ingested_at": read, "published_at": read, "line_hashes": bytes(8 * 10)}
    more |= {"url": f"https://www.paper.example/{number}", "word_count": 400}
    if changed:
        more |= {"word_count": 90, "published_at": None}
    return lake_rows.article(number, run_id) | more


def sightings(url: str, run_id: str, hours: list[int]) -> Iterator[dict[str, Any]]:
    for number in hours:
        row = lake_rows.sighting(lake_rows.article(number, run_id), url)
        yield row | {"published_at": NOW - timedelta(hours=number), "seen_at": NOW}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> LakeSettings:
    """Make a lake: a publisher whose layout changed today, a feed that speaks, one that has fallen silent."""
    settings = LakeSettings(uri=str(tmp_path_factory.mktemp("status") / "lake"))
    with begin(settings) as run:
        writer = TableWriter(open_store(settings), run.run_id)
        files = []
        for number in range(60):
            row = page(number, run.run_id, day=0 if number < 15 else 1 + number % 7, changed=number < 15)
            files += writer.add("articles", lake_rows.DAY, row)
            files += writer.add("outcomes", lake_rows.DAY, lake_rows.outcome(row))
        for number in range(100, 110):
            row = page(number, run.run_id, day=0)
            files += writer.add(
                "outcomes", lake_rows.DAY, lake_rows.outcome(row, "no_text") | {"url": row["url"], "seen_at": NOW}
            )
        for url, hours in ((FEED, [0, 5, 9, 20, 25, 30]), (SILENT_FEED, [100, 110, 130, 140, 150])):
            files += writer.add("feeds", lake_rows.DAY, lake_rows.subscription(url, run.run_id))
            files += writer.add(
                "feed_fetches", lake_rows.DAY, lake_rows.feed_fetch(url, run.run_id, NOW) | {"next_fetch_attempt": NOW}
            )
            for row in sightings(url, run.run_id, hours):
                files += writer.add("sightings", lake_rows.DAY, row)
        commit(open_store(settings), run.run_id, files + writer.flush(), 0)
    return settings


def test_a_feed_is_silent_against_its_own_rhythm(settings: LakeSettings) -> None:
    with connect(open_store(settings)) as connection:
        found = connection.execute("SELECT url, silent, longest_gap FROM feed_health ORDER BY url").fetchall()
    assert found == [(FEED, False, timedelta(hours=11)), (SILENT_FEED, True, timedelta(hours=20))]


def test_drift_puts_a_day_beside_the_past(settings: LakeSettings) -> None:
    with connect(open_store(settings)) as connection:
        found = connection.execute(f"FROM drift('{NOW:%Y-%m-%d}')")
        (row,) = [dict(zip([one[0] for one in found.description], values, strict=True)) for values in found.fetchall()]
    assert (row["publisher"], row["pages"], row["articles"], row["past_pages"]) == ("paper.example", 25, 15, 45)
    assert (row["words"], row["past_words"]) == (90, 400)
    assert (row["no_text"], row["past_no_text"]) == (0.4, 0)
    assert (row["no_date"], row["past_no_date"]) == (1, 0)
    assert row["removed"] == row["past_removed"] == pytest.approx(0.1)


def test_status_tells_what_is_wrong(
    settings: LakeSettings, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--lake", settings.uri, "status", "--json", "--prometheus", "metrics.prom"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(alarm["name"], alarm["about"]) for alarm in told["alarms"]] == [
        ("feed_silent", SILENT_FEED),
        *[("drift", "paper.example")] * 3,
    ]
    assert told["totals"]["articles"] == 60
    assert told["files"]["articles"]["files"] == 1
    assert told["last_runs"][0]["articles"] == 60
    assert 'newsbeam_alarms{name="drift"} 3\n' in (tmp_path / "metrics.prom").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["metrics.prom"]
    assert main(["--lake", settings.uri, "status"]) == 1
    out = capsys.readouterr().out
    assert "ALARM     paper.example: articles have 90 words in the middle, before 400" in out
    assert "next: newsbeam feeds check https://weekly.example/feed" in out


def test_status_of_a_lake_that_contradicts_itself(disk_lake: LakeSettings, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(disk_lake)
    with begin(disk_lake) as run:
        writer = TableWriter(store, run.run_id)
        row = lake_rows.article(1, run.run_id)
        files = writer.add("articles", lake_rows.DAY, row) + writer.add(
            "outcomes", lake_rows.DAY, lake_rows.outcome(lake_rows.article(2, run.run_id))
        )
        files += writer.add("mentions", lake_rows.DAY, lake_rows.mentions(lake_rows.article(3, run.run_id))[0])
        commit(store, run.run_id, files + writer.flush(), 0)
    assert main(["--lake", disk_lake.uri, "status", "-q"]) == 1
    said = capsys.readouterr().err
    assert "1 mentions without their article" in said
    assert "1 articles without a line in the ledger" in said
    assert "1 lines of the ledger without their article" in said


def test_a_lake_that_can_not_be_read_is_an_alarm(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("NEWSBEAM_S3_ENDPOINT", "http://127.0.0.1:9")
    metrics = tmp_path / "metrics.prom"
    assert main(["--lake", "s3://bucket/news", "status", "--prometheus", str(metrics)]) == 1
    assert "ALARM" in capsys.readouterr().out
    assert metrics.read_text().endswith("newsbeam_up 0\n")


def test_an_empty_lake_is_no_alarm(disk_lake: LakeSettings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lake", disk_lake.uri, "status"]) == 0
    assert "nothing was committed yet" in capsys.readouterr().out
    assert not Path(disk_lake.uri).exists()
