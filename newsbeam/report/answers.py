"""Ask the lake: a query and its rows."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import duckdb

from newsbeam.report.period import Period
from newsbeam.report.questions import NUMBERS, QUESTIONS, Question, sql_of


class Answer(NamedTuple):
    """A question, the query that was asked, and what came of it."""

    question: Question
    sql: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    @property
    def records(self) -> list[dict[str, Any]]:
        """Return the rows by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Answers(NamedTuple):
    """All that a report says of a lake but for its alarms."""

    period: Period
    newest: date  # the last day of the period that has articles, else its last day
    numbers: Answer
    sections: list[Answer]


def ask_all(connection: duckdb.DuckDBPyConnection, period: Period) -> Answers:
    """Ask every question about some days."""
    newest = _newest(connection, period)
    numbers, *sections = _ask(connection, period, newest)
    return Answers(period, newest, numbers, sections)


def _ask(connection: duckdb.DuckDBPyConnection, period: Period, newest: date) -> Iterator[Answer]:
    for question in (NUMBERS, *QUESTIONS):
        sql = sql_of(question, period, newest)
        found = connection.execute(sql)
        yield Answer(question, sql, tuple(column[0] for column in found.description or ()), found.fetchall())


def _newest(connection: duckdb.DuckDBPyConnection, period: Period) -> date:
    asked = "SELECT max(date) FROM articles WHERE date BETWEEN ? AND ?"
    row = connection.execute(asked, [period.first, period.last]).fetchone()
    return row[0] if row and row[0] else period.last
