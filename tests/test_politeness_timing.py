"""When a host is asked: pauses a domain, Retry-After for the whole host, retries, hosts that are down."""

import asyncio
import time
from dataclasses import replace
from email.utils import formatdate
from itertools import pairwise

import pytest
from loopback_names import LoopbackNames
from publisher import PAGE, Publisher, Seen, once, response

from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.client import Client, Fetched, Request
from transforms.fetch.fetch import fetch_all
from transforms.fetch.hosts import blocked_names, host_key, is_blocked, is_loopback
from transforms.fetch.once import Once
from transforms.fetch.opt_outs import WELL_KNOWN
from transforms.fetching import fetch_each

SETTINGS = FetchSettings(allow_private=True, total_timeout=5.0, connect_timeout=2.0, delay=0.0)


def ask(
    urls: list[str], settings: FetchSettings = SETTINGS, names: LoopbackNames | None = None, robots: bool = False
) -> list[Fetched | Refusal]:
    async def main() -> list[Fetched | Refusal]:
        async with Client(settings, resolver=names or LoopbackNames()) as client:
            return await asyncio.gather(*(client.get(url, robots=robots) for url in urls))

    return asyncio.run(main())


def in_turn(urls: list[str], settings: FetchSettings = SETTINGS, names: LoopbackNames | None = None) -> list[str]:
    async def main() -> list[str]:
        async with Client(settings, resolver=names or LoopbackNames()) as client:
            return [outcome(await client.get(url)) for url in urls]

    return asyncio.run(main())


def outcome(result: Fetched | Refusal) -> str:
    return result.outcome if isinstance(result, Refusal) else "ok"


def are_paced(requests: list[Seen], pause: float) -> bool:
    """Tell whether the starts lie apart, as the server saw them: a busy machine may blur one pause, not all of them."""
    closest = min(second.at - first.at for first, second in pairwise(requests))
    span = requests[-1].at - requests[0].at
    return closest > pause / 3 and span > (len(requests) - 1) * pause - pause / 2


# --- pauses ------------------------------------------------------------------------------------------------------


@pytest.mark.politeness("18", "a pause between the starts of two requests to one registrable domain")
def test_pause_spans_the_hosts_of_a_domain_and_its_hops() -> None:
    settings = replace(SETTINGS, delay=0.3)
    with Publisher() as publisher:
        hosts = ("www.example.org", "news.example.org", "example.org")
        urls = [f"http://{host}:{publisher.port}/{path}" for host in hosts for path in ("ok", "redir_302")]
        assert {outcome(result) for result in ask(urls, settings)} == {"ok"}
        assert len(publisher.requests) == 9
        assert are_paced(publisher.requests, 0.3)


@pytest.mark.politeness("18", "robots.txt and retries count for the pause")
def test_pause_holds_for_robots_and_retries() -> None:
    with Publisher() as publisher:
        urls = [f"http://example.org:{publisher.port}/{path}" for path in ("ok", "500_once")]
        assert [outcome(result) for result in ask(urls, replace(SETTINGS, delay=0.3), robots=True)] == ["ok", "ok"]
        assert len(publisher.requests) == 5  # robots.txt, tdmrep.json, and a page twice
        assert are_paced(publisher.requests, 0.3)


@pytest.mark.politeness("13", "one domain's pause delays no other, whatever the number of places")
def test_slow_domains_block_no_other() -> None:
    async def main(publisher: Publisher) -> list[str]:
        slow = [Request(f"http://slow{n}.example:{publisher.port}/ok", robots=False) for n in range(20)]
        quick = [Request(f"http://127.0.0.1:{publisher.port}/ok", robots=False) for _ in range(30)]
        requests, arrived = [*slow, *slow, *quick], []
        settings = replace(SETTINGS, delay=1.0, concurrency=2)
        async with Client(settings, resolver=LoopbackNames()) as client:
            await fetch_all(requests, settings, lambda index, _: arrived.append(requests[index].url), client)
        return arrived

    with Publisher() as publisher:
        arrived = asyncio.run(main(publisher))
        assert len(arrived) == 70
        last_quick = max(index for index, url in enumerate(arrived) if "127.0.0.1" in url)
        assert last_quick < 60  # all of them before the second round of the slow domains
        assert publisher.most_under_way <= 2


@pytest.mark.politeness("19", "waiting for the turn of a domain is no part of the deadline")
def test_waiting_for_a_turn_is_no_part_of_the_deadline() -> None:
    with Publisher() as publisher:
        urls = [f"http://example.org:{publisher.port}/ok"] * 5
        results = ask(urls, replace(SETTINGS, delay=0.2, total_timeout=0.4))
        assert {outcome(result) for result in results} == {"ok"}
        assert all(result.elapsed < 0.4 for result in results if isinstance(result, Fetched))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "news.localhost"])
def test_loopback_by_name_has_no_pause(host: str) -> None:
    with Publisher() as publisher:
        start = time.monotonic()
        ask([f"http://{host}:{publisher.port}/ok"] * 5, replace(SETTINGS, delay=30.0))
        assert time.monotonic() - start < 15


@pytest.mark.politeness("23", "Crawl-delay is a floor for the pause")
@pytest.mark.parametrize(("delay", "crawl_delay", "most", "expected"), [(0.0, 0.4, 30.0, 0.4), (0.4, 0.1, 30.0, 0.4)])
def test_crawl_delay(delay: float, crawl_delay: float, most: float, expected: float) -> None:
    settings = replace(SETTINGS, delay=delay, max_crawl_delay=most)
    with Publisher() as publisher:
        publisher.add("/robots.txt", response(f"User-agent: *\nCrawl-delay: {crawl_delay}".encode()))
        ask([f"http://example.org:{publisher.port}/ok"] * 2, settings, robots=True)
        assert len(publisher.requests) == 4
        assert are_paced(publisher.requests, expected)


@pytest.mark.fault("crawl_delay_120")
@pytest.mark.politeness("23", "up to a cap")
def test_long_crawl_delay_is_capped() -> None:
    with Publisher() as publisher:
        publisher.add("/robots.txt", response(b"User-agent: *\nCrawl-delay: 120"))
        urls = [f"http://example.org:{publisher.port}/ok"] * 2
        start = time.monotonic()
        assert [outcome(result) for result in ask(urls, replace(SETTINGS, max_crawl_delay=0.4), robots=True)] == [
            "ok",
            "ok",
        ]
        assert are_paced(publisher.requests, 0.4)
        assert time.monotonic() - start < 30


@pytest.mark.politeness("18", "requests in flight a host")
@pytest.mark.parametrize("per_host", [1, 2])
def test_so_many_in_flight_a_host(per_host: int) -> None:
    with Publisher(latency=0.03) as publisher:
        ask([f"{publisher.url}/ok"] * 8, replace(SETTINGS, per_host=per_host), robots=True)
        assert publisher.most_at_once["127.0.0.1"] == per_host


@pytest.mark.politeness("18", "connections are used again")
def test_connections_are_used_again() -> None:
    with Publisher() as publisher:
        ask([f"{publisher.url}/{path}" for path in ("ok", "feed", "redir_302", "404", "gzip_ok") * 4], robots=True)
        assert len(publisher.requests) > 20
        assert publisher.connections["127.0.0.1"] == 1


# --- Retry-After -------------------------------------------------------------------------------------------------


@pytest.mark.politeness("12", "a short Retry-After holds the whole host, then all goes on")
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_short_retry_after_holds_the_whole_host(status: str) -> None:
    with Publisher() as publisher:
        url = publisher.add("/busy", once(response(b"", status, "Retry-After: 1"), response(PAGE)))
        results = ask([url, *[f"{publisher.url}/ok"] * 5])
        assert {outcome(result) for result in results} == {"ok"}
        first, second, *_ = publisher.requests
        assert first.path == "/busy"
        assert second.at - first.at > 0.8
        assert len(publisher.requests) == 7


@pytest.mark.politeness("12", "a short Retry-After is waited for once")
def test_retry_after_is_waited_for_once() -> None:
    with Publisher() as publisher:
        url = publisher.add("/busy", response(b"", "429 Busy", "Retry-After: 1"))
        (result,) = ask([url])
        assert result == Refusal("rate_limited", "429 Busy", 1.0)
        assert len(publisher.requests) == 2


@pytest.mark.fault("429_huge")
@pytest.mark.politeness("12", "a long Retry-After closes the whole domain, without further requests")
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize("form", ["seconds", "IMF", "RFC 850", "asctime"])
def test_long_retry_after_closes_the_domain(status: str, form: str) -> None:
    moment = time.time() + 86_400
    value = {
        "seconds": "86400",
        "IMF": formatdate(moment, usegmt=True),
        "RFC 850": time.strftime("%A, %d-%b-%y %H:%M:%S GMT", time.gmtime(moment)),
        "asctime": time.asctime(time.gmtime(moment)),
    }[form]
    with Publisher() as publisher:
        publisher.add("/busy", response(b"", status, f"Retry-After: {value}"))
        hosts = ("news.example.org", *["www.example.org"] * 6)
        results = ask([f"http://{host}:{publisher.port}/busy" for host in hosts], replace(SETTINGS, delay=0.5))
        assert {outcome(result) for result in results} == {"rate_limited"}
        assert all(86_390 < result.wait <= 86_400 for result in results if isinstance(result, Refusal))
        assert len(publisher.requests) == 1


@pytest.mark.politeness("12", "Retry-After beyond the cap")
def test_retry_after_has_a_cap() -> None:
    with Publisher() as publisher:
        url = publisher.add("/busy", response(b"", "429 Busy", "Retry-After: 99999999"))
        first, second = ask([url, url], replace(SETTINGS, max_retry_after=3_600.0))
        assert isinstance(first, Refusal)
        assert isinstance(second, Refusal)
        assert first.wait == 3_600.0
        assert 3_590 < second.wait <= 3_600
        assert len(publisher.requests) == 1


@pytest.mark.fault("429_garbage")
@pytest.mark.politeness("12", "nonsense: own back-off, then the domain is left alone")
@pytest.mark.parametrize("headers", [(), ("Retry-After: soonish",), ("Retry-After: -5",), ("Retry-After: 0",)])
def test_429_without_a_usable_time(headers: tuple[str, ...]) -> None:
    with Publisher() as publisher:
        url = publisher.add("/busy", response(b"", "429 Busy", *headers))
        assert in_turn([url, f"{publisher.url}/ok", url]) == ["rate_limited"] * 3
        assert publisher.paths() == ["/busy"] * 3


@pytest.mark.politeness("12", "what is closed stays closed in the next run")
def test_closed_domains_are_not_asked() -> None:
    with Publisher() as publisher:
        urls = [f"{publisher.url}/ok", f"{publisher.url}/404"]
        closed = {host_key(urls[0]): time.time() + 500, "example.org": time.time() - 5}
        results = dict(fetch_each([Request(url) for url in urls], SETTINGS, closed))
        assert {outcome(result) for result in results.values()} == {"rate_limited"}
        assert all(490 < result.wait <= 500 for result in results.values() if isinstance(result, Refusal))
        assert publisher.connections.total() == 0
        passed = {name: time.time() - 5 for name in closed}
        assert outcome(dict(fetch_each([Request(urls[0])], SETTINGS, passed))[0]) == "ok"


@pytest.mark.politeness("12", "a redirect into a closed domain ends there")
def test_redirect_into_a_closed_domain() -> None:
    async def main(publisher: Publisher) -> Fetched | Refusal:
        async with Client(SETTINGS, resolver=LoopbackNames()) as client:
            client.close_hosts({"example.org": time.time() + 100})
            return await client.get(f"{publisher.url}/away")

    with Publisher() as publisher:
        publisher.add("/away", response(b"", "302 Found", f"Location: http://example.org:{publisher.port}/ok"))
        assert outcome(asyncio.run(main(publisher))) == "rate_limited"
        assert publisher.paths() == ["/away"]


@pytest.mark.politeness("12", "a 429 to tdmrep.json alone is no reason to give up at once")
def test_429_to_the_reservations_passes() -> None:
    with Publisher() as publisher:
        busy = once(response(b"", "429 Busy"), response(b"[]"))
        publisher.add(WELL_KNOWN, busy)
        assert [outcome(result) for result in ask([f"{publisher.url}/ok"], robots=True)] == ["ok"]
        assert publisher.paths() == ["/robots.txt", WELL_KNOWN, WELL_KNOWN, "/ok"]


# --- retries and dead hosts --------------------------------------------------------------------------------------


@pytest.mark.politeness("14", "soft failures are tried again with back-off, the others are not")
@pytest.mark.parametrize(
    ("path", "requests"),
    [("500", 3), ("close_now", 3), ("wrong_cl_long", 3), ("403_bot", 1), ("404", 1), ("410", 1), ("neg_cl", 1)],
)
def test_tries(path: str, requests: int) -> None:
    with Publisher() as publisher:
        ask([f"{publisher.url}/{path}"])
        assert len(publisher.requests) == requests


def test_tries_are_a_setting() -> None:
    with Publisher() as publisher:
        ask([f"{publisher.url}/500"], replace(SETTINGS, tries=1))
        assert len(publisher.requests) == 1


@pytest.mark.politeness("14", "retries end with the deadline")
def test_retries_end_with_the_deadline() -> None:
    with Publisher() as publisher:
        start = time.monotonic()
        ask([f"{publisher.url}/500"], replace(SETTINGS, tries=1000, total_timeout=1.0))
        assert time.monotonic() - start < 4
        assert len(publisher.requests) < 100


@pytest.mark.fault("dns_fail")
@pytest.mark.politeness("14", "a name without address is looked up twice at most")
def test_dns_is_tried_once_more() -> None:
    names = LoopbackNames(missing=("gone.example",))
    assert in_turn(["http://gone.example/"], names=names) == ["dns"]
    assert names.asked == ["gone.example"] * 2


@pytest.mark.politeness("13", "a host that is down is left alone after some failures in a row")
@pytest.mark.parametrize(
    ("host", "expected"), [("gone.example", "dns"), ("refused.example", "connection"), ("127.0.0.1", "timeout")]
)
def test_dead_host_is_left_alone(host: str, expected: str) -> None:
    with Publisher() as publisher:
        port = 1 if host == "refused.example" else publisher.port
        urls = [f"http://{host}:{port}/hang"] * 6
        names = LoopbackNames(missing=("gone.example",))
        settings = replace(SETTINGS, total_timeout=0.2, tries=1)

        async def main() -> list[Fetched | Refusal]:
            async with Client(settings, resolver=names) as client:
                return [await client.get(url) for url in urls]

        results = asyncio.run(main())
        assert [outcome(result) for result in results] == [expected] * 6
        told = [isinstance(result, Refusal) and "not asked" in result.reason for result in results]
        assert told == [False] * 3 + [True] * 3
        assert len(publisher.requests) == (3 if expected == "timeout" else 0)


def test_an_answer_makes_up_for_failures() -> None:
    with Publisher() as publisher:
        urls = [f"{publisher.url}/{path}" for path in ("close_now", "close_now", "404") * 3]
        assert in_turn(urls, replace(SETTINGS, tries=1)) == ["connection", "connection", "http_404"] * 3
        assert len(publisher.requests) == 9


@pytest.mark.politeness("13", "one host's failure delays no other")
def test_failures_of_one_host_delay_no_other() -> None:
    with Publisher(("127.0.0.1", "127.0.0.2")) as publisher:
        slow = [f"{publisher.url_of('127.0.0.1')}/hang"] * 4
        urls = [*slow, *[f"{publisher.url_of('127.0.0.2')}/ok"] * 20]
        arrived: list[int] = []
        settings = replace(SETTINGS, total_timeout=0.5)
        requests = [Request(url, robots=False) for url in urls]
        asyncio.run(fetch_all(requests, settings, lambda index, _: arrived.append(index)))
        assert sorted(arrived[-4:]) == [0, 1, 2, 3]


# --- refused by the settings -------------------------------------------------------------------------------------


@pytest.mark.politeness("19", "blocked domains and other ports, on every hop")
def test_blocked_domain_is_never_asked() -> None:
    with Publisher() as publisher:
        settings = replace(SETTINGS, blocked_domains=("example.org", "*.Example.net"))
        away = publisher.add("/away", response(b"", "302 Found", f"Location: http://a.example.net:{publisher.port}/ok"))
        hosts = ("example.org", "www.example.org", "EXAMPLE.org.", "myexample.org")
        results = ask([*(f"http://{host}:{publisher.port}/ok" for host in hosts), away], settings)
        assert [outcome(result) for result in results] == [*["blocked_domain"] * 3, "ok", "blocked_domain"]
        assert sorted(publisher.paths()) == ["/away", "/ok"]


@pytest.mark.fault("bad_port")
def test_ports_are_a_setting() -> None:
    settings = replace(SETTINGS, allow_private=False, ports=(80, 81))
    assert in_turn(["http://example.org:82/"], settings) == ["blocked_address"]
    assert in_turn(["http://example.org:81/"], settings) == ["blocked_address"]  # by its address: it is the loopback


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("http://NEWS.Example.ORG:8080/", "example.org"),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("https://127.0.0.1:443/", "127.0.0.1"),
        ("http://[::1]:81/", "[::1]:81"),
        ("http://localhost:81/", "localhost"),
        ("", ""),
        ("http://[half", ""),
    ],
)
def test_host_key(url: str, key: str) -> None:
    assert host_key(url) == key


def test_loopback_names_and_blocked_names() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "a.localhost.")))
    assert not any(map(is_loopback, ("10.0.0.1", "localhost.example.org", "example.org", "")))
    names = blocked_names(["*.Example.org", ".b.c", "bücher.example", ""])
    assert names == {"example.org", "b.c", "xn--bcher-kva.example"}
    assert is_blocked("a.b.c", names)
    assert not is_blocked("ab.c", names)


@pytest.mark.politeness("22", "kept as long as it holds, then asked for once more")
def test_once_makes_a_value_again_when_it_is_over() -> None:
    made: list[str] = []

    async def make(key: str) -> tuple[int, float]:
        made.append(key)
        await asyncio.sleep(0)
        if key == "broken":
            raise KeyError(key)
        return len(made), 0.0 if key == "short" else 60.0

    async def main() -> None:
        values = Once(make)
        assert await asyncio.gather(*(values.of("long") for _ in range(5))) == [1] * 5
        assert await values.of("long") == 1
        assert [await values.of("short"), await values.of("short")] == [2, 3]
        for _ in range(2):
            with pytest.raises(KeyError):
                await values.of("broken")
        waiting = asyncio.create_task(values.of("other"))
        await asyncio.sleep(0)
        waiting.cancel()
        assert await values.of("other") == 6  # who gives up takes it from nobody
        await values.close()

    asyncio.run(main())
    assert made == ["long", "short", "short", "broken", "broken", "other"]
