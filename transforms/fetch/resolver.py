"""Look up host names in threads of their own.

The threads of the event loop are few, and a dozen names that never answer would keep all others waiting.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult


class PooledResolver(AbstractResolver):
    """Asks the system, with as many lookups at once as there are fetches under way."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(max(1, threads), thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            OSError: it has none, or the name is no host name.

        """
        ask = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        try:
            infos = await asyncio.get_running_loop().run_in_executor(self._pool, ask)
        except UnicodeError as error:  # a label that IDNA refuses
            raise socket.gaierror(socket.EAI_NONAME, f"no host name: {error}") from error
        return [
            ResolveResult(
                hostname=host,
                host=str(place[0]),
                port=int(place[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, place in infos
        ]

    async def close(self) -> None:
        """Let the threads go, without waiting for lookups that hang."""
        self._pool.shutdown(wait=False, cancel_futures=True)
