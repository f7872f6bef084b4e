"""`newsbeam report`: its numbers are those of its SQL, a hostile article harms nothing, a browser shows it."""

import base64
import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import lake_rows
import pytest
from chromium import Chromium, Page, chromium

from lake.commit import commit
from lake.query import connect
from lake.run import begin
from lake.store import open_store
from lake.writer import TableWriter
from newsbeam.cli import main
from newsbeam.report import cells
from newsbeam.report.period import period
from newsbeam.report.questions import NUMBERS, QUESTIONS
from schemas.settings import LakeSettings

NOW = datetime.now(UTC).replace(microsecond=0)
FEED = "https://paper.example/feed"
GONE = "https://old.example/feed"
SCRIPT = "<script>window.harmed=1</script><img src=x onerror=window.harmed=2>"
RLO = "\u202e"
HOSTILE = f"{SCRIPT}{RLO}</script><!--]]>\x00\x1b[31m " + "A" * 1_000_000
NAMES = [("France", "GPE", "FR"), ("Niger", "GPE", "NE"), ("Kosovo", "GPE", "XK"), ("Singapore", "GPE", "SG")]
NAMES += [("Amina Ibrahim", "PERSON", None), ("World Bank", "ORG", None), ("=HYPERLINK(1)", "ORG", None)]


def article(number: int, run_id: str) -> dict[str, Any]:
    """Return an article of the last ten days; number 0 is hostile."""
    read = NOW - timedelta(days=number % 10, minutes=number)
    more: dict[str, Any] = {
        "url": f"https://paper{number % 12}.example/{number}", "domain": f"paper{number % 12}.example",
        "source": f"paper{number % 12}.example", "feed_url": FEED, "language": ("en", "fr", "ar")[number % 3],
        "title": f"Title {number}", "published_at": read - timedelta(minutes=5 + number),
        "published_precision": "minute",
        "fetched_at": read, "ingested_at": read, "word_count": 100 + number,
        "removed": [{"text": f"WATCH LIVE {number % 4}", "rule": ("promo", "agency")[number % 2], "position": 2}],
    }  # fmt: skip
    if number == 0:
        more |= {"title": HOSTILE, "source": HOSTILE, "language": SCRIPT, "url": "javascript:window.harmed=3"}
        more |= {"removed": [{"text": HOSTILE, "rule": SCRIPT, "position": 0}]}
    return lake_rows.article(number, run_id) | more


def failed(run_id: str) -> dict[str, Any]:
    row = article(99, run_id)
    return lake_rows.dead_letter(row, "no_text") | {"reason": HOSTILE, "failed_at": NOW, "url": "javascript:alert(1)"}


def feeds(run_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for url in (FEED, GONE):
        yield "feeds", lake_rows.subscription(url, run_id) | {"name": HOSTILE if url == GONE else "Paper"}
        fetch = lake_rows.feed_fetch(url, run_id, NOW) | {"next_fetch_attempt": NOW + timedelta(hours=1)}
        gone = {"system_status": "gone", "reason": HOSTILE, "last_fetch_failures": 4}
        yield "feed_fetches", fetch | (gone if url == GONE else {})


def rows(run_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(60):
        row = article(number, run_id)
        yield "articles", row
        yield "outcomes", lake_rows.outcome(row) | {"seen_at": row["fetched_at"]}
        for name, label, country in NAMES[number % 3 :]:
            named = {"entity": name, "text": name, "label": label, "country": country}
            yield "mentions", lake_rows.mentions(row, 1)[0] | named
        story = lake_rows.digest("story", number // 6)
        yield "clusters", lake_rows.cluster(row) | {"story_id": story}
    yield "mentions", lake_rows.mentions(article(0, run_id), 1)[0] | {"entity": HOSTILE, "label": "PERSON"}
    yield "dead_letters", failed(run_id)
    yield "outcomes", lake_rows.outcome(article(99, run_id), "no_text") | {"seen_at": NOW, "reason": HOSTILE}
    yield from feeds(run_id)


def make_lake(settings: LakeSettings) -> None:
    with begin(settings) as run:
        writer = TableWriter(open_store(settings), run.run_id)
        files = []
        for table, row in rows(run.run_id):
            day = (row.get("published_at") or NOW).date() if table in ("articles", "mentions") else NOW.date()
            files += writer.add(table, day, row)
        commit(open_store(settings), run.run_id, files + writer.flush(), 0)


class Found(HTMLParser):
    """What a test looks for in the page: downloads, queries, elements that could run something, links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.csv: dict[str, list[list[str]]] = {}
        self.sql: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._code = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if tag == "code" and self.tags[-2][0] == "pre":
            self._code = True
            self.sql.append("")
        if values.get("download"):
            data = base64.b64decode(str(values["href"]).partition("base64,")[2]).decode("utf-8-sig")
            self.csv[str(values["download"])[9:-4]] = list(csv.reader(io.StringIO(data)))

    def handle_endtag(self, tag: str) -> None:
        self._code = self._code and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._code:
            self.sql[-1] += data


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> LakeSettings:
    settings = LakeSettings(uri=str(tmp_path_factory.mktemp("report") / "lake"))
    make_lake(settings)
    return settings


@pytest.fixture(scope="module")
def file(settings: LakeSettings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    assert main(["--lake", settings.uri, "-q", "report", "-o", str(path)]) == 0
    assert list(path.parent.iterdir()) == [path]
    return path


@pytest.fixture(scope="module")
def found(file: Path) -> Found:
    return Found(file.read_text(encoding="utf-8"))


# ---- what stands in the file ----------------------------------------------------------------------------------------


def test_the_numbers_shown_are_those_of_the_sql_shown(settings: LakeSettings, found: Found) -> None:
    assert len(found.sql) == len(QUESTIONS) + 1
    with connect(open_store(settings)) as connection:
        for question, sql in zip((NUMBERS, *QUESTIONS), found.sql, strict=True):
            answer = connection.execute(sql)
            head, *told = found.csv[question.name]
            assert head == [column[0] for column in answer.description]
            expected = [
                [str("" if cells._csv(value) is None else cells._csv(value)) for value in row]
                for row in answer.fetchall()
            ]
            assert told == expected, question.name
            assert told, question.name


def test_the_numbers_are_those_of_the_rows(found: Found) -> None:
    (numbers,) = found.csv["numbers"][1:]
    kept = [number for number in range(60) if (NOW.date() - published(number)).days < 7]
    assert numbers[0] == str(len(kept))
    countries = {row[0]: int(row[1]) for row in found.csv["countries"][1:]}
    assert countries["XK"] == len(kept)
    assert countries["FR"] == sum(number % 3 == 0 for number in kept)
    assert sum(int(row[2]) for row in found.csv["articles"][1:]) == len(kept)
    assert found.csv["feeds"][1][2:5] == ["gone", "false", "4"]
    assert found.csv["stories"][1][2:4] == ["6", "6"]
    assert float(found.csv["runs"][1][3]) > 0
    assert found.csv["runs"][1][5] == "61"
    everywhere, *_ = found.csv["delays"][1:]
    assert everywhere[0] == "all sources"


def published(number: int) -> date:
    day: datetime = article(number, "")["published_at"]
    return day.date()


def test_what_publishers_wrote_is_never_markup(file: Path, found: Found) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text) < 1_600_000
    assert "A" * 600 not in text
    assert "\x00" not in text
    assert "\x1b" not in text
    scripts = [attributes for tag, attributes in found.tags if tag == "script"]
    assert [one for one in scripts if "type" not in one] == [{}] * 4
    assert {tag for tag, _ in found.tags} & {"img", "iframe", "object", "base", "form"} == set()
    assert all(not name.startswith("on") and name != "style" for _, attributes in found.tags for name in attributes)
    links = [str(attributes["href"]) for tag, attributes in found.tags if tag == "a"]
    assert {link.partition(":")[0] for link in links if not link.startswith("#")} == {"https", "data"}
    assert f"<bdi>{cells.escape(SCRIPT)}" in text


def test_the_page_loads_nothing_and_runs_only_its_own(file: Path, found: Found) -> None:
    (policy,) = [one["content"] for tag, one in found.tags if tag == "meta" and one.get("http-equiv")]
    assert str(policy).startswith("default-src 'none'; ")
    assert "unsafe" not in str(policy)
    assert not [one for tag, one in found.tags if one.get("src") or (tag == "link" and one["href"] != "data:,")]


def test_headings_captions_and_names_are_there(found: Found) -> None:
    tags = [tag for tag, _ in found.tags]
    assert tags.count("h1") == tags.count("main") == 1
    assert tags.count("h2") == len(QUESTIONS) + 2
    assert tags.count("caption") == tags.count("table") == len(QUESTIONS)
    assert all(one.get("scope") for tag, one in found.tags if tag == "th")
    assert all(one.get("aria-label") for _, one in found.tags if one.get("role") in ("img", "region"))
    behind = [one for tag, one in found.tags if tag == "details" and one.get("class") == "behind"]
    assert len(behind) == 9
    assert all("open" in one for one in behind)  # until a script has drawn what they stand behind
    ids = [one["id"] for _, one in found.tags if one.get("id")]
    assert len(ids) == len(set(ids))
    assert {str(one["href"])[1:] for tag, one in found.tags if tag == "a" and str(one["href"]).startswith("#")} <= set(
        ids
    )


def test_the_libraries_are_as_they_were_published() -> None:
    from hashlib import sha256

    assets = Path(cells.__file__).parent / "assets"
    listed = dict(reversed(line.split()) for line in (assets / "SHA256SUMS").read_text().splitlines())
    assert {name: sha256((assets / name).read_bytes()).hexdigest() for name in listed} == listed
    notice = (Path(__file__).parent.parent / "NOTICE").read_text()
    for licence in assets.glob("LICENSE-*.txt"):
        assert licence.name.removeprefix("LICENSE-").removesuffix(".txt") in notice


# ---- values ---------------------------------------------------------------------------------------------------------

ADDRESSES = [
    ("https://a.example/?q=<b>&x='\"", True), ("http://a.example", True), ("javascript:alert(1)", False), ("", False),
    ("data:text/html,x", False), ("//a.example", False), ("https://", False), ("https://[", False),
    ("https://a b", False),
    (" https://a.example", False), ("https://a.example\n", False), ("/seeds/1.html", False),
]  # fmt: skip


@pytest.mark.parametrize(("address", "linked"), ADDRESSES)
def test_only_pages_of_the_web_are_links(address: str, linked: bool) -> None:
    told = cells.link(address, SCRIPT)
    assert told.startswith("<a href=") is linked
    (attributes, *_) = Found(told).tags
    assert attributes[1].get("href") == (address if linked else None)
    assert "<script" not in told


VALUES = [
    (None, "", ""), (True, "yes", "true"), (1234567, "1,234,567", "1234567"), (-1.5, "-1.5", "-1.5"),
    (date(2026, 11, 24), "<bdi>2026-11-24</bdi>", "2026-11-24"), ("=1+1", "<bdi>=1+1</bdi>", "'=1+1"),
    ("-x", "<bdi>-x</bdi>", "'-x"),
    (["<a>", "b"], "<ul><li><bdi>&lt;a&gt;</bdi></li><li><bdi>b</bdi></li></ul>", "<a>; b"),
    (datetime(2026, 11, 24, 6, tzinfo=UTC), '<time datetime="2026-11-24T06:00:00+00:00">2026-11-24 06:00</time>',
     "2026-11-24T06:00:00+00:00"),
    ("x" * 501, f"<bdi>{'x' * 500}…</bdi>", "x" * 500 + "…"), ("a\x00b", "<bdi>a\ufffdb</bdi>", "a\ufffdb"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "shown", "downloaded"), VALUES)
def test_values(value: Any, shown: str, downloaded: str) -> None:
    assert cells.html(value) == shown
    (link,) = Found(f'<a download="newsbeam-x.csv" href="{cells.csv_link(["n"], [[value, 0]])}">').csv.values()
    assert link[1] == [downloaded, "0"]


def test_json_ends_no_script() -> None:
    told = cells.json_block({"a": f"</script><!--{RLO}\u2028", "b": cells.plain(float("nan"))})
    assert re.search(r"[<>&\u2028]", told) is None
    assert json.loads(told) == {"a": f"</script><!--{RLO}\u2028", "b": None}


def test_long_periods_are_told_by_week_and_month() -> None:
    last = date(2026, 11, 24)
    assert [period(days, last).unit for days in (1, 92, 93, 731, 732)] == ["day", "day", "week", "week", "month"]
    assert period(7, last).first == date(2026, 11, 18)
    assert period(10**9, last).first == date.min
    assert period(3, last).units(last) == [date(2026, 11, 22), date(2026, 11, 23), last]
    assert period(100, last).units(date(2026, 11, 12)) == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]
    assert period(10**9, last).units(date(2026, 10, 1)) == [date(2026, 10, 1), date(2026, 11, 1)]


# ---- the command ----------------------------------------------------------------------------------------------------


def test_an_empty_lake_says_so(
    disk_lake: LakeSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--lake", disk_lake.uri, "report"]) == 0
    name = capsys.readouterr().out.strip()
    assert re.fullmatch(r"newsbeam-report-\d{4}-\d\d-\d\d\.html", name)
    text = Path(name).read_text(encoding="utf-8")
    assert "This lake is empty" in text
    assert len(text) < 20_000
    assert not Path(disk_lake.uri).exists()


def test_all_days_and_what_is_not_there(
    lake_settings: LakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lake_settings.endpoint:
        monkeypatch.setenv("NEWSBEAM_S3_ENDPOINT", lake_settings.endpoint)
    with begin(lake_settings) as run:
        files = lake_rows.write_articles(TableWriter(open_store(lake_settings), run.run_id), [1], run.run_id)
        commit(open_store(lake_settings), run.run_id, files, 0)
    path, link = tmp_path / "report.html", tmp_path / "link.html"
    link.symlink_to(path)
    assert main(["--lake", lake_settings.uri, "-q", "report", "--days", "1000000000", "-o", str(link)]) == 0
    assert sorted(tmp_path.glob("*.html")) == [link, path]
    assert link.is_symlink()
    found = Found(path.read_text(encoding="utf-8"))
    assert found.csv["articles"] == [["month", "source", "articles"], ["2026-11-01", "source 1", "1"]]
    assert "feeds" not in found.csv
    assert "No feed is subscribed." in path.read_text(encoding="utf-8")
    assert path.stat().st_size < 1_000_000


def test_where_it_can_not_be_written_is_said_before_the_work(
    settings: LakeSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = (
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "report.html", "no folder"),
        (Path("/dev/null"), "no plain file"),
    )
    for path, reason in there:
        assert main(["--lake", settings.uri, "report", "-o", str(path)]) == 2
        assert reason in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["--lake", settings.uri, "report", "--days", "0"])
    assert list(tmp_path.iterdir()) == []


# ---- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(request, tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Chromium, file: Path) -> Page:
    page = Page(browser)
    page.look(1200)
    page.open(file.as_uri(), "document.documentElement.dataset.drawn")
    return page


def test_a_browser_draws_it_without_a_complaint(page: Page, found: Found) -> None:
    charts = page.evaluate(
        "[...document.querySelectorAll('.chart')].map(e => [e.id, e.hidden, !!e.querySelector('svg')])"
    )
    assert len(charts) == 9
    assert all(not hidden and drawn for _, hidden, drawn in charts), charts
    assert page.evaluate("window.harmed") is None
    assert page.evaluate("document.querySelectorAll('details.behind[open]').length") == 0
    texts = page.evaluate("[...document.querySelectorAll('#languages-chart text')].map(e => e.textContent)")
    assert set(texts) >= {row[1] for row in found.csv["languages"][1:]}
    table = page.evaluate(
        "[...document.querySelectorAll('#entities tbody tr')].map(r => [...r.cells].slice(-2).map(c => c.textContent))"
    )
    assert [[cell.replace(",", "") for cell in row] for row in table] == [row[-2:] for row in found.csv["entities"][1:]]
    shapes = page.evaluate("[...document.querySelectorAll('#countries-chart path')].length")
    assert shapes > 170
    assert page.problems == []


def test_it_fits_a_phone_and_the_dark(page: Page) -> None:
    page.look(360, 740, dark=True)
    page.wait("document.documentElement.clientWidth === 360")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    wide = "[...document.querySelectorAll('.chart svg')].filter(e => e.getBoundingClientRect().right > 361).length"
    assert page.evaluate(wide) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 27)"
    assert page.problems == []


def test_it_is_read_by_keyboard(page: Page) -> None:
    page.look(1200)
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = false; }); scrollTo(0, 0)")
    page.evaluate("document.body.focus()")
    page.press("Tab", 9)
    assert page.evaluate("document.activeElement.className") == "skip"
    page.evaluate("document.querySelector('#outcomes details.sql summary').focus()")
    page.call("Input.dispatchKeyEvent", {"type": "keyDown", "key": "Enter", "text": "\r", "windowsVirtualKeyCode": 13})
    page.wait("document.querySelector('#outcomes details.sql').open")
    page.press("Tab", 9)
    assert page.evaluate("document.activeElement.tagName") == "PRE"
