"""`newsbeam feeds`: list, add, change, remove, check and export the subscribed feeds."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from lake.feeds import feed_states
from lake.run import begin
from lake.store import checked_store
from newsbeam.config import settings_from
from newsbeam.plan import states_of
from pipelines.inputs import subscriptions
from pipelines.subscribing import change, feed_id, is_local, new_state
from schemas.errors import SettingsError
from schemas.records import FeedState
from schemas.settings import Settings
from transforms.fetch.schedule import due

#: States of a feed that works.
WORKING = frozenset({"new", "active", "moved", "paused"})


def run(arguments: argparse.Namespace) -> int:
    """Run one of the actions."""
    settings = settings_from(arguments)
    actions: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
        "list": _list,
        "add": _add,
        "set": _set,
        "remove": _remove,
        "export": _export,
        "check": _check,
    }
    return actions[arguments.action](arguments, settings)


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    now = datetime.now(UTC)
    states = [_shown(state) for state in states_of(settings)]
    if arguments.due:
        states = [state for state in states if due(state, now)]
    if arguments.failing:
        states = [state for state in states if state.status not in WORKING]
    if arguments.json:
        print(json.dumps([_described(state) for state in states], ensure_ascii=False, indent=2, default=str))
    elif states:
        _print_table([_columns(state, now) for state in states])
    elif not arguments.quiet:
        what = "is due" if arguments.due else "is failing" if arguments.failing else "is subscribed"
        print(f"no feed {what}")
    return 0


def _shown(state: FeedState) -> FeedState:
    return state if state.enabled else state._replace(status="paused", reason=state.reason or "paused by its owner")


def _described(state: FeedState) -> dict[str, Any]:
    fields = state._asdict()
    moments = {name: value.isoformat() for name, value in fields.items() if isinstance(value, datetime)}
    return fields | moments


def _columns(state: FeedState, now: datetime) -> tuple[str, ...]:
    following = "" if not state.enabled else "now" if due(state, now) else _moment(state.next_attempt)
    last = _moment(state.last_success)
    return state.status, following, last, state.url, state.name or state.title, ", ".join(state.tags), state.reason


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    head = ("STATUS", "NEXT (UTC)", "LAST SUCCESS", "URL", "NAME", "TAGS", "REASON")
    table = [head, *rows]
    widths = [max(len(row[number]) for row in table) for number in range(len(head))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    wanted = subscriptions(arguments.feeds)
    for subscription in wanted:
        if is_local(subscription.url):
            raise SettingsError(f"{subscription.url} is a file; subscribe to the address it comes from")
        _check_address(subscription.url)
    store = checked_store(settings.lake)
    there = {state.feed_id for state in feed_states(store)}
    new = {state.feed_id: state for state in map(new_state, wanted) if state.feed_id not in there}
    with begin(settings.lake) as run:
        change(store, run, list(new.values()))
    if not arguments.quiet:
        known = len(wanted) - len(new)
        print(f"{len(new)} added, {known} there already; the next `newsbeam ingest` polls what is due")
    return 0


def _set(arguments: argparse.Namespace, settings: Settings) -> int:
    store = checked_store(settings.lake)
    before = _named(arguments.feed, feed_states(store))
    after = before._replace(
        url=arguments.url or before.url,
        name=before.name if arguments.name is None else arguments.name,
        tags=before.tags if arguments.tag is None else tuple(arguments.tag),
        every=before.every if arguments.every is None else arguments.every,
        enabled=(before.enabled or arguments.resume) and not arguments.pause,
    )
    if after == before:
        raise SettingsError(f"nothing to change: {before.url} is so already; see `newsbeam feeds set --help`")
    _check_address(after.url)
    with begin(settings.lake) as run:
        change(store, run, [after])
    return 0


def _remove(arguments: argparse.Namespace, settings: Settings) -> int:
    store = checked_store(settings.lake)
    states = feed_states(store)
    gone = [_named(url, states) for url in arguments.feeds]
    with begin(settings.lake) as run:
        change(store, run, [], removed=gone)
    return 0


def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    opml = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(opml, "head"), "title").text = "newsbeam feeds"
    body = ElementTree.SubElement(opml, "body")
    for state in states_of(settings):
        name = state.name or state.url
        outline = {"text": name, "title": name, "type": "rss", "xmlUrl": state.url}
        if state.tags:
            outline["category"] = ",".join(tag.replace(",", " ") for tag in state.tags)
        ElementTree.SubElement(body, "outline", outline)
    ElementTree.indent(opml)
    sys.stdout.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    sys.stdout.write(ElementTree.tostring(opml, encoding="unicode") + "\n")
    return 0


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from newsbeam.feed_check import check_feeds

    return check_feeds(arguments.feeds, settings, arguments.json)


def _named(url: str, states: Iterable[FeedState]) -> FeedState:
    """Find a feed by its address, by the one it was subscribed by, or by its id.

    Raises:
        SettingsError: no such feed is subscribed.

    """
    wanted = feed_id(url)
    for state in states:
        if url in (state.url, state.feed_id) or wanted in (state.feed_id, feed_id(state.url)):
            return state
    raise SettingsError(f"{url} is not subscribed; `newsbeam feeds list` shows what is")


def _check_address(url: str) -> None:
    if not url.lower().startswith(("http://", "https://")):
        raise SettingsError(f"{url!r} is no address of a feed; it begins with http:// or https://")
