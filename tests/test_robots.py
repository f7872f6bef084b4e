"""robots.txt: its rules as RFC 9309 has them, hostile files, and what the client makes of it on every hop."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from loopback_names import LoopbackNames
from protego import Protego
from publisher import PAGE, Publisher, Seen, page, response
from yarl import URL

from schemas.records import Refusal
from schemas.settings import FetchSettings
from transforms.fetch.addresses import AddressGate
from transforms.fetch.client import Client, Fetched
from transforms.fetch.path_pattern import normal_path, path_pattern
from transforms.fetch.robots import MAX_BYTES, Robots

SETTINGS = FetchSettings(allow_private=True, total_timeout=5.0, connect_timeout=2.0, delay=0.0)


def allows(robots: str | bytes, path: str) -> bool:
    body = robots.encode() if isinstance(robots, str) else robots
    return not Robots.parse(body).refusal_of(URL(f"https://example.org{path}", encoded=path.isascii()))


# --- the rules ---------------------------------------------------------------------------------------------------


@pytest.mark.politeness("20", "the longest match wins, Allow on a tie, `*` and `$`")
@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /private/", "/private/x", False),
        ("Disallow: /private/", "/private", True),
        ("Disallow: /", "/anything?x=1", False),
        ("Disallow:", "/anything", True),
        ("Disallow: /", "/robots.txt", True),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("Allow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("Disallow: /*.pdf$", "/x/y.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf?download", True),
        ("Disallow: /*.pdf", "/x/y.pdf?download", False),
        ("Disallow: *secret", "/a/secret", False),
        ("Disallow: /a*b*c", "/axxbyyc", False),
        ("Disallow: /a*b*c", "/axxcyyb", True),
        ("Disallow: /a*a$", "/a", True),
        ("Disallow: /a*a$", "/aa", False),
        ("Disallow: /*ab$", "/abab", False),
        ("Disallow: /$", "/", False),
        ("Disallow: /$", "/x", True),
        ("Disallow: /*?", "/a?b", False),
        ("Disallow: /*?", "/a", True),
        ("Disallow: /x***y", "/x1y", False),
        ("Disallow: /fish*", "/fishheads", False),
        ("Disallow: relative", "/relative", True),
        ("Disallow: /A", "/a", True),
        ("disALLOW : /a # with a comment", "/a", False),
        ("Dissallow: /a", "/a", False),
        ("Disallow /a", "/a", False),
        ("Disallow: /a\nAllow: /a$", "/a", True),
        ("Disallow: /a\nAllow: /a$", "/ab", False),
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Allow: /folder\nDisallow: /folder/", "/folder/page", False),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("Allow: /page\nDisallow: /*.ph", "/page.php5", True),
    ],
)
def test_rules(rules: str, path: str, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{rules}\n", path) is allowed


@pytest.mark.politeness("20", "escapes compare as RFC 9309 §2.2.2 says")
@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz", True),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", False),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%e3%83%84", "/foo/bar/ツ", True),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
        ("/a%2Fb", "/a/b", False),
        ("/a%2fb", "/a%2Fb", True),
        ("/with-a-%2A.html", "/with-a-*.html", True),
        ("/with-a-%2A.html", "/with-a-x.html", False),
        ("/foo-%24", "/foo-$", True),
        ("/a$b", "/a$b", True),
        ("/a b", "/a%20b", True),
        ("/~joe", "/%7Ejoe", True),
    ],
)
def test_escapes(pattern: str, path: str, matches: bool) -> None:
    found = path_pattern(pattern)
    assert found
    assert found.matches(normal_path(URL(f"https://example.org{path}", encoded=path.isascii()))) is matches


@pytest.mark.politeness("20", "the group of this program, merged, else that of all")
@pytest.mark.parametrize(
    ("robots", "refused"),
    [
        ("User-agent: *\nDisallow: /all\n\nUser-agent: newsbeam\nDisallow: /own", {"/own"}),
        ("User-agent: NewsBeam/2.0 (bot)\nDisallow: /own\nUser-agent: *\nDisallow: /all", {"/own"}),
        ("User-agent: newsbeam-images\nDisallow: /own\nUser-agent: *\nDisallow: /all", {"/all"}),
        ("User-agent: news\nDisallow: /own", set()),
        (
            "User-agent: newsbeam\nDisallow: /own\nUser-agent: x\nDisallow: /\nUser-agent: newsbeam\nDisallow: /all",
            None,
        ),
        ("User-agent: x\nUser-agent: newsbeam\n\n# note\nDisallow: /own\nUser-agent: *\nDisallow: /all", {"/own"}),
        ("User-agent: *\nDisallow: /own\nUser-agent: *\nDisallow: /all", None),
        ("User-agent: newsbeam\nUser-agent: *\nDisallow: /own\nDisallow: /all", None),
        ("User-agent: newsbeam\nUser-agent: *\nSitemap: https://a.b/c\nDisallow: /own", {"/own"}),
        ("User-agent: newsbeam\nDisallow:\nUser-agent: *\nDisallow: /", set()),
        ("User-agent: *\nCrawl-delay: 10\nUser-agent: bad\nDisallow: /", set()),
        ("Disallow: /own", set()),
        ("\ufeffUser-agent: *\r\nDisallow: /own\r\n", {"/own"}),
        ("User-agent: *\rDisallow: /own\r", {"/own"}),
    ],
)
def test_groups(robots: str, refused: set[str] | None) -> None:
    refused = {"/own", "/all"} if refused is None else refused
    assert {path for path in ("/own", "/all") if not allows(robots, path)} == refused


def test_crawl_delay_and_sitemaps() -> None:
    robots = Robots.parse(
        b"User-agent: *\nCrawl-delay: 2.5\nSitemap: https://a.b/1.xml\nUser-agent: x\nCrawl-delay: 9\n"
        b"Sitemap: https://a.b/2.xml\n"
    )
    assert robots.crawl_delay == 2.5
    assert robots.sitemaps == ("https://a.b/1.xml", "https://a.b/2.xml")
    assert Robots.parse(b"User-agent: *\nCrawl-delay: 1e9999").crawl_delay == 0
    assert Robots.parse(b"User-agent: *\nCrawl-delay: -5").crawl_delay == 0


@pytest.mark.fault("robots_html")
@pytest.mark.politeness("21", "an HTML page in its place has no rules")
def test_html_has_no_rules() -> None:
    assert allows(page(), "/a")
    assert allows(b"<html>\nDisallow: /\n</html>", "/a")
    assert allows(bytes(range(256)) * 20, "/a")


@pytest.mark.fault("robots_600KiB")
@pytest.mark.politeness("22", "the first 500 KiB count")
def test_only_the_first_500_kib_count() -> None:
    head = b"User-agent: *\nDisallow: /early\n"
    filler = b"#" * 99 + b"\n"
    body = head + filler * (MAX_BYTES // 100) + b"Disallow: /late\n" + filler * 1000
    assert not allows(body, "/early")
    assert allows(body, "/late")
    cut = head + b"#" * (MAX_BYTES - len(head) - 12) + b"\nDisallow: /late-and-long\n"
    assert allows(cut, "/other")  # half a rule is none


PATHS = st.text(alphabet="ab/.?=", max_size=12).map(lambda text: f"/{text}".rstrip("?"))
PATTERNS = st.text(alphabet="ab/*.?=$", max_size=10).map(lambda text: f"/{text}")


@given(st.lists(st.tuples(st.booleans(), PATTERNS), max_size=6), PATHS)
@example([(False, "/a*a*b$")], "/aaab")
def test_agrees_with_protego(rules: list[tuple[bool, str]], path: str) -> None:
    lines = [f"{'Allow' if allowed else 'Disallow'}: {pattern}" for allowed, pattern in rules]
    if any("$" in pattern[:-1] or "**" in pattern or pattern.endswith(("*", "*$")) for _, pattern in rules):
        return  # Protego takes a `$` in the middle for the end, and does not count a star at the end
    text = "\n".join(["User-agent: *", *lines])
    lengths = [len(pattern) for _, pattern in rules]
    if len(set(lengths)) == len(lengths):
        assert allows(text, path) == Protego.parse(text).can_fetch(f"https://example.org{path}", "newsbeam")


@given(PATTERNS, PATHS)
@example("/**$", "/")
@example("/a*$", "/ab")
def test_matching_agrees_with_a_regular_expression(pattern: str, path: str) -> None:
    found = path_pattern(pattern)
    assert found
    ends = pattern.endswith("$")
    parts = (pattern[:-1] if ends else pattern).split("*")
    expression = ".*".join(re.escape(part) for part in parts) + (r"\Z" if ends else "")
    assert found.matches(path) is bool(re.match(expression, path, re.S)) or "$" in pattern[:-1]


@given(st.binary(max_size=400))
def test_any_bytes_are_read(body: bytes) -> None:
    Robots.parse(body).refusal_of(URL("https://example.org/a"))
    Robots.parse(b"User-agent: *\nDisallow: /" + body).refusal_of(URL("https://example.org/a"))


def _many(line: Callable[[int], str]) -> bytes:
    text, number = ["User-agent: *"], 0
    size = 14
    while size < MAX_BYTES:
        text.append(line(number))
        size += len(text[-1]) + 1
        number += 1
    return "\n".join(text).encode()


HOSTILE = {
    "stars": _many(lambda n: "Disallow: /*a*a*a*a*a*a*a*a*a*b"),
    "one line of stars": b"User-agent: *\nDisallow: /" + b"*a" * 250_000 + b"b",
    "groups": _many(lambda n: f"User-agent: {n}"),
    "groups with rules": _many(lambda n: f"User-agent: *\nUser-agent: {n}\nDisallow: /{n}"),
    "rules": _many(lambda n: f"Disallow: /{n}"),
    "lengths": _many(lambda n: f"Disallow: /{'a' * (n % 3000)}b"),
    "starred rules": _many(lambda n: f"Disallow: *{n}"),
    "spaces": b"User-agent: *\nDisallow" + b" " * 500_000 + b"x",
    "a name without end": b"a" * 511_000,
    "escapes": b"User-agent: *\nDisallow: /" + b"%4" * 250_000,
    "percent": b"User-agent: *\nDisallow: /" + b"%" * 500_000,
    "hashes": b"#" * 511_000,
    "sitemaps": _many(lambda n: f"Sitemap: https://example.org/{n}"),
}


@pytest.mark.politeness("22", "a hostile file takes linear time")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_read_and_matched_quickly(name: str) -> None:
    start = time.process_time()
    robots = Robots.parse(HOSTILE[name])
    assert time.process_time() - start < 2.0
    url = URL(f"https://example.org/{'a' * 3900}", encoded=True)
    start = time.process_time()
    robots.refusal_of(url)
    assert time.process_time() - start < 0.25


# --- the client --------------------------------------------------------------------------------------------------


def ask(urls: list[str], settings: FetchSettings = SETTINGS, **parts: object) -> list[Fetched | Refusal]:
    async def main() -> list[Fetched | Refusal]:
        async with Client(settings, resolver=LoopbackNames(), **parts) as client:  # type: ignore[arg-type]
            return await asyncio.gather(*(client.get(url, robots=True) for url in urls))

    return asyncio.run(main())


def outcome(result: Fetched | Refusal) -> str:
    return result.outcome if isinstance(result, Refusal) else "ok"


def robots_file(text: str = "User-agent: *\nDisallow: /private/\n") -> bytes:
    return response(text.encode(), "200 OK", "Content-Type: text/plain")


@pytest.mark.fault("private/x")
@pytest.mark.politeness("24", "a refusal is an outcome with its rule, and the page is not asked for")
def test_disallowed_page_is_not_asked_for() -> None:
    with Publisher() as publisher:
        publisher.add("/robots.txt", robots_file())
        publisher.add("/private/x", response(PAGE))
        (result,) = ask([f"{publisher.url}/private/x"])
        assert result == Refusal("robots", "robots.txt of 127.0.0.1 disallows it: Disallow: /private/")
        assert publisher.paths() == ["/robots.txt"]


@pytest.mark.politeness("22", "one request an origin, kept for a day")
def test_one_request_for_many_pages() -> None:
    with Publisher(latency=0.02) as publisher:
        publisher.add("/robots.txt", robots_file())
        results = ask([f"{publisher.url}/ok"] * 30 + [f"{publisher.url}/private/{n}" for n in range(70)])
        assert [outcome(result) for result in results] == ["ok"] * 30 + ["robots"] * 70
        assert publisher.paths().count("/robots.txt") == 1
        assert publisher.paths().count("/ok") == 30
        assert len(publisher.requests) == 32  # with tdmrep.json


@pytest.mark.politeness("20", "on every hop of a redirect")
def test_every_hop_is_asked_for() -> None:
    with Publisher(("127.0.0.1", "127.0.0.2")) as publisher:

        async def robots(seen: Seen, writer: asyncio.StreamWriter) -> None:
            writer.write(robots_file("User-agent: *\nDisallow: /ok" if seen.host == "127.0.0.2" else ""))

        publisher.add("/robots.txt", robots)
        url = publisher.add("/moved", response(b"", "302 Found", f"Location: {publisher.url_of('127.0.0.2')}/ok"))
        (result,) = ask([url])
        assert outcome(result) == "robots"
        assert "/ok" not in publisher.paths()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(response(b"", "404 Not Found"), "ok", marks=pytest.mark.fault("robots_404")),
        (response(b"", "401 Unauthorized"), "ok"),
        (response(b"", "403 Forbidden"), "ok"),
        (response(b"", "410 Gone"), "ok"),
        (response(b""), "ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "ok"),
        (response(page(), "200 OK", "Content-Type: text/html"), "ok"),
        pytest.param(response(b"", "500 No"), "robots_unreachable", marks=pytest.mark.fault("robots_5xx")),
        (response(b"", "503 No", "Retry-After: 600"), "robots_unreachable"),
        (response(b"", "429 No", "Retry-After: 600"), "robots_unreachable"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "robots_unreachable"),
        (b"", "robots_unreachable"),
        (response(b"", "302 Found", "Location: http://169.254.169.254/"), "robots_unreachable"),
        (response(b"", "302 Found", "Location: /robots.txt"), "ok"),
    ],
)
@pytest.mark.politeness("21", "4xx allows, 5xx and silence disallow")
def test_what_stands_in_its_place(answer: bytes, expected: str) -> None:
    with Publisher() as publisher:
        publisher.add("/robots.txt", answer)
        inside = b"169.254" in answer
        gate = AddressGate(exceptions=frozenset({("127.0.0.1", publisher.port)})) if inside else None
        (result,) = ask([f"{publisher.url}/ok"], replace(SETTINGS, allow_private=gate is None), gate=gate)
        assert outcome(result) == expected, result
        assert ("/ok" in publisher.paths()) is (expected == "ok")
        if b"600" in answer and isinstance(result, Refusal):
            assert 590 < result.wait <= 600


@pytest.mark.politeness("21", "a time-out disallows")
def test_silent_robots_disallows() -> None:
    with Publisher() as publisher:
        publisher.add("/robots.txt", publisher.answer_of("/hang"))
        (result,) = ask([f"{publisher.url}/ok"], replace(SETTINGS, total_timeout=0.4))
        assert outcome(result) == "robots_unreachable"
        assert "timeout" in result.reason  # type: ignore[union-attr]
        assert publisher.paths() == ["/robots.txt"]


@pytest.mark.politeness("21", "a host without address or server disallows")
def test_no_host_disallows() -> None:
    async def main() -> list[Fetched | Refusal]:
        names = LoopbackNames(missing=("news.example.org",))
        async with Client(replace(SETTINGS, tries=1), resolver=names) as client:
            urls = ["http://news.example.org/a", "http://127.0.0.1:1/a"]
            return [await client.get(url, robots=True) for url in urls]

    results = asyncio.run(main())
    assert [outcome(result) for result in results] == ["dns", "robots_unreachable"]


@pytest.mark.fault("robots_redirect")
@pytest.mark.politeness("21", "up to five redirects, to other hosts too")
@pytest.mark.parametrize(("hops", "expected"), [(1, "robots"), (5, "robots"), (6, "ok")])
def test_robots_may_move(hops: int, expected: str) -> None:
    with Publisher(("127.0.0.1", "127.0.0.2")) as publisher:
        places = [publisher.url_of(("127.0.0.1", "127.0.0.2")[n % 2]) + f"/robots{n}" for n in range(1, hops + 1)]
        for source, target in zip(["/robots.txt", *(f"/robots{n}" for n in range(1, hops))], places, strict=True):
            publisher.add(source, response(b"", "301 Moved", f"Location: {target}"))
        publisher.add(f"/robots{hops}", robots_file("User-agent: *\nDisallow: /"))
        (result,) = ask([f"{publisher.url}/ok"])
        assert outcome(result) == expected


@pytest.mark.fault("robots_600KiB")
@pytest.mark.politeness("22", "a longer file is no error")
def test_long_robots_is_cut() -> None:
    with Publisher() as publisher:
        body = "User-agent: *\nDisallow: /private/\n" + "# filler\n" * 70_000 + "Disallow: /ok\n"
        publisher.add("/robots.txt", robots_file(body))
        results = ask([f"{publisher.url}/ok", f"{publisher.url}/private/x"])
        assert [outcome(result) for result in results] == ["ok", "robots"]


@pytest.mark.politeness("22", "a hostile file holds nobody up")
def test_hostile_robots_does_not_hold_the_loop() -> None:
    longest = 0.0

    async def main(publisher: Publisher) -> None:
        nonlocal longest
        async with Client(SETTINGS) as client:
            task = asyncio.create_task(client.get(f"{publisher.url}/{'a' * 3000}", robots=True))
            while not task.done():
                start = time.monotonic()
                await asyncio.sleep(0.005)
                longest = max(longest, time.monotonic() - start)
            assert outcome(task.result()) == "http_404"

    with Publisher() as publisher:
        publisher.add("/robots.txt", response(HOSTILE["stars"]))
        asyncio.run(main(publisher))
    assert longest < 1.0


def test_sitemaps_are_there_for_discovery() -> None:
    async def main(publisher: Publisher) -> Robots | Refusal:
        async with Client(SETTINGS) as client:
            return await client.robots(f"{publisher.url}/any/page")

    with Publisher() as publisher:
        publisher.add("/robots.txt", robots_file("Sitemap: https://example.org/news.xml"))
        found = asyncio.run(main(publisher))
        assert isinstance(found, Robots)
        assert found.sitemaps == ("https://example.org/news.xml",)
