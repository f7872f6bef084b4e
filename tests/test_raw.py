"""Fetched pages in WARC files of the lake: written, read back, read by another tool, cleaned up and expired."""

import random
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lake_rows import DAY

from lake import log
from lake.clean import discard
from lake.commit import commit
from lake.project import roll_forward
from lake.raw import TABLE, RawWriter, expire, read_raw
from lake.run import begin
from lake.snapshot import live_files
from lake.store import Store, open_store
from schemas.errors import StoreError
from schemas.records import RawPlace
from schemas.settings import LakeSettings

NOW = datetime(2026, 11, 23, 6, 7, 8, 9, tzinfo=UTC)
HEADERS = {"content-type": "text/html; charset=utf-8", "content-encoding": "gzip", "x-robots-tag": "noai\r\nevil: 1"}
URL = "https://example.com/a?b=c"


def store_of(lake: LakeSettings) -> Store:
    store = open_store(lake)
    store.check()
    return store


def names(store: Store) -> list[str]:
    return sorted(listed.path for listed in store.list("raw/"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=st.lists(st.tuples(st.text(st.characters(min_codepoint=0x21), min_size=1), st.binary(max_size=3000))))
def test_any_pages_read_back_at_their_offsets(lake_settings: LakeSettings, pages: list[tuple[str, bytes]]) -> None:
    store = store_of(lake_settings)
    writer = RawWriter(store, "run1", DAY)
    places = [writer.add(url, url, NOW, 200, HEADERS, body) for url, body in pages]
    files = writer.flush()
    assert [file.rows for file in files] == ([len(pages) + 1] if pages else [])
    assert writer.flush() == []
    for place, (_, body) in zip(places, pages, strict=True):
        page = read_raw(store, place)
        assert (page.body, page.status, page.fetched_at) == (body, 200, NOW)
        assert page.headers == {
            "content-type": "text/html; charset=utf-8",
            "content-encoding": "gzip",
            "x-robots-tag": "noai evil: 1",
        }


@pytest.mark.parametrize("url", [URL, "https://example.com/ä/東京"])
def test_another_tool_reads_the_file(disk_lake: LakeSettings, url: str) -> None:
    store = store_of(disk_lake)
    writer = RawWriter(store, "run1", DAY)
    place = writer.add("https://example.com/short", url, NOW, 404, HEADERS, b"<p>gone")
    second = writer.add(url, url, NOW, 200, HEADERS, b"")
    (file,) = writer.flush()
    data = store.get(file.path)
    assert (file.table, file.date, file.size, file.stats) == ("raw", DAY, len(data), "{}")
    records = [
        (record.record_type, record.verify_block_digest(), record.stream_pos)
        for record in ArchiveIterator(BytesIO(data), parse_http=False)
    ]
    assert [kind for kind, _, _ in records] == [WarcRecordType.warcinfo] + [WarcRecordType.response] * 2
    assert all(right for _, right, _ in records)
    assert [offset for _, _, offset in records] == [0, place.offset, second.offset]
    answer = next(iter(ArchiveIterator(BytesIO(data), record_types=WarcRecordType.response)))
    assert answer.headers["WARC-Target-URI"] == url == read_raw(store, place).final_url
    assert read_raw(store, place).url == "https://example.com/short"
    assert answer.http_headers.status_code == 404
    assert answer.http_headers.get("content-encoding") is None
    assert answer.verify_payload_digest()
    assert answer.reader.read() == b"<p>gone"


def test_a_full_file_is_written_at_once(disk_lake: LakeSettings) -> None:
    store = store_of(disk_lake)
    writer = RawWriter(store, "run1", DAY)
    noise = random.Random(1).randbytes(3_000_000)
    places = [writer.add(URL, URL, NOW, 200, {}, noise) for _ in range(4)]
    assert len(names(store)) == 1
    files = writer.flush()
    assert sorted(file.path for file in files) == names(store) == sorted({place.path for place in places})
    assert all(read_raw(store, place).body == noise for place in places)


def test_a_place_without_a_record_is_said(disk_lake: LakeSettings) -> None:
    store = store_of(disk_lake)
    writer = RawWriter(store, "run1", DAY)
    place = writer.add(URL, URL, NOW, 200, {}, b"x")
    writer.flush()
    for offset in (0, place.offset + 1, 10**6):
        with pytest.raises(StoreError, match="holds no page"):
            read_raw(store, RawPlace(place.path, offset))
    with pytest.raises(FileNotFoundError):
        read_raw(store, RawPlace("raw/date=2026-01-01/part-a-0.warc.gz", 0))


def test_committed_files_stay_and_others_are_deleted(lake_settings: LakeSettings) -> None:
    store = store_of(lake_settings)
    with begin(lake_settings) as run:
        writer = RawWriter(store, run.run_id, DAY)
        kept = writer.add(URL, URL, NOW, 200, {}, b"kept")
        assert commit(store, run.run_id, writer.flush(), log.head(store))
        writer.add(URL, URL, NOW, 200, {}, b"lost")
        writer.flush()
        assert len(names(store)) == 2
    assert names(store) == [kept.path]
    roll_forward(store)
    assert TABLE not in live_files(store)
    for _ in range(2):
        with begin(lake_settings):
            discard(store, run.run_id, "another")
    assert read_raw(store, kept).body == b"kept"


def test_raw_files_of_a_failed_run_are_deleted(lake_settings: LakeSettings) -> None:
    store = store_of(lake_settings)
    with pytest.raises(RuntimeError), begin(lake_settings) as run:  # noqa: PT012
        writer = RawWriter(store, run.run_id, DAY)
        writer.add(URL, URL, NOW, 200, {}, b"lost")
        writer.flush()
        raise RuntimeError
    assert names(store) == []


def test_old_partitions_expire(lake_settings: LakeSettings) -> None:
    store = store_of(lake_settings)
    for day in (1, 9, 10, 20):
        writer = RawWriter(store, "run1", date(2026, 11, day))
        writer.add(URL, URL, NOW, 200, {}, b"x")
        writer.flush()
    store.put("raw/date=2026-99-99/odd", b"x")
    assert expire(store, 10, date(2026, 11, 20)) == 2
    assert [path[:19] for path in names(store)] == [
        "raw/date=2026-11-10", "raw/date=2026-11-20", "raw/date=2026-99-99"
    ]  # fmt: skip
    assert expire(store, 10, date(2026, 11, 20)) == 0
