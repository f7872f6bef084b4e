"""Erasure: no byte of an article is left anywhere in the store, and everything else is as it was."""

import gzip
import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import lake_maintenance as work
import pyarrow.parquet as pq
import pytest
from lake_rows import (
    DAY,
    NOW,
    article,
    cluster,
    dead_letter,
    digest,
    ingest,
    line,
    listing,
    mentions,
    outcome,
    rows,
    sighting,
)

from lake import log
from lake.commit import commit
from lake.erase_raw import members, without
from lake.forget import Request, forget, prospect
from lake.maintain import maintain
from lake.query import connect
from lake.raw import RawWriter, read_raw
from lake.run import FORGET, begin
from lake.store import open_store
from lake.writer import TableWriter
from newsbeam.cli import main
from newsbeam.commands.forget import request_of
from schemas.errors import AbortedError, SettingsError, StoreError
from schemas.records import RawPlace
from schemas.settings import LakeSettings
from schemas.tables import TABLES

SHARED = "A sentence that two publishers print word for word."
SECRET = "Zerubabel Quintrell opened the harbour school"
TEXT = f"{SECRET} on Monday.\nThe mayor of Portreath, Ysolde Penhallow, cut a ribbon of kelp.\nWATCH PORTREATH LIVE NOW"
TEXT = f"{TEXT}\n{SHARED}"
URL = "https://portreath.example/news/harbour-school-quintrell"
WORDS = ("Quintrell", "quintrell", "Penhallow", "kelp", "harbour-school", "WATCH PORTREATH LIVE NOW")


def secret_rows(run_id: str, text: str = TEXT) -> list[tuple[str, dict[str, Any]]]:
    """Return everything that one article leaves in the tables; it is that of number 7 by its id."""
    row = article(7, run_id, text) | {"url": URL, "final_url": URL, "domain": "portreath.example", "source_uri": URL}
    row |= {"title": f"{SECRET}, at last", "description": f"Ysolde Penhallow and kelp; {SHARED}", "source": "Portreath"}
    failed = dead_letter(row, "no_text") | {"url": URL, "payload": TEXT.encode(), "reason": SECRET}
    said = outcome(row) | {"retry": json.dumps({"title": SECRET})}
    seen = sighting(row, "https://portreath.example/feed") | {"description": f"{SECRET} {SHARED}"}
    learned = line(run_id, "WATCH PORTREATH LIVE NOW", "portreath.example")
    named = [mention | {"text": "Quintrell", "entity": "Zerubabel Quintrell"} for mention in mentions(row)]
    tables = {"articles": [row], "outcomes": [said], "dead_letters": [failed], "sightings": [seen], "lines": [learned]}
    tables |= {"clusters": [cluster(row)], "mentions": named}
    return [(table, one) for table, many in tables.items() for one in many]


def fill(settings: LakeSettings) -> dict[str, RawPlace]:
    """Fill a lake with two revisions of the secret article among others, and with pages; return where those lie."""
    store = open_store(settings)
    ingest(settings, [0, 1, 2, 3], slices=2)
    places = {}
    for text in (TEXT, f"{TEXT}\nLater, kelp soup was served."):
        with begin(settings) as run:
            writer = TableWriter(store, run.run_id)
            for table, row in secret_rows(run.run_id, text):
                writer.add(table, DAY, row)
            pages = RawWriter(store, run.run_id, DAY)
            for name, url in (
                ("before", "https://other.example/1"),
                ("secret", URL),
                ("after", "https://other.example/2"),
            ):
                body = f"<p>{TEXT if name == 'secret' else 'Nothing to see'}</p>".encode()
                places[name] = pages.add(url, url, NOW, 200, {"content-type": "text/html"}, body)
            commit(store, run.run_id, [*writer.flush(), *pages.flush()], 0)
    other = article(8, "x", f"{SHARED}\nAnd more of its own.") | {"description": SHARED}
    with begin(settings) as run:
        writer = TableWriter(store, run.run_id)
        writer.add("articles", DAY, other | {"run_id": run.run_id})
        writer.add("outcomes", DAY, outcome(other) | {"run_id": run.run_id})
        writer.add("clusters", DAY, cluster(other) | {"matched_id": digest("article", 7), "run_id": run.run_id})
        commit(store, run.run_id, writer.flush(), log.head(store))
    return places


def texts(settings: LakeSettings) -> Iterator[tuple[str, str]]:
    """Yield every object of a lake as text, unpacked: by this test's own means."""
    store = open_store(settings)
    for path in listing(settings):
        data = store.get(path)
        if path.endswith(".parquet"):
            data = repr(pq.read_table(BytesIO(data), partitioning=None).to_pylist()).encode() + data
        elif path.endswith(".gz"):
            data = gzip.decompress(data)
        yield path, data.decode("utf-8", "replace")


def holders(settings: LakeSettings) -> list[str]:
    return [f"{path}: {word}" for path, text in texts(settings) for word in WORDS if word in text]


def others(settings: LakeSettings) -> dict[str, list[str]]:
    """Return all rows but those of the secret article."""
    ids = {digest("article", 7)}
    return {
        table: sorted(
            repr(row)
            for row in rows(settings, table)
            if row.get("article_id") not in ids and row.get("line") != TEXT.split("\n")[2]
        )
        for table in TABLES
        if table != "blocks" and any(path.startswith(f"{table}/_delta_log") for path in listing(settings))
    }


# ---- nothing is left ------------------------------------------------------------------------------------------------


def test_no_byte_is_left_and_others_are_as_they_were(lake_settings: LakeSettings) -> None:
    places = fill(lake_settings)
    store = open_store(lake_settings)
    if lake_settings.remote:  # once with old versions by a compaction, once without
        maintain(lake_settings, timedelta(days=1))
    before = others(lake_settings)
    found = prospect(lake_settings, request_of([URL + "?utm_source=x"], [], False))
    assert found.rows == {
        "articles": 2, "mentions": 6, "outcomes": 2, "dead_letters": 2, "sightings": 1, "clusters": 2,
    }  # fmt: skip
    assert found.pages == 2
    assert len(holders(lake_settings)) > 10
    entries = [(entry.seq, entry.kind, entry.run_id, entry.counts) for entry in log.entries(store, 0)]
    erased = forget(lake_settings, request_of([URL], [], True))
    assert erased.left == []
    assert erased.rows == found.rows | {"lines": 2}
    assert erased.shared
    assert holders(lake_settings) == []
    assert others(lake_settings) == before
    assert [(e.seq, e.kind, e.run_id, e.counts) for e in log.entries(store, 0)][: len(entries)] == entries
    assert {read_raw(store, places[name]).body for name in ("before", "after")} == {b"<p>Nothing to see</p>"}
    with pytest.raises(StoreError, match="no page"):
        read_raw(store, places["secret"])
    assert connect(store).sql("SELECT count(*), count(DISTINCT kind) FROM blocks").fetchone() == (4, 1)
    assert not [path for path in listing(lake_settings) if path.startswith(("_runs/", "_forget/"))]
    ingest(lake_settings, [4])
    maintain(lake_settings, timedelta(days=0))
    assert holders(lake_settings) == []
    assert len(rows(lake_settings, "articles")) == 6


@pytest.mark.parametrize("step", ["stopped", "rows", "traces"])
def test_a_killed_erasure_is_repeated_or_finished(
    disk_lake: LakeSettings, processes: ForkServerContext, step: str
) -> None:
    fill(disk_lake)
    before = others(disk_lake)
    process = processes.Process(target=work.forget_until, args=(disk_lake, URL, step), daemon=True)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    if step == "rows":
        maintain(disk_lake, timedelta(days=1))
        assert not [path for path in listing(disk_lake) if path.startswith("_forget/")]
    else:
        assert forget(disk_lake, request_of([URL], [], True)).left == []
    assert holders(disk_lake) == []
    assert others(disk_lake) == before


def test_whole_domains(disk_lake: LakeSettings) -> None:
    fill(disk_lake)
    before = others(disk_lake)
    erased = forget(disk_lake, request_of([], ["Portreath.example"], True))
    assert (erased.left, holders(disk_lake)) == ([], [])
    assert others(disk_lake) == before
    assert not [text for path, text in texts(disk_lake) if path.startswith("blocks/") and "portreath" in text]


def test_what_is_left_is_told(disk_lake: LakeSettings) -> None:
    fill(disk_lake)
    store = open_store(disk_lake)
    store.put("notes/copy.txt", SECRET.encode())
    erased = forget(disk_lake, request_of([digest("article", 7)], [], False))
    assert erased.left == [f"notes/copy.txt: {SECRET[:24]!r}"]
    assert [path for path in listing(disk_lake) if path.startswith("_forget/")]
    store.delete("notes/copy.txt")
    maintain(disk_lake, timedelta(days=1))
    assert holders(disk_lake) == []


# ---- beside others --------------------------------------------------------------------------------------------------


def test_who_writes_is_stopped_first(disk_lake: LakeSettings) -> None:
    settings = replace(disk_lake, patience=0.5)
    fill(settings)
    store = open_store(settings)
    with begin(settings) as run:
        writer = TableWriter(store, run.run_id)
        for table, row in secret_rows(run.run_id, f"{TEXT}\nIn flight."):
            writer.add(table, DAY, row)
        files = writer.flush()
        with pytest.raises(StoreError, match="nothing is erased yet"):
            forget(settings, request_of([URL], [], False))
        assert len(rows(settings, "articles")) == 7
        with pytest.raises(AbortedError):
            commit(store, run.run_id, files, log.head(store))
    assert forget(settings, request_of([URL], [], False)).left == []
    assert holders(settings) == []


def test_nobody_begins_meanwhile(disk_lake: LakeSettings) -> None:
    settings = replace(disk_lake, patience=0.1)
    ingest(settings, [0])
    with begin(settings, FORGET), pytest.raises(StoreError, match="being erased"), begin(settings):
        pass
    with begin(settings):
        pass


# ---- pages ----------------------------------------------------------------------------------------------------------


def test_a_record_gives_way_to_one_of_its_length() -> None:
    parts = [
        gzip.compress(text.encode() * 40, mtime=0)
        for text in ("first", "WARC/1.1\r\nWARC-Target-URI: u\r\n\r\nx", "last")
    ]
    data = b"".join(parts)
    erased, count = without(data, lambda member: member.addresses() == ["u"] * 1 or b"Target" in member.record)
    assert (count, len(erased)) == (1, len(data))
    found = list(members(erased))
    assert [(member.start, member.stop) for member in found] == [(m.start, m.stop) for m in members(data)]
    assert found[0].record == b"first" * 40
    assert b"Target" not in gzip.decompress(erased)
    assert without(data, lambda _: False) == (data, 0)


@pytest.mark.parametrize("length", [*range(1, 40), *range(180, 300)])
def test_a_record_of_any_length_can_be_erased(length: int) -> None:
    first = gzip.compress(b"first", mtime=0)
    erased, count = without(first + bytes(length), lambda member: member.start > 0)
    assert (count, len(erased)) == (1, len(first) + length)


# ---- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nothing is named"),
        (["harbour"], "neither an address"),
        ([URL, "--domain", "example.org"], "not both"),
        (["--domain", "https://example.org"], "is no domain"),
    ],
)
def test_what_can_not_be_meant(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forget", *words, "--yes"]) == 2
    assert said in capsys.readouterr().err


def test_the_command(disk_lake: LakeSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(disk_lake)
    lake = ["--lake", disk_lake.uri]
    assert main([*lake, "forget", URL]) == 2
    assert "add --yes" in capsys.readouterr().err
    assert main([*lake, "forget", "https://portreath.example/no-such-page", "--yes"]) == 0
    assert capsys.readouterr().out == "nothing of it is in the lake\n"
    assert main([*lake, "forget", URL, "--yes"]) == 0
    out = capsys.readouterr().out
    assert "articles 2, mentions 6, outcomes 2" in out
    assert "nothing is left" in out
    assert main([*lake, "forget", URL, "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == {}
    assert main(["--lake", str(tmp_path / "none"), "forget", URL, "--yes"]) == 2
    with pytest.raises(SettingsError):
        request_of([], [], False)
    assert Request((), bool).domains == ()
