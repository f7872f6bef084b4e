"""`newsbeam sql`: ask the lake a question."""

import argparse
import csv
import json
import sys
from dataclasses import replace
from typing import Any

import duckdb

from lake.query import connect
from lake.store import open_store
from newsbeam.config import settings_from
from schemas.errors import SettingsError

#: Rows that the table format prints; csv and json print all.
MOST_ROWS = 1_000


def run(arguments: argparse.Namespace) -> int:
    """Run the query and print its rows in the format that is asked for."""
    settings = settings_from(arguments)
    text = _text(arguments)
    connection = connect(open_store(replace(settings.lake, patience=0.0)))
    try:
        rows = connection.sql(text)
        if rows is not None:
            {"table": _table, "csv": _csv, "json": _json}[arguments.format](rows)
    except duckdb.Error as error:
        raise SettingsError(f"the query failed: {str(error).partition('Stack Trace')[0]}") from error
    return 0


def _text(arguments: argparse.Namespace) -> str:
    try:
        text = arguments.file.read_text(encoding="utf-8") if arguments.file else arguments.query
    except OSError as error:
        raise SettingsError(f"cannot read {arguments.file}: {error.strerror}") from error
    text = sys.stdin.read() if text == "-" else text
    if not text.strip():
        raise SettingsError("there is no query; write it after `newsbeam sql`, or give it by --file or standard input")
    return str(text)


def _table(rows: duckdb.DuckDBPyRelation) -> None:
    rows.show(max_rows=MOST_ROWS)


def _csv(rows: duckdb.DuckDBPyRelation) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(rows.columns)
    while batch := rows.fetchmany(1_000):
        out.writerows([[_plain(value) for value in row] for row in batch])


def _json(rows: duckdb.DuckDBPyRelation) -> None:
    print("[", end="")
    separator = "\n"
    while batch := rows.fetchmany(1_000):
        for row in batch:
            record = dict(zip(rows.columns, row, strict=True))
            print(separator + json.dumps(record, ensure_ascii=False, default=_text_of), end="")
            separator = ",\n"
    print("\n]")


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, default=_text_of) if isinstance(value, list | dict) else value


def _text_of(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
