"""The queries of examples/ and of the documents run, and the ones that count count right."""

import re
from datetime import UTC, datetime
from pathlib import Path

import lake_rows
import pytest

from lake.commit import commit
from lake.query import connect
from lake.run import begin
from lake.store import Store, open_store
from lake.writer import TableWriter
from schemas.settings import LakeSettings

ROOT = Path(__file__).parent.parent
FEED = "https://example.org/feed"


def read(name: str) -> str:
    return (ROOT / "examples" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def small_lake(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Make a lake of three articles and one dead letter."""
    settings = LakeSettings(uri=str(tmp_path_factory.mktemp("lake") / "news"))
    store = open_store(settings)
    with begin(settings) as run:
        writer = TableWriter(store, run.run_id)
        written = [file for number in range(2) for file in lake_rows.add_article(writer, number, run.run_id)]
        fresh = lake_rows.article(2, run.run_id) | {"fetched_at": datetime.now(UTC), "feed_url": FEED}
        written += writer.add("articles", lake_rows.DAY, fresh | {"published_precision": "second"})
        written += [f for mention in lake_rows.mentions(fresh) for f in writer.add("mentions", lake_rows.DAY, mention)]
        written += writer.add("outcomes", lake_rows.DAY, lake_rows.outcome(fresh))
        failed = lake_rows.article(9, run.run_id)
        written += writer.add("outcomes", lake_rows.DAY, lake_rows.outcome(failed, "no_text"))
        written += writer.add("dead_letters", lake_rows.DAY, lake_rows.dead_letter(failed, "no_text"))
        named = lake_rows.mentions(lake_rows.article(0, run.run_id), 1)[0]
        country = {"entity": "Niger", "label": "GPE", "country": "NE", "text": "Niger"}
        written += writer.add("mentions", lake_rows.DAY, named | country)
        written += writer.add("feeds", lake_rows.DAY, lake_rows.subscription(FEED, run.run_id))
        written += writer.add("feed_fetches", lake_rows.DAY, lake_rows.feed_fetch(FEED, run.run_id))
        seen = lake_rows.sighting(lake_rows.article(0, run.run_id), FEED) | {"feed_id": lake_rows.digest("feed", FEED)}
        written += writer.add("sightings", lake_rows.DAY, seen)
        late = lake_rows.outcome(lake_rows.article(10, run.run_id), "timeout")
        written += writer.add(
            "outcomes", lake_rows.DAY, late | {"attempt": 1, "retry_at": lake_rows.NOW, "retry": "{}"}
        )
        commit(store, run.run_id, written + writer.flush(), 0)
    return store


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = connect(store).execute(sql).fetchall()
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.sql")), ids=lambda path: path.stem)
def test_examples_answer(path: Path, small_lake: Store) -> None:
    sql = path.read_text(encoding="utf-8")
    assert sql.startswith("-- ")
    assert rows(small_lake, sql)


def test_the_demo_counts(small_lake: Store) -> None:
    told = {what: number for what, number in rows(small_lake, read("demo.sql"))}
    assert told["articles"] == 3
    assert told["names in them"] == 10
    assert told["different names"] == 4
    assert told["boilerplate lines removed"] == 3
    assert told["dead letters"] == 1
    assert told["named: Niger (GPE)"] == 1


def test_the_ledger_of_the_examples_adds_up(small_lake: Store) -> None:
    ended = rows(small_lake, read("how_it_ended.sql"))
    assert sorted((row[0], row[2]) for row in ended) == [("no_text", 1), ("stored", 3), ("timeout", 1)]


def test_countries_come_by_day(small_lake: Store) -> None:
    assert rows(small_lake, read("countries_by_day.sql")) == [(lake_rows.DAY, "NE", 1)]


def asked(page: Path) -> list[str]:
    """List the queries of a page that need no server: of its SQL blocks, and of its `newsbeam sql` lines."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^```sql\n(.*?)^```", text)
    return [block for block in blocks if "s3://" not in block] + re.findall(r'(?m)newsbeam .*\bsql "(.+)"$', text)


PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))] if asked(page)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_queries_in_the_documents_run(page: Path, small_lake: Store) -> None:
    for sql in asked(page):
        rows(small_lake, sql.replace("data/news/", f"{Path(small_lake.uri(''))}/"))


def test_the_readme_asks_something() -> None:
    assert ROOT / "README.md" in PAGES


def test_feed_health_counts(small_lake: Store) -> None:
    ((url, status, *_, sightings, stored),) = rows(small_lake, read("feed_health.sql"))
    assert (url, status, sightings, stored) == (FEED, "active", 1, 1)


def test_pending_counts(small_lake: Store) -> None:
    assert rows(small_lake, read("pending.sql")) == [("example.org", "timeout", 1, lake_rows.NOW, 1)]
