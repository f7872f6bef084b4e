"""What a server may do to the client, and what must come of it: every behaviour against a real loopback server."""

import asyncio
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import brotli
import pytest
import zstandard
from _pytest.mark.structures import ParameterSet
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st
from publisher import PAGE, Publisher, Seen, once, page, response

from schemas.outcomes import OUTCOMES
from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.addresses import AddressGate, BlockedAddressError, is_public
from transforms.fetch.client import Client, Fetched, user_agent
from transforms.fetch.retry_after import retry_after

SETTINGS = FetchSettings(
    contact="news@example.com", allow_private=True, total_timeout=3.0, connect_timeout=2.0, max_body=250_000
)


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


def fetch(url: str, settings: FetchSettings = SETTINGS, **parts: object) -> Fetched | Refusal:
    headers = parts.pop("headers", {})

    async def main() -> Fetched | Refusal:
        async with Client(settings, **parts) as client:  # type: ignore[arg-type]
            return await client.get(url, headers)  # type: ignore[arg-type]

    return asyncio.run(main())


def fetched(url: str, **parts: object) -> Fetched:
    result = fetch(url, **parts)  # type: ignore[arg-type]
    assert isinstance(result, Fetched), result
    return result


def only(publisher: Publisher) -> AddressGate:
    """Allow the publisher, and nothing else that is private."""
    return AddressGate(exceptions=frozenset({("127.0.0.1", publisher.port)}))


LISTED = tomllib.loads((Path(__file__).parent.parent / "scripts" / "politeness.toml").read_text())["faults"]


def row(path: str, *others: object) -> ParameterSet:
    """Mark a row as the behaviour of its name."""
    return pytest.param(path, *others, marks=pytest.mark.fault(path) if path in LISTED else ())


def rows(*paths: str) -> list[ParameterSet]:
    return [row(path) for path in paths]


PLAIN = [
    "ok",
    "no_ct",
    "gzip_not",
    "gzip_members",
    "deflate",
    "deflate_raw",
    "close_once",
    "500_once",
    "redir_cookie",
    "br_unasked",
]
PACKED = ["gzip_ok", "gzip_double", "gzip_file", "gzip_gzip"]


@pytest.mark.fault("article")
@pytest.mark.parametrize("path", rows(*PLAIN))
def test_page_arrives(publisher: Publisher, path: str) -> None:
    result = fetched(f"{publisher.url}/{path}")
    assert (result.status, result.body, result.url) == (200, PAGE, f"{publisher.url}/{path}")


@pytest.mark.politeness("7", "gzip")
@pytest.mark.parametrize("path", rows(*PACKED))
def test_compressed_page_arrives(publisher: Publisher, path: str) -> None:
    assert fetched(f"{publisher.url}/{path}").body == page(size=40_000)


TROUBLES = [
    row("304_unasked", "bad_http", 2),
    row("redir_loop", "redirect_loop", 2),
    row("redir_chain10", "redirect_loop", 6),
    row("redir_no_location", "http_error", 1),
    row("redir_malformed", "bad_url", 1),
    row("403_bot", "http_error", 1),
    row("404", "http_404", 1),
    row("410", "gone", 1),
    row("429_huge", "rate_limited", 1),
    row("429_garbage", "rate_limited", 3),
    row("503_huge", "rate_limited", 1),
    row("500", "http_error", 3),
    row("pdf", "unsupported_type", 1),
    row("image", "unsupported_type", 1),
    row("empty_200", "empty", 1),
    row("204", "empty", 1),
    row("206_unasked", "http_error", 1),
    row("wrong_cl_long", "truncated", 3),
    row("neg_cl", "bad_http", 1),
    row("dup_cl", "bad_http", 1),
    row("cl_and_te", "bad_http", 1),
    row("gzip_trunc", "truncated", 3),
    row("gzip_no_trailer", "truncated", 3),
    row("deflate_trunc", "truncated", 3),
    row("gzip_broken", "bad_http", 1),
    row("gzip_many", "bad_http", 1),
    row("br_trunc", "truncated", 3),
    row("br_broken", "bad_http", 1),
    row("gzip_bomb", "too_large", 1),
    row("gzip_bomb_double", "too_large", 1),
    row("huge_header", "bad_http", 1),
    row("many_headers", "bad_http", 1),
    row("inf_headers", "bad_http", 1),
    row("not_http", "bad_http", 1),
    row("close_now", "connection", 3),
    row("too_large", "too_large", 1),
    row("inf_chunked", "too_large", 1),
    row("inf_close", "too_large", 1),
    row("bad_chunk", "bad_http", 1),
    row("cut_chunk", "truncated", 3),
    row("reset_body", "truncated", 3),
]


@pytest.fixture(scope="module")
def ends(publisher: Publisher) -> dict[str, Fetched | Refusal]:
    """How all the rows end, each with a client of its own, side by side, since their back-offs take time."""

    async def end(path: str) -> Fetched | Refusal:
        async with Client(replace(SETTINGS, total_timeout=30.0)) as client:
            return await client.get(f"{publisher.url}/{path}", {"X-Row": path})

    async def main() -> dict[str, Fetched | Refusal]:
        paths = [str(row.values[0]) for row in TROUBLES]
        return dict(zip(paths, await asyncio.gather(*map(end, paths)), strict=True))

    return asyncio.run(main())


@pytest.mark.politeness("14", "each failure has its word and its tries")
@pytest.mark.parametrize(("path", "outcome", "requests"), TROUBLES)
def test_every_trouble_has_its_word(
    publisher: Publisher, ends: dict[str, Fetched | Refusal], path: str, outcome: str, requests: int
) -> None:
    result = ends[path]
    assert isinstance(result, Refusal), result
    assert result.outcome == outcome, result
    assert result.outcome in OUTCOMES
    assert result.reason
    assert "\n" not in result.reason
    assert sum(seen.headers.get("x-row") == path for seen in publisher.requests) == requests


@pytest.mark.politeness("19", "a total deadline")
@pytest.mark.parametrize("path", rows("slow_headers", "slow_body", "hang"))
def test_total_deadline_ends_what_trickles(publisher: Publisher, path: str) -> None:
    start = time.monotonic()
    result = fetch(f"{publisher.url}/{path}", replace(SETTINGS, total_timeout=0.6))
    assert isinstance(result, Refusal)
    assert result.outcome == "timeout"
    assert time.monotonic() - start < 1.5


@pytest.mark.politeness("19", "a total deadline over all hops")
def test_total_deadline_spans_redirects(publisher: Publisher) -> None:
    async def slow(seen: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        number = int(seen.path.removeprefix("/slow"))
        writer.write(response(b"", "302 Found", "Connection: close", f"Location: /slow{number + 1}"))

    for place in range(50):
        publisher.add(f"/slow{place}", slow)
    result = fetch(f"{publisher.url}/slow0", replace(SETTINGS, total_timeout=0.8, max_redirects=50))
    assert isinstance(result, Refusal)
    assert result.outcome == "timeout"


@pytest.mark.politeness("19", "the body of a redirect is not read")
def test_endless_redirect_body_is_not_read(publisher: Publisher) -> None:
    assert fetched(f"{publisher.url}/inf_redirect").body == PAGE


@pytest.mark.parametrize(
    ("path", "status"), [row("redir_301", 301), row("redir_302", 302), ("redir_307", 307), ("redir_308", 308)]
)
@pytest.mark.politeness("15", "redirects are told, so that a move can be seen to repeat")
def test_redirect_is_followed_and_told(publisher: Publisher, path: str, status: int) -> None:
    result = fetched(f"{publisher.url}/{path}")
    assert result.body == PAGE
    assert result.final_url == f"{publisher.url}/ok"
    assert result.redirects == ((f"{publisher.url}/{path}", status),)


@pytest.mark.politeness("15", "chains end")
def test_redirects_up_to_the_limit(publisher: Publisher) -> None:
    assert len(fetched(f"{publisher.url}/redir_chain5").redirects) == 5


def test_location_may_hold_raw_utf8(publisher: Publisher) -> None:
    assert fetched(f"{publisher.url}/redir_utf8").final_url.endswith("/%C3%A9t%C3%A9%201")


@pytest.mark.politeness("17", "no cookies are kept")
@pytest.mark.fault("redir_cookie")
def test_cookies_end_with_the_trip(publisher: Publisher) -> None:
    async def main() -> None:
        async with Client(SETTINGS) as client:
            await client.get(f"{publisher.url}/redir_cookie")
            await client.get(f"{publisher.url}/ok")

    asyncio.run(main())
    assert "cookie" not in publisher.requests[-1].headers


@pytest.mark.politeness("17", "User-Agent with a contact, no Referer")
def test_request_says_who_asks_and_nothing_more(publisher: Publisher) -> None:
    fetched(f"{publisher.url}/redir_302")
    headers = publisher.requests[-1].headers
    assert re.fullmatch(r"newsbeam/\S+ \(\+news@example\.com\)", headers["user-agent"])
    assert headers.keys() <= {"host", "user-agent", "accept", "accept-encoding", "connection"}


@pytest.mark.politeness("17", "the contact is no header of its own")
def test_contact_cannot_smuggle_a_header() -> None:
    assert "\n" not in user_agent("me@example.com\r\nX-Evil: 1")
    assert user_agent("").startswith("newsbeam/")


@pytest.mark.politeness("17", "no cache-busters: the address is sent as written")
def test_path_goes_over_the_wire_as_written(publisher: Publisher) -> None:
    for path in ("/a%2Fb?x=%7e&y=a+b&z=%20", "/a/../b//c;d=1", "/ä b"):
        publisher.add(path, response(PAGE))
        fetch(publisher.url + path)
    assert publisher.paths()[-3:] == ["/a%2Fb?x=%7e&y=a+b&z=%20", "/a/../b//c;d=1", "/%C3%A4%20b"]


@pytest.mark.politeness("25", "X-Robots-Tag comes along")
def test_headers_come_in_lower_case_and_joined(publisher: Publisher) -> None:
    publisher.add("/headers", response(PAGE, "200 OK", "X-Robots-Tag: noai", "X-ROBOTS-TAG: noindex"))
    assert fetched(f"{publisher.url}/headers").headers["x-robots-tag"] == "noai, noindex"


@pytest.mark.politeness("1", "byte-exact, with W/")
@pytest.mark.politeness("5", "304 is a success")
@pytest.mark.fault("etag_weak")
def test_conditional_request_is_byte_exact(publisher: Publisher) -> None:
    result = fetched(f"{publisher.url}/etag_weak", headers={"If-None-Match": 'W/"abc"'})
    assert (result.status, result.body) == (304, b"")
    assert result.headers["etag"] == 'W/"abc"'


@pytest.mark.politeness("1", "quotes and weak marks stay")
@pytest.mark.politeness("2", "If-Modified-Since byte-exact, never invented")
@pytest.mark.politeness("3", "both when both were given")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"If-None-Match": 'W/"a, b  c"'},
        {"If-None-Match": "unquoted"},
        {"If-None-Match": '""'},
        {"If-Modified-Since": "Tuesday, 17-Feb-26 12:00:00 GMT"},
        {"If-None-Match": '"v1"', "If-Modified-Since": "tue, 17 feb 2026"},
    ],
)
def test_validators_go_over_the_wire_as_given(publisher: Publisher, headers: dict[str, str]) -> None:
    fetched(f"{publisher.url}/ok", headers=headers)
    sent = publisher.requests[-1].headers
    assert {name: sent[name.lower()] for name in headers} == headers
    assert {"if-none-match", "if-modified-since"} & sent.keys() == {name.lower() for name in headers}


@pytest.mark.politeness("5", "a 304 may lack its ETag")
@pytest.mark.fault("304_no_etag")
def test_304_without_etag_is_a_success(publisher: Publisher) -> None:
    result = fetched(f"{publisher.url}/304_unasked", headers={"If-None-Match": '"v1"'})
    assert (result.status, result.body) == (304, b"")


@pytest.mark.politeness("5", "an unasked 304 is asked once more without validators")
@pytest.mark.fault("304_unasked")
def test_unasked_304_is_asked_once_more() -> None:
    with Publisher() as publisher:
        publisher.add("/moody", once(b"HTTP/1.1 304 Not Modified\r\n\r\n", response(PAGE)))
        assert fetched(f"{publisher.url}/moody").body == PAGE
        publisher.add("/away", response(b"", "302 Found", "Location: /304_unasked"))
        moved = fetch(f"{publisher.url}/away", headers={"If-None-Match": '"v1"'})
        assert isinstance(moved, Refusal)
        assert moved.outcome == "bad_http"
        assert publisher.paths()[2:] == ["/away", "/304_unasked", "/304_unasked"]
        assert "if-none-match" not in publisher.requests[-1].headers


@pytest.mark.politeness("4", "validators belong to one address")
@pytest.mark.politeness("15", "validators are dropped on the way")
def test_validators_do_not_travel_to_another_address(publisher: Publisher) -> None:
    headers = {"If-None-Match": 'W/"abc"', "Authorization": "Basic eA==", "X-Other": "1"}
    assert fetched(f"{publisher.url}/redir_feed", headers=headers).status == 200
    assert "if-none-match" not in publisher.requests[-1].headers
    assert "authorization" not in publisher.requests[-1].headers
    assert publisher.requests[-1].headers["x-other"] == "1"


@pytest.mark.politeness("12", "a short Retry-After is waited for")
@pytest.mark.parametrize("path", rows("429_secs", "429_date"))
def test_short_retry_after_is_waited_for(path: str) -> None:
    with Publisher() as publisher:
        result = fetched(f"{publisher.url}/{path}")
        assert result.body == PAGE
        assert len(publisher.requests) == 2
        assert result.elapsed >= (1.0 if path == "429_secs" else 0.5)


@pytest.mark.politeness("18", "connections are reused")
def test_connection_is_reused(publisher: Publisher) -> None:
    async def main() -> None:
        async with Client(SETTINGS) as client:
            for _ in range(5):
                assert isinstance(await client.get(f"{publisher.url}/ok"), Fetched)

    before = publisher.connections["127.0.0.1"]
    asyncio.run(main())
    assert publisher.connections["127.0.0.1"] - before == 1


@pytest.mark.politeness("18", "one in flight a host")
def test_one_request_to_a_host_at_a_time() -> None:
    async def main(publisher: Publisher) -> None:
        async with Client(SETTINGS) as client:
            await asyncio.gather(*(client.get(f"{publisher.url}/{p}") for p in ("ok", "redir_302", "404", "feed") * 3))

    with Publisher(latency=0.02) as publisher:
        asyncio.run(main(publisher))
        assert publisher.most_at_once["127.0.0.1"] == 1
        assert len(publisher.requests) == 15


def test_waiting_for_a_slot_is_no_part_of_the_deadline() -> None:
    async def main(publisher: Publisher) -> list[Fetched | Refusal]:
        async with Client(replace(SETTINGS, total_timeout=0.5)) as client:
            return await asyncio.gather(*(client.get(f"{publisher.url}/ok") for _ in range(8)))

    with Publisher(latency=0.15) as publisher:
        assert all(isinstance(result, Fetched) for result in asyncio.run(main(publisher)))


@pytest.mark.politeness("19", "inside addresses are refused on every hop")
@pytest.mark.parametrize("path", rows("redir_ssrf_meta", "redir_ssrf_port", "redir_ssrf_v6", "redir_file"))
def test_redirect_into_the_inside_is_blocked(publisher: Publisher, path: str) -> None:
    result = fetch(f"{publisher.url}/{path}", replace(SETTINGS, allow_private=False), gate=only(publisher))
    assert isinstance(result, Refusal)
    assert result.outcome == "blocked_address", result


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        pytest.param("http://169.254.169.254/latest/", marks=pytest.mark.fault("ssrf_meta")),
        pytest.param("http://10.1.2.3/", marks=pytest.mark.fault("ssrf_int")),
        pytest.param("http://[::1]/", marks=pytest.mark.fault("ssrf_v6")),
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[fe80::1]/",
        "http://localhost/",
        pytest.param("http://example.com:22/", marks=pytest.mark.fault("bad_port")),
        "http://0.0.0.0/",
        pytest.param("file:///etc/passwd", marks=pytest.mark.fault("scheme_file")),
        pytest.param("ftp://example.com/x", marks=pytest.mark.fault("scheme_ftp")),
        pytest.param("http:///path", marks=pytest.mark.fault("no_host")),
        "data:text/html,hello",
    ],
)
@pytest.mark.politeness("19", "inside addresses, ports and schemes")
def test_inside_and_other_schemes_are_blocked(url: str) -> None:
    result = fetch(url, replace(SETTINGS, allow_private=False))
    assert isinstance(result, Refusal)
    assert result.outcome == "blocked_address", result


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://[half", "http://a b/", "http://x:99999/", "http://" + "x" * 9000]
)
def test_malformed_address_ends_with_a_word(url: str) -> None:
    result = fetch(url)
    assert isinstance(result, Refusal)
    assert result.outcome in ("bad_url", "blocked_address", "dns"), result


class Rebound(AbstractResolver):
    """Names an inside address for a public name, as a rebinding DNS server does."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        kinds = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in self._addresses]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)
            for address, kind in zip(self._addresses, kinds, strict=True)
        ]

    async def close(self) -> None:
        pass


INSIDE = ["127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1"]
INSIDE += ["fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "224.0.0.1", "0.0.0.0", "255.255.255.255"]


@pytest.mark.parametrize("addresses", [*([address] for address in INSIDE), INSIDE[:6]])
@pytest.mark.politeness("19", "at connect time")
@pytest.mark.fault("rebind_dns")
def test_rebound_name_is_blocked_at_connect_time(addresses: list[str]) -> None:
    result = fetch("http://news.example/", replace(SETTINGS, allow_private=False), resolver=Rebound(*addresses))
    assert isinstance(result, Refusal)
    assert result.outcome == "blocked_address", result


@pytest.mark.politeness("19", "no connection")
@pytest.mark.fault("ssrf_int")
def test_blocked_address_is_never_connected_to(publisher: Publisher) -> None:
    before = publisher.connections["127.0.0.1"]
    gate = AddressGate(exceptions=frozenset({("news.example", publisher.port)}))
    result = fetch(
        f"http://news.example:{publisher.port}/ok",
        replace(SETTINGS, allow_private=False),
        gate=gate,
        resolver=Rebound("127.0.0.1"),
    )
    assert isinstance(result, Refusal)
    assert result.outcome == "blocked_address"
    assert publisher.connections["127.0.0.1"] == before


@given(
    st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="fc00::/7") | st.ip_addresses(network="127.0.0.0/8")
)
def test_private_networks_are_not_public(address: object) -> None:
    assert not is_public(address)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_pass(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(AddressGate().open_socket((family, socket.SOCK_STREAM, 0, "", (address, 443)))) as opened:
        assert opened.family == family


def test_gate_refuses_what_is_no_address() -> None:
    with pytest.raises(BlockedAddressError):
        AddressGate().open_socket((socket.AF_UNIX, socket.SOCK_STREAM, 0, "", ("/run/docker.sock", 0)))


@pytest.mark.fault("dns_fail")
@pytest.mark.politeness("14", "DNS")
def test_name_without_address() -> None:
    result = fetch("http://no-such-host.invalid/")
    assert isinstance(result, Refusal)
    assert result.outcome == "dns", result


@pytest.mark.fault("conn_refused")
def test_refused_connection() -> None:
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        result = fetch(f"http://127.0.0.1:{bound.getsockname()[1]}/")
    assert isinstance(result, Refusal)
    assert result.outcome == "connection", result


@pytest.mark.fault("tls_self")
@pytest.mark.politeness("14", "verification stays on")
def test_own_certificate_is_refused_without_a_second_try(tmp_path: Path) -> None:
    tries = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            connection, _ = server.accept()
            tries.append(1)
            with closing(connection), pytest.raises(OSError):
                context.wrap_socket(connection, server_side=True)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        result = fetch(f"https://127.0.0.1:{server.getsockname()[1]}/")
        thread.join(5)
    assert isinstance(result, Refusal)
    assert result.outcome == "tls", result
    assert tries == [1]


def _certificate(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    path = folder / "own.pem"
    path.write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.mark.politeness("7", "br")
@pytest.mark.fault("br_unasked")
@pytest.mark.parametrize("size", [0, 40_000, 65_000, 200_000, 230_000])
def test_brotli(publisher: Publisher, size: int) -> None:
    body = page(size=size)
    packed = brotli.compress(body)
    publisher.add("/br", response(packed, "200 OK", "Content-Encoding: br"))
    assert fetched(f"{publisher.url}/br").body == body
    assert "br" in publisher.requests[-1].headers["accept-encoding"]
    for path, broken, outcome in (("/br_cut", packed[:-1], "truncated"), ("/br_more", packed + b"more", "bad_http")):
        publisher.add(path, response(broken, "200 OK", "Content-Encoding: br"))
        result = fetch(publisher.url + path, replace(SETTINGS, tries=1))
        assert isinstance(result, Refusal)
        assert result.outcome == outcome


@pytest.mark.politeness("7", "deflate, with and without its header")
@pytest.mark.parametrize("path", ["deflate", "deflate_raw"])
def test_deflate(publisher: Publisher, path: str) -> None:
    assert fetched(f"{publisher.url}/{path}").body == PAGE


@pytest.mark.politeness("7", "zstd")
def test_zstandard(publisher: Publisher) -> None:
    body = page(size=40_000)
    packed = zstandard.ZstdCompressor().compress(body)
    publisher.add("/zstd", response(packed, "200 OK", "Content-Encoding: zstd"))
    publisher.add("/zstd_trunc", response(packed[:-30], "200 OK", "Content-Encoding: zstd"))
    assert fetched(f"{publisher.url}/zstd").body == body
    cut = fetch(f"{publisher.url}/zstd_trunc")
    assert isinstance(cut, Refusal)
    assert cut.outcome == "truncated"


WATCHED = """
import asyncio, gc, sys, threading
import psutil
from schemas.settings import FetchSettings
from transforms.fetch.client import Client

async def main(root, path):
    settings = FetchSettings(allow_private=True, total_timeout=60.0)
    async with Client(settings) as client:
        await client.get(root + "/gzip_ok")
        await client.get(root + "/br_unasked")
        gc.collect()
        process, highest, over = psutil.Process(), 0, threading.Event()
        before = process.memory_info().rss

        def watch():
            nonlocal highest
            while not over.wait(0.001):
                highest = max(highest, process.memory_info().rss)

        thread = threading.Thread(target=watch)
        thread.start()
        result = await client.get(root + path)
        over.set()
        thread.join()
        print(result.outcome, max(0, highest - before))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.politeness("7", "a cap on the decoded size")
@pytest.mark.politeness("19", "memory stays flat")
@pytest.mark.parametrize(
    "path", rows("gzip_bomb", "gzip_bomb_double", "br_bomb", "zstd_bomb", "inf_close", "inf_chunked")
)
def test_memory_stays_flat(publisher: Publisher, path: str) -> None:
    """Watch the memory of a process that does nothing else; a bomb holds 100 MB of zeros, a body has 5 MB at most."""
    if path == "br_bomb":
        packed = brotli.compress(bytes(100 << 20), quality=5)
        publisher.add("/br_bomb", response(packed, "200 OK", "Content-Encoding: br"))
    if path == "zstd_bomb":
        packed = zstandard.ZstdCompressor().compress(bytes(100 << 20))
        publisher.add("/zstd_bomb", response(packed, "200 OK", "Content-Encoding: zstd"))
    watched = subprocess.run(
        [sys.executable, "-c", WATCHED, publisher.url, f"/{path}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=Path(__file__).parent.parent,
    )
    outcome, grown = watched.stdout.split()
    assert outcome == "too_large"
    assert int(grown) < 32_000_000, f"{int(grown) / 1e6:.1f} MB"


def test_password_in_an_address_is_used_and_not_told(publisher: Publisher) -> None:
    result = fetched(f"http://ada:secret@127.0.0.1:{publisher.port}/ok")
    assert publisher.requests[-1].headers["authorization"] == "Basic YWRhOnNlY3JldA=="
    assert result.final_url == f"{publisher.url}/ok"


def test_threads_of_the_lookups_end_with_the_client() -> None:
    fetch("http://localhost:1/")
    for thread in threading.enumerate():
        if thread.name.startswith("dns"):
            thread.join(5)
            assert not thread.is_alive()


def test_client_has_to_be_open(publisher: Publisher) -> None:
    with pytest.raises(RuntimeError, match="not open"):
        asyncio.run(Client(SETTINGS).get(f"{publisher.url}/ok"))


NOW = datetime(2026, 2, 17, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("1.5", 1.5),
        ("Tue, 17 Feb 2026 12:01:00 GMT", 60),
        ("Tuesday, 17-Feb-26 12:01:00 GMT", 60),
        ("Tue Feb 17 12:01:00 2026", 60),
        ("Tue, 17 Feb 2026 11:00:00 GMT", 0),
        ("soonish", None),
        ("-5", None),
        ("", None),
        ("9" * 40, None),
        ("Tue, 99 Feb 2026 12:01:00 GMT", None),
    ],
)
@pytest.mark.politeness("12", "all three forms of a date")
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.integers(0, 10**9 - 1))
def test_retry_after_reads_its_own_dates(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds + 1_800_000_000, UTC)
    assert retry_after(format_datetime(moment, usegmt=True), NOW) == (moment - NOW).total_seconds()


@given(st.text(max_size=50))
def test_retry_after_never_raises(value: str) -> None:
    found = retry_after(value, NOW)
    assert found is None or found >= 0
