"""`newsbeam report`: one HTML file that says what the lake has got, and how it fares."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from lake.query import connect
from lake.snapshot import has_begun
from lake.store import Store, open_store
from newsbeam.alarms import Alarm, alarms
from newsbeam.atomic import write_whole
from newsbeam.config import settings_from
from newsbeam.health import look
from newsbeam.report.answers import Answers, ask_all
from newsbeam.report.page import Report, page
from newsbeam.report.period import period
from schemas.errors import SettingsError, StoreError
from schemas.settings import Settings


def run(arguments: argparse.Namespace) -> int:
    """Write the report and print where it is."""
    settings = settings_from(arguments)
    now = datetime.now(UTC)
    path = arguments.output or Path(f"newsbeam-report-{now:%Y-%m-%d}.html")
    _check(path)
    found, answers = _ask(settings, arguments.days, now)
    write_whole(path.resolve(), page(Report(settings.lake.uri, now, found, answers)).encode())
    if not arguments.quiet:
        print(path)
    return 0


def _check(path: Path) -> None:
    """Say before the work what would be said after it."""
    if path.is_dir():
        raise SettingsError(f"{path} is a folder; name a file, such as {path / 'report.html'}")
    if not path.absolute().parent.is_dir():
        raise SettingsError(f"{path} can not be written: there is no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise SettingsError(f"{path} is no plain file; name one that can be replaced")


def _ask(settings: Settings, days: int, now: datetime) -> tuple[Sequence[Alarm], Answers | None]:
    """Return the alarms and the answers; no answers of an empty lake."""
    store = open_store(replace(settings.lake, patience=0.0))
    try:
        found = alarms(look(store, settings))
        return found, _answers(store, days, now)
    except duckdb.Error as error:
        raise StoreError(f"the lake could not be read: {str(error).partition('Stack Trace')[0]}") from error


def _answers(store: Store, days: int, now: datetime) -> Answers | None:
    if not has_begun(store):
        return None
    with connect(store) as connection:
        return ask_all(connection, period(days, now.date()))
