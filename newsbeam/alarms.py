"""What is wrong with a lake, told from its facts: pure rules, each with the next step."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import sqrt
from typing import Any, Final, NamedTuple

#: A feed's poll may be this late before it is an alarm: a daily job is on time.
LATE: Final = timedelta(hours=26)
FAILURES: Final = 3  # of a feed in a row
DISK: Final = 1_000_000_000  # bytes that have to be free
SMALL_FILES: Final = 10  # files a day and table, above which queries are slow

#: Of drift: pages of a publisher today and in the past that it takes to tell; how sure; by how much.
PAGES_NOW: Final = 10
PAGES_PAST: Final = 30
SIGMAS: Final = 4.0
SHARE: Final = 0.2
RATIO: Final = 2.0

_SHARES: Final = {
    "no_text": ("pages", "without text", 'newsbeam sql "FROM dead_letters ORDER BY failed_at DESC LIMIT 20"'),
    "no_date": ("articles", "without a date", "newsbeam inspect URL of one of them"),
    "removed": ("lines", "of the lines removed", "newsbeam rules list --source {publisher}"),
}


class Alarm(NamedTuple):
    """One thing that needs attention."""

    name: str  # store, empty, feed_failing, feed_silent, feeds_overdue, drift, ledger, files, disk
    about: str  # the feed, publisher or table
    reason: str
    next_step: str


def alarms(facts: Mapping[str, Any]) -> list[Alarm]:
    """Return all that is wrong, what concerns the whole lake first; `facts` as `health.look` gives them."""
    found = [*_whole(facts), *_overdue(facts["feeds"], facts["checked_at"])]
    for feed in facts["feeds"]:
        found += _feed(feed)
    for publisher in facts["drift"]:
        found += _drift(publisher)
    return found


def _whole(facts: Mapping[str, Any]) -> Iterator[Alarm]:
    for what, number in facts["contradictions"].items():
        if number:
            yield Alarm("ledger", what, f"{number:,} {what}", "keep the lake as it is and report it with this output")
    missing: Sequence[str] = facts["missing_files"]
    if missing:
        reason = f"{len(missing):,} committed files are gone, such as {missing[0]}"
        yield Alarm("files", missing[0], reason, "bring them back from a copy of the lake")
    disk = facts["disk"]
    if disk and disk["free"] < DISK:
        reason = f"{disk['free'] / 1e6:,.0f} MB are free on the disk"
        yield Alarm("disk", facts["lake"], reason, "free some space; `newsbeam maintain` deletes what is outdated")


def _overdue(feeds: Sequence[Mapping[str, Any]], now: datetime) -> Iterator[Alarm]:
    late = [feed for feed in feeds if feed["overdue"] and feed["overdue"] > LATE]
    if late:
        last = max((feed["last_fetch_success"] for feed in feeds if feed["last_fetch_success"]), default=None)
        when = f"the last good poll was {_span(now - last)} ago" if last else "none was ever polled"
        reason = f"{len(late)} of {len(feeds)} feeds wait for their poll for more than a day: {when}"
        yield Alarm(
            "feeds_overdue", late[0]["url"], reason, "see that `newsbeam ingest` is run every day or more often"
        )


def _feed(feed: Mapping[str, Any]) -> Iterator[Alarm]:
    url = feed["url"]
    if feed["system_status"] == "paused":
        return
    if feed["system_status"] in ("gone", "not_a_feed"):
        yield Alarm("feed_failing", url, f"{feed['system_status']}: {feed['reason']}", f"newsbeam feeds check {url}")
    elif (feed["failures"] or 0) >= FAILURES:
        reason = f"{feed['failures']} polls in a row have failed: {feed['reason']}"
        yield Alarm("feed_failing", url, reason, f"newsbeam feeds check {url}")
    elif feed["silent"]:
        reason = (
            f"nothing new for {_span(feed['silent_for'])}; the longest pause before was {_span(feed['longest_gap'])}"
        )
        yield Alarm("feed_silent", url, reason, f"newsbeam feeds check {url}")


def _drift(row: Mapping[str, Any]) -> Iterator[Alarm]:
    publisher = row["publisher"]
    if row["pages"] < PAGES_NOW or row["past_pages"] < PAGES_PAST:
        return
    words, past = row["words"], row["past_words"]
    if words and past and not past / RATIO <= words <= past * RATIO:
        reason = f"articles have {words:,.0f} words in the middle, before {past:,.0f}"
        yield Alarm("drift", publisher, reason, "newsbeam inspect URL of one of them; has the layout changed?")
    for name, (counted, what, step) in _SHARES.items():
        now, before = row[name], row[f"past_{name}"]
        if now is None or before is None:
            continue
        if now - before > SHARE and _sigmas(now, row[counted], before, row[f"past_{counted}"]) > SIGMAS:
            reason = f"{now:.0%} {what}, before {before:.0%}"
            yield Alarm("drift", publisher, reason, step.format(publisher=publisher))


def _sigmas(now: float, many: int, before: float, past: int) -> float:
    """Return by how many standard errors two shares differ (two-proportion z-test, pooled)."""
    pooled = (now * many + before * past) / (many + past)
    error = sqrt(pooled * (1 - pooled) * (1 / many + 1 / past))
    return (now - before) / error if error else 0.0


def _span(time: timedelta) -> str:
    hours = time.total_seconds() / 3600
    return (
        f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"
    )
