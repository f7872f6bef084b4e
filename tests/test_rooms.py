"""Each PTransform once in a pipeline, with the way it fails."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing import test_pipeline
from apache_beam.testing.util import assert_that, equal_to

from lake.commit import commit
from lake.known import known
from lake.query import connect
from lake.run import begin
from lake.store import open_store
from schemas.records import (
    Article,
    FeedState,
    Found,
    Mention,
    Payload,
    Processed,
    Reference,
    Refused,
    Shard,
    Stamp,
    WrittenFile,
)
from schemas.settings import FetchSettings, LakeSettings, ProcessSettings, Settings
from transforms.article.ids import article_id, digest
from transforms.article.process import process
from transforms.commit_files import CommitFiles, GatherFiles
from transforms.deduplicate import Deduplicate
from transforms.fetch.urls import url_key
from transforms.fetch_pages import FetchPages
from transforms.group_by_place import GroupByPlace
from transforms.pool import shared_pool
from transforms.process_documents import ProcessDocuments, canonical_id
from transforms.read_documents import ReadDocuments
from transforms.read_feeds import ReadFeeds
from transforms.read_seeds import ReadSeeds, ReadUrlList
from transforms.stop import STOP
from transforms.take_first import TakeFirst
from transforms.write_tables import WriteTables, sound

STORY = (
    "<html><head><title>Harbour opens</title></head><body><article><h1>Harbour opens</h1>"
    + "".join(
        f"<p>Paragraph {n} tells of the harbour of Accra, and of those who built it over {n} years.</p>"
        for n in range(9)
    )
    + "</article></body></html>"
).encode()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STAMP = Stamp("run-of-the-test", NOW, date(2026, 11, 23))
PROCESS = ProcessSettings(pool_size=1, timeout=20, tagger="none")
FETCH = FetchSettings(contact="test@example.org", allow_private=True, total_timeout=5)


@pytest.fixture(scope="module", autouse=True)
def _pool() -> Iterator[None]:
    yield
    shared_pool(PROCESS).close()


def reference(name: str, kind: str = "html", **more: Any) -> Reference:
    given = {"source_uri": f"/seeds/{name}", "position": 0, "url": "", "source": "seeds", "feed_url": ""}
    return Reference(digest(name), digest("article", name), digest("raw", name), kind=kind, **(given | more))


def result(inputs: list[Any], transform: beam.PTransform, check: Callable[[list[Any]], None]) -> None:
    """Run one transform over the inputs and hand its output to the check."""
    with test_pipeline.TestPipeline(runner=FnApiRunner()) as pipeline:
        assert_that(pipeline | beam.Create(inputs, reshuffle=False) | transform, check)


def results(inputs: list[Any], transform: beam.PTransform, **checks: Callable[[list[Any]], None]) -> None:
    """Run one transform with several outputs and hand each of them to its check."""
    with test_pipeline.TestPipeline(runner=FnApiRunner()) as pipeline:
        given = pipeline | beam.Create(inputs, reshuffle=False) | transform
        for name, check in checks.items():
            assert_that(given[name], check, label=f"check {name}")


def test_read_seeds_gives_references_and_names_what_is_bad(tmp_path: Path) -> None:
    lines = [{"url": "https://example.org/a", "text": "An article."}, "no object"]
    (tmp_path / "wire.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "page.html").write_bytes(STORY)

    def check(found: list[Found]) -> None:
        ends = sorted((item.reference.kind, item.reference.position > 0, item.outcome) for item in found)
        assert ends == [("html", False, ""), ("json", False, ""), ("json", True, "bad_record")]

    result([Shard(str(tmp_path / "wire.jsonl")), Shard(str(tmp_path / "page.html"))], ReadSeeds("a paper"), check)


def test_read_url_list_gives_links_and_names_what_is_bad(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("https://example.org/a\nmailto:somebody\n")

    def check(found: list[Found]) -> None:
        assert sorted((item.reference.url, item.outcome) for item in found) == [
            ("", "bad_record"),
            ("https://example.org/a", ""),
        ]

    result([Shard(str(tmp_path / "urls.txt"))], ReadUrlList(), check)


def test_read_feeds_gives_links_and_names_what_is_no_feed(tmp_path: Path, disk_lake: LakeSettings) -> None:
    (tmp_path / "feed.xml").write_text(
        "<rss version='2.0'><channel><title>t</title><item><title>One</title><link>https://example.org/1</link></item>"
        "<item><title>Two</title><link>javascript:void(0)</link></item></channel></rss>"
    )
    (tmp_path / "page.xml").write_bytes(STORY)

    def check(found: list[Found]) -> None:
        ends = sorted((item.outcome, item.reference.kind, item.reference.title) for item in found)
        assert ends == [("", "link", "One"), ("no_link", "link", "Two"), ("not_a_feed", "feed", "")]

    settings = Settings(disk_lake, FETCH, PROCESS)
    feeds = [FeedState(digest("feed", name), str(tmp_path / name)) for name in ("feed.xml", "page.xml")]

    def check_files(files: list[WrittenFile]) -> None:
        assert [(file.table, file.rows) for file in files] == [("sightings", 2)]

    results(feeds, ReadFeeds(settings, STAMP, dict), found=check, files=check_files)


def test_deduplicate_lets_the_first_through_and_names_the_others(disk_lake: LakeSettings) -> None:
    twice = [Found(reference("a")), Found(reference("a", source_uri="/seeds/0")), Found(reference("b"))]

    def check(found: list[Found]) -> None:
        ends = sorted((item.reference.source_uri, item.outcome) for item in found)
        assert ends == [("/seeds/0", ""), ("/seeds/a", "duplicate"), ("/seeds/b", "")]

    result(twice, Deduplicate(disk_lake), check)


def test_take_first_keeps_the_first_by_name() -> None:
    found = [Found(reference(name)) for name in "dbca"]
    result(found, TakeFirst(2), equal_to([Found(reference("a")), Found(reference("b"))]))
    link = Found(reference("z", "link"))
    late = link._replace(outcome="deferred", reason="beyond the limit of the run")
    result([*found, link], TakeFirst(2), equal_to([Found(reference("a")), Found(reference("b")), late]))
    result(found, TakeFirst(0), equal_to(found))


def test_group_by_place_gives_the_records_of_a_file_in_order() -> None:
    found = [Found(reference(str(n), "json", source_uri="/seeds/wire", position=n)) for n in (7, 3, 5)]

    def check(items: list[Found]) -> None:
        assert [item.reference.position for item in items] == [3, 5, 7]

    result(found, GroupByPlace(), check)


def test_read_documents_gives_bytes_and_names_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(STORY)
    with test_pipeline.TestPipeline(runner=FnApiRunner()) as pipeline:
        found = pipeline | beam.Create([Shard(str(tmp_path / "page.html"))]) | ReadSeeds()
        documents = found | ReadDocuments(STAMP)
        assert_that(documents | beam.Map(lambda document: document.data), equal_to([STORY]))

    def check(documents: list[Refused]) -> None:
        assert [(item.step, item.outcome) for item in documents] == [("ReadDocuments", "unreadable")]

    result([Found(reference("gone", source_uri=str(tmp_path / "gone.html")))], ReadDocuments(STAMP), check)


def test_read_documents_hands_out_nothing_once_it_shall_stop(tmp_path: Path) -> None:
    STOP.request()
    try:
        result([Found(reference("a"))], ReadDocuments(STAMP), equal_to([]))
    finally:
        STOP.clear()


def test_fetch_pages_gives_bytes_and_names_what_fails(disk_lake: LakeSettings) -> None:
    link = reference("l", "link", url="http://127.0.0.1:9/never")
    payload = Payload(reference("p"), STORY, NOW)

    def check(documents: list[Payload | Refused]) -> None:
        ends = sorted((type(item).__name__, getattr(item, "outcome", "")) for item in documents)
        assert ends == [("Payload", ""), ("Refused", "robots_unreachable")]

    fetch = FetchPages(Settings(disk_lake, FETCH, PROCESS), STAMP, dict)
    results([Found(link), payload], fetch, documents=check, files=equal_to([]))


def test_process_documents_gives_articles_and_names_what_has_no_text() -> None:
    blank = Payload(reference("blank"), b"<html><body></body></html>", NOW)
    passing = Refused(reference("passing"), "ReadDocuments", "unreadable", "gone")

    def check(documents: list[Processed | Refused]) -> None:
        refused = sorted((item.step, item.outcome) for item in documents if isinstance(item, Refused))
        assert refused == [("ProcessDocuments", "no_text"), ("ReadDocuments", "unreadable")]
        (made,) = (item for item in documents if isinstance(item, Processed))
        assert made.article.title == "Harbour opens"
        assert made.article.text.count("\n") == 8

    result([Payload(reference("story"), STORY, NOW), blank, passing], ProcessDocuments(PROCESS), check)


@pytest.mark.parametrize(
    ("canonical", "believed"),
    [
        ("https://a.example/story", True),
        ("https://www.a.example/story?id=3", True),
        ("https://b.example/story", False),
        ("https://a.example/", False),
        ("https://a.example/news", False),
        ("", False),
        ("/story", False),
    ],
)
def test_a_canonical_address_is_believed_within_its_site(canonical: str, believed: bool) -> None:
    link = reference("l", "link", url="https://a.example/news/one?utm_source=x")
    assert (canonical_id(link, canonical, "") != link.article_id) is believed
    if believed:
        assert canonical_id(link, canonical, "") == article_id(url_key(canonical), "")


def test_write_tables_then_commit_files_make_rows(lake_settings: LakeSettings) -> None:
    refused = Refused(reference("r"), "ProcessDocuments", "no_text", "no article text was found", b"bytes")
    with begin(lake_settings) as run:
        stamp = Stamp(run.run_id, run.started_at, STAMP.day)
        with test_pipeline.TestPipeline(runner=FnApiRunner()) as pipeline:
            _ = (
                pipeline
                | beam.Create([Payload(reference("story"), STORY, NOW), refused], reshuffle=False)
                | ProcessDocuments(PROCESS)
                | WriteTables(lake_settings, stamp)
                | GatherFiles()
                | CommitFiles(lake_settings, run.run_id, known(lake_settings).refresh())
            )
    rows = connect(open_store(lake_settings))
    assert rows.sql("SELECT title, date, word_count > 0 FROM articles").fetchall() == [
        ("Harbour opens", date(2026, 11, 23), True)
    ]
    assert rows.sql("SELECT outcome, count(*) FROM outcomes GROUP BY 1 ORDER BY 1").fetchall() == [
        ("no_text", 1),
        ("stored", 1),
    ]
    assert rows.sql("SELECT step, payload FROM dead_letters").fetchall() == [("ProcessDocuments", b"bytes")]


def test_a_revision_that_is_stored_leaves_only_its_line_in_the_ledger(disk_lake: LakeSettings) -> None:
    for number in range(2):
        with begin(disk_lake) as run:
            stamp = Stamp(run.run_id, run.started_at, STAMP.day)
            payload = Payload(reference("story")._replace(reference_id=digest("bytes", str(number))), STORY, NOW)
            with test_pipeline.TestPipeline(runner=FnApiRunner()) as pipeline:
                _ = (
                    pipeline
                    | beam.Create([payload], reshuffle=False)
                    | ProcessDocuments(PROCESS)
                    | WriteTables(disk_lake, stamp)
                    | GatherFiles()
                    | CommitFiles(disk_lake, run.run_id, known(disk_lake).refresh())
                )
            known(disk_lake).refresh()
    rows = connect(open_store(disk_lake))
    assert rows.sql("SELECT count(*) FROM article_revisions").fetchall() == [(1,)]
    assert rows.sql("SELECT outcome FROM outcomes ORDER BY 1").fetchall() == [("stored",), ("unchanged",)]


def test_a_name_that_does_not_stand_where_it_says_is_a_dead_letter() -> None:
    article = process(Payload(reference("story"), STORY, NOW), PROCESS)
    assert isinstance(article, Article)
    right = Mention("harbour", "FAC", "FAC", (start := article.text.index("harbour")), start + 7, 0, "harbour")
    document = Processed(reference("story"), article._replace(mentions=[right]), "", NOW, "")
    assert sound(document) is document
    wrong = document._replace(article=article._replace(mentions=[right, right._replace(end=right.end + 1)]))
    refused = sound(wrong)
    assert isinstance(refused, Refused)
    assert (refused.outcome, refused.reason) == (
        "processing_error",
        f"'harbour' does not stand at {start} to {start + 8}",
    )


def test_committing_nothing_leaves_nothing(disk_lake: LakeSettings) -> None:
    with begin(disk_lake) as run:
        assert commit(open_store(disk_lake), run.run_id, [], 0) is None
    assert not [entry for entry in Path(disk_lake.uri).rglob("*") if entry.is_file()]
