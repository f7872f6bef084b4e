"""What is due now: feeds to poll, links to try again, and the hosts that refuse. No Beam."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from lake.known import Known
from pipelines.inputs import Inputs
from pipelines.subscribing import feed_id
from schemas.records import FeedState, Reference
from transforms.fetch.hosts import host_key
from transforms.fetch.schedule import due


def feeds_meant(states: Sequence[FeedState], inputs: Inputs) -> list[FeedState]:
    """Return the subscribed feeds that the inputs mean: those they name, or all where they name none."""
    names = {feed_id(subscription.url) for subscription in inputs.feeds}
    return [state for state in states if not names or state.feed_id in names]


class DueFeeds(NamedTuple):
    """The feeds of a run, by whether it polls them."""

    now: list[FeedState]
    later: list[FeedState]


def due_feeds(states: Iterable[FeedState], now: datetime, named: bool, force: bool) -> DueFeeds:
    """Sort feeds by whether they are due; one that the user `named` need not wait for its turn, nor any by `force`."""
    found = DueFeeds([], [])
    for state in states:
        (found.now if due(state, now, named, force) else found.later).append(state)
    return found


def due_links(known: Known, inputs: Inputs, now: datetime, force: bool = False) -> list[Reference]:
    """Return the pending links that a run tries again: of the feeds or the list it was given, else all.

    `force` takes those whose time has not come, but for those that the server has asked to wait for.
    """
    feeds = {subscription.url for subscription in inputs.feeds}
    found = []
    for _, wait in known.waiting():
        ready = wait.retry_at <= now or (force and wait.outcome != "rate_limited")
        reference = wait.reference
        mine = inputs.is_what_is_due or reference.feed_url in feeds or (bool(inputs.urls) and not reference.feed_url)
        if ready and mine:
            found.append(reference)
    return found


def closed_hosts(states: Sequence[FeedState], known: Known) -> dict[str, float]:
    """Return the hosts that have asked for patience, with the UNIX time until which they are left alone."""
    asked = [(state.fetch_url or state.url, state.not_before) for state in states if state.not_before]
    asked += [(wait.reference.url, wait.retry_at) for _, wait in known.waiting() if wait.outcome == "rate_limited"]
    closed: dict[str, float] = {}
    for url, until in asked:
        host = host_key(url)
        closed[host] = max(closed.get(host, 0.0), until.timestamp())
    return closed
