"""Keys that join the addresses of one page, and never two pages."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.fetch.urls import domain, url_key

DATA = os.environ.get("NEWSBEAM_DATA", "")
STORY = "https://ravenmoor.example/news/story-1"


@pytest.mark.parametrize(
    "url",
    [
        "http://ravenmoor.example/news/story-1",
        "HTTPS://Ravenmoor.EXAMPLE./news/story-1",
        "https://www.ravenmoor.example/news/story-1",
        "https://m.ravenmoor.example:443/news/story-1",
        "https://amp.ravenmoor.example/news/story-1/amp/",
        "https://user:secret@ravenmoor.example/news/story-1",
        f"  {STORY}\n",
        f"{STORY}/",
        f"{STORY}?",
        f"{STORY}#comments",
        f"{STORY}#:~:text=quiet",
        "https://ravenmoor.example//news/./x/../story-1",
        "https://ravenmoor.example/news/x/%2e%2E/story%2D1",
        f"{STORY};jsessionid=AB12",
        f"{STORY}?utm_source=a&UTM_Medium=b&%75tm_term=c",
        f"{STORY}?fbclid=1&gclid=2&dclid=3&msclkid=4&mc_cid=5&igshid=6",
        f"{STORY}?at_medium=rss&traffic_source=rss&smid=x&emc=rss&maca=en-rss",
        f"{STORY}?ref=homepage&ref_src=twsrc",
        f"{STORY}?source=front&ref=homepage",
        f"{STORY}?amp=1",
        f"{STORY}?amp",
        f"{STORY}?outputType=amp",
    ],
)
def test_addresses_of_one_page(url: str) -> None:
    assert url_key(url) == STORY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("?id=1", "?id=2"),
        ("?p=1", "?p=2"),
        ("?v=a", "?v=b"),
        ("?DOI=10.1", "?DOI=10.2"),
        ("?sid=1", "?sid=2"),
        ("?source=a", "?source=b"),
        ("?ref=101&source=a", "?ref=101&source=b"),
        ("?ref=101", "?ref=102"),
        ("?lang=en", "?lang=de"),
        ("", "?page=2"),
        ("/News", "/news"),
        ("/a%2Fb", "/a/b"),
        ("/a%3Fb", "/a?b"),
        ("/x%E9", "/x%E8"),
        ("?q=%E9", "?q=%E8"),
        ("#!/story/1", "#!/story/2"),
        ("#/story/1", "#/story/2"),
        ("/amp", "/"),
        (":8080/", "/"),
        ("?x=1&x=2", "?x=1"),
        ("/story.html", "/story"),
    ],
)
def test_pages_that_differ(one: str, other: str) -> None:
    assert url_key(f"https://ravenmoor.example{one}") != url_key(f"https://ravenmoor.example{other}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/?b=2&a=1", "https://a.example/?a=1&b=2"),
        ("https://a.example/?q=a+b", "https://a.example/?q=a%20b"),
        ("https://bücher.example/über", "https://xn--bcher-kva.example/%C3%BCber"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("http://[2001:DB8::1]:80/x", "https://[2001:db8::1]/x"),
    ],
)
def test_spellings_of_one_page(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize("url", ["https://www.com/", "https://m.co.uk/x", "https://mobile.example/"])
def test_a_domain_is_never_stripped_away(url: str) -> None:
    assert url_key(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *("", "news", "/news", "//a.example/x", "ftp://a.example/", "javascript:alert(1)", "file:///etc/passwd"),
        *("http://", "http:///x", "https://[half/", "http://a.example:x/", "http://a.example:99999/"),
    ],
)
def test_no_http_address(url: str) -> None:
    with pytest.raises(ValueError):
        url_key(url)


#: Keys name articles for ever: a change here is a migration of every lake.
GOLDEN = {
    "https://ravenmoor.example": "https://ravenmoor.example/",
    "http://www.ravenmoor.example:8080/a//b/?z=1&y=%7e&utm_id=9#c": "https://ravenmoor.example:8080/a/b?y=~&z=1",
    "https://ravenmoor.example/caf\u00e9?q=na\u00efve": "https://ravenmoor.example/caf%C3%A9?q=na%C3%AFve",
    "https://ravenmoor.example/a b": "https://ravenmoor.example/a%20b",
    "https://ravenmoor.example/?a=&b": "https://ravenmoor.example/?a=&b=",
    "https://ravenmoor.example/#!/story/9": "https://ravenmoor.example/#!/story/9",
}


@pytest.mark.parametrize(("url", "key"), GOLDEN.items())
def test_golden_keys(url: str, key: str) -> None:
    assert url_key(url) == key


PARTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\t"), max_size=12)


@given(PARTS, PARTS, PARTS)
@example("a/%25", "x=%2525&y=%", "!a%")
@example("a%2", "&&=&", "")
@example("amp/amp;sid=1", "amp&amp=", "/")
def test_a_key_is_its_own_key(path: str, query: str, fragment: str) -> None:
    try:
        key = url_key(f"https://www.ravenmoor.example/{path}?{query}#{fragment}")
    except ValueError:
        return
    assert url_key(key) == key
    assert key.isascii()


@given(st.text())
def test_only_value_errors(url: str) -> None:
    for candidate in (url, f"http://{url}", f"https://a.example/{url}"):
        with suppress(ValueError):
            url_key(candidate)
        domain(candidate)


@given(st.lists(st.tuples(st.sampled_from(["id", "p", "q", "x"]), st.text("ab12", max_size=3)), max_size=4))
def test_tracking_never_matters(pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    tracked = "&".join(filter(None, ["utm_source=x", query, "fbclid=y"]))
    assert url_key(f"https://a.example/s?{query}") == url_key(f"https://a.example/s?{tracked}#top")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.bbc.co.uk/x", "bbc.co.uk"),
        ("https://WWW.Example.COM:8080/", "example.com"),
        ("https://ravenmoor.blogspot.com/2026/", "ravenmoor.blogspot.com"),
        ("https://blogspot.com/", "blogspot.com"),
        ("https://co.uk/", "co.uk"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://news.ravenmoor.example/", "ravenmoor.example"),
        ("http://127.0.0.1:9000/x", "127.0.0.1"),
        ("http://[::1]/x", "::1"),
        ("http://localhost:80/", "localhost"),
        ("", ""),
        ("nonsense", ""),
        ("/local/file.html", ""),
        ("http://[half", ""),
    ],
)
def test_domain(url: str, expected: str) -> None:
    assert domain(url) == expected


@pytest.mark.gate
@pytest.mark.skipif(not DATA, reason="NEWSBEAM_DATA IS UNSET: THE GATE OVER CASES OF ADDRESSES DID NOT RUN")
def test_the_cases_of_addresses() -> None:
    cases = json.loads((Path(DATA) / "url_cases.json").read_text(encoding="utf-8"))["cases"]
    groups: dict[str, set[str]] = {}
    for case in cases:
        groups.setdefault(case["group"], set()).add(url_key(case["url"]))
    assert len(cases) > 50
    assert {name: keys for name, keys in groups.items() if len(keys) > 1} == {}
    assert len(set.union(*groups.values())) == len(groups)
