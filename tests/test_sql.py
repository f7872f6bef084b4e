"""`newsbeam sql`: every format from every place, what it refuses, and what its tables look like."""

import csv
import io
import json
import math
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import lake_rows
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsbeam_command import COMMAND, ROOT

from lake import row_lines
from newsbeam.cli import main
from newsbeam.result_table import result_table
from schemas.settings import LakeSettings

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a lake of three articles."""
    folder = tmp_path_factory.mktemp("sql")
    lake_rows.ingest(LakeSettings(uri=str(folder / "news")), [0, 1, 2])
    return folder / "news"


@pytest.fixture
def sql(lake: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `newsbeam sql` in this process."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["--lake", str(lake), "sql", *arguments])
        sys.stdout.flush()
        return code, *capfd.readouterr()

    return run


# ---- what is said of values -----------------------------------------------------------------------------------------

VALUES = [
    ("0.1::FLOAT", 0.1, "0.1"),
    ("'nan'::DOUBLE", None, ""),
    ("'-inf'::FLOAT", None, ""),
    ("1.50::DECIMAL(4, 2)", 1.5, "1.50"),
    ("9007199254740993", 9007199254740993, "9007199254740993"),
    ("TIMESTAMPTZ '2026-11-23 06:00:00.5+01'", "2026-11-23T05:00:00.5Z", "2026-11-23T05:00:00.5Z"),
    ("TIMESTAMP '2026-11-23 06:00:00'", "2026-11-23T06:00:00", "2026-11-23T06:00:00"),
    ("DATE '2026-11-23'", "2026-11-23", "2026-11-23"),
    ("'a\\x00\\xFF'::BLOB", "YQD/", "YQD/"),
    ("NULL", None, ""),
    ("''", "", ""),
    ("'a\"b,c' || chr(10) || 'd'", 'a"b,c\nd', 'a"b,c\nd'),
    ("chr(27) || '中😀'", "\x1b中😀", "\x1b中😀"),
    ("true", True, "true"),
    ("[TIMESTAMPTZ '2026-11-23 06:00:00+00', NULL]", ["2026-11-23T06:00:00Z", None], '["2026-11-23T06:00:00Z",null]'),
    ("{'a b': 'nan'::DOUBLE, 'c': [1]}", {"a b": None, "c": [1]}, '{"a b":null,"c":[1]}'),
    ("NULL::STRUCT(a TIMESTAMP)", None, ""),
    ("[{'x': {'y': [TIMESTAMP '2026-11-23']}}]", [{"x": {"y": ["2026-11-23T00:00:00"]}}], None),
    ("MAP {'k': 'x'::BLOB}", {"k": "eA=="}, '{"k":"eA=="}'),
    ("'{\"a\": 1}'::JSON", {"a": 1}, '{"a": 1}'),
    ("union_value(n := 1)", {"n": 1}, '{"n":1}'),
]


@pytest.fixture(scope="module")
def bare() -> duckdb.DuckDBPyConnection:
    """Give a connection to nothing."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@pytest.mark.parametrize(("value", "as_json", "as_csv"), VALUES, ids=[value for value, *_ in VALUES])
def test_values(bare: duckdb.DuckDBPyConnection, value: str, as_json: Any, as_csv: str | None) -> None:
    query = f"SELECT {value} AS it, 1 AS one"
    ((line, _),) = row_lines.json_lines(bare.sql(query))
    assert json.loads(line, parse_constant=pytest.fail) == {"it": as_json, "one": 1}
    head, (rest, count) = row_lines.csv_lines(bare.sql(query))
    ((cell, _),) = csv.reader(io.StringIO(rest.decode()))
    assert (head, count) == ((b"it,one", 0), 1)
    assert as_csv is None or cell == as_csv


def csv_of(rows: duckdb.DuckDBPyRelation) -> str:
    return b"\n".join(piece.text for piece in row_lines.csv_lines(rows)).decode()


def test_names_that_come_twice_and_need_quotes(bare: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT 1 AS "a'b", 2 AS "a'b", 3 AS "c""d,", 4 AS "a'b_1" """
    assert json.loads(next(row_lines.json_lines(bare.sql(query))).text) == {
        "a'b": 1,
        "a'b_1": 2,
        'c"d,': 3,
        "a'b_1_1": 4,
    }
    assert next(row_lines.csv_lines(bare.sql(query))).text == b"""a'b,a'b,"c""d,",a'b_1"""


def test_a_column_of_nulls_keeps_its_rows_in_csv(bare: duckdb.DuckDBPyConnection) -> None:
    text = csv_of(bare.sql("SELECT unnest([NULL, 'a']) AS a"))
    assert list(csv.reader(io.StringIO(text))) == [["a"], [""], ["a"]]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.text(), st.none() | st.floats(), st.lists(st.text(max_size=3))), min_size=1, max_size=5))
def test_any_value_comes_back(rows: list[tuple[str, float | None, list[str]]]) -> None:
    bare = duckdb.connect()
    bare.execute("CREATE TABLE t (a VARCHAR, b DOUBLE, c VARCHAR[])")
    bare.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    found = [json.loads(line) for piece in row_lines.json_lines(bare.sql("FROM t")) for line in piece.text.split(b"\n")]
    expected = [(a, None if b is None or not math.isfinite(b) else b, c) for a, b, c in rows]
    assert [tuple(row.values()) for row in found] == expected
    read = list(csv.reader(io.StringIO(csv_of(bare.sql("SELECT a, c FROM t")), newline="")))[1:]
    assert [(a, json.loads(c)) for a, c in read] == [(a, c) for a, _, c in rows]


# ---- formats --------------------------------------------------------------------------------------------------------


def test_json_is_one_array(sql: Run) -> None:
    code, out, err = sql("SELECT title, published_at FROM articles ORDER BY title", "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == [{"title": f"Title {n}", "published_at": "2026-11-24T06:00:00Z"} for n in range(3)]
    assert json.loads(sql("SELECT 1 WHERE false", "--format", "json")[1]) == []


def test_parquet_goes_to_a_pipe(lake: Path, tmp_path: Path) -> None:
    command = [*COMMAND, "--lake", str(lake), "sql", "FROM articles ORDER BY title", "--format", "parquet"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    piped = subprocess.run(command, capture_output=True, check=True, env=environment)
    found = pq.read_table(io.BytesIO(piped.stdout))
    assert found["title"].to_pylist() == ["Title 0", "Title 1", "Title 2"]
    assert found["published_at"].to_pylist() == [datetime(2026, 11, 24, 6, tzinfo=UTC)] * 3


def test_a_reader_that_leaves_early_is_no_error(lake: Path) -> None:
    command = [*COMMAND, "--lake", str(lake), "sql", "SELECT range FROM range(10000000)", "--format", "csv"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == b"range\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_several_statements(sql: Run, tmp_path: Path) -> None:
    file = tmp_path / "q.sql"
    file.write_text(
        "\ufeff-- two\nSET VARIABLE n = 2;\nSELECT getvariable('n') AS n;\nSELECT 3 AS m;\n", encoding="utf-8"
    )
    code, out, _ = sql("--file", str(file))
    assert (code, [line for line in out.splitlines() if "│" in line]) == (0, ["│ n │", "│ 2 │", "│ m │", "│ 3 │"])
    assert sql("--file", str(file), "--format", "csv")[0] == 2
    assert sql("SET VARIABLE n = 2; SELECT getvariable('n') AS n", "--format", "csv")[:2] == (0, "n\n2\n")
    assert sql("DESCRIBE SELECT 1 AS n", "--format", "csv")[1].splitlines()[1] == "n,INTEGER,YES,,,"


def test_standard_input(sql: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in ([], ["-"], ["--file", "-"]):
        monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT 5 AS n"))
        assert sql(*arguments, "--format", "csv") == (0, "n\n5\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["SELECT titel FROM articles"], 'line 1 at `titel FROM articles`: Referenced column "titel" not found'),
        (
            ["SET VARIABLE n = 1;\nSELECT *\nFROM artcles"],
            "line 3 at `artcles`: Table with name artcles does not exist! Did you",
        ),
        (["SELECT 1 +"], "syntax error"),
        ([""], "there is no query"),
        (["-- nothing"], "there is no query"),
        (["SELECT 1", "--file", "q.sql"], "two queries"),
        (["--file", "/nowhere/q.sql"], "cannot read /nowhere/q.sql: No such file"),
        (["SELECT INTERVAL 1 DAY AS a", "--format", "parquet"], "Parquet has no type"),
        (["INSERT INTO articles (title) VALUES ('x')"], "the lake is only read here"),
        (["UPDATE articles SET title = 'x'"], "the lake is only read here"),
        (["DELETE FROM articles"], "the lake is only read here"),
        (["COPY (SELECT 1) TO '{lake}/articles/x.parquet'"], "is in the lake"),
        (["EXPORT DATABASE '{lake}/x'"], "is in the lake"),
        (["FROM read_parquet('/nowhere/*.parquet')"], "No files found"),
        (["SELECT 1", "--emit-init"], "--emit-init takes no query"),
    ],
    ids=lambda value: str(value[:1]) if isinstance(value, list) else "",
)
def test_what_is_refused_in_one_line(sql: Run, lake: Path, arguments: list[str], said: str) -> None:
    code, out, err = sql(*(word.replace("{lake}", str(lake)) for word in arguments))
    assert (code, out, len(err.splitlines())) == (2, "", 1), err
    assert said in err


def test_a_copy_to_ones_own_file(sql: Run, tmp_path: Path) -> None:
    target = tmp_path / "it's.csv"
    assert sql("COPY (SELECT title FROM articles) TO '" + str(target).replace("'", "''") + "'") == (0, "", "")
    assert len(target.read_text().splitlines()) == 4


def test_parquet_is_not_for_a_terminal(lake: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*COMMAND, "--lake", str(lake), "sql", "SELECT 1", "--format", "parquet"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=False, env=environment)
    os.close(theirs)
    os.close(ours)
    assert ended.returncode == 2
    assert b"Parquet is not for a terminal" in ended.stderr


# ---- tables ---------------------------------------------------------------------------------------------------------

LONG = "The dam on the Kafue fills again after two dry years"


def test_a_table() -> None:
    table = result_table(["title", "n"], [False, True], [("a\nb", "12"), (None, "3")], 40)
    assert list(table) == [
        "┌───────┬────┐",
        "│ title │ n  │",
        "├───────┼────┤",
        "│ a⏎b   │ 12 │",
        "│ NULL  │  3 │",
        "└───────┴────┘",
    ]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize(
    "rows",
    [
        [(LONG, "1", LONG), (LONG, "2", "")],
        [(LONG, "1", LONG + "\n" + "中国的经济增长" * 9)],
        [("中国的经济增长" * 9, "1", "e\u0301" * 90)] * 2,
        [("x" * 500, None, "\x1b[31mred\u202e\x07")] * 3,
        [],
    ],
    ids=["long", "one", "wide", "hostile", "none"],
)
def test_a_table_is_never_wider_than_the_terminal(rows: list[tuple[str | None, ...]], width: int) -> None:
    from newsbeam.result_table import _width

    lines = list(result_table(["a", "number of words", "c"], [False, True, False], rows, width))
    assert max(map(_width, lines)) <= max(width, 31)  # three columns of eight characters, where there is no row
    assert not [line for line in lines if "\x1b" in line or "\u202e" in line or "\x07" in line]


def test_one_row_that_does_not_fit_comes_whole() -> None:
    lines = list(result_table(["title", "text"], [False, False], [("A", f"{LONG}.\n{LONG}")], 40))
    assert lines[0].startswith("── 1 ──")
    text = " ".join(line.partition("│ ")[2] for line in lines[1:])
    assert text == f"A {LONG}. {LONG}"
    assert "…" not in text


def test_a_table_shows_the_first_thousand(sql: Run) -> None:
    _, out, _ = sql("SELECT range AS n FROM range(1001)")
    assert out.splitlines()[-1] == "the first 1,000 rows; --format csv, json and parquet give all"
    assert sql("SELECT range AS n FROM range(1000)")[1].splitlines()[-1] == "1,000 rows"
