"""Versions of the tables: an older lake reads and grows, a newer one is not written to, nothing changes its type."""

import json
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from lake_rows import article, ingest, rows

from lake import contract, delta, log
from lake.contract import grown
from lake.maintain import maintain
from lake.project import roll_forward
from lake.query import connect
from lake.run import begin
from lake.run_ids import new_id, started_at
from lake.store import open_store
from schemas.errors import SettingsError
from schemas.settings import LakeSettings, ProcessSettings, Settings, told
from schemas.tables import ENTITY, RUNS, SCHEMA_VERSION, TABLES

LAKES = Path(__file__).parent / "lakes"


def put(settings: LakeSettings, version: int) -> None:
    """Lay a lake that an older version has written."""
    store = open_store(settings)
    store.check()
    for file in sorted((LAKES / f"v{version}").rglob("*")):
        if file.is_file():
            store.put(file.relative_to(LAKES / f"v{version}").as_posix(), file.read_bytes())


def columns(settings: LakeSettings, table: str) -> set[str]:
    found = delta.load(open_store(settings), table)
    assert found
    return set(pa.schema(found.table.schema().to_arrow()).names)


def test_there_is_a_lake_of_every_older_version() -> None:
    assert {path.name for path in LAKES.iterdir() if path.is_dir()} == {f"v{n}" for n in range(1, SCHEMA_VERSION)}
    assert sum(path.stat().st_size for path in LAKES.rglob("*") if path.is_file()) < 300_000


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_an_older_lake_reads_and_grows(lake_settings: LakeSettings, version: int) -> None:
    put(lake_settings, version)
    store = open_store(lake_settings)
    titles = "SELECT title FROM articles WHERE title LIKE '%ferry%' OR title LIKE '%wells%'"
    assert len(connect(store).sql(titles).fetchall()) == 2
    assert connect(store).sql("SELECT count(*) FROM runs WHERE started_at IS NULL").fetchone() == (4,)
    ingest(lake_settings, [0, 1])
    for name, schema in {**TABLES, "runs": RUNS}.items():
        assert columns(lake_settings, name) >= set(schema.names), name
    assert len(connect(store).sql(titles).fetchall()) == 2
    assert connect(store).sql("SELECT count(*), count(started_at) FROM runs").fetchone() == (6, 2)
    before = sorted(map(repr, rows(lake_settings, "articles")))
    maintain(lake_settings, timedelta(0))
    assert len(before) == 4
    assert sorted(map(repr, rows(lake_settings, "articles"))) == before
    assert [entry.seq for entry in log.entries(store, 0)] == list(range(1, 7))


def test_a_table_learns_columns_and_members(lake_settings: LakeSettings) -> None:
    store = open_store(lake_settings)
    store.check()
    older = pa.struct([field for field in ENTITY if field.name != "link"])
    fields = [field for field in TABLES["articles"] if field.name not in ("noai", "entities")]
    schema = pa.schema([*fields, pa.field("entities", pa.list_(older), nullable=False)])
    delta.create(store, "articles", schema, partitioned=True)
    ingest(lake_settings, [0])
    table = delta.load(store, "articles")
    assert table
    found = pa.schema(table.table.schema().to_arrow())
    assert pa.types.is_boolean(found.field("noai").type)
    assert {field.name for field in found.field("entities").type.value_type} == {field.name for field in ENTITY}
    assert found.names.index("entities") < found.names.index("noai")
    version = table.table.version()
    roll_forward(store)
    assert grown(table, TABLES["articles"]).table.version() == version
    assert len(rows(lake_settings, "articles")) == 1
    assert table.version == 1


def test_another_type_is_refused(disk_lake: LakeSettings) -> None:
    store = open_store(disk_lake)
    place = TABLES["articles"].get_field_index("word_count")
    delta.create(store, "articles", TABLES["articles"].set(place, pa.field("word_count", pa.string())), True)
    with pytest.raises(SettingsError, match=r"articles\.word_count is string there, and this newsbeam writes int32"):
        ingest(disk_lake, [0])


def test_a_newer_lake_is_read_and_not_written_to(disk_lake: LakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(disk_lake, [0])
    with monkeypatch.context() as newer:
        newer.setattr(log, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
        newer.setattr(contract, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
        ingest(disk_lake, [1])
    with pytest.raises(SettingsError, match="written by a newer newsbeam"), begin(disk_lake):
        pass
    assert connect(open_store(disk_lake)).sql("SELECT count(*) FROM articles").fetchone() == (2,)


def test_entries_tell_of_their_run(disk_lake: LakeSettings) -> None:
    run_id = ingest(disk_lake, [0])
    entry = log.entries(open_store(disk_lake), 0)[0]
    assert entry.told.started_at == started_at(run_id)
    assert entry.told.made_with == ("none 1", "text 1")
    assert article(0, run_id)["tagger"] == "none"
    assert started_at("mine") is None
    assert started_at("20261123T060000abcdef0123") is not None
    assert len(new_id(entry.committed_at, "maintain")) <= 32


def test_settings_are_told_without_secrets() -> None:
    assert told(Settings()) == ""
    changed = Settings(
        lake=LakeSettings(uri="s3://x/y", endpoint="http://host:9000", config="newsbeam.toml"),
        process=ProcessSettings(tagger="none"),
        raw_days=7.0,
    )
    assert json.loads(told(changed)) == {"process.tagger": "none", "raw_days": 7.0}
