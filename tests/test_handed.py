"""What a stream has handed out comes again when its state in the lake has changed, or after a long time."""

import pytest

from pipelines import what_is_due
from pipelines.what_is_due import Handed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give a clock that is put forward by hand."""
    now = [0.0]
    monkeypatch.setattr(what_is_due, "monotonic", lambda: now[0])
    return now


def test_what_is_on_its_way_is_not_handed_out_twice(clock: list[float]) -> None:
    handed = Handed(60)
    assert handed.take({"a": 1, "b": 1}, 10) == {"a", "b"}
    assert handed.take({"a": 1, "b": 1}, 10) == set()
    assert handed.take({"a": 1, "b": 2, "c": 1}, 10) == {"b", "c"}  # b came back, and is due again
    clock[0] = 59
    assert handed.take({"a": 1, "b": 2}, 10) == set()
    clock[0] = 60
    assert handed.take({"a": 1, "b": 2}, 10) == {"a", "b"}  # whoever had them may be gone


def test_what_was_not_due_in_between_is_handed_out_again(clock: list[float]) -> None:
    handed = Handed(60)
    assert handed.take({"a": 1}, 10) == {"a"}
    assert handed.take({}, 10) == set()
    assert handed.take({"a": 1}, 10) == {"a"}


def test_the_rest_waits_for_the_next_tick(clock: list[float]) -> None:
    handed = Handed(60)
    states = dict.fromkeys("abcde", 0)
    first = handed.take(states, 3)
    assert len(first) == 3
    assert handed.take(states, 3) == set("abcde") - first
