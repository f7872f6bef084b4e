"""`newsbeam maintain`: put small files together, delete what is old, shorten the logs."""

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from lake.maintain import Maintained, Tidied, maintain, plan
from lake.raw import expire
from lake.store import open_store
from newsbeam.config import settings_from
from newsbeam.lake_there import check_lake

_UNITS = ("B", "kB", "MB", "GB", "TB")


def run(arguments: argparse.Namespace) -> int:
    """Do it, or say what it would do."""
    settings = settings_from(arguments)
    check_lake(settings.lake)
    grace = timedelta(days=settings.retention.grace_days)
    kept = settings.retention
    done = plan(settings.lake, kept) if arguments.dry_run else maintain(settings.lake, grace, kept=kept)
    if settings.raw_days and not arguments.dry_run and not done.yielded_to:
        expire(open_store(settings.lake), int(settings.raw_days), datetime.now(UTC).date())
    if arguments.json:
        print(json.dumps(_described(done, arguments.dry_run), ensure_ascii=False))
    elif not arguments.quiet:
        _print(done, grace, arguments.dry_run)
    return 0


def _described(done: Maintained, dry_run: bool) -> dict[str, Any]:
    tables = {tidied.table: {k: v for k, v in tidied._asdict().items() if k != "table"} for tidied in done.tables}
    return {"dry_run": dry_run, "yielded_to": done.yielded_to, "tables": tables}


def _print(done: Maintained, grace: timedelta, dry_run: bool) -> None:
    if done.yielded_to:
        print(f"another maintenance goes on since {_moment(done.yielded_to)}: left to it")
        return
    for tidied in done.tables:
        if tidied.outdated:
            what = "files with rows" if dry_run else "rows"
            print(f"{tidied.table:<13}{tidied.outdated:>6,} {what} older than they are kept")
    changed = [tidied for tidied in done.tables if tidied.files_before != tidied.files_after]
    for tidied in changed:
        size = f"{_size(tidied.bytes_before):>9}" + ("" if dry_run else f" → {_size(tidied.bytes_after)}")
        print(f"{tidied.table:<13}{tidied.files_before:>6,} → {tidied.files_after:,} files {size}")
    if not changed:
        print("no small files to put together")
    if dry_run:
        return
    deleted, waiting = _sum(done.tables, "deleted"), _sum(done.tables, "waiting")
    if deleted:
        print(f"{deleted:,} old files deleted, {_size(_sum(done.tables, 'deleted_bytes'))}")
    if waiting:
        size = _size(_sum(done.tables, "waiting_bytes"))
        print(
            f"{waiting:,} replaced files, {size}, stay {_span(grace)} for whoever still reads them;"
            " until then a plain glob counts their rows twice, newsbeam sql and Delta readers do not"
        )


def _sum(tables: Iterable[Tidied], name: str) -> int:
    return sum(getattr(tidied, name) for tidied in tables)


def _size(number: float) -> str:
    for unit in _UNITS[:-1]:
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} {_UNITS[-1]}"


def _span(grace: timedelta) -> str:
    hours = grace.total_seconds() / 3600
    return f"{hours / 24:g} days" if hours >= 48 else f"{hours:g} hours"


def _moment(run_id: str) -> str:
    """Read the start of a run out of its id."""
    return f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]} {run_id[9:11]}:{run_id[11:13]} UTC (run {run_id})"
