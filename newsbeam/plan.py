"""Say what a run would do, and do nothing."""

from dataclasses import replace
from datetime import UTC, datetime

from lake.feeds import feed_states
from lake.known import known
from lake.snapshot import has_begun
from lake.store import open_store
from pipelines.due import due_feeds, due_links
from pipelines.inputs import Inputs
from pipelines.subscribing import new_state
from schemas.records import FeedState
from schemas.settings import Settings


def states_of(settings: Settings) -> list[FeedState]:
    """Return the subscribed feeds of a lake that need not be there yet.

    Raises:
        StoreError: the lake can not be read.

    """
    store = open_store(replace(settings.lake, patience=0.0))
    return feed_states(store) if has_begun(store) else []


def print_plan(settings: Settings, inputs: Inputs) -> int:
    """Print the files, feeds and links that a run would take, with nothing written and nothing asked for."""
    now = datetime.now(UTC)
    there = {state.feed_id: state for state in states_of(settings)}
    named = [there.get(state.feed_id, state) for state in map(new_state, inputs.feeds)]
    feeds = named if inputs.feeds else list(there.values()) if inputs.is_what_is_due else []
    wanted = due_feeds(feeds, now, bool(inputs.feeds), settings.force)
    for path in inputs.paths:
        print(f"read   {path}")
    if inputs.urls:
        print(f"fetch  the addresses of {inputs.urls}")
    for state in wanted.now:
        print(f"poll   {state.url}  ({state.status})")
    for state in wanted.later:
        when = f"due {state.next_attempt:%Y-%m-%d %H:%M} UTC" if state.next_attempt else "paused"
        print(f"later  {state.url}  ({when if state.enabled else 'paused'})")
    if there and not (inputs.paths and not (inputs.feeds or inputs.urls)):
        cache = known(settings.lake)
        cache.refresh()
        for reference in due_links(cache, inputs, now, settings.force):
            print(f"again  {reference.url}  (try {reference.attempt + 1})")
    return 0
