"""A store that is away is waited for, and what can not be waited out ends."""

import pytest

from pipelines.outage import LONGEST, PATIENCE, REMIND, UNKNOWN, Outage, is_refusal
from schemas.errors import SettingsError, StoreError


class World:
    """A clock that is put forward by hand, and what was said."""

    def __init__(self) -> None:
        self.now = 0.0
        self.said: list[str] = []
        self.outage = Outage(self.said.append, lambda: self.now)


def caused(cause: Exception) -> SettingsError:
    error = SettingsError("the lake can not be used")
    error.__cause__ = cause
    return error


class Refused(Exception):
    code = "InvalidAccessKeyId"


def test_an_outage_is_said_once_and_its_end_too() -> None:
    world = World()
    waits = []
    while world.now < REMIND * 1.5:
        world.outage.goes_on(caused(ConnectionError("no answer")))
        waits.append(world.outage.wait)
        world.now += world.outage.wait
    assert len(world.said) == 2
    assert world.said[0] == "waiting, nothing is lost: the lake can not be used"
    assert world.said[1].startswith("waiting for 60 minutes now")
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == LONGEST
    world.outage.over()
    assert world.said[2].startswith("going on after 54")
    assert world.outage.wait == 0
    world.outage.over()
    assert len(world.said) == 3


def test_a_refusal_is_waited_for_no_longer_than_it_takes_to_change_keys() -> None:
    world = World()
    world.outage.goes_on(caused(Refused()))
    world.now = PATIENCE - 1
    world.outage.goes_on(caused(Refused()))
    world.now = PATIENCE
    with pytest.raises(StoreError, match="refused for 15 minutes: the lake can not be used"):
        world.outage.goes_on(caused(Refused()))


def test_an_outage_after_a_refusal_begins_anew() -> None:
    world = World()
    for _ in range(4):
        world.outage.goes_on(caused(Refused()))
        world.now += PATIENCE - 1
        world.outage.goes_on(caused(TimeoutError()))


def test_errors_that_nobody_knows_end_it_when_they_go_on() -> None:
    world = World()
    for _ in range(UNKNOWN - 1):
        world.outage.goes_on(RuntimeError("Traceback\nValueError: no idea\n"))
    assert world.said == ["waiting, nothing is lost: failed, trying again: RuntimeError: ValueError: no idea"]
    world.outage.over()
    for _ in range(UNKNOWN - 1):
        world.outage.goes_on(RuntimeError(""))
    with pytest.raises(StoreError, match="failed 3 times in a row: RuntimeError: ValueError: no idea"):
        world.outage.goes_on(RuntimeError("ValueError: no idea"))


def test_no_keys_are_a_refusal_and_silence_is_none() -> None:
    assert is_refusal(SettingsError("no keys"))
    assert is_refusal(caused(PermissionError()))
    assert not is_refusal(caused(ConnectionError()))
    assert not is_refusal(StoreError("the store is away"))
