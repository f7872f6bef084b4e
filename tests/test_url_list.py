"""Lists of addresses."""

import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.records import Payload, Reference, Refusal, Shard
from transforms.article.ids import article_id
from transforms.article.seeds import SeedReader, url_references, url_shards

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PROSE = "The ferry left at noon. Nobody on board had seen the fog. " * 5
Read = tuple[Reference, Refusal | None]


def each(items: Iterable[Reference | tuple[Reference, Refusal]]) -> Iterator[Read]:
    for item in items:
        yield (item, None) if isinstance(item, Reference) else item


def written(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def lines_of(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


LISTS = {
    "one a line": "# mine\nhttps://example.com/1\n\nhttps://example.com/2\r\nnonsense\nftp://example.com/3\n",
    "csv": 'Title,URL\n"One, two",https://example.com/1\nTwo,https://example.com/2\nThree,nonsense\nFour\n',
    "csv with semicolons": "url;date\nhttps://example.com/1;x\nhttps://example.com/2;y\n;z\nhttp://;z\n",
    "json lines": lines_of({"url": "https://example.com/1"}, {"url": "https://example.com/2"}, {"url": 5}, [])[:-1],
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_lists_of_addresses(tmp_path: Path, text: str):
    path = written(tmp_path / "list", text)
    whole = list(each(url_references(Shard(str(path)))))
    cut = [read for shard in url_shards(path, 2) for read in each(url_references(shard))]
    assert cut == whole
    good = [reference for reference, refusal in whole if refusal is None]
    assert [reference.url for reference in good] == ["https://example.com/1", "https://example.com/2"]
    assert [refusal.outcome for _, refusal in whole if refusal] == ["bad_record", "bad_record"]
    first = good[0]
    assert (first.kind, first.raw_hash, first.source_uri, first.source) == ("link", "", first.url, "example.com")
    assert first.article_id == first.reference_id == article_id("https://example.com/1", "")


def test_a_list_may_name_local_pages(tmp_path: Path):
    written(tmp_path / "pages" / "1.html", '<html><link rel="canonical" href="https://example.com/a"><p>x</p>')
    written(tmp_path / "pages" / "2.txt.gz", gzip.compress(PROSE.encode()))
    written(tmp_path / "pages" / "4.xml", "<rss version='2.0'><channel></channel></rss>")
    written(tmp_path / "pages" / "5.txt", "")
    urls = [
        {"url": f"https://example.org/{n}", "path": f"pages/{name}"}
        for n, name in enumerate(["1.html", "2.txt.gz", "3", "4.xml", "5.txt"])
    ]
    path = written(
        tmp_path / "list.jsonl", lines_of(*urls, {"url": "https://example.org/9", "published_at": "2026-01-02T03:04Z"})
    )
    read = list(each(url_references(Shard(str(path)))))
    assert [refusal and refusal.outcome for _, refusal in read] == [
        None,
        None,
        "unreadable",
        "unsupported_type",
        "empty",
        None,
    ]
    page, text, missing, *_, link = [reference for reference, _ in read]
    assert (page.kind, page.url, page.source) == ("html", "https://example.org/0", "example.org")
    assert page.article_id == article_id("https://example.org/0", "")
    assert page.source_uri == str(tmp_path / "pages" / "1.html")
    assert (text.kind, SeedReader().read(text, NOW)) == ("text", Payload(text, PROSE.encode(), NOW, "text/plain"))
    assert missing.article_id == article_id("https://example.org/2", "")
    assert (link.kind, link.published_at) == ("link", "2026-01-02T03:04:00+00:00")


def test_an_empty_list(tmp_path: Path):
    path = written(tmp_path / "list", "# nothing\n")
    [(_, refusal)] = each(url_references(Shard(str(path))))
    assert refusal == Refusal("empty", "the list holds no address")
