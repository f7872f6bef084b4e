"""When a link that failed is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.outcomes import OUTCOMES, PENDING
from schemas.records import Reference, Refused
from schemas.settings import FeedSettings
from transforms.fetch.pending import tried

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LINK = Reference("a" * 32, "a" * 32, "", "https://example.org/1", "link", 0, "https://example.org/1", "", "")
SETTINGS = FeedSettings()


def failed(outcome: str, reference: Reference = LINK) -> Refused:
    return Refused(reference, "FetchPages", outcome, "no reason")


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
def test_only_what_may_pass_is_tried_again(outcome: str) -> None:
    found = tried(failed(outcome), NOW, 0.5, SETTINGS)
    assert (found.retry_at is not None) == (outcome in PENDING)
    local = failed(outcome, LINK._replace(kind="html"))
    assert tried(local, NOW, 0.5, SETTINGS) == local


@pytest.mark.politeness("14", "links back off with jitter and are given up after three days, in the ledger")
@given(st.lists(st.floats(0, 1), min_size=40, max_size=40), st.sampled_from(sorted(PENDING - {"deferred"})))
def test_waits_grow_and_end(chances: list[float], outcome: str) -> None:
    now, reference, waits = NOW, LINK, []
    for chance in chances:
        found = tried(failed(outcome, reference), now, chance, SETTINGS)
        if found.retry_at is None:
            break
        waits.append(found.retry_at - now)
        now, reference = found.retry_at, found.reference
    assert found.outcome == "gave_up"
    assert outcome in found.reason
    assert now - NOW == timedelta(SETTINGS.retry_days)
    assert found.reference.attempt == len(waits) + 1
    assert all(timedelta(minutes=10) < wait <= timedelta(hours=30) for wait in waits[:-1])
    assert 4 <= len(waits) <= 9


@pytest.mark.politeness("12", "a link waits as long as the server says")
def test_the_servers_wish_is_kept_beyond_the_days_of_retrying() -> None:
    found = tried(failed("rate_limited"), NOW, 0.0, SETTINGS, wait=5 * 86_400)
    assert found.retry_at == NOW + timedelta(5)
    last = tried(failed("rate_limited", found.reference), found.retry_at, 0.0, SETTINGS, wait=60)
    assert last.outcome == "gave_up"


def test_what_was_put_off_is_due_at_once_and_has_not_been_tried() -> None:
    found = tried(failed("deferred"), NOW, 0.9, SETTINGS)
    assert (found.retry_at, found.reference.attempt) == (NOW, 0)
    assert found.reference.first_seen_at
