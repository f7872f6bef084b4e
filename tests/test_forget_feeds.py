"""An article of a feed that was erased and blocked does not come back, whatever the feed goes on saying."""

import gzip
import json
from pathlib import Path

from newsbeam_command import WITHOUT_MODEL, newsbeam
from publisher import Publisher, page, response, rss

from lake.query import connect
from lake.store import open_store
from newsbeam.cli import main
from schemas.settings import LakeSettings

SETTINGS = 'contact = "test@example.org"\n' + WITHOUT_MODEL + "[fetch]\nallow_private = true\ntotal_timeout = 3\n"


def holders(lake: Path) -> list[str]:
    """Return every file of a lake, raw pages unpacked, that holds the second story or its address."""
    files = [path for path in lake.rglob("*") if path.is_file()]
    unpacked = {path: gzip.decompress if path.suffix == ".gz" else bytes for path in files}
    said = {path: unpack(path.read_bytes()) for path, unpack in unpacked.items()}
    return [str(path) for path, data in said.items() if b"Story 1 of Ravenmoor" in data or b"/news/1" in data]


def test_what_was_blocked_does_not_come_back(tmp_path: Path) -> None:
    (tmp_path / "newsbeam.toml").write_text(SETTINGS)
    lake = tmp_path / "data" / "news"
    with Publisher() as publisher:
        for number in range(3):
            publisher.add(f"/news/{number}", response(page(f"Story {number} of Ravenmoor")))
        feed = publisher.add("/feed-of-three", response(rss(3, publisher.url + "/news")))
        secret = publisher.url + "/news/1"
        first = newsbeam(tmp_path, "ingest", "--feeds", feed, "--json")
        assert first.json["outcomes"] == {"stored": 3}, first.err
        assert main(["--lake", str(lake), "forget", secret, "--block", "--yes", "-q"]) == 0
        assert holders(lake) == []
        # the feed says something new, so its entries are read again
        publisher.add("/news/3", response(page("Story 3 of Ravenmoor")))
        publisher.add("/feed-of-three", response(rss(4, publisher.url + "/news")))
        asked = len(publisher.requests)
        again = newsbeam(tmp_path, "ingest", "--feeds", feed, "--force", "--json")
        assert again.json["outcomes"] == {"forgotten": 1, "known": 2, "stored": 1}, again.err
        assert again.json["references"] == 4
        assert "/news/1" not in [seen.path for seen in publisher.requests[asked:]]
        publisher.add("/feed-of-three", response(rss(4, publisher.url + "/news") + b"\n"))
        third = newsbeam(
            tmp_path, "ingest", "--feeds", feed, "--urls", str(listed(tmp_path, secret)), "--force", "--json"
        )
        assert set(third.json["outcomes"]) == {"known"}, third.err
    assert holders(lake) == []
    lake_now = connect(open_store(LakeSettings(uri=str(lake))))
    ledger = lake_now.sql("SELECT url, source_uri, reason FROM outcomes WHERE outcome = 'forgotten'").fetchall()
    assert ledger == [("", "", "erased from this lake, and refused since")]
    (told,) = lake_now.sql("FROM runs WHERE articles > 0 ORDER BY seq LIMIT 1").fetch_arrow_table().to_pylist()
    assert json.loads(told["made_with"])[0].startswith("none")
    assert json.loads(told["settings"])["process.tagger"] == "none"
    assert told["started_at"]


def listed(folder: Path, url: str) -> Path:
    """Write a list that names an address."""
    (folder / "urls.txt").write_text(f"{url}\n")
    return folder / "urls.txt"
