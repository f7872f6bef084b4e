"""What publishers reserve: headers, metas and tdmrep.json, pure and through the client."""

import asyncio
import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publisher import PAGE, Publisher, Seen, response

from schemas.records import OptOuts, Refusal
from schemas.settings import FetchSettings
from transforms.fetch.client import Client, Fetched
from transforms.fetch.opt_outs import WELL_KNOWN, joined, opt_outs, tdmrep

SETTINGS = FetchSettings(allow_private=True, total_timeout=5.0, connect_timeout=2.0)
POLICY = "https://example.org/policy.json"


@pytest.mark.politeness("25", "X-Robots-Tag, also with names of programs")
@pytest.mark.parametrize(
    ("value", "tag", "noai"),
    [
        ("noai", "noai", True),
        ("NoIndex, NOAI", "noindex, noai", True),
        ("noimageai", "noimageai", True),
        ("noindex, nofollow", "noindex, nofollow", False),
        ("newsbeam: noai", "noai", True),
        ("NewsBeam: noai, nofollow", "noai, nofollow", True),
        ("otherbot: noindex", "", False),
        ("otherbot: noindex, noai", "", False),
        ("otherbot: noindex, newsbeam: noai", "noai", True),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST", "unavailable_after: 25 jun 2010 15:00:00 pst", False),
        ("max-snippet: 20, noai", "max-snippet: 20, noai", True),
        ("", "", False),
        (", ,", "", False),
        ("noainoai", "noainoai", False),
    ],
)
def test_header(value: str, tag: str, noai: bool) -> None:
    found = opt_outs({"x-robots-tag": value})
    assert (found.x_robots_tag, found.noai) == (tag, noai)


@pytest.mark.politeness("25", "tdm-reservation and tdm-policy in the headers")
@pytest.mark.parametrize(
    ("value", "reserved"), [("1", True), (" 1 ", True), ("0", False), ("", False), ("yes", False), ("0, 1", True)]
)
def test_tdm_header(value: str, reserved: bool) -> None:
    found = opt_outs({"tdm-reservation": value, "tdm-policy": POLICY})
    assert found == OptOuts(tdm_reserved=reserved, tdm_policy=POLICY)


@pytest.mark.politeness("25", "robots and tdm metas")
@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<meta name="robots" content="noai, noimageai">', OptOuts("noai, noimageai", noai=True)),
        ("<META CONTENT='noai' NAME='ROBOTS'/>", OptOuts("noai", noai=True)),
        ("<meta name=robots content=noai>", OptOuts("noai", noai=True)),
        ('<meta name="newsbeam" content="noai">', OptOuts("noai", noai=True)),
        ('<meta name="otherbot" content="noai">', OptOuts()),
        ('<meta name="tdm-reservation" content="1">', OptOuts(tdm_reserved=True)),
        ('<meta name="tdm-reservation" content="0">', OptOuts()),
        (
            f'<meta name="tdm-reservation" content="1"/><meta name="tdm-policy" content="{POLICY}?a=1&amp;b=2"/>',
            OptOuts(tdm_reserved=True, tdm_policy=f"{POLICY}?a=1&b=2"),
        ),
        ('<!-- <meta name="robots" content="noai"> -->', OptOuts()),
        ("<script>document.write('<meta name=robots content=noai>')</script>", OptOuts()),
        ('<meta property="robots" content="noai">', OptOuts()),
        ('<metadata name="robots" content="noai">', OptOuts()),
        ('<meta name="robots">', OptOuts()),
        ('<meta\nname = "robots"\ncontent = "noindex">', OptOuts("noindex")),
        ('<meta name="robots" content="noai"', OptOuts("noai", noai=True)),  # ends with the next tag
        ('<SCRIPT></SCRIPT><meta name="robots" content="noai">', OptOuts("noai", noai=True)),
    ],
)
def test_meta(markup: str, expected: OptOuts) -> None:
    assert opt_outs({}, f"<html><head>{markup}</head>".encode()) == expected
    assert opt_outs({}, b"\xff\xfe" + f"<html>{markup}</head>".encode("utf-16-le")) == expected


def test_only_the_beginning_of_a_page_is_read() -> None:
    meta = b'<meta name="tdm-reservation" content="1">'
    assert opt_outs({}, b" " * 199_000 + meta).tdm_reserved
    assert not opt_outs({}, b" " * 200_000 + meta).tdm_reserved


def test_findings_are_joined() -> None:
    header, body = opt_outs({"x-robots-tag": "noindex, noai"}), OptOuts("noai, nofollow", True, True, POLICY)
    assert joined(header, body) == OptOuts("noindex, noai, nofollow", True, True, POLICY)
    assert joined(OptOuts(), OptOuts()) == OptOuts()


@given(st.binary(max_size=500))
def test_any_page_is_read(body: bytes) -> None:
    opt_outs({}, body)
    opt_outs({}, b"<meta " + body + b">")


@given(st.text(max_size=200))
def test_any_header_is_read(value: str) -> None:
    opt_outs({"x-robots-tag": value, "tdm-reservation": value, "tdm-policy": value})


@pytest.mark.parametrize(
    "piece",
    [
        b"<meta ",
        b"<meta>",
        b"<!--",
        b"<script>",
        b"<meta a",
        b'<meta "',
        b"<meta a=",
        b'a="',
        b"<meta name=robots ",
        b"< ",
    ],
)
def test_hostile_page_takes_linear_time(piece: bytes) -> None:
    start = time.process_time()
    opt_outs({}, piece * (200_000 // len(piece)))
    opt_outs({}, (b"<meta " + piece * 4000)[:3990] * 50 + b">")
    opt_outs({}, ((b"<meta " + b"a " * 1990 + b">") * 50))
    opt_outs({}, ((b"<meta " + b"a" * 3980 + b">") * 50))
    assert time.process_time() - start < 1.0


# --- tdmrep.json -------------------------------------------------------------------------------------------------


def entry(location: object, reserved: object = 1, policy: object = None) -> dict[str, object]:
    found: dict[str, object] = {"location": location, "tdm-reservation": reserved}
    return found | ({"tdm-policy": policy} if policy else {})


@pytest.mark.politeness("25", "tdmrep.json: the most specific location wins")
@pytest.mark.parametrize(
    ("entries", "path", "expected"),
    [
        ([entry("/")], "/any", OptOuts(tdm_reserved=True)),
        ([entry("*")], "/any", OptOuts(tdm_reserved=True)),
        ([entry("/news/", 1, POLICY)], "/news/1", OptOuts(tdm_reserved=True, tdm_policy=POLICY)),
        ([entry("/news/")], "/blog/1", OptOuts()),
        ([entry("/"), entry("/open/", 0)], "/open/1", OptOuts()),
        ([entry("/open/", 0), entry("/")], "/open/1", OptOuts()),
        ([entry("/", 0), entry("/news/*.html$")], "/news/a.html", OptOuts(tdm_reserved=True)),
        ([entry("/", 0), entry("/news/*.html$")], "/news/a.html?x", OptOuts()),
        ([entry("/a", 0), entry("/a", 1)], "/a", OptOuts(tdm_reserved=True)),
        ([entry("/", "1")], "/", OptOuts(tdm_reserved=True)),
        ([entry("/", "0"), entry("/x", None)], "/x", OptOuts()),
        ([entry(7), 3, None, ["/"], entry("")], "/", OptOuts()),
        ({"location": "/", "tdm-reservation": 1}, "/", OptOuts()),
        (None, "/", OptOuts()),
    ],
)
def test_tdmrep(entries: object, path: str, expected: OptOuts) -> None:
    assert tdmrep(json.dumps(entries).encode(), path) == expected


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b"\xff\xfe", b'[{"location": "/"', b"1" * 9000])
def test_broken_tdmrep_reserves_nothing(body: bytes) -> None:
    assert tdmrep(body, "/") == OptOuts()


# --- the client --------------------------------------------------------------------------------------------------


def ask(url: str, settings: FetchSettings = SETTINGS, robots: bool = True) -> Fetched | Refusal:
    async def main() -> Fetched | Refusal:
        async with Client(settings) as client:
            return await client.get(url, robots=robots)

    return asyncio.run(main())


@pytest.mark.politeness("25", "a page that tdmrep.json reserves is not asked for")
def test_reserved_page_is_not_asked_for() -> None:
    with Publisher() as publisher:
        publisher.add(WELL_KNOWN, response(json.dumps([entry("/o", 1, POLICY)]).encode()))
        result = ask(f"{publisher.url}/ok")
        assert isinstance(result, Refusal)
        assert result.outcome == "tdm_reserved"
        assert publisher.paths() == ["/robots.txt", WELL_KNOWN]
        recorded = ask(f"{publisher.url}/ok", replace(SETTINGS, tdm="record"))
        assert isinstance(recorded, Fetched)
        assert recorded.opt_outs == OptOuts(tdm_reserved=True, tdm_policy=POLICY)


@pytest.mark.politeness("25", "a header that reserves ends it before the body is read")
def test_reserving_header_ends_it_before_the_body() -> None:
    async def endless(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntdm-reservation: 1\r\nContent-Length: 9999\r\n\r\n" + PAGE)
        await writer.drain()
        await asyncio.sleep(60)

    with Publisher() as publisher:
        start = time.monotonic()
        result = ask(publisher.add("/reserved", endless))
        assert isinstance(result, Refusal)
        assert result.outcome == "tdm_reserved"
        assert time.monotonic() - start < 3


@pytest.mark.politeness("25", "what a page asks for comes along with it")
@pytest.mark.parametrize("robots", [True, False])
def test_headers_are_recorded(robots: bool) -> None:
    with Publisher() as publisher:
        headers = ("X-Robots-Tag: otherbot: noindex", "X-Robots-Tag: noai", "tdm-reservation: 1")
        url = publisher.add("/noai", response(PAGE, "200 OK", *headers))
        result = ask(url, replace(SETTINGS, tdm="record"), robots)
        assert isinstance(result, Fetched)
        assert result.opt_outs == OptOuts("noai", noai=True, tdm_reserved=True)


def test_feeds_are_read_whatever_their_header_reserves() -> None:
    with Publisher() as publisher:
        url = publisher.add("/reserved", response(PAGE, "200 OK", "tdm-reservation: 1"))
        result = ask(url, robots=False)
        assert isinstance(result, Fetched)
        assert result.opt_outs.tdm_reserved


@pytest.mark.parametrize(
    "answer",
    [
        response(b"", "404 Not Found"),
        response(b"", "500 No"),
        response(b"<html>"),
        response(b"[" * 200_000),
        response(b" " * 2_000_000),
        b"SSH-2.0\r\n",
        b"",
    ],
)
def test_unreadable_tdmrep_is_no_error(answer: bytes) -> None:
    with Publisher() as publisher:
        publisher.add(WELL_KNOWN, answer)
        assert isinstance(ask(f"{publisher.url}/ok"), Fetched)
        assert publisher.paths().count(WELL_KNOWN) == 1
