"""Subscribe to feeds, change and end subscriptions: rows of `feeds`, committed like everything else. No Beam."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from lake import log
from lake.commit import commit
from lake.feeds import feed_states, subscription_row
from lake.run import Run
from lake.store import Store
from lake.writer import write_rows
from schemas.records import FeedState
from transforms.article.ids import digest
from transforms.fetch.feed_lists import Subscription
from transforms.fetch.urls import url_key


def feed_id(url: str) -> str:
    """Name a feed by the URL key of the address it is subscribed by, so that spellings of one address are one feed."""
    try:
        return digest("feed", url_key(url))
    except ValueError:
        return digest("feed", url)


def is_local(url: str) -> bool:
    """Tell a feed file's path from an address."""
    return url.startswith("/")


def new_state(subscription: Subscription) -> FeedState:
    """Return a feed that was never polled."""
    return FeedState(feed_id(subscription.url), subscription.url, subscription.name, subscription.tags)


def subscribe(store: Store, run: Run, wanted: Iterable[Subscription]) -> list[FeedState]:
    """Subscribe to the feeds that are not subscribed yet, and return all that are wanted, as the lake knows them.

    A feed file is read without being subscribed. What stands of a subscription is left as it is.

    Raises:
        StoreError: the lake can not be read or written.

    """
    states = {state.feed_id: state for state in map(new_state, wanted)}
    there = {state.feed_id: state for state in feed_states(store)} if states else {}
    new = [state for name, state in states.items() if name not in there and not is_local(state.url)]
    change(store, run, new)
    return [there.get(name, state) for name, state in states.items()]


def change(store: Store, run: Run, states: Sequence[FeedState], removed: Sequence[FeedState] = ()) -> None:
    """Write subscriptions as they are now, and end those that are `removed`.

    Raises:
        StoreError: the lake can not be written.

    """
    if not (states or removed):
        return
    now = datetime.now(UTC)
    rows = (
        ("feeds", now.date(), subscription_row(state, now, run.run_id, gone))
        for gone, group in ((False, states), (True, removed))
        for state in group
    )
    commit(store, run.run_id, write_rows(store, run.run_id, rows), log.head(store))
