"""The pool answers in records, whatever its workers meet."""

import os
import time
from collections.abc import Iterator

import pytest

from schemas.records import Refusal
from schemas.settings import ProcessSettings
from transforms.pool import Pool, shared_pool


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    made = Pool(ProcessSettings(pool_size=1, timeout=1.0, tagger="none"))
    yield made
    made.close()


@pytest.fixture
def ready(pool: Pool) -> Pool:
    assert pool.result(pool.submit(abs, -3)) == 3
    return pool


def test_a_call_that_computes_for_too_long_is_killed_and_the_next_one_runs(ready: Pool) -> None:
    hanging, next_one = ready.submit(sum, range(10**12)), ready.submit(abs, -1)
    refusal = Refusal("processing_timeout", "took more than 1 s of CPU time; its worker was killed")
    assert ready.result(hanging) == refusal
    assert not ready.died(hanging)
    assert ready.result(next_one) == 1


def test_a_call_that_waits_costs_no_time_of_its_own(ready: Pool) -> None:
    assert ready.result(ready.submit(time.sleep, 1.5)) is None


def test_a_call_that_does_nothing_for_ever_is_killed_by_the_clock(ready: Pool) -> None:
    hanging, next_one = ready.submit(time.sleep, 600), ready.submit(abs, -1)
    assert ready.result(hanging) == Refusal("processing_timeout", "took longer than 6 s; its worker was killed")
    assert ready.result(next_one) == 1


def test_a_worker_that_dies_is_a_refusal(ready: Pool) -> None:
    refusal = ready.result(ready.submit(os._exit, 3))
    assert refusal.outcome == "processing_error"
    assert "exit code 3" in refusal.reason


def test_an_exception_is_a_refusal_that_names_it(ready: Pool) -> None:
    assert ready.result(ready.submit(int, "x")).reason.startswith("ValueError: invalid literal")


def test_an_endless_reason_is_cut(ready: Pool) -> None:
    assert len(ready.result(ready.submit(int, "x" * 10_000)).reason) <= 500


def test_a_process_has_one_pool_for_the_same_settings() -> None:
    settings = ProcessSettings(pool_size=1, tagger="none", timeout=7.0)
    assert shared_pool(settings) is shared_pool(ProcessSettings(pool_size=1, tagger="none", timeout=7.0))
    shared_pool(settings).close()
