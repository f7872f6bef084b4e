"""Many URLs at once: hosts side by side, one host never more often than allowed, a busy consumer holds back."""

import asyncio
import time
from dataclasses import replace

import pytest
from publisher import PAGE, Publisher, response

from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.client import Client, Fetched
from transforms.fetch.fetch import fetch_all

SETTINGS = FetchSettings(allow_private=True, total_timeout=5.0, concurrency=20)
HOSTS = tuple(f"127.0.0.{number}" for number in range(2, 12))


def gather(urls: list[str], settings: FetchSettings = SETTINGS) -> dict[int, Fetched | Refusal]:
    results: dict[int, Fetched | Refusal] = {}

    def done(index: int, result: Fetched | Refusal) -> None:
        assert index not in results
        results[index] = result

    asyncio.run(fetch_all(urls, settings, done))
    return results


def test_every_url_has_one_result_at_its_place() -> None:
    with Publisher(HOSTS) as publisher:
        urls = [f"{publisher.url_of(host)}/page{n}" for n in range(5) for host in HOSTS]
        for url in urls:
            path = "/" + url.rpartition("/")[2]
            publisher.add(path, response(PAGE + path.encode()))
        urls.insert(7, "not an address")
        results = gather(urls)
        assert sorted(results) == list(range(len(urls)))
        assert isinstance(results.pop(7), Refusal)
        for index, result in results.items():
            assert isinstance(result, Fetched), result
            assert (result.url, result.body) == (urls[index], PAGE + b"/" + urls[index].rpartition("/")[2].encode())


def test_no_urls() -> None:
    assert gather([]) == {}


@pytest.mark.parametrize(("per_host", "seconds"), [(1, 0.4), (2, 0.2)])
def test_hosts_side_by_side_and_each_within_its_slots(per_host: int, seconds: float) -> None:
    with Publisher(HOSTS, latency=0.05) as publisher:
        urls = [f"{publisher.url_of(host)}/ok" for host in HOSTS for _ in range(8)]
        start = time.monotonic()
        results = gather(urls, replace(SETTINGS, per_host=per_host))
        elapsed = time.monotonic() - start
        assert all(isinstance(result, Fetched) for result in results.values())
        assert set(publisher.most_at_once.values()) == {per_host}
        assert max(publisher.connections.values()) == per_host
        assert seconds <= elapsed < len(urls) * 0.05 / 2  # far below one after the other


def test_no_more_under_way_than_the_settings_say() -> None:
    with Publisher(HOSTS, latency=0.05) as publisher:
        gather([f"{publisher.url_of(host)}/ok" for host in HOSTS for _ in range(2)], replace(SETTINGS, concurrency=3))
        assert publisher.most_under_way <= 3


def test_a_host_that_hangs_delays_no_other() -> None:
    with Publisher(HOSTS) as publisher:
        urls = [f"{publisher.url}/hang"] + [f"{publisher.url_of(host)}/ok" for host in HOSTS[1:] for _ in range(5)]
        arrived: list[int] = []
        settings = replace(SETTINGS, total_timeout=1.0)
        asyncio.run(fetch_all(urls, settings, lambda index, _: arrived.append(index)))
        assert arrived[-1] == 0


def test_busy_consumer_holds_the_rest_back() -> None:
    async def main(publisher: Publisher) -> int:
        urls = [f"{publisher.url_of(host)}/ok" for host in HOSTS for _ in range(10)]
        released, full = asyncio.Event(), asyncio.Event()
        waiting = 0

        async def done(index: int, result: Fetched | Refusal) -> None:
            nonlocal waiting
            waiting += 1
            if waiting == 4:
                full.set()
            await released.wait()

        task = asyncio.create_task(fetch_all(urls, replace(SETTINGS, concurrency=4), done))
        await full.wait()
        await asyncio.sleep(0.05)  # time in which more would be asked for, if it were not held back
        asked = len(publisher.requests)
        released.set()
        await task
        assert len(publisher.requests) == len(urls)
        return asked

    with Publisher(HOSTS) as publisher:
        assert asyncio.run(main(publisher)) == 4


def test_what_the_consumer_raises_ends_it() -> None:
    def done(index: int, result: Fetched | Refusal) -> None:
        raise KeyError("full")

    with Publisher() as publisher, pytest.raises(KeyError, match="full"):
        asyncio.run(fetch_all([f"{publisher.url}/ok"] * 3, SETTINGS, done))


def test_cancelled_in_the_middle_leaves_nothing_open() -> None:
    async def main(publisher: Publisher) -> None:
        async with Client(SETTINGS) as client:
            task = asyncio.create_task(fetch_all([f"{publisher.url}/hang"] * 3, SETTINGS, lambda *_: None, client))
            while not publisher.requests:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert isinstance(await client.get(f"{publisher.url}/ok"), Fetched)

    with Publisher() as publisher:
        asyncio.run(main(publisher))
