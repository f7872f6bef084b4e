"""`newsbeam export`: every format, what is left out, what is never half overwritten, and a corpus that is rebuilt."""

import csv
import gzip
import json
import resource
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import lake_rows
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from newsbeam_command import WITHOUT_MODEL, newsbeam
from publisher import Publisher, page, response

from lake.commit import commit
from lake.run import begin
from lake.store import open_store
from lake.writer import TableWriter
from newsbeam.cli import main
from schemas.settings import LakeSettings

LAST = lake_rows.DAY
SECRET = "Xylophone"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a lake of four articles of two days, one of them twice, one without an address."""
    settings = LakeSettings(uri=str(tmp_path_factory.mktemp("export") / "news"))
    store = open_store(settings)
    with begin(settings) as run:
        writer = TableWriter(store, run.run_id)
        written = []
        for number in range(4):
            row = lake_rows.article(number, run.run_id, f"{SECRET} number {number}.\nA line.")
            row |= {"description": f"{SECRET} in short", "removed": [{"text": SECRET, "rule": "promo", "position": 1}]}
            row |= {"title": 'With "quotes",\nand a line end'} if number == 1 else {}
            row |= {"url": "", "domain": ""} if number == 3 else {}
            entity = {"text": "Niger", "name": "Niger", "label": "GPE", "start": 0, "end": 5, "count": 1}
            row |= {"entities": [entity | {"in_title": False, "country": "NE", "link": ""}]}
            day = LAST - timedelta(number % 2)
            written += writer.add("articles", day, row)
            if number == 0:
                older = {"revision_id": "0" * 32, "fetched_at": lake_rows.NOW - timedelta(1), "title": "Older"}
                written += writer.add("articles", day, row | older)
        commit(store, run.run_id, written + writer.flush(), 0)
    return Path(settings.uri)


@pytest.fixture
def export(lake: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `newsbeam export` in this process and in a fresh folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["--lake", str(lake), "export", *arguments])
        sys.stdout.flush()
        return code, *capfd.readouterr()

    return run


def lines(path: Path) -> list[dict[str, Any]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.decode().splitlines()]


def test_every_format_holds_the_latest_revisions(export: Run, tmp_path: Path) -> None:
    for name in ("a.parquet", "a.jsonl", "a.jsonl.gz", "a.csv", "a.csv.gz"):
        code, out, err = export("-o", name)
        assert (code, out, err) == (0, "", f"newsbeam: 4 rows in {name}\n")
    table = pq.read_table("a.parquet").to_pylist()
    first = lines(tmp_path / "a.jsonl")
    assert lines(tmp_path / "a.jsonl.gz") == first
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()).decode() == text
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    titles = ["Title 0", "Title 2", 'With "quotes",\nand a line end', "Title 3"]
    for found in (table, first, rows):
        assert sorted(row["title"] for row in found) == sorted(titles)
        assert {row["title"]: str(row["date"]) for row in found}["Title 3"] == str(LAST - timedelta(1))
    assert first[0]["published_at"] == "2026-11-24T06:00:00Z"
    assert first[0]["entities"][0]["name"] == json.loads(rows[0]["entities"])[0]["name"] == "Niger"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_has_a_folder_a_day(export: Run, tmp_path: Path) -> None:
    assert export("-o", "corpus/")[0] == 0
    assert sorted(path.parent.name for path in tmp_path.rglob("*.parquet")) == ["date=2026-11-22", "date=2026-11-23"]
    assert len(ds.dataset("corpus", partitioning="hive").to_table()) == 4
    code, _, err = export("-o", "corpus")
    assert (code, err) == (2, "newsbeam: the folder corpus is not empty: name another, or remove it first\n")


def test_two_exports_of_one_lake_are_the_same_bytes(export: Run, tmp_path: Path) -> None:
    found = []
    for _ in range(2):
        assert export("-o", "a.jsonl.gz")[0] == 0
        found.append((tmp_path / "a.jsonl.gz").read_bytes())
    assert found[0] == found[1]


def test_days_and_queries_bound_it(export: Run, tmp_path: Path) -> None:
    export("-o", "a.jsonl", "--since", "2026-11-23", "--until", "2026-11-23")
    assert [row["title"] for row in lines(tmp_path / "a.jsonl")] == ["Title 0", "Title 2"]
    export("-o", "a.jsonl", "--until", "2026-11-22", "--query", "SELECT title AS t, date FROM articles WHERE url <> ''")
    assert lines(tmp_path / "a.jsonl") == [{"t": 'With "quotes",\nand a line end', "date": "2026-11-22"}]
    export("-o", "d.parquet", "--query", "FROM documents")
    assert pq.read_schema("d.parquet").names == ["text", "id", "metadata"]


def test_standard_output_is_json_lines(export: Run) -> None:
    code, out, err = export("-o", "-", "--query", "SELECT count(*) AS n FROM articles")
    assert (code, out, err) == (0, '{"n":4}\n', "newsbeam: 1 rows in -\n")


def test_without_text_no_word_of_it_is_there(export: Run, tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        code, _, err = export("-o", name, "--no-text")
        assert (code, err.count("1 of them have no address")) == (0, 1)
    text = (tmp_path / "a.jsonl").read_text() + (tmp_path / "a.csv").read_text()
    text += json.dumps(pq.read_table("a.parquet").to_pylist(), default=str)
    assert SECRET not in text
    assert "/seeds/" not in text
    row = lines(tmp_path / "a.jsonl")[0]
    assert {"url", "content_hash", "raw_hash", "title", "entities", "date", "line_hashes"} <= row.keys()
    assert not {"text", "description", "removed", "raw_path", "raw_offset"} & row.keys()
    assert export("-o", "m.jsonl", "--no-text", "--query", "FROM mentions")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "a.xlsx"], "a.xlsx: the end of the name says the format"),
        (["-o", "a.parquet.gz"], "the end of the name says the format"),
        (["-o", "{lake}/a.parquet"], "is in the lake"),
        (["-o", "s3://bucket/a.parquet"], "is no file"),
        (["-o", "here.csv/"], "is there and is no folder"),
        (["-o", "/dev/null"], "is there and is no folder"),
        (["-o", "a.csv", "--query", "FROM nowhere"], "Table with name nowhere"),
        (["-o", "a.csv", "--query", "SELECT error('too late') FROM articles"], "too late"),
        (["-o", "a.csv", "--query", "SELECT 1; SELECT 2"], "2 of the statements answer"),
        (["-o", "a.csv", "--query", "SELECT 1 AS n", "--since", "2026-11-22"], "the column `date`"),
        (["-o", "a/", "--query", "SELECT 1 AS n"], "no column `date`"),
        (["-o", "a.csv", "--no-text", "--query", "SELECT upper(text) AS t FROM articles"], "`t` may hold text"),
        (["-o", "a.csv", "--no-text", "--query", "FROM documents"], "`id` may hold text"),
        (["-o", "a.csv", "--no-text", "--query", "SELECT text FROM articles"], "leaves no column"),
        (["-o", "a.parquet", "--query", "SELECT INTERVAL 1 DAY AS a"], "Parquet has no type"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_refused_leaves_all_as_it_was(
    export: Run, lake: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "here.csv").write_text("mine")
    (tmp_path / "a.csv").write_text("mine")
    code, out, err = export(*(word.replace("{lake}", str(lake)) for word in arguments))
    assert (code, out, len(err.splitlines())) == (2, "", 1), err
    assert said in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "here.csv"]
    assert (tmp_path / "a.csv").read_text() == "mine"


def test_a_full_disk_leaves_the_old_file(export: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("mine")
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, kept[1]))
    try:
        code, _, err = export("-o", "a.jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
    assert (code, err.splitlines()[-1]) == (4, f"newsbeam: {tmp_path}/a.jsonl can not be written: File too large")
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
    assert (tmp_path / "a.jsonl").read_text() == "mine"


def test_a_corpus_is_rebuilt_from_its_addresses(tmp_path: Path) -> None:
    """What is shared without text gives the same texts again, where the publisher still has them."""
    (tmp_path / "newsbeam.toml").write_text(
        'contact = "test@example.org"\n' + WITHOUT_MODEL + "[fetch]\nallow_private = true\ntotal_timeout = 3\n"
    )
    told = "SELECT url, content_hash, article_id, title, date FROM articles ORDER BY url"

    def asked(lake: str) -> Any:
        return newsbeam(tmp_path, "--lake", lake, "sql", told, "--format", "json").json

    with Publisher() as publisher:
        pages = [publisher.add(f"/news/{n}?a=1&b={n}", response(page(f"Story {n}, of Ravenmoor"))) for n in range(3)]
        (tmp_path / "pages.txt").write_text("\n".join(pages))
        assert newsbeam(tmp_path, "--lake", "first", "ingest", "--urls", "pages.txt").code == 0
        first = asked("first")
        assert len(first) == 3
        for name in ("shared.csv", "shared.jsonl"):
            shared = newsbeam(tmp_path, "--lake", "first", "export", "-o", name, "--no-text")
            assert shared.code == 0, shared.err
            assert "decided that nothing" not in (tmp_path / name).read_text()
            assert newsbeam(tmp_path, "--lake", name[7:], "ingest", "--urls", name).code == 0
            assert asked(name[7:]) == first
