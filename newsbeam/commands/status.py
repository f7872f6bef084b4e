"""`newsbeam status`: say how the lake is, and what needs attention."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from lake.store import open_store
from newsbeam.alarms import SMALL_FILES, Alarm, alarms
from newsbeam.atomic import write_whole
from newsbeam.config import settings_from
from newsbeam.health import look
from newsbeam.prometheus import down, exposition
from schemas.errors import SettingsError, StoreError
from schemas.settings import Settings


def run(arguments: argparse.Namespace) -> int:
    """Print how the lake is; return 1 when an alarm is on."""
    settings = settings_from(arguments)
    facts, found = _look(settings)
    if arguments.prometheus:
        write_whole(arguments.prometheus, (exposition(facts, found) if facts else down()).encode())
    if arguments.json:
        told = {**facts, "alarms": [alarm._asdict() for alarm in found]}
        print(json.dumps(told, ensure_ascii=False, indent=2, default=_plain))
    elif not arguments.quiet:
        for line in [*_lines(facts), *_alarm_lines(found)]:
            print(line)
    elif found:
        print("\n".join(_alarm_lines(found)), file=sys.stderr)
    return 1 if found else 0


def _look(settings: Settings) -> tuple[dict[str, Any], list[Alarm]]:
    """Return the facts and the alarms; a lake that can not be read has no facts and one alarm."""
    try:
        facts = look(open_store(replace(settings.lake, patience=0.0)), settings)
    except (SettingsError, StoreError) as error:
        return {}, [Alarm("store", settings.lake.uri, " ".join(str(error).split()), "mend that, then ask again")]
    return facts, alarms(facts)


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    if not facts:
        return
    totals, runs = facts["totals"], facts["last_runs"]
    yield f"lake      {facts['lake']}"
    if not runs:
        yield "          empty: nothing was committed yet; `newsbeam ingest` begins"
    else:
        yield f"          {totals['articles']:,} articles, {totals['mentions']:,} mentions; " + (
            f"the newest was read {_time(totals['last_read_at'])}" if totals["last_read_at"] else "none was read"
        )
        yield f"          {totals['dead_letters']:,} dead letters, {totals['pending']:,} links pending"
    for number, one in enumerate(runs):
        yield f"{'' if number else 'runs':10}{_run(one)}"
    yield from _feeds(facts["feeds"])
    yield from _files(facts)
    yield f"models    {', '.join(facts['models'].values()) or 'none'}; tagger = {facts['tagger']}"
    nothing = {row["language"]: row["articles"] for row in facts["taggers"] if row["tagger"].startswith("none:")}
    if nothing:
        yield f"          not tagged for want of a model: {_counts(nothing)}"
    yield f"versions  {', '.join(f'{name} {version}' for name, version in facts['versions'].items())}"


def _run(one: Mapping[str, Any]) -> str:
    polls = f", {one['feed_fetches']:,} polls" if one["feed_fetches"] else ""
    return f"{_time(one['last_commit'])}  {one['articles'] or 0:,} articles{polls}  {one['run_id']}"


def _feeds(feeds: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if feeds:
        states: dict[str, int] = {}
        for feed in feeds:
            states[feed["system_status"]] = states.get(feed["system_status"], 0) + 1
        yield f"feeds     {len(feeds):,} subscribed: {_counts(states)}"


def _files(facts: Mapping[str, Any]) -> Iterator[str]:
    tables = facts["files"]
    number, size = sum(table["files"] for table in tables.values()), sum(table["bytes"] for table in tables.values())
    disk = facts["disk"]
    free = f"; {_bytes(disk['free'])} free on the disk" if disk else ""
    yield f"files     {number:,} with {_bytes(size)}{free}"
    many = [name for name, table in tables.items() if table["files"] > SMALL_FILES * max(table["days"], 1)]
    if many:
        yield f"          many small files ({', '.join(many)}): `newsbeam maintain` makes queries faster"


def _alarm_lines(found: Sequence[Alarm]) -> Iterator[str]:
    for alarm in found:
        about = "" if alarm.about in alarm.reason else f"{alarm.about}: "
        yield f"ALARM     {about}{alarm.reason}"
        yield f"          next: {alarm.next_step}"
    if not found:
        yield "no alarm"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in sorted(counts.items(), key=lambda item: -item[1]))


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _bytes(number: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, date) else str(value)
