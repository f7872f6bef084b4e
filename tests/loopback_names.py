"""Names for the loopback: every host name leads to 127.0.0.1, where a `Publisher` listens."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult


class LoopbackNames(AbstractResolver):
    """Answers 127.0.0.1, or another loopback address where one is given for the name; `missing` have none."""

    def __init__(self, places: dict[str, str] | None = None, missing: tuple[str, ...] = ()) -> None:
        self.asked: list[str] = []
        self._places = places or {}
        self._missing = missing

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host in self._missing:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        place = self._places.get(host, "127.0.0.1")
        return [ResolveResult(hostname=host, host=place, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass
