"""`newsbeam sql`: ask the lake a question."""

import argparse
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace

import duckdb

from lake.query import connect
from lake.row_lines import csv_lines, json_lines, shown
from lake.store import open_store
from newsbeam.config import settings_from
from newsbeam.result_table import result_table
from newsbeam.statements import answers, failed, statements
from schemas.errors import SettingsError
from schemas.settings import LakeSettings

#: Rows that the table format prints; the others print all.
MOST_ROWS = 1_000


def run(arguments: argparse.Namespace) -> int:
    """Run the query and print its rows in the format that is asked for."""
    settings = settings_from(arguments)
    if arguments.emit_init:
        return _emit_init(arguments, settings.lake)
    text = _text(arguments)
    if arguments.format == "parquet" and sys.stdout.isatty():
        raise SettingsError("Parquet is not for a terminal: write it to a file with `> rows.parquet`")
    store = open_store(replace(settings.lake, patience=0.0))
    connection = connect(store)
    cut = statements(connection, text, str(arguments.file or "the query"))
    if arguments.format != "table" and sum(one.has_rows for one in cut) > 1:
        raise SettingsError(f"{arguments.format} holds the rows of one statement, and here are several that answer")
    lake = store.uri("")
    for number, (one, rows) in enumerate(answers(connection, cut, lake)):
        try:
            if arguments.format == "table":
                _table(rows, number)
            elif one.has_rows:
                _write(arguments.format, rows)
        except duckdb.Error as error:
            raise failed(connection, one, error, lake) from error
    return 0


def _emit_init(arguments: argparse.Namespace, settings: LakeSettings) -> int:
    from lake.init_script import init_script

    if arguments.query is not None or arguments.file:
        raise SettingsError("--emit-init takes no query: the script it prints is for `duckdb -init`")
    print(init_script(settings), end="")
    return 0


def _text(arguments: argparse.Namespace) -> str:
    """Return the query: of the command line, of a file, or of standard input."""
    if arguments.file and arguments.query is not None:
        raise SettingsError("here are two queries, one on the command line and one in --file: give one")
    try:
        if arguments.file and str(arguments.file) != "-":
            return str(arguments.file.read_text(encoding="utf-8-sig"))
        if arguments.query is None and not arguments.file and sys.stdin.isatty():
            raise SettingsError(
                "there is no query; write it after `newsbeam sql`, or give it by --file or standard input"
            )
        return sys.stdin.read() if arguments.file or arguments.query in (None, "-") else str(arguments.query)
    except OSError as error:
        raise SettingsError(f"cannot read {arguments.file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{arguments.file or 'standard input'} is not UTF-8: {error.reason} at byte {error.start}"
        ) from error


def _table(rows: duckdb.DuckDBPyRelation, number: int) -> None:
    found = shown(rows.limit(MOST_ROWS + 1))
    width = shutil.get_terminal_size((120, 0)).columns
    if number:
        print()
    for line in result_table(rows.columns, found.numeric, found.rows[:MOST_ROWS], width):
        print(line)
    if len(found.rows) > MOST_ROWS:
        print(f"the first {MOST_ROWS:,} rows; --format csv, json and parquet give all")
    elif len(found.rows) != 1:
        print(f"{len(found.rows):,} rows")


def _write(name: str, rows: duckdb.DuckDBPyRelation) -> None:
    out = sys.stdout.buffer
    if name == "parquet":
        from lake.row_parquet import write_parquet

        write_parquet(rows, out)
    else:
        pieces = (piece.text for piece in (csv_lines(rows) if name == "csv" else json_lines(rows)))
        for text in pieces if name == "csv" else _array(pieces):
            out.write(text)
            out.write(b"\n")
    out.flush()


def _array(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Make one JSON array of lines of objects."""
    held = next(pieces, None)
    if held is None:
        yield b"[]"
        return
    yield b"["
    for piece in pieces:
        yield held.replace(b"\n", b",\n") + b","
        held = piece
    yield held.replace(b"\n", b",\n")
    yield b"]"
