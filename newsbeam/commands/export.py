"""`newsbeam export`: write articles to files that are yours."""

import argparse
import sys
from dataclasses import replace
from typing import IO

import duckdb

from lake.query import connect
from lake.row_folders import write_folders
from lake.row_lines import csv_lines, json_lines
from lake.row_parquet import write_parquet
from lake.store import open_store
from newsbeam.config import settings_from
from newsbeam.export_rows import export_rows
from newsbeam.export_target import Target, new_file, new_folder, target_of
from schemas.errors import SettingsError

#: What is written when no query is given.
QUERY = "FROM articles"


def run(arguments: argparse.Namespace) -> int:
    """Write the rows, and say how many there are."""
    settings = settings_from(arguments)
    store = open_store(replace(settings.lake, patience=0.0))
    target = None if arguments.output == "-" else target_of(arguments.output, store.uri(""))
    connection = connect(store)
    if arguments.query == QUERY:
        connection.execute("SET threads = 1")  # so the rows come in the order of the files: by day, source and time
    rows = export_rows(connection, arguments.query, (arguments.since, arguments.until), not arguments.no_text)
    if target is not None and target.kind == "folder" and "date" not in rows.columns:
        raise SettingsError("a folder has a folder a day, and the query gives no column `date`")
    try:
        count = _lines(rows, "jsonl", sys.stdout.buffer) if target is None else _written(rows, target)
        if not arguments.quiet:
            print(_said(rows, count, arguments), file=sys.stderr)
    except duckdb.Error as error:
        raise SettingsError(f"the query failed: {str(error).partition('Stack Trace')[0]}") from error
    return 0


def _written(rows: duckdb.DuckDBPyRelation, target: Target) -> int:
    if target.kind == "folder":
        with new_folder(target) as folder:
            return write_folders(rows, folder)
    with new_file(target) as out:
        return write_parquet(rows, out) if target.kind == "parquet" else _lines(rows, target.kind, out)


def _lines(rows: duckdb.DuckDBPyRelation, kind: str, out: IO[bytes]) -> int:
    count = 0
    for piece in csv_lines(rows) if kind == "csv" else json_lines(rows):
        out.write(piece.text)
        out.write(b"\n")
        count += piece.rows
    out.flush()
    return count


def _said(rows: duckdb.DuckDBPyRelation, count: int, arguments: argparse.Namespace) -> str:
    said = f"newsbeam: {count:,} rows in {arguments.output}"
    if arguments.no_text and "url" in rows.columns:
        found = rows.aggregate("count(*) FILTER (coalesce(url, '') = '')").fetchone()
        if found and found[0]:
            said += f"; {found[0]:,} of them have no address, and can not be fetched again"
    return said
