"""A stream holds exactly what was issued, however it is killed, doubled, cut off from its store, or told to stop."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from conftest import free_port, start_minio, stop
from lake_rows import audit_files
from news_wire import NewsWire
from newsbeam_command import WITHOUT_MODEL, listing, newsbeam, start, write_pages

from lake.query import connect
from lake.snapshot import has_begun
from lake.store import open_store
from pipelines.prism import find_prism
from schemas.errors import SettingsError
from schemas.settings import LakeSettings

SETTINGS = (
    'contact = "test@example.org"\n'
    + WITHOUT_MODEL
    + "[fetch]\nallow_private = true\ntotal_timeout = 5\n"
    + "[feeds]\ninterval = 1.0\nmin_interval = 1.0\nmax_interval = 1.0\n"
)
PATIENCE = 120.0  # seconds: the machine may be busy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a working folder in which feeds are polled every second."""
    (tmp_path / "newsbeam.toml").write_text(SETTINGS)
    return tmp_path


class Running:
    """A stream in a process of its own; what it says goes to a file."""

    def __init__(self, folder: Path, *arguments: str, lake: str = "data/news", endpoint: str = "") -> None:
        self.said = folder / f"said-{time.monotonic_ns()}"
        environment = {"NEWSBEAM_S3_ENDPOINT": endpoint} if endpoint else {}
        command = ("--lake", lake, "stream", "--every", "1s", *arguments)
        self.process = start(folder, *command, environment=environment, said=self.said)

    @property
    def lines(self) -> list[str]:
        return self.said.read_text().splitlines()

    def until(self, what: str, times: int = 1) -> None:
        """Wait until it has said something so often."""
        wait_for(lambda: sum(what in line for line in self.lines) >= times or self.process.poll() is not None, what)
        assert self.process.poll() is None, self.lines

    def ends(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; it does so within ten seconds."""
        self.process.send_signal(number)
        began = time.monotonic()
        code = self.process.wait(15)
        assert time.monotonic() - began < 10.5
        return code


@contextmanager
def running(folder: Path, *arguments: str, **more: str) -> Iterator[Running]:
    """Run a stream during the body."""
    stream = Running(folder, *arguments, **more)
    try:
        yield stream
    finally:
        stream.process.kill()
        stream.process.wait()


def wait_for(is_so: Callable[[], bool], what: object = "") -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def ask(lake: LakeSettings, query: str) -> list[tuple[Any, ...]]:
    store = open_store(lake)
    return connect(store).execute(query).fetchall() if has_begun(store) else []


def issued(*wires: NewsWire) -> tuple[dict[str, str], set[str]]:
    """Return what the lake must hold, address → headline, and the addresses that lead nowhere."""
    articles = {url: title for wire in wires for url, title in wire.articles.items()}
    return articles, {url for wire in wires for url in wire.missing}


def has_all(lake: LakeSettings, *wires: NewsWire) -> bool:
    found = dict(ask(lake, "SELECT url, title FROM articles"))
    return (found, {url for (url,) in ask(lake, "SELECT url FROM pending WHERE attempt > 0")}) == issued(*wires)


def assert_holds_what_was_issued(lake: LakeSettings, *wires: NewsWire) -> None:
    """Compare the lake with the wires: no item lost, none twice, each as it stands now."""
    articles, missing = issued(*wires)
    assert dict(ask(lake, "SELECT url, title FROM articles")) == articles
    ((rows, ids, revisions),) = ask(
        lake, "SELECT count(*), count(DISTINCT article_id), count(DISTINCT revision_id) FROM article_revisions"
    )
    assert rows == revisions
    assert ids == len(articles)
    assert {url for (url,) in ask(lake, "SELECT url FROM pending")} == missing
    ((seen, twice),) = ask(lake, "SELECT count(*), count(*) - count(DISTINCT sighting_id) FROM sightings")
    assert seen >= len(articles) + len(missing)
    assert twice == 0
    audit_files(lake)


def seconds_to_a_row(lake: LakeSettings, wire: NewsWire) -> float:
    """Return the median of the seconds from the issue of an item to its row."""
    rows = dict(ask(lake, "SELECT url, epoch(min(committed_at)) FROM delays GROUP BY url"))
    return median(rows[url] - at for url, at in wire.issued_at().items() if url in rows)


def test_what_comes_into_a_folder_is_read_when_it_is_whole(folder: Path) -> None:
    incoming = folder / "incoming"
    write_pages(incoming, 2)
    lake = LakeSettings(uri=str(folder / "data/news"))
    text = (write_pages(folder / "elsewhere", 2, 2) / "page-0003.html").read_text()
    with running(folder, "--watch", "incoming", "--json") as stream, (incoming / "growing.html").open("w") as growing:
        growing.write(text[:200])
        growing.flush()
        stream.until('"articles": 2')
        seen = listing(folder / "data/news")
        (folder / "elsewhere" / "page-0002.html").rename(incoming / "page-0002.html")
        stream.until('"articles": 1')
        assert listing(folder / "data/news") != seen
        growing.write(text[200:])
        growing.close()
        stream.until('"articles": 1', times=2)
        before = listing(folder / "data/news")
        time.sleep(2.5)  # looks that find nothing
        assert listing(folder / "data/news") == before
        assert stream.ends() == 0
    assert len(stream.lines) == 4  # three batches, and that it was told to stop
    titles = [title for (title,) in ask(lake, "SELECT title FROM articles ORDER BY 1")]
    assert titles == [f"Bridge {number} is approved" for number in range(4)]
    assert ask(lake, "SELECT count(*) FROM outcomes") == [(4,)]


@pytest.mark.minio
def test_a_store_that_goes_away_is_waited_for(folder: Path, minio: object) -> None:
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    (folder / "newsbeam.toml").write_text(SETTINGS + "[s3]\npatience = 1.0\n")
    lake = LakeSettings(uri="s3://stream/news", endpoint=endpoint)
    incoming = write_pages(folder / "incoming", 1)
    server = start_minio(folder / "minio", port)
    try:
        with running(folder, "--watch", "incoming", lake=lake.uri, endpoint=endpoint) as stream:
            stream.until("1 stored")
            stop(server)
            write_pages(incoming, 1, 1)
            stream.until("waiting, nothing is lost: ")
            time.sleep(2)
            server = start_minio(folder / "minio", port)
            stream.until("going on after")
            stream.until("1 stored", times=2)
            assert stream.ends() == 0
        assert sum("waiting" in line for line in stream.lines) == 1
        assert ask(lake, "SELECT count(*), count(DISTINCT article_id) FROM articles") == [(2, 2)]
    finally:
        stop(server)


def prism_or_skip(capsys: pytest.CaptureFixture[str]) -> None:
    """Skip, loudly, where Prism is neither there nor to be built."""
    try:
        find_prism()
    except SettingsError as error:
        with capsys.disabled():
            print(f"\nTHE TESTS ON PRISM DO NOT RUN: {error}")
        pytest.skip(str(error))


def test_the_graph_without_an_end_holds_what_was_issued(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prism_or_skip(capsys)
    lake = LakeSettings(uri=str(folder / "data/news"))
    write_pages(folder / "incoming", 2)
    with NewsWire(rate=4, most=40) as wire:
        with running(folder, "--runner", "prism", "--feeds", *wire.feeds) as stream:
            stream.until("batch 1:")
            wire.begin()
            wait_for(lambda: wire.is_done)
            wait_for(lambda: has_all(lake, wire), "everything")
            assert stream.ends() == 0
        assert_holds_what_was_issued(lake, wire)
        assert seconds_to_a_row(lake, wire) < 1 + 10
    batch = newsbeam(folder, "--lake", "other", "ingest", "incoming", "--runner", "prism", "--json")
    assert batch.code == 0, batch.err
    assert batch.json["outcomes"] == {"stored": 2}


@pytest.mark.politeness("14", "a feed that fails in between loses nothing")
def test_a_stream_holds_what_was_issued(folder: Path) -> None:
    lake = LakeSettings(uri=str(folder / "data/news"))
    with NewsWire(rate=4, most=40) as before, NewsWire(rate=4, most=40) as after:
        feeds = ("--feeds", *before.feeds, *after.feeds)
        with running(folder, *feeds) as first:
            first.until("batch 1:")
            before.begin()
            first.until("stored")
            time.sleep(0.5)  # another batch is in hand now
            first.process.kill()
            first.process.wait()
        with running(folder, *feeds) as one, running(folder) as two:
            one.until("batch 1:")
            two.until("batch 1:")
            after.begin()
            wait_for(lambda: after.is_done)
            wait_for(lambda: has_all(lake, before, after), "everything")
            assert two.ends(signal.SIGINT) == 0
            assert one.ends() == 0
        assert_holds_what_was_issued(lake, before, after)
        assert seconds_to_a_row(lake, after) < 1 + 10
    assert sum("finishing what is in hand; once more to give it up" in line for line in one.lines) == 1
    batches = [line.split(" batch ")[1].split(":")[0] for line in one.lines if " batch " in line]
    assert batches == [str(number + 1) for number in range(len(batches))]
    assert ask(lake, "SELECT max(revision) FROM article_revisions") == [(2,)]  # an edit
