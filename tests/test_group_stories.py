"""Agency copy at several publishers becomes one story in the lake, whatever run brings it."""

import json
from pathlib import Path
from typing import Any

import alba
import pytest
from newsbeam_command import WITHOUT_MODEL, newsbeam, rows

from schemas.settings import LakeSettings

WIRE = [*alba.STORIES["ferry"], *alba.STORIES["bridge"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "newsbeam.toml").write_text(WITHOUT_MODEL)
    return tmp_path


def record(site: str, day: int, lines: list[str], title: str = "A new ferry for Ness") -> dict[str, Any]:
    url = f"https://{site}.example/news/{day}"
    return {"url": url, "title": title, "text": "\n".join(lines), "published_at": f"2026-11-{day:02}T08:00:00Z"}


def ingest(folder: Path, name: str, *records: dict[str, Any], flags: tuple[str, ...] = ()) -> None:
    (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)) + "\n")
    ended = newsbeam(folder, *flags, "ingest", f"{name}.jsonl")
    assert ended.code == 0, ended.err


def stories(folder: Path, *flags: str) -> list[list[str]]:
    found = rows(folder, "SELECT publisher_names FROM stories ORDER BY articles DESC, title, first_at", *flags)
    return [row["publisher_names"] for row in found]


def test_one_story_grows_over_runs_and_keeps_its_id(folder: Path) -> None:
    ingest(folder, "one", record("one", 3, WIRE), record("other", 3, list(alba.STORIES["owls"]), "Owls"))
    (first,) = rows(folder, "SELECT story_id FROM stories WHERE title LIKE 'A new ferry%'")
    ingest(folder, "two", record("two", 4, ["NESS (Example Agency) - " + WIRE[0], *WIRE[1:6]], "Ferry from May"))
    ingest(folder, "three", record("three", 10, [*WIRE[4:], *WIRE[:4]], "Ness gets its ferry"))
    assert stories(folder) == [["one.example", "three.example", "two.example"], ["other.example"]]
    (now,) = rows(folder, "SELECT story_id, articles, title FROM stories WHERE articles > 1")
    assert now == {"story_id": first["story_id"], "articles": 3, "title": "A new ferry for Ness"}
    ingest(folder, "late", record("late", 30, WIRE))
    assert ["late.example"] in stories(folder)


def test_a_slice_that_spans_months_is_told_week_by_week(folder: Path) -> None:
    days = [record(f"s{day}", day, WIRE) for day in (1, 2, 15, 16, 28)]
    ingest(folder, "all", *days)
    groups = [["s1.example", "s2.example"], ["s15.example", "s16.example"], ["s28.example"]]
    assert sorted(stories(folder)) == sorted(groups)


def test_an_edited_article_stays_in_its_story(folder: Path) -> None:
    ingest(folder, "one", record("one", 3, WIRE))
    ingest(folder, "two", record("one", 3, [*WIRE, *alba.STORIES["choir"], *alba.STORIES["school"]]))
    assert rows(folder, "SELECT count(*) AS revisions FROM article_revisions") == [{"revisions": 2}]
    assert rows(folder, "SELECT count(*) AS told, min(articles) AS articles FROM clusters, stories") == [
        {"told": 1, "articles": 1}
    ]


def test_it_works_on_a_bucket(folder: Path, lake_settings: LakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    if lake_settings.remote:
        monkeypatch.setenv("NEWSBEAM_S3_ENDPOINT", lake_settings.endpoint)
    flags = ("--lake", lake_settings.uri)
    ingest(folder, "one", record("one", 3, WIRE), flags=flags)
    ingest(folder, "two", record("two", 4, WIRE), flags=flags)
    assert stories(folder, *flags) == [["one.example", "two.example"]]
