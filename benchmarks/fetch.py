"""The fetch stage against urllib3 with 50 threads and trafilatura's buffered downloads, on the loopback.

Run: python -m benchmarks.fetch [ARTICLES [HOSTS [ROUNDS]]]

A server process of its own answers each request after 100 ms, on as many loopback addresses as there are hosts, each an
article of its own. All three ask a host one thing at a time. newsbeam asks for robots.txt and tdmrep.json as well, the
others do not. The floor is articles / hosts × 100 ms. Target: 3.5 s for 1,000 articles on 50 hosts, whose floor is 2 s.
"""

import asyncio
import logging
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

from schemas.settings import FetchSettings

#: Seconds before a server answers.
LATENCY = 0.1
BODY = b"<html><body><article><h1>A quiet day</h1>" + b"<p>Nothing was decided in Ravenmoor.</p>" * 1_000


def serve(hosts: Sequence[str], pipe: Connection) -> None:
    """Serve until terminated; sends the port that all hosts have."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                found = b"/article" in head.partition(b"\r\n")[0]
                await asyncio.sleep(LATENCY)
                body, status = (BODY, b"200 OK") if found else (b"", b"404 Not Found")
                head = b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
                writer.write(head + body)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        port = 0
        for host in hosts:
            server = await asyncio.start_server(answer, host, port, backlog=512)
            port = server.sockets[0].getsockname()[1]
        pipe.send(port)
        await asyncio.Event().wait()

    asyncio.run(main())


def by_newsbeam(urls: list[str]) -> int:
    """Fetch as a run does, robots.txt and tdmrep.json with it; return how many bodies came."""
    from transforms.fetch.fetched import Fetched, Request
    from transforms.fetching import fetch_each

    settings = FetchSettings(allow_private=True, contact="bench@example.org", delay=0.0)
    return sum(isinstance(result, Fetched) for _, result in fetch_each([Request(url) for url in urls], settings))


def by_urllib3(urls: list[str]) -> int:
    """Fetch with one thread a host and a pool of connections."""
    import urllib3

    hosts: dict[str, list[str]] = {}
    for url in urls:
        hosts.setdefault(url.split("/")[2], []).append(url)
    with urllib3.PoolManager(num_pools=len(hosts), maxsize=1) as pool, ThreadPoolExecutor(50) as threads:

        def all_of(addresses: list[str]) -> int:
            return sum(len(pool.request("GET", url).data) == len(BODY) for url in addresses)

        return sum(threads.map(all_of, hosts.values()))


def by_trafilatura(urls: list[str]) -> int:
    """Fetch with its buffered downloads, 50 threads, its own throttle by domain without any pause."""
    import trafilatura.downloads as downloads
    from trafilatura.settings import Extractor, use_config

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    config = use_config()
    config.set("DEFAULT", "SSRF_PROTECTION", "off")
    config.set("DEFAULT", "SLEEP_TIME", "0")
    options = Extractor(config=config)
    store = downloads.add_to_compressed_dict(list(urls))
    came = 0
    while not store.done:
        buffer, store = downloads.load_download_buffer(store, sleep_time=0.0)
        came += sum(page is not None for _, page in downloads.buffered_downloads(buffer, 50, options))
    return came


WAYS: dict[str, Callable[[list[str]], int]] = {
    "newsbeam": by_newsbeam,
    "urllib3, 50 threads": by_urllib3,
    "trafilatura.downloads": by_trafilatura,
}


def main(articles: int = 1_000, hosts: int = 50, rounds: int = 3) -> None:
    """Run the three in turn and print seconds and their ratios to the floor."""
    names = [f"127.0.0.{number}" for number in range(2, hosts + 2)]
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(names, theirs), daemon=True)
    server.start()
    port = ours.recv()
    urls = [f"http://{names[number % hosts]}:{port}/article/{number}" for number in range(articles)]
    floor = articles / hosts * LATENCY
    print(f"{articles} articles on {hosts} hosts, {LATENCY * 1e3:.0f} ms each: {floor:.1f} s is the floor")
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    for way in WAYS.values():
        way(urls[:1])  # the imports are no part of it
    for _ in range(rounds):
        for name, way in WAYS.items():
            start = time.perf_counter()
            came = way(urls)
            times[name].append(time.perf_counter() - start)
            print(f"  {name:22} {times[name][-1]:6.2f} s  {came} articles", flush=True)
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        print(f"{name:24} median {middle:6.2f} s, {middle / floor:5.2f} of the floor")
    server.terminate()
    server.join(10)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
