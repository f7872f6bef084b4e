"""Local seeds: which files, which shards, which documents, and their bytes again."""

import gzip
import json
import os
import shutil
import tempfile
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import SettingsError
from schemas.outcomes import OUTCOMES
from schemas.records import Payload, Reference, Refusal, Shard
from transforms.article import line_files
from transforms.article.ids import article_id, digest, reference_id
from transforms.article.line_pool import LinePool
from transforms.article.page_url import page_url
from transforms.article.seed_paths import native_path, portable_path
from transforms.article.seeds import SeedReader, references, seed_paths, shards, url_shards
from transforms.article.sniff import sniff

SEEDS = Path(__file__).parent.parent / "seeds"
ADDRESS = "https://example.com/a/story?id=7"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PROSE = "The ferry left at noon. Nobody on board had seen the fog. " * 5
Read = tuple[Reference, Refusal | None]


def each(items: Iterable[Reference | tuple[Reference, Refusal]]) -> Iterator[Read]:
    for item in items:
        yield (item, None) if isinstance(item, Reference) else item


def read_all(*paths: Path, size: int = 1000, source: str = "") -> list[Read]:
    return [read for shard in shards(seed_paths(paths), size) for read in each(references(shard, source))]


def written(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def lines_of(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def payload_of(reference: Reference) -> Payload:
    with SeedReader() as reader:
        payload = reader.read(reference, NOW)
    assert isinstance(payload, Payload)
    return payload


# which files


def test_a_folder_is_walked_in_one_order_without_hidden_and_readme(tmp_path: Path):
    for name in ("b.txt", "a/z.txt", "a/b/c.txt", "a.txt", ".hidden", ".git/config", "README.md", "readme", "Ä.txt"):
        written(tmp_path / name, "x")
    names = [str(path.relative_to(tmp_path)) for path in seed_paths([tmp_path])]
    assert names == ["a/b/c.txt", "a/z.txt", "a.txt", "b.txt", "Ä.txt"]


def test_a_file_is_taken_whatever_its_name_and_each_once(tmp_path: Path):
    readme = written(tmp_path / "README.md", "x")
    other = written(tmp_path / "a.txt", "x")
    assert list(seed_paths([other, readme, tmp_path, tmp_path / "." / "a.txt"])) == [other, readme]


def test_globs(tmp_path: Path):
    for name in ("b.txt", "a.txt", "c.html", "README.txt", "deep/er/d.txt"):
        written(tmp_path / name, "x")
    assert [path.name for path in seed_paths([tmp_path / "*.txt"])] == ["a.txt", "b.txt"]
    assert [path.name for path in seed_paths([tmp_path / "**" / "*.txt"])] == ["a.txt", "b.txt", "d.txt"]
    assert [path.name for path in seed_paths([tmp_path / "d*"])] == ["d.txt"]
    literal = written(tmp_path / "x[1].txt", "x")
    assert list(seed_paths([literal])) == [literal]


def test_a_loop_of_links_ends(tmp_path: Path):
    written(tmp_path / "a" / "one.txt", "x")
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    assert [path.name for path in seed_paths([tmp_path])] == ["one.txt", "gone.txt"]


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    written(tmp_path / "a.txt", "x")
    monkeypatch.chdir(tmp_path)
    assert list(seed_paths([Path("a.txt"), Path()])) == [tmp_path / "a.txt"]


def test_what_can_not_be_read_stops_the_start(tmp_path: Path):
    (tmp_path / "folder" / ".hidden").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing.txt", "folder", "*.nothing", "link", "pipe"):
        with pytest.raises(SettingsError, match=rf"{tmp_path}/{name.replace('*', '.')}: "):
            seed_paths([tmp_path / name])  # before the first is asked for


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a folder that other users may enter, as pytest's own may not be."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_folder_without_rights(open_folder: Path):
    """Root may read everything, so this gives its rights away for a moment."""
    locked = written(open_folder / "in" / "locked.txt", "x").parent
    locked.chmod(0)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        with pytest.raises(SettingsError, match="in: can not be read: Permission denied"):
            seed_paths([locked])
        with pytest.raises(SettingsError, match=r"locked.txt: permission denied"):
            seed_paths([locked / "locked.txt"])
        found = list(seed_paths([open_folder]))
        read = read_all(open_folder)
    finally:
        if root:
            os.seteuid(0)
        locked.chmod(0o755)
    assert found == [locked]
    assert [(reference.source_uri, refusal and refusal.outcome) for reference, refusal in read] == [
        (str(locked), "unreadable")
    ]


@given(st.binary(min_size=1, max_size=20).filter(lambda name: not set(name) & set(b"/\0\\")))
def test_any_file_name_can_be_written_down(name: bytes):
    path = Path(os.fsdecode(b"/nowhere-at-all/" + name))
    portable = portable_path(path)
    assert portable.encode("utf-8").decode("utf-8") == portable
    assert os.fsencode(native_path(portable)) == os.fsencode(path)


def test_a_name_that_is_not_utf_8_is_read(tmp_path: Path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text(PROSE)
    [(reference, refusal)] = read_all(tmp_path)
    assert refusal is None
    assert reference.source_uri.endswith(r"/caf\xe9.txt")
    assert payload_of(reference).data == PROSE.encode()


# which shards


def test_only_json_lines_are_cut(tmp_path: Path):
    many = written(tmp_path / "many.jsonl", lines_of(*({"text": str(number)} for number in range(10))))
    packed = written(tmp_path / "many.gz", gzip.compress(many.read_bytes()))
    text = written(tmp_path / "many.txt", "A line of a text.\n" * 10)
    array = written(tmp_path / "array.json", json.dumps([{"text": "x"}] * 10, indent=1))
    for path in (many, packed):
        assert [shard[1:] for shard in shards([path], 4)] == [(0, 4), (4, 8), (8, -1)]
        assert [shard[1:] for shard in shards([path], 5)] == [(0, 5), (5, -1)]
        assert [shard[1:] for shard in shards([path], 10)] == [(0, -1)]
    assert list(shards([text, array], 4)) == [Shard(str(text), 0, -1), Shard(str(array), 0, -1)]
    assert [shard[1:] for shard in url_shards(text, 4)] == [(0, 4), (4, 8), (8, -1)]


def test_a_large_file_is_not_held(tmp_path: Path):
    """A hundred lines of a megabyte each, packed to a hundred kilobytes."""
    path = tmp_path / "large.jsonl"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for number in range(100):
            file.write(json.dumps({"text": f"{number} " + "x" * 1_000_000}).encode() + b"\n")
    tracemalloc.start()
    cut = list(shards([path], 40))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [shard[1:] for shard in cut] == [(0, 40), (40, 80), (80, -1)]
    assert peak < 20_000_000


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.sampled_from(['{"text":"a%d"}', "", "  ", "broken %d", '{"text":""}', "[%d]"]), max_size=30),
    size=st.integers(1, 12),
    ending=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
    packed=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_shards_in_any_order_give_the_same_records(tmp_path: Path, lines, size, ending, last, packed, order):
    text = '{"text":"first"}' + ending
    text += ending.join(line % number if "%" in line else line for number, line in enumerate(lines)) + (
        ending if last else ""
    )
    path = written(tmp_path / "records", gzip.compress(text.encode()) if packed else text.encode())
    whole = list(each(references(Shard(str(path)))))
    cut = list(shards([path], size))
    order.shuffle(cut)
    parts = [read for shard in cut for read in each(references(shard))]
    assert Counter(parts) == Counter(whole)
    assert len(whole) == 1 + sum(bool(line.strip()) for line in lines)


# which documents


def test_a_text_is_keyed_by_its_bytes_under_any_name(tmp_path: Path):
    written(tmp_path / "a" / "one.txt", PROSE)
    written(tmp_path / "b" / "two.html.gz", gzip.compress(PROSE.encode()))
    (one, _), (two, _) = read_all(tmp_path)
    assert one.article_id == two.article_id == article_id("", digest(PROSE))
    assert one.reference_id == two.reference_id == reference_id(one.article_id, digest(PROSE))
    assert (one.kind, one.raw_hash, one.url, one.position) == ("text", digest(PROSE), "", 0)
    assert (one.source, two.source) == ("a", "b")
    assert (one.title, one.published_at, one.feed_url) == ("", "", "")
    assert one.source_uri == str(tmp_path / "a" / "one.txt")


def test_sources(tmp_path: Path):
    page = '<link rel="canonical" href="https://www.news.example.co.uk/a"><p>x</p>'
    path = written(tmp_path / "folder" / "a.html", page)
    assert read_all(path)[0][0].source == "example.co.uk"
    assert read_all(path, source="The Letter")[0][0].source == "The Letter"
    text = written(tmp_path / "folder" / "b.txt", PROSE)
    assert read_all(text)[0][0].source == "folder"
    assert read_all(text, source="The Letter")[0][0].source == "The Letter"


def test_a_page_is_keyed_by_its_url(tmp_path: Path):
    page = f'<html><link rel="canonical" href="{ADDRESS}&utm_source=rss">'
    written(tmp_path / "1.html", page + "<p>x</p>")
    written(tmp_path / "2.html", page + "<p>y</p>")
    (one, _), (two, _) = read_all(tmp_path)
    assert one.url == f"{ADDRESS}&utm_source=rss"
    assert one.article_id == two.article_id == article_id(ADDRESS, "")
    assert one.reference_id != two.reference_id  # another revision


BAD = {
    "nothing": (b"", "empty", "the file is empty"),
    "white space": (b" \n\t ", "empty", "nothing but white space"),
    "much white space": (b"\n" * 100_000, "empty", "nothing but white space"),
    "pdf": (b"%PDF-1.4\n", "unsupported_type", "PDF document"),
    "zip": (b"PK\x03\x04\0\0", "unsupported_type", "ZIP archive or office document"),
    "packed pdf": (gzip.compress(b"%PDF-1.4\n"), "unsupported_type", "PDF document"),
    "warc": (b"WARC/1.0\r\n", "bad_record", "the record does not say how long it is"),
    "packed warc": (gzip.compress(b"WARC/1.0\r\n"), "bad_record", "no WARC record begins here"),
    "sitemap": (b"<?xml version='1.0'?><urlset></urlset>", "unsupported_type", "sitemap"),
    "opml": (b"<opml version='2.0'></opml>", "unsupported_type", "--feeds"),
    "xml": (b"<?xml version='1.0'?><a/>", "unsupported_type", "XML"),
    "cut gzip": (gzip.compress(os.urandom(5000))[:1000], "unreadable", "end"),
    "damaged gzip": (gzip.compress(PROSE.encode())[:-8] + b"\0" * 8, "unreadable", "CRC"),
    "gzip and more": (gzip.compress(PROSE.encode()) + b"more", "unreadable", "not a gzipped file"),
    "four times gzip": (gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x")))), "unsupported_type", "gzip"),
    "large text": (b"word " * 1_000_001, "too_large", "5,000,000"),
    "large page": (b"<p>word</p>" * 500_000, "too_large", "5,000,000"),
    "large packed page": (gzip.compress(b"<p>word</p>" * 500_000), "too_large", "5,000,000"),
    "empty array": (b"[]", "empty", "the file holds no record"),
    "rss without entries": (b"<rss version='2.0'><channel><title>t</title></channel></rss>", "empty", "no record"),
}


@pytest.mark.parametrize(("data", "outcome", "reason"), BAD.values(), ids=BAD)
def test_a_bad_file_is_one_dead_letter(tmp_path: Path, data: bytes, outcome: str, reason: str):
    [(reference, refusal)] = read_all(written(tmp_path / "a", data))
    assert refusal is not None
    assert (refusal.outcome, outcome in OUTCOMES) == (outcome, True)
    assert reason in refusal.reason
    assert reference.source_uri == str(tmp_path / "a")
    if outcome != "unreadable":
        assert payload_of(reference).data == line_files.read_head(str(tmp_path / "a"), 5_000_000)


def test_empty_and_unreadable_files_stay_apart(tmp_path: Path):
    for name in ("a", "b"):
        written(tmp_path / name, b"")
        written(tmp_path / f"cut-{name}", b"\x1f\x8b\x08")
    read = read_all(tmp_path)
    assert [refusal.outcome for _, refusal in read if refusal] == ["empty", "empty", "unreadable", "unreadable"]
    assert len({reference.reference_id for reference, _ in read}) == 4


def test_a_file_that_vanishes_is_unreadable(tmp_path: Path):
    [(reference, refusal)] = each(references(Shard(str(tmp_path / "gone.txt"))))
    assert refusal == Refusal("unreadable", "no such file or directory")
    assert (reference.raw_hash, reference.article_id) == ("", reference.reference_id)
    assert list(shards([tmp_path / "gone.txt"], 5)) == [Shard(str(tmp_path / "gone.txt"))]


def test_a_pipe_in_a_list_of_paths_does_not_hang(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    [(_, refusal)] = each(references(Shard(str(tmp_path / "pipe"))))
    assert refusal == Refusal("unreadable", "not a regular file")


# JSON


def test_a_bad_record_does_not_stop_the_rest(tmp_path: Path):
    good = {"url": "https://example.com/a", "text": "x"}
    lines = [
        json.dumps(good).encode(),
        b'{"text": "cut',
        b'{"title": "only"}',
        b'{"text": "  ", "url": "https://example.com/b"}',
        b'"words"',
        b'{"text": "\xff"}',
        b'{"text": 5}',
        b"[" * 100_000,
        b'{"text": ' + b"1" * 10_000 + b"}",
        b'{"text": "' + b"x" * 5_000_001 + b'"}',
        b"",
        json.dumps({"text": "last"}).encode(),
    ]
    read = read_all(written(tmp_path / "a.jsonl", b"\n".join(lines)))
    outcomes = [refusal and refusal.outcome for _, refusal in read]
    bad = "bad_record"
    assert outcomes == [None, bad, bad, "empty", bad, bad, bad, bad, bad, "too_large", None]
    assert read[3][0].url == "https://example.com/b"
    with SeedReader() as reader:
        payloads = [reader.read(reference, NOW) for reference, _ in read]
    assert [len(payload.data) for payload in payloads if isinstance(payload, Payload)][-2] == 1 << 20
    assert isinstance(payloads[1], Payload)
    assert payloads[1].data == lines[1]
    assert isinstance(payloads[-1], Payload)
    assert json.loads(payloads[-1].data) == {"text": "last"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("packed", [False, True])
def test_json_lines_in_any_unicode_encoding(tmp_path: Path, encoding: str, packed: bool):
    records = [{"text": f"Zürich {number} – 東京", "url": f"https://example.com/{number}"} for number in range(9)]
    data = "".join(json.dumps(record, ensure_ascii=False) + "\r\n" for record in records).encode(encoding)
    read = read_all(written(tmp_path / "a", gzip.compress(data) if packed else data), size=4)
    with SeedReader() as reader:
        payloads = [reader.read(reference, NOW) for reference, _ in read]
    assert [json.loads(payload.data) for payload in payloads if isinstance(payload, Payload)] == records
    assert {refusal for _, refusal in read} == {None}
    assert read[0][0].raw_hash == digest(json.dumps(records[0], ensure_ascii=False))


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_arrays_and_single_objects(tmp_path: Path, indent: int | None, encoding: str):
    records = [{"text": "one"}, {"title": "none"}, 5, {"text": "four", "url": "https://example.com/4"}]
    array = written(tmp_path / "array.json", json.dumps(records, indent=indent).encode(encoding))
    read = read_all(array)
    assert [refusal and refusal.outcome for _, refusal in read] == [None, "bad_record", "bad_record", None]
    assert [reference.position for reference, _ in read] == [0, 1, 2, 3]
    assert json.loads(payload_of(read[3][0]).data) == records[3]
    single = written(tmp_path / "single.json", json.dumps(records[3], indent=indent).encode(encoding))
    [(reference, refusal)] = read_all(single)
    assert (reference.url, refusal) == ("https://example.com/4", None)
    assert json.loads(payload_of(reference).data) == records[3]


# feeds

RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>t</title><language>en</language>
<atom:link rel="self" href="https://feeds.example.org/a.rss"/>
<item><title>One</title><link>https://example.com/1</link><pubDate>Mon, 12 Jan 2026 08:30:00 GMT</pubDate>
<description>Short.</description><content:encoded>&lt;p&gt;Long one.&lt;/p&gt;</content:encoded></item>
<item><title>Two</title><link>https://example.com/</link><description>Only a description.</description></item>
<item><title>Three</title><link>https://example.com/3</link></item>
<item><title>Four</title><description>&lt;p&gt;A.&lt;/p&gt;&lt;p&gt;B.&lt;/p&gt;</description></item>
</channel></rss>"""


def test_a_feed_file_gives_its_entries(tmp_path: Path):
    read = read_all(written(tmp_path / "a.xml", RSS))
    assert [(r.kind, r.position, r.url) for r, _ in read] == [
        ("entry", 0, "https://example.com/1"),
        ("entry", 1, ""),
        ("entry", 2, "https://example.com/3"),
        ("entry", 3, ""),
    ]
    assert [refusal and refusal.outcome for _, refusal in read] == [None, None, "empty", None]
    assert [reference.source for reference, _ in read] == ["example.com", "example.org", "example.com", "example.org"]
    with SeedReader() as reader:
        bodies = [json.loads(payload.data) for r, _ in read if isinstance(payload := reader.read(r, NOW), Payload)]
    assert bodies[0]["title"] == "One"
    assert bodies[0]["url"] == "https://example.com/1"
    assert "Long one." in bodies[0]["html"]
    assert bodies[0]["description"] == "Short."
    assert bodies[0]["language"] == "en"
    assert "2026" in bodies[0]["published_at"]
    assert "Only a description." in (bodies[1].get("text") or bodies[1].get("html"))
    assert "A." in (bodies[3].get("html") or bodies[3].get("text"))


# bytes again


def test_a_file_that_changes_in_between_is_told(tmp_path: Path):
    text = written(tmp_path / "a.txt", PROSE)
    lines = written(tmp_path / "b.jsonl", lines_of({"text": "one"}, {"text": "two"}))
    feed = written(tmp_path / "c.xml", RSS)
    read = [reference for reference, _ in read_all(tmp_path)]
    with SeedReader() as reader:
        assert all(isinstance(reader.read(reference, NOW), Payload) for reference in read)
        written(text, PROSE + "more")
        written(lines, lines_of({"text": "ONE"}, {"text": "TWO"}))
        written(feed, RSS.replace("<item>", "<item><category>x</category>"))
        changed = [reader.read(reference, NOW) for reference in read]
        lines.unlink()
        gone = reader.read(read[1], NOW)
    assert set(changed) == {Refusal("unreadable", "the file changed while it was being read")}
    assert gone == Refusal("unreadable", "no such file or directory")


def test_a_payload_says_when_and_what(tmp_path: Path):
    [(reference, _)] = read_all(written(tmp_path / "a.html.gz", gzip.compress(b"<html><p>x</p></html>")))
    assert payload_of(reference) == Payload(reference, b"<html><p>x</p></html>", NOW, "text/html")


@pytest.mark.parametrize("packed", [False, True])
def test_reading_in_order_is_linear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool):
    """Counts how often the file is opened (again for each step back), instead of trusting a clock."""
    records = [{"text": f"{number} " + "x" * 500} for number in range(3000)]
    data = lines_of(*records).encode()
    path = written(tmp_path / "a", gzip.compress(data) if packed else data)
    opened: list[str] = []
    plain_open = line_files.open_bytes
    monkeypatch.setattr(line_files, "open_bytes", lambda name: opened.append(name) or plain_open(name))
    cut = list(shards([path], 100))
    before = len(opened)
    read = [reference for shard in cut for reference, _ in each(references(shard))]
    parts = len(opened) - before
    before = len(opened)
    with SeedReader() as reader:
        assert all(isinstance(reader.read(reference, NOW), Payload) for reference in read)
    assert len(cut) == 30
    assert len(read) == 3000
    assert parts <= 2 * len(cut) + 1  # head and first line of each shard, and one that goes on through all of them
    assert len(opened) - before <= 3


def test_the_reader_does_not_mind_the_order(tmp_path: Path):
    records = [{"text": str(number)} for number in range(50)]
    written(tmp_path / "a.jsonl", lines_of(*records))
    written(tmp_path / "b.gz", gzip.compress(lines_of(*records).encode()))
    written(tmp_path / "c.xml", RSS)
    written(tmp_path / "d.json", json.dumps(records))
    read = [reference for reference, _ in read_all(tmp_path)]
    with SeedReader(keep=1) as reader:
        forward = [reader.read(reference, NOW) for reference in read]
        backward = [reader.read(reference, NOW) for reference in reversed(read)]
    assert all(isinstance(payload, Payload) for payload in forward)
    assert forward == backward[::-1]


def test_a_pool_keeps_few_files_and_closes_them(tmp_path: Path):
    paths = [written(tmp_path / str(number), "a\nb\n") for number in range(5)]
    pool = LinePool(keep=2)
    files = []
    for path in paths:
        with pool.opened(str(path)) as (file, _):
            files.append(file)
    assert [file.closed for file in files] == [True, True, True, False, False]
    pool.close()
    assert all(file.closed for file in files)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(line_files, "BOMB_SIZE", 1 << 20)
    data = gzip.compress(b'{"text": "x"}\n' + b" " * (8 << 20))
    path = written(tmp_path / "a.gz", data)
    assert [shard[1:] for shard in shards([path], 5)] == [(0, -1)]
    read = read_all(path)
    assert [refusal and refusal.outcome for _, refusal in read] == [None, "too_large"]


# the seeds in the repository, and real pages


def test_the_seeds_of_the_repository(tmp_path: Path):
    """Holds README's table against the files."""
    read = read_all(SEEDS)
    names = Counter(Path(reference.source_uri).name for reference, refusal in read if refusal is None)
    bad = {Path(reference.source_uri).name: refusal.outcome for reference, refusal in read if refusal}
    rows = [line.split("|")[1:5] for line in (SEEDS / "README.md").read_text().splitlines() if line.startswith("| `")]
    told = {row[0].strip(" `"): (int(row[2].strip() or 0), row[3].strip()) for row in rows}
    assert told.keys() == names.keys() | bad.keys()
    for name, (articles, dead) in told.items():
        assert names[name] == articles
        assert dead == (f"1 `{bad[name]}`" if name in bad else "")
    assert (names.total(), len(bad)) == (20, 3)
    assert len({reference.reference_id for reference, _ in read}) == 23
    with SeedReader() as reader:
        payloads = [reader.read(reference, NOW) for reference, _ in read]
    assert all(isinstance(payload, Payload) for payload in payloads)
    copy = shutil.copytree(SEEDS, tmp_path / "elsewhere")
    again = {reference.reference_id for reference, refusal in read_all(copy) if refusal is None}
    assert again == {reference.reference_id for reference, refusal in read if refusal is None}


def test_the_plain_text_seed_has_its_shape():
    lines = (SEEDS / "niamey-embassies.txt").read_text().split("\n")
    assert len(lines) == 17
    assert (lines[0], lines[14], lines[16]) == ("Niamey", "(With inputs from agencies)", "WATCH WION LIVE HERE")
    assert lines[15].startswith("You can now write for wionews.com")
    assert min(map(len, lines[1:14])) > 80


@pytest.mark.gate
def test_real_pages_and_feeds_are_what_they_are():
    folder = os.environ.get("NEWSBEAM_DATA")
    if not folder:
        pytest.skip("NEWSBEAM_DATA IS NOT SET: THE GATE OVER REAL PAGES DID NOT RUN")
    pages = [path for name in ("aeb", "fe", "ft") for path in Path(folder).glob(f"pages/{name}/html/*")]
    kinds = Counter(sniff(line_files.read_head(str(path), 1 << 18)) for path in pages)
    assert kinds == {"html": len(pages)}
    assert len(pages) > 400
    addressed = sum(bool(page_url(line_files.read_head(str(path), 1 << 18))) for path in pages)
    assert addressed >= 0.95 * len(pages)
    feeds = [path for path in Path(folder).glob("feeds/*") if path.suffix in (".xml", ".rss", ".atom")]
    kinds = Counter(sniff(path.read_bytes()) for path in feeds)
    assert kinds["feed"] >= 0.99 * len(feeds) > 100
