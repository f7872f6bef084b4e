"""A publisher on the loopback that behaves in every way a server may: one path a behaviour, over raw sockets.

    with Publisher() as publisher:
        client.get(publisher.url + "/gzip_trunc")
        publisher.requests[-1].headers["user-agent"]

`publisher.add("/path", answer)` adds a page; `answer` is bytes (sent as they are), or a coroutine `(seen, writer)`.
"""

import asyncio
import gzip
import threading
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from email.utils import formatdate
from functools import cache
from types import TracebackType
from typing import NamedTuple, Self

import brotli


class Seen(NamedTuple):
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    host: str  # the address it came in on
    number: int  # how many times this path was asked for before
    at: float = 0.0  # by `time.monotonic()`


Answer = bytes | Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


def response(body: bytes = b"", status: str = "200 OK", *headers: str, length: bool = True) -> bytes:
    """Make a valid answer."""
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join([*lines, "", ""]).encode() + body


def page(title: str = "A quiet day in Ravenmoor", size: int = 0) -> bytes:
    """Make an HTML page of an invented story."""
    text = "<p>The council of Ravenmoor met on Monday and decided that nothing needs to be decided.</p>"
    html = f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>{text * 3}"
    return html.encode() + b"<p>x</p>" * (size // 8) + b"</article></body></html>"


def rss(count: int = 3, root: str = "https://example.com/news") -> bytes:
    """Make an RSS 2.0 feed."""
    items = "".join(
        f"<item><title>Story {n}</title><link>{root}/{n}</link><guid>{root}/{n}</guid>"
        f"<pubDate>Mon, 24 Sep 2018 22:42:4{n % 10} GMT</pubDate></item>"
        for n in range(count)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()


async def _slow_headers(seen: Seen, writer: asyncio.StreamWriter) -> None:
    for byte in response(page()):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.1)


async def _slow_body(seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(response(page(size=2000)).partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    for _ in range(2000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _hang(seen: Seen, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def _reset(seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(response(page(size=100_000))[:2000])
    await writer.drain()
    writer.transport.abort()


async def _endless(head: bytes, piece: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(head)
    while True:
        writer.write(piece)
        await writer.drain()


async def _inf_chunked(seen: Seen, writer: asyncio.StreamWriter) -> None:
    await _endless(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n", writer
    )


async def _inf_close(seen: Seen, writer: asyncio.StreamWriter) -> None:
    await _endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 0x4000, writer)


async def _inf_headers(seen: Seen, writer: asyncio.StreamWriter) -> None:
    await _endless(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 1000 + b"\r\n", writer)


async def _inf_redirect(seen: Seen, writer: asyncio.StreamWriter) -> None:
    await _endless(b"HTTP/1.1 302 Found\r\nLocation: /ok\r\n\r\n", b"x" * 0x4000, writer)


async def _conditional(seen: Seen, writer: asyncio.StreamWriter) -> None:
    if seen.headers.get("if-none-match") == 'W/"abc"':
        writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: W/"abc"\r\n\r\n')
    else:
        writer.write(response(rss(), "200 OK", 'ETag: W/"abc"'))


async def _redir_cookie(seen: Seen, writer: asyncio.StreamWriter) -> None:
    if seen.headers.get("cookie") == "visited=yes":
        writer.write(response(page()))
    else:
        writer.write(response(b"", "302 Found", "Set-Cookie: visited=yes; Path=/", "Location: /redir_cookie"))


async def _chain(seen: Seen, writer: asyncio.StreamWriter) -> None:
    left = int(seen.path.removeprefix("/redir_chain"))
    writer.write(response(b"", "302 Found", f"Location: {f'/redir_chain{left - 1}' if left > 1 else '/ok'}"))


async def _429_date(seen: Seen, writer: asyncio.StreamWriter) -> None:
    date = formatdate(time.time() + 2, usegmt=True)
    headers = ("429 Too Many Requests", f"Retry-After: {date}")
    writer.write(response(PAGE) if seen.number else response(b"no", *headers))


def once(first: bytes, then: bytes) -> Answer:
    """Answer the first request of a path with `first`, the others with `then`."""

    async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(first if seen.number == 0 else then)

    return answer


async def _bomb(seen: Seen, writer: asyncio.StreamWriter) -> None:
    body = bomb(100 << 20)
    writer.write(response(gzip.compress(body) if "double" in seen.path else body, "200 OK", GZIP))


@cache
def bomb(size: int) -> bytes:
    """Make `size` zero bytes into gzip without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


PAGE = page()
PACKED = gzip.compress(page(size=40_000))
HTML = "Content-Type: text/html; charset=utf-8"
GZIP = "Content-Encoding: gzip"


def _behaviours() -> dict[str, Answer]:
    def moved(status: str, target: str) -> bytes:
        return response(b"", status, f"Location: {target}")

    def refused(status: str, *headers: str) -> bytes:
        return response(b"<html>no</html>", status, *headers)

    ok = response(PAGE, "200 OK", HTML)
    return {
        "/ok": ok,
        "/feed": response(rss(), "200 OK", "Content-Type: application/rss+xml", 'ETag: "v1"'),
        "/etag_weak": _conditional,
        "/304_unasked": b"HTTP/1.1 304 Not Modified\r\n\r\n",
        "/redir_loop": moved("302 Found", "/redir_loop2"),
        "/redir_loop2": moved("302 Found", "/redir_loop"),
        "/redir_301": moved("301 Moved Permanently", "/ok"),
        "/redir_302": moved("302 Found", "/ok"),
        "/redir_307": moved("307 Temporary Redirect", "/ok"),
        "/redir_308": moved("308 Permanent Redirect", "ok#part"),
        "/redir_feed": moved("302 Found", "/etag_weak"),
        "/redir_no_location": response(b"", "302 Found"),
        "/redir_ssrf_meta": moved("302 Found", "http://169.254.169.254/latest/meta-data/"),
        "/redir_ssrf_port": moved("302 Found", "http://127.0.0.1:22/"),
        "/redir_ssrf_v6": moved("302 Found", "http://[::ffff:10.0.0.1]/"),
        "/redir_file": moved("302 Found", "file:///etc/passwd"),
        "/redir_malformed": moved("302 Found", "http://[half/"),
        "/redir_utf8": b"HTTP/1.1 302 Found\r\nLocation: /\xc3\xa9t\xc3\xa9 1\r\nContent-Length: 0\r\n\r\n",
        "/%C3%A9t%C3%A9%201": ok,
        "/redir_cookie": _redir_cookie,
        "/inf_redirect": _inf_redirect,
        "/403_bot": refused("403 Forbidden"),
        "/404": refused("404 Not Found"),
        "/410": refused("410 Gone"),
        "/429_secs": once(refused("429 Too Many Requests", "Retry-After: 1"), ok),
        "/429_date": _429_date,
        "/429_huge": refused("429 Too Many Requests", "Retry-After: 86400"),
        "/429_garbage": refused("429 Too Many Requests", "Retry-After: soonish"),
        "/503_huge": refused("503 Service Unavailable", "Retry-After: 86400"),
        "/500": refused("500 Internal Server Error"),
        "/500_once": once(refused("500 Internal Server Error"), ok),
        "/pdf": response(b"%PDF-1.7\n" + bytes(300), "200 OK", HTML),
        "/image": response(b"\x89PNG\r\n\x1a\n" + bytes(300), "200 OK", HTML),
        "/empty_200": response(b""),
        "/204": b"HTTP/1.1 204 No Content\r\n\r\n",
        "/206_unasked": response(PAGE, "206 Partial Content"),
        "/no_ct": response(PAGE),
        "/wrong_cl_long": response(PAGE, "200 OK", "Content-Length: 100000", "Connection: close", length=False),
        "/neg_cl": response(PAGE, "200 OK", "Content-Length: -5", length=False),
        "/dup_cl": response(PAGE, "200 OK", "Content-Length: 10", f"Content-Length: {len(PAGE)}", length=False),
        "/cl_and_te": response(b"3\r\nabc\r\n0\r\n\r\n", "200 OK", "Transfer-Encoding: chunked"),
        "/gzip_ok": response(PACKED, "200 OK", GZIP),
        "/gzip_trunc": response(PACKED[:-20], "200 OK", GZIP),
        "/gzip_no_trailer": response(PACKED[:-4], "200 OK", GZIP),
        "/gzip_double": response(gzip.compress(PACKED), "200 OK", GZIP),
        "/gzip_members": response(gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]), "200 OK", GZIP),
        "/gzip_not": response(PAGE, "200 OK", GZIP),
        "/gzip_file": response(PACKED, "200 OK", "Content-Type: application/gzip"),
        "/gzip_broken": response(PACKED[:40] + b"\xff" * 40 + PACKED[80:], "200 OK", GZIP),
        "/gzip_gzip": response(gzip.compress(PACKED), "200 OK", "Content-Encoding: gzip, gzip"),
        "/gzip_many": response(PACKED, "200 OK", "Content-Encoding: gzip, gzip, gzip"),
        "/gzip_bomb": _bomb,
        "/gzip_bomb_double": _bomb,
        "/deflate": response(zlib.compress(PAGE), "200 OK", "Content-Encoding: deflate"),
        "/deflate_raw": response(zlib.compress(PAGE)[2:-4], "200 OK", "Content-Encoding: deflate"),
        "/deflate_trunc": response(zlib.compress(PAGE)[:-8], "200 OK", "Content-Encoding: deflate"),
        "/br_unasked": response(brotli.compress(PAGE), "200 OK", "Content-Encoding: br"),
        "/br_trunc": response(brotli.compress(PAGE)[:-9], "200 OK", "Content-Encoding: br"),
        "/br_broken": response(b"\xff" * 80, "200 OK", "Content-Encoding: br"),
        "/huge_header": response(PAGE, "200 OK", "X-Huge: " + "h" * 100_000),
        "/many_headers": response(PAGE, "200 OK", *(f"X-{n}: v" for n in range(5000))),
        "/inf_headers": _inf_headers,
        "/not_http": b"SSH-2.0-OpenSSH_9.6\r\n",
        "/close_now": b"",
        "/close_once": once(b"", ok),
        "/too_large": response(page(size=300_000)),
        "/bad_chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        "/cut_chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nff\r\nabc",
        "/reset_body": _reset,
        "/slow_headers": _slow_headers,
        "/slow_body": _slow_body,
        "/hang": _hang,
        "/inf_chunked": _inf_chunked,
        "/inf_close": _inf_close,
    }


#: Answers after which the connection stays open: whole and valid ones.
def _keeps_open(answer: Answer, seen: Seen) -> bool:
    return isinstance(answer, bytes) and b"Content-Length: " in answer[:2000] and b"Connection: close" not in answer


class Publisher:
    """The server, in a thread of its own; `hosts` are loopback addresses that it serves on one port."""

    def __init__(self, hosts: Sequence[str] = ("127.0.0.1",), latency: float = 0.0) -> None:
        self.requests: list[Seen] = []
        self.port = 0
        self.most_at_once: Counter[str] = Counter()  # requests under way at one time, by host
        self.most_under_way = 0  # requests under way at one time, all hosts together
        self.connections: Counter[str] = Counter()  # accepted, by host
        self._hosts = hosts
        self._latency = latency
        self._answers: dict[str, Answer] = _behaviours()
        self._at_once: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="publisher", daemon=True)

    @property
    def url(self) -> str:
        """The address of the first host."""
        return self.url_of(self._hosts[0])

    def url_of(self, host: str) -> str:
        """The address of a host."""
        return f"http://{host}:{self.port}"

    def add(self, path: str, answer: Answer) -> str:
        """Add a page and return its address."""
        self._answers[path] = answer
        return self.url + path

    def known_paths(self) -> list[str]:
        """The paths that have a behaviour of their own."""
        return list(self._answers)

    def answer_of(self, path: str) -> Answer:
        """What a path is answered with, to give it to another one."""
        return self._answers[path]

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [seen.path for seen in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        servers = []
        for host in self._hosts:
            server = await asyncio.start_server(self._accept, host, self.port, limit=1 << 20, backlog=512)
            self.port = self.port or server.sockets[0].getsockname()[1]
            servers.append(server)
        self._ready.set()
        await self._over.wait()
        for server in servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._connection(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        self.connections[host] += 1
        try:
            while await self._answer(reader, writer, host):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        seen = Seen(method, path, headers, host, self._asked[path], time.monotonic())
        self.requests.append(seen)
        self._asked[path] += 1
        self._at_once[host] += 1
        self.most_at_once[host] = max(self.most_at_once[host], self._at_once[host])
        self.most_under_way = max(self.most_under_way, self._at_once.total())
        try:
            if self._latency:
                await asyncio.sleep(self._latency)
            answer = _chain if path.startswith("/redir_chain") else self._answers.get(path, response(b"", "404 No"))
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(seen, writer)
            await writer.drain()
        finally:
            self._at_once[host] -= 1
        return _keeps_open(answer, seen)


def main() -> None:
    """Serve until interrupted, for a look by hand."""
    with Publisher() as publisher:
        print(publisher.url)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
