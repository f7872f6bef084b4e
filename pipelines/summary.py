"""What a run did, added up from its own entries in the log."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Summary:
    """Counts of what a run has committed, and of what it found known already."""

    run_id: str
    counts: dict[str, int] = field(default_factory=dict)  # articles, mentions, removed, dead_letters
    outcomes: dict[str, int] = field(default_factory=dict)
    interrupted: bool = False

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
    def documents(self) -> int:
        """Count the documents that came to an end, whichever."""
        return sum(self.outcomes.values())
