"""Let the document decide on the type of a name that it uses several times."""

from collections import Counter, defaultdict
from typing import Final

from transforms.article.names.labels import DATE, ORG, PERSON
from transforms.article.names.page import Page

#: What a mention's label weighs, 1 where it is not named: ORG is what models say of names they do not know, and of a
#: place and a person that are as many the place is right more often.
WEIGHTS: Final = {PERSON: 0.9, ORG: 0.7, DATE: 0.5}


def vote_on_types(page: Page) -> Page:
    """Give every mention of one surface the label that more than half of their votes are for, if there is one.

    A mention in the title counts half, since headlines in capitals mislead a model.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name in page.names:
        weight = WEIGHTS.get(name.label, 1.0) * (0.5 if name.start < page.body else 1.0)
        votes[page.surface(name)][name.label] += weight  # type: ignore[assignment]
    winners = {surface: _winner(labels) for surface, labels in votes.items() if len(labels) > 1}
    if not winners:
        return page
    return page.with_names(
        name._replace(label=label) if (label := winners.get(page.surface(name))) else name for name in page.names
    )


def _winner(labels: Counter[str]) -> str:
    """Return the label with more than half of the votes, `""` without one."""
    label = max(labels, key=lambda label: labels[label])
    return label if labels[label] > sum(labels.values()) / 2 else ""
