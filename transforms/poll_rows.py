"""Make the rows that a poll of a feed leaves: one of `feed_fetches`, one of `sightings` for each entry that is new."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from lake.feeds import learned_columns
from schemas.records import FeedState, Stamp
from transforms.article.ids import digest
from transforms.fetch.schedule import Poll
from transforms.fetch.sighted import Sighted
from transforms.rows import Row


def sighting_row(state: FeedState, entry: Sighted, edited: bool, stamp: Stamp) -> Row:
    """Make the row of `sightings`."""
    row = entry._asdict()
    row["flags"] = [*entry.flags, "edited"] if edited else entry.flags
    return row | {
        "feed_id": state.feed_id,
        "feed_url": state.url,
        "seen_at": stamp.started_at,
        "run_id": stamp.run_id,
    }


class Polled(NamedTuple):
    """A feed on its way: how it stood, what the server answered, when."""

    state: FeedState
    at: datetime
    body: bytes = b""
    content_type: str = ""
    final_url: str = ""
    status: int | None = None
    headers: Mapping[str, str] = {}
    seconds: float = 0.0
    permanent_url: str = ""

    @property
    def body_hash(self) -> str:
        """Name the body."""
        return digest(self.body) if self.body else ""


def fetch_row(polled: Polled, after: FeedState, poll: Poll, edited: int, kind: str) -> Row:
    """Make the row of `feed_fetches`: the poll, and the state after it."""
    return {
        "feed_id": after.feed_id,
        "feed_url": after.url,
        "fetch_url": polled.state.fetch_url or polled.state.url,
        "final_url": polled.final_url,
        "status_code": polled.status,
        "outcome": poll.outcome,
        "seconds": polled.seconds,
        "bytes": len(polled.body),
        "kind": kind,
        "entries": poll.entries,
        "new_entries": poll.new,
        "edited_entries": edited,
        **learned_columns(after),
        "reason": after.reason or poll.reason,
        "last_fetch_attempt": polled.at,
    }
