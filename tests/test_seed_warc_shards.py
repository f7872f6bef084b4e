"""WARC files in shards: any cut gives the records of the whole, damaged or not, in flat memory."""

import gzip
import random
import tracemalloc
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.records import Payload, Reference, Refusal, Shard
from transforms.article.seeds import SeedReader, references, shards
from transforms.article.warc_pieces import WarcPieces

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def member(number: int, body: bytes) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + body
    uri = f"https://example.com/{number}"
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {uri}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def each(shard: Shard) -> list[tuple[Reference, Refusal | None]]:
    return [(item, None) if isinstance(item, Reference) else item for item in references(shard)]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bodies=st.lists(st.binary(max_size=400), min_size=1, max_size=12),
    size=st.integers(1, 5),
    packed=st.booleans(),
    damage=st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)), max_size=3),
)
def test_any_cut_gives_the_records_of_the_whole(tmp_path: Path, bodies, size, packed, damage):
    members = [member(number, body) for number, body in enumerate(bodies)]
    data = bytearray(b"".join(map(gzip.compress, members)) if packed else b"".join(members))
    for at, new in damage:
        if 5 < at < len(data) - 5:  # it stays a WARC file
            data[at : at + len(new)] = new
    path = tmp_path / "crawl"
    path.write_bytes(data)
    whole = each(Shard(str(path)))
    cut = list(shards([path], size))
    assert [read for shard in cut for read in each(shard)] == whole
    if not damage:
        assert [refusal for _, refusal in whole if refusal and refusal.outcome == "bad_record"] == []
        assert len(cut) == -(-len(bodies) // size)
    with SeedReader() as reader:
        for reference, refusal in reversed(whole):
            assert isinstance(reader.read(reference, NOW), Payload) or refusal


def test_a_shard_is_gone_to_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chance = random.Random(1)
    path = tmp_path / "crawl"
    path.write_bytes(b"".join(gzip.compress(member(n, chance.randbytes(3000).hex().encode())) for n in range(40)))
    cut = list(shards([path], 10))
    assert len(cut) == 4
    seen: list[int] = []
    plain = WarcPieces.at
    monkeypatch.setattr(WarcPieces, "at", lambda self, at, keep=1: seen.append(at) or plain(self, at, keep))
    found = each(cut[2])
    assert [reference.url for reference, _ in found] == [f"https://example.com/{n}" for n in range(20, 30)]
    assert seen == [reference.position for reference, _ in found]
    assert cut[2].first == seen[0] <= seen[-1] < cut[2].stop


@pytest.mark.parametrize("packed", [False, True])
def test_memory_stays_flat(tmp_path: Path, packed: bool):
    path = tmp_path / "crawl"
    chance = random.Random(1)
    with path.open("wb") as file:
        for number in range(60):
            data = member(number, chance.randbytes(300_000).hex().encode())
            file.write(gzip.compress(data, 1) if packed else data)
    tracemalloc.start()
    count = sum(1 for shard in shards([path], 7) for _ in references(shard))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 60
    assert peak < 12_000_000


def test_a_bomb_costs_itself_alone(tmp_path: Path):
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = bomb.compress(member(1, b"").replace(b"\r\nContent-Length: ", b"\r\nContent-Length: 9999999"))
    data += b"".join(bomb.compress(bytes(1 << 20)) for _ in range(400)) + bomb.flush()
    path = tmp_path / "crawl"
    path.write_bytes(gzip.compress(member(0, b"a")) + data + gzip.compress(member(2, b"b")))
    tracemalloc.start()
    read = each(Shard(str(path)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [refusal and refusal.outcome for _, refusal in read] == [None, "too_large", None]
    assert peak < 32_000_000


def test_a_warc_file_within_a_page_is_not_read(tmp_path: Path):
    """A shard never begins inside of a record, whatever bytes the record holds."""
    inner = b"".join(gzip.compress(member(n, b"forged"), 1) for n in range(50))
    outer = [gzip.compress(member(n, inner if n % 2 else b"true"), 0) for n in range(100, 120)]
    path = tmp_path / "crawl"
    path.write_bytes(b"".join(outer))
    urls = {reference.url for shard in shards([path], 1) for reference, _ in each(shard)}
    assert urls == {f"https://example.com/{n}" for n in range(100, 120)}
