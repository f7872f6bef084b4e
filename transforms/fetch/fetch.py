"""Fetch many URLs at once, one host never more often than the settings allow."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.client import Client
from transforms.fetch.fetched import Fetched, Request

#: Takes (place in the list, result); when it returns an awaitable, that is awaited before the next URL is asked for.
Done = Callable[[int, Fetched | Refusal], Awaitable[None] | None]
NONE_CLOSED: Final[Mapping[str, float]] = MappingProxyType({})


async def fetch_all(
    requests: Sequence[Request],
    settings: FetchSettings,
    done: Done,
    client: Client | None = None,
    closed: Mapping[str, float] = NONE_CLOSED,
) -> None:
    """Ask for all the addresses and hand over each result as it comes; ends when the last one was taken.

    `settings.concurrency` requests are under way at most, and as many bodies in memory: a consumer that is busy (its
    `done` is asynchronous) holds the rest back. Hosts with many addresses begin first; who waits for the turn of a
    host keeps no other from its own.
    What `done` raises ends the fetching. `client` is opened here when none is handed in.
    `closed`: `host_key` → UNIX time before which it is not asked.
    """
    if client is None:
        async with Client(settings) as opened:
            await fetch_all(requests, settings, done, opened, closed)
        return
    client.close_hosts(closed)
    queues = sorted(_by_host(requests).values(), key=len, reverse=True)
    try:
        async with asyncio.TaskGroup() as group:
            for queue in queues:
                for _ in range(min(max(1, settings.per_host), len(queue))):
                    group.create_task(_lane(queue, requests, client, done))
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def _lane(queue: deque[int], requests: Sequence[Request], client: Client, done: Done) -> None:
    """Ask for the addresses of one host, one after the other."""
    while queue:
        index = queue.popleft()
        place = client.place()
        try:
            taken = done(index, await client.fetch(requests[index], place))
            if taken is not None:
                await taken
        finally:
            place.give()


def _by_host(requests: Sequence[Request]) -> dict[str, deque[int]]:
    hosts: dict[str, deque[int]] = defaultdict(deque)
    for index, request in enumerate(requests):
        hosts[_host(request.url)].append(index)
    return hosts


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""
