"""What a run did, added up from its own entries in the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.errors import StoreError
from transforms.fetch.feed_lists import Subscription


@dataclass
class Summary:
    """Counts of what a run has committed, and of what it found known or pending already."""

    run_id: str
    counts: dict[str, int] = field(default_factory=dict)  # rows by table, removed lines
    outcomes: dict[str, int] = field(default_factory=dict)
    references: int = 0  # everything that was named to the run
    handed_out: int = 0  # of them, what was read or fetched
    left: int = 0  # of them, what is left to a further slice or run
    feeds_later: int = 0  # that were not due
    corrections: dict[int, int] = field(default_factory=dict)  # articles in which each correction found something
    notes: list[str] = field(default_factory=list)
    found_feeds: list[Subscription] = field(default_factory=list)  # that pages have named which were given as feeds
    interrupted: bool = False

    def add_slice(self, committed: Sequence[dict[str, Any]], counters: dict[str, int]) -> None:
        """Add what a slice has committed to what it has counted on the way.

        Raises:
            StoreError: the ledger does not add up; each reference has to end in exactly one place.

        """
        before = sum(self.outcomes.values())
        for counts in committed:
            self.add(counts)
        for name in ("known", "pending", "filtered", "duplicate", "unchanged", "refused"):
            self.add_outcome(name, counters.get(name, 0))
        self.counts["learned"] = self.counts.get("learned", 0) + counters.get("learned", 0)
        for name, times in counters.items():
            if name.startswith("names."):
                number = int(name.removeprefix("names."))
                self.corrections[number] = self.corrections.get(number, 0) + times
        self.handed_out += counters.get("handed_out", 0)
        self.left += counters.get("left", 0)
        self.references += counters.get("references", 0)
        ended = sum(self.outcomes.values()) - before + counters.get("left", 0)
        if ended != counters.get("references", 0):
            named = counters.get("references", 0)
            raise StoreError(f"the ledger does not add up: {named} references were read, {ended} have an end")

    def add(self, counts: dict[str, Any]) -> None:
        """Add the counts of one entry of the log."""
        for name, number in counts.items():
            if name == "outcomes":
                for outcome, times in number.items():
                    self.add_outcome(outcome, times)
            else:
                self.counts[name] = self.counts.get(name, 0) + number

    def add_outcome(self, outcome: str, times: int) -> None:
        """Add to one outcome."""
        if times:
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + times

    @property
    def feeds_polled(self) -> int:
        """Count the polls of subscribed feeds."""
        return self.counts.get("feed_fetches", 0)

    @property
    def documents(self) -> int:
        """Count the documents that came to an end, whichever."""
        return sum(self.outcomes.values())
