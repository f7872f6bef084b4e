"""When a feed is polled again, and what a poll teaches: one pure step from state to state.

Nothing here stops a feed: every state has a next attempt, and one that does not work a reason.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.records import FeedState
from schemas.settings import FeedSettings
from transforms.fetch.feed_hints import FeedHints, beyond_skipped, fresh_seconds
from transforms.fetch.fetched import Redirect

#: Outcomes of a poll that went well.
WELL: Final = frozenset({"parsed", "not_modified", "unchanged"})
#: Outcomes after which the address does not hold a feed.
NO_FEED: Final = frozenset({"not_a_feed", "empty", "unsupported_type"})
#: New items that a poll should find.
ITEMS_A_POLL: Final = 1.5
#: Days until a feed that is gone is asked again.
GONE_DAYS: Final = 30.0
#: Days that a longer wait is cut to.
LONGEST_DAYS: Final = 31.0
#: Weight, in the rate of new items, of a poll that came after one interval; later ones weigh more, earlier ones less.
NEWEST: Final = 0.3
#: Seconds, at least, over which the feeds of a host that has refused are spread.
SPREAD: Final = 600.0
#: Seconds after which a feed whose turn did not come is due again.
DEFERRED: Final = 1.0
#: Share of the interval by which a poll may come earlier, so that feeds do not keep step. Never later: a feed that is
#: polled once a day must not miss the day's run.
EARLY: Final = 0.1
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class Poll(NamedTuple):
    """What one poll found."""

    outcome: str  # parsed, not_modified, unchanged, or a refusal's word of `schemas.outcomes`
    reason: str
    at: datetime  # UTC
    wait: float = 0.0  # seconds of Retry-After
    permanent_url: str = ""  # where 301 and 308 alone have led
    headers: Mapping[str, str] = NO_HEADERS  # of the answer
    body_hash: str = ""
    hints: FeedHints = FeedHints()
    new: int = 0  # entries never seen before
    entries: int = 0


def permanent_target(redirects: Sequence[Redirect], final_url: str) -> str:
    """Return the address that a chain of nothing but 301 and 308 has led to, "" for any other."""
    return final_url if redirects and all(step.status in (301, 308) for step in redirects) else ""


def validators(state: FeedState, settings: FeedSettings, now: datetime) -> dict[str, str]:
    """Return the headers of a conditional request (RFC 9110 §13.1), byte by byte as the server gave them.

    None for a feed that was never read, and none once in `probe_days`: some servers say 304 for ever.
    """
    if state.last_full is None or now - state.last_full >= timedelta(settings.probe_days):
        return {}
    headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in headers.items() if value}


def due_at(state: FeedState, named: bool = False, force: bool = False) -> datetime | None:
    """Return from when on a feed may be polled, `None` for at once; whether it is paused is not looked at.

    Never before the server's Retry-After is over. `force` overrides all else. A feed that the user has `named` need not
    wait for its turn, but while the server calls it fresh it is not asked.
    """
    own = None if force else state.fresh_until if named else state.next_attempt
    return max((moment for moment in (own, state.not_before) if moment), default=None)


def due(state: FeedState, now: datetime, named: bool = False, force: bool = False) -> bool:
    """Tell whether a feed is to be polled now: not while it is paused, else as `due_at` says."""
    if not state.enabled:
        return False
    moment = due_at(state, named, force)
    return moment is None or now >= moment


def next_state(state: FeedState, poll: Poll, settings: FeedSettings, chance: float) -> FeedState:
    """Return the state after a poll; `chance`, from 0 to below 1, is the jitter.

    A feed that was only `deferred` has not been asked: it stays as it is, and due.
    """
    if poll.outcome == "deferred":
        soon = poll.at + timedelta(seconds=DEFERRED)
        return state._replace(next_attempt=max(soon, state.not_before or soon))
    state = state._replace(last_attempt=poll.at, not_before=None)
    state = _after_success(state, poll, settings, chance) if poll.outcome in WELL else _failed(state, poll, chance)
    latest = poll.at + timedelta(LONGEST_DAYS)
    return state._replace(next_attempt=min(beyond_skipped(state.next_attempt or latest, poll.hints), latest))


def _after_success(state: FeedState, poll: Poll, settings: FeedSettings, chance: float) -> FeedState:
    rate = _rate(state, poll, settings)
    interval = _interval(state, rate, settings)
    fresh = _fresh(state, poll, settings)
    wait = max(_early(interval, settings, chance), fresh * (1 + 0.05 * chance))
    state = _moved(_learned(state._replace(status="active", reason=""), poll), poll, settings)
    return state._replace(
        failures=0,
        last_success=poll.at,
        interval=interval,
        items_a_day=rate,
        fresh_until=poll.at + timedelta(seconds=fresh) if fresh else None,
        next_attempt=poll.at + timedelta(seconds=wait),
    )


def _early(interval: float, settings: FeedSettings, chance: float) -> float:
    """Return the seconds until the next poll: somewhat less than the interval, but no less than its bound."""
    least = max(interval * (1 - EARLY), settings.min_interval)
    most = max(interval, least * (1 + EARLY)) if interval <= settings.min_interval else max(interval, least)
    return least + (most - least) * chance


def _fresh(state: FeedState, poll: Poll, settings: FeedSettings) -> float:
    """Return for how long no further poll is wanted.

    While the body stays the same, what came with it holds on, until the server says something else (RFC 9111 §4.3.4).
    """
    fresh = fresh_seconds(poll.hints, poll.headers, poll.at)
    is_silent = not poll.headers.keys() & {"cache-control", "expires"}
    if poll.outcome != "parsed" and is_silent and state.fresh_until and state.last_success:
        fresh = max(fresh, (state.fresh_until - state.last_success).total_seconds())
    return min(fresh, settings.max_interval)


def _learned(state: FeedState, poll: Poll) -> FeedState:
    """Take over validators: a 200 replaces them, also by nothing; a 304 freshens those that it repeats."""
    etag, modified = poll.headers.get("etag", ""), poll.headers.get("last-modified", "")
    if poll.outcome == "not_modified":
        return state._replace(etag=etag or state.etag, last_modified=modified or state.last_modified)
    body_hash = poll.body_hash or state.body_hash
    return state._replace(etag=etag, last_modified=modified, body_hash=body_hash, last_full=poll.at)


def _moved(state: FeedState, poll: Poll, settings: FeedSettings) -> FeedState:
    """Count permanent redirects; one that repeats, and leads to a feed, is taken over. Its validators are its own."""
    target = poll.permanent_url
    if not target or target == (state.fetch_url or state.url):
        return state._replace(moved_to="", moved_times=0)
    times = state.moved_times + 1 if target == state.moved_to else 1
    if times < settings.moves or poll.outcome == "not_modified":
        return state._replace(moved_to=target, moved_times=times)
    return state._replace(
        status="moved",
        fetch_url=target,
        moved_to="",
        moved_times=0,
        etag="",
        last_modified="",
        reason=f"moved for good: asked at {target} from now on"[:500],
    )


def _rate(state: FeedState, poll: Poll, settings: FeedSettings) -> float:
    """Smooth the number of new items a day; the first poll, which finds everything new, says nothing."""
    if state.last_success is None:
        return -1.0
    seconds = max((poll.at - state.last_success).total_seconds(), 1.0)
    interval = state.interval or settings.interval
    before = ITEMS_A_POLL / interval * 86_400 if state.items_a_day < 0 else state.items_a_day
    weight: float = 1 - (1 - NEWEST) ** min(seconds / interval, 100.0)
    return (1 - weight) * before + weight * poll.new / seconds * 86_400


def _interval(state: FeedState, rate: float, settings: FeedSettings) -> float:
    if state.every:
        return max(state.every, settings.min_interval)
    if rate < 0:
        return min(max(settings.interval, settings.min_interval), settings.max_interval)
    wanted = ITEMS_A_POLL / rate * 86_400 if rate > 0 else settings.max_interval
    before = state.interval or settings.interval
    return min(max(min(wanted, before * 2), settings.min_interval), settings.max_interval)


def _failed(state: FeedState, poll: Poll, chance: float) -> FeedState:
    failures = state.failures + 1
    state = state._replace(failures=failures, reason=f"{poll.outcome}: {poll.reason}"[:500], moved_to="", moved_times=0)
    jitter = 0.75 + chance / 2
    minutes = min(15.0 * 2 ** min(failures - 1, 10), 1_440.0)
    own = poll.at + timedelta(minutes=minutes * jitter)
    if poll.wait:
        until = poll.at + timedelta(seconds=min(poll.wait, GONE_DAYS * 86_400))
        spread = timedelta(seconds=60 + min(max(poll.wait, SPREAD), 3_600) * chance)
        return state._replace(status="backing_off", not_before=until, next_attempt=max(until + spread, own))
    if poll.outcome == "gone":
        return state._replace(status="gone", next_attempt=poll.at + timedelta(GONE_DAYS * (0.9 + chance / 10)))
    if poll.outcome in NO_FEED:
        state = state._replace(etag="", last_modified="", body_hash="", last_full=None)
        hours = min(2.0 * 2 ** min(failures - 1, 10), 96.0)
        return state._replace(status="not_a_feed", next_attempt=poll.at + timedelta(hours=hours * jitter))
    return state._replace(status="backing_off", next_attempt=own)
