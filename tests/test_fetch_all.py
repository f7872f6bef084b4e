"""Many URLs at once: hosts side by side, one host never more often than allowed, a busy consumer holds back."""

import asyncio
import re
import time
from dataclasses import replace

import pytest
from loopback_names import LoopbackNames
from publisher import PAGE, Publisher, response

from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.client import Client, Fetched, Request
from transforms.fetch.fetch import fetch_all
from transforms.fetching import fetch_each
from transforms.stop import STOP

SETTINGS = FetchSettings(allow_private=True, total_timeout=5.0, concurrency=20)
HOSTS = tuple(f"127.0.0.{number}" for number in range(2, 12))


def plain(urls: list[str]) -> list[Request]:
    return [Request(url, robots=False) for url in urls]


def gather(urls: list[str], settings: FetchSettings = SETTINGS) -> dict[int, Fetched | Refusal]:
    results: dict[int, Fetched | Refusal] = {}

    def done(index: int, result: Fetched | Refusal) -> None:
        assert index not in results
        results[index] = result

    asyncio.run(fetch_all(plain(urls), settings, done))
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


@pytest.mark.politeness("18", "so many in flight a host, over one connection each")
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


@pytest.mark.politeness("13", "a host that hangs delays no other")
def test_a_host_that_hangs_delays_no_other() -> None:
    with Publisher(HOSTS) as publisher:
        urls = [f"{publisher.url}/hang"] + [f"{publisher.url_of(host)}/ok" for host in HOSTS[1:] for _ in range(5)]
        arrived: list[int] = []
        settings = replace(SETTINGS, total_timeout=1.0)
        asyncio.run(fetch_all(plain(urls), settings, lambda index, _: arrived.append(index)))
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

        task = asyncio.create_task(fetch_all(plain(urls), replace(SETTINGS, concurrency=4), done))
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
        asyncio.run(fetch_all(plain([f"{publisher.url}/ok"] * 3), SETTINGS, done))


def test_cancelled_in_the_middle_leaves_nothing_open() -> None:
    async def main(publisher: Publisher) -> None:
        async with Client(SETTINGS) as client:
            task = asyncio.create_task(
                fetch_all(plain([f"{publisher.url}/hang"] * 3), SETTINGS, lambda *_: None, client)
            )
            while not publisher.requests:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert isinstance(await client.get(f"{publisher.url}/ok"), Fetched)

    with Publisher() as publisher:
        asyncio.run(main(publisher))


def test_hosts_in_one_thread_of_its_own_hold_back_too() -> None:
    """Drive the bridge to a synchronous room: all arrive, though the room takes its time."""
    with Publisher(HOSTS) as publisher:
        requests = plain([f"{publisher.url_of(host)}/ok" for host in HOSTS for _ in range(10)])
        places = []
        for index, result in fetch_each(requests, SETTINGS):
            assert isinstance(result, Fetched)
            places.append(index)
        assert sorted(places) == list(range(100))


def test_the_wish_to_stop_ends_it_early() -> None:
    with Publisher(HOSTS, latency=0.05) as publisher:
        requests = plain([f"{publisher.url_of(host)}/ok" for host in HOSTS for _ in range(50)])
        came = 0
        try:
            for _ in fetch_each(requests, SETTINGS):
                came += 1
                STOP.request()
        finally:
            STOP.clear()
        assert 1 <= came < 500


def test_requests_differ_in_what_they_ask_for() -> None:
    with Publisher() as publisher:
        publisher.add("/robots.txt", response(b"User-agent: *\nDisallow: /"))
        requests = [
            Request(f"{publisher.url}/etag_weak", {"If-None-Match": 'W/"abc"'}, robots=False),
            Request(f"{publisher.url}/ok"),
        ]
        found = dict(fetch_each(requests, SETTINGS))
        assert isinstance(found[0], Fetched)
        assert found[0].status == 304
        assert isinstance(found[1], Refusal)
        assert found[1].outcome == "robots"
        assert sorted(publisher.paths()) == ["/etag_weak", "/robots.txt"]


@pytest.mark.parametrize(("concurrency", "per_host", "robots"), [(1, 1, True), (3, 2, True), (50, 1, False)])
def test_all_behaviours_at_once_come_to_an_end(concurrency: int, per_host: int, robots: bool) -> None:
    """Mix everything that a server may do over ten names: each address has one result, and no place is lost."""

    async def main(publisher: Publisher) -> list[int]:
        names = LoopbackNames({f"host{n}.example": host for n, host in enumerate(HOSTS)}, missing=("host3.example",))
        paths = [path for path in publisher.known_paths() if not re.search("bomb|429|huge", path)]
        requests = [
            Request(f"http://host{n}.example:{publisher.port}{path}", robots=robots)
            for n in range(len(HOSTS))
            for path in paths[n :: len(HOSTS)]
        ]
        arrived: list[int] = []
        settings = replace(
            SETTINGS,
            concurrency=concurrency,
            per_host=per_host,
            total_timeout=0.3,
            delay=0.01,
            tries=2,
            max_body=250_000,
        )
        async with Client(settings, resolver=names) as client:
            await fetch_all(requests, settings, lambda index, _: arrived.append(index), client)
            again = [client.place() for _ in range(concurrency)]
            async with asyncio.timeout(1):
                for place in again:
                    await place.take()
        assert sorted(arrived) == list(range(len(requests)))
        assert len(asyncio.all_tasks()) == 1
        return arrived

    with Publisher(HOSTS) as publisher:
        assert len(asyncio.run(main(publisher))) > 60


def test_cancelled_while_robots_is_on_its_way() -> None:
    async def main(publisher: Publisher) -> None:
        async with Client(SETTINGS) as client:
            requests = [Request(f"{publisher.url}/ok")] * 3
            task = asyncio.create_task(fetch_all(requests, SETTINGS, lambda *_: None, client))
            while not publisher.requests:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert len(asyncio.all_tasks()) == 1

    with Publisher() as publisher:
        publisher.add("/robots.txt", publisher.answer_of("/hang"))
        asyncio.run(main(publisher))
        assert publisher.paths() == ["/robots.txt"]


@pytest.mark.politeness("12", "a host that asked for patience is not asked by a later part of the run")
def test_patience_outlives_a_call() -> None:
    with Publisher() as publisher:
        urls = [publisher.url + "/429_huge", publisher.url + "/ok"]
        settings = FetchSettings(allow_private=True)
        found = [dict(fetch_each([Request(url, robots=False)], settings))[0] for url in urls]
        assert publisher.paths() == ["/429_huge"]
    assert [getattr(result, "outcome", "") for result in found] == ["rate_limited"] * 2
