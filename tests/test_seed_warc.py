"""WARC archives as seeds: their responses, what is wrong with them, damage, and the bytes again."""

import gzip
import io
import random
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.outcomes import OUTCOMES
from schemas.records import Payload, Reference, Refusal, Shard
from transforms.article.ids import article_id, digest, reference_id
from transforms.article.seed_paths import spooled
from transforms.article.seeds import SeedReader, references, seed_paths, shards, url_references
from transforms.fetch.urls import url_key

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://example.com/story?id=7"
PAGE = b"<!doctype html><title>t</title><p>The ferry left at noon."
Read = tuple[Reference, Refusal | None]


def record(kind: str, block: bytes, uri: str = URL) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2026-02-03T04:05:06Z\r\nContent-Length: {len(block)}\r\n"
    head += f"WARC-Target-URI: {uri}\r\n" if uri else ""
    return head.encode() + b"\r\n" + block + b"\r\n\r\n"


def response(body: bytes = PAGE, uri: str = URL, status: str = "200 OK", headers: str = "") -> bytes:
    return record("response", f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{headers}\r\n".encode() + body, uri)


def archive(path: Path, *members: bytes) -> Path:
    packed = path.suffix == ".gz"
    path.write_bytes(b"".join(gzip.compress(member) if packed else member for member in members))
    return path


def read_all(path: Path) -> list[Read]:
    found = [item for shard in shards(seed_paths([path]), 100) for item in references(shard)]
    return [(item, None) if isinstance(item, Reference) else item for item in found]


def payload(reference: Reference) -> Payload:
    with SeedReader() as reader:
        found = reader.read(reference, NOW)
    assert isinstance(found, Payload)
    return found


def outcomes(path: Path) -> list[str]:
    return [refusal.outcome if refusal else "" for _, refusal in read_all(path)]


@pytest.fixture(params=["crawl.warc", "crawl.warc.gz", "no suffix"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def test_responses_are_documents_and_nothing_else_is(path: Path) -> None:
    others = [record(kind, b"GET / HTTP/1.1\r\n\r\n") for kind in ("warcinfo", "request", "metadata", "revisit")]
    dns = record("response", b"20260203\nexample.com. 60 IN A 192.0.2.1", "dns:example.com")
    prose = b"The ferry left at noon. " * 9
    members = [*others, response(), dns, response(prose, "https://example.com/b")]
    archive(path, *members)
    (first, none), (second, nothing) = read_all(path)
    assert none is nothing is None
    raw_hash = digest(PAGE)
    article = article_id(url_key(URL), "")
    assert first[:5] == (reference_id(article, raw_hash), article, raw_hash, str(path), "warc")
    assert (first.url, second.url, first.source) == (URL, "https://example.com/b", "example.com")
    data = path.read_bytes()
    at = [found.stream_pos for found in ArchiveIterator(io.BytesIO(data), parse_http=False)]
    assert [first.position, second.position] == [at[4], at[6]]
    got = payload(first)
    assert (got.data, got.content_type, got.final_url) == (PAGE, "text/html", URL)
    assert got.fetched_at == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert (got.reference.kind, payload(second).reference.kind, payload(second).data) == ("html", "text", prose)


CASES = {
    "404": (response(status="404 Not Found"), "http_404"),
    "410": (response(status="410 Gone"), "gone"),
    "503": (response(status="503 Later"), "http_error"),
    "moved": (response(b"", status="301 Moved"), "http_error"),
    "picture": (response(b"\x89PNG\r\n\x1a\n" + bytes(99)), "unsupported_type"),
    "json": (response(b'{"a": 1}'), "unsupported_type"),
    "no body": (response(b""), "empty"),
    "no address": (response(uri=""), "bad_record"),
    "no http": (record("response", b"hello"), "bad_http"),
    "no length": (b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", "bad_record"),
    "large page": (response(b"<p>" + b"x" * 5_000_001), "too_large"),
    "large record": (response(b"<p>" + b"x" * 10_000_001), "too_large"),
    "bomb": (response(gzip.compress(bytes(6_000_000)), headers="Content-Encoding: gzip\r\n"), "too_large"),
    "cut encoding": (response(gzip.compress(PAGE)[:-9], headers="Content-Encoding: gzip\r\n"), "truncated"),
    "odd encoding": (response(b"\1\2\3\4" * 9, headers="Content-Encoding: x\r\n"), "bad_http"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_article_has_an_outcome_and_the_rest_goes_on(path: Path, case: str) -> None:
    member, outcome = CASES[case]
    archive(path, response(), member, response(uri=URL + "1"))
    found = read_all(path)
    assert [refusal.outcome if refusal else "" for _, refusal in found] == ["", outcome, ""]
    assert outcome in OUTCOMES
    assert isinstance(payload(found[1][0]).data, bytes)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE), "Content-Encoding: gzip\r\n"),
        (brotli.compress(PAGE), "Content-Encoding: br\r\n"),
        (PAGE, "Content-Encoding: br\r\n"),  # undone by the crawler, which left the header
        (b"5\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (PAGE[:5], len(PAGE) - 5, PAGE[5:]), "Transfer-Encoding: chunked\r\n"),
        (PAGE, "Transfer-Encoding: chunked\r\n"),
    ],
)
def test_encodings_are_undone(path: Path, body: bytes, headers: str) -> None:
    archive(path, response(body, headers=headers))
    ((found, refusal),) = read_all(path)
    assert refusal is None
    assert payload(found).data == PAGE


def test_a_cut_last_record_is_said_and_the_rest_kept(path: Path) -> None:
    archive(path, response(), response(random.Random(1).randbytes(5000), URL + "1"))
    path.write_bytes(path.read_bytes()[:-2000])
    assert outcomes(path) == ["", "truncated"]


def test_records_after_damage_are_found(path: Path) -> None:
    members = [gzip.compress(m) if path.suffix == ".gz" else m for m in (response(), response(uri=URL + "1"))]
    path.write_bytes(members[0] + random.Random(2).randbytes(200_000) + b"\r\n\r\n" + members[1])
    found = [reference.url for reference, refusal in read_all(path) if refusal is None]
    assert URL + "1" in found
    assert URL in found or path.suffix != ".gz"  # without members nothing but its length tells where a record ends


def test_one_member_for_all_gives_its_first_record_and_one_line_on_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(response() * 3))
    (_, none), (_, refusal) = read_all(path)
    assert none is None
    assert refusal
    assert refusal.outcome == "unsupported_type"
    assert "gunzip the file" in refusal.reason


def test_a_file_that_changed_is_said(path: Path) -> None:
    archive(path, response())
    ((found, _),) = read_all(path)
    archive(path, response(PAGE + b"!"))
    with SeedReader() as reader:
        assert isinstance(reader.read(found, NOW), Refusal)
        path.unlink()
        assert isinstance(reader.read(found, NOW), Refusal)


@settings(max_examples=60, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.tuples(st.integers(0, 900), st.binary(max_size=9)), max_size=5))
def test_no_bytes_crash_it(path: Path, cuts: list[tuple[int, bytes]]) -> None:
    archive(path, response(), response(uri=URL + "1"), response(uri=URL + "2"))
    data = bytearray(path.read_bytes())
    for at, new in cuts:
        data[at : at + len(new)] = new
    path.write_bytes(data)
    for reference in (item if isinstance(item, Reference) else item[0] for item in references(Shard(str(path)))):
        assert reference.reference_id
        with SeedReader() as reader:
            reader.read(reference, NOW)


def test_a_list_names_the_local_page_of_an_address(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    listed = tmp_path / "list.jsonl"
    listed.write_text('{"url": "https://example.com/listed", "path": "a.html"}\n')
    (found,) = url_references(Shard(str(listed)))
    assert isinstance(found, Reference)
    assert (found.url, found.kind, payload(found).data) == ("https://example.com/listed", "html", PAGE)


def test_standard_input_is_spooled() -> None:
    path = spooled(io.BytesIO(PAGE))
    assert path.read_bytes() == PAGE
    path.unlink()
