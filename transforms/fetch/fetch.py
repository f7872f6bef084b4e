"""Fetch many URLs at once, one host never more often than the settings allow."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.client import Client, Fetched

#: Takes (place in the list, result); when it returns an awaitable, that is awaited before the next URL is asked for.
Done = Callable[[int, Fetched | Refusal], Awaitable[None] | None]


async def fetch_all(urls: Sequence[str], settings: FetchSettings, done: Done, client: Client | None = None) -> None:
    """Fetch all the URLs and hand over each result as it comes; ends when the last one was taken.

    `settings.concurrency` URLs are under way at most, and as many bodies in memory: a consumer that is busy (its `done`
    is asynchronous) holds the rest back. Hosts with many URLs begin first, all hosts take turns.
    What `done` raises ends the fetching. `client` is opened here when none is handed in.
    """
    if client is None:
        async with Client(settings) as opened:
            await fetch_all(urls, settings, done, opened)
        return
    under_way = asyncio.Semaphore(max(1, settings.concurrency))

    async def lane(queue: deque[int]) -> None:
        while queue:
            async with under_way:
                if not queue:
                    return
                index = queue.popleft()
                taken = done(index, await client.get(urls[index]))
                if taken is not None:
                    await taken

    queues = sorted(_by_host(urls).values(), key=len, reverse=True)
    try:
        async with asyncio.TaskGroup() as group:
            for queue in queues:
                for _ in range(min(max(1, settings.per_host), len(queue))):
                    group.create_task(lane(queue))
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


def _by_host(urls: Sequence[str]) -> dict[str, deque[int]]:
    hosts: dict[str, deque[int]] = defaultdict(deque)
    for index, url in enumerate(urls):
        hosts[_host(url)].append(index)
    return hosts


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""
