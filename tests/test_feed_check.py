"""`newsbeam feeds check` on a site: its feeds, its sitemaps of news and the others."""

import json
from pathlib import Path

import pytest
from publisher import Publisher, page, response

from newsbeam.cli import main
from newsbeam.feed_check import SITEMAPS

NEWS = b"""<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://a.example/1</loc>
<n:news><n:publication_date>2018-09-24</n:publication_date></n:news></url></urlset>"""
OTHER = b"<urlset><url><loc>https://a.example/about</loc></url></urlset>"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsbeam.toml").write_text('contact = "test@example.org"\n[process]\npool_size = 1\n')
    return tmp_path


def checked(publisher: Publisher, robots: str, capsys: pytest.CaptureFixture[str], *flags: str) -> str:
    publisher.add("/robots.txt", response(robots.encode(), "200 OK", "Content-Type: text/plain"))
    site = publisher.add("/", response(page("Home")))
    assert main(["feeds", "check", site, "--allow-private", *flags]) == 0
    return capsys.readouterr().out


def test_sitemaps_of_news_are_told_from_others(capsys: pytest.CaptureFixture[str]) -> None:
    with Publisher() as publisher:
        root = publisher.url
        publisher.add("/a.xml", response(NEWS))
        publisher.add("/pages.xml", response(OTHER))
        publisher.add("/deep-news.xml", response(NEWS))
        index = f"<sitemapindex><sitemap><loc>{root}/deep-news.xml</loc></sitemap></sitemapindex>"
        publisher.add("/index.xml", response(index.encode()))
        names = ["a", "pages", "index", "secret"]
        robots = "".join(f"Sitemap: {root}/{name}.xml\n" for name in names) + "User-agent: *\nDisallow: /secret\n"
        (found,) = json.loads(checked(publisher, robots, capsys, "--json"))
        told = checked(publisher, robots, capsys)
        assert "/secret.xml" not in publisher.paths()
    assert set(found["news_sitemaps"]) == {f"{root}/a.xml", f"{root}/deep-news.xml"}
    assert found["sitemaps"] == [f"{root}/{name}.xml" for name in ("pages", "index", "secret")]
    assert f"  news     {root}/a.xml\n" in told
    assert f"  sitemap  {root}/pages.xml\n" in told


def test_no_more_than_a_few_sitemaps_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with Publisher() as publisher:
        names = [f"{publisher.url}/map-{number}.xml" for number in range(20)]
        for number in range(20):
            publisher.add(f"/map-{number}.xml", response(NEWS if number == 19 else OTHER))
        robots = "".join(f"Sitemap: {name}\n" for name in names)
        (found,) = json.loads(checked(publisher, robots, capsys, "--json"))
        asked = [path for path in publisher.paths() if path.startswith("/map-")]
    assert len(asked) == SITEMAPS
    assert found["news_sitemaps"] == []
    assert found["sitemaps"] == names
