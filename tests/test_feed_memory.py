"""What a feed of 10 MB takes of the process that reads it: a process of its own measures its peak."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MEGABYTES = 10
#: Megabytes by which reading may raise what the process holds, the feed's own bytes aside.
BOUND = 32

#: Reads a feed as the pool does, and packs what it found for the way back; writes the peak in KiB above what was held.
PROGRAM = """
import gc, pickle, re, sys
from datetime import UTC, datetime
from pathlib import Path
from transforms.fetch import feed_keeper
from transforms.fetch.sighted import FeedName, read_entries

def held(name):
    return int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

def read(body):
    return read_entries(body, FeedName("f", "https://a.example/feed"), "", datetime.now(UTC))

feed_keeper.TIME_LIMIT = 300.0  # a busy machine must not pass entries over
name, count = sys.argv[1], int(sys.argv[2])
if name.endswith("json"):
    read(b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "date_published": "2018-09-24"}]}')
for warm in ("&amp; &nbsp;", "& <"):
    read(f"<rss><channel><item><title>\\u00f4 {warm}</title><pubDate>Mon, 24 Sep 2018</pubDate></item>".encode())
body = Path(name).read_bytes()
gc.collect()
Path("/proc/self/clear_refs").write_text("5")
before = held("VmRSS")
page = read(body)
pickle.dumps(page)
print(held("VmHWM") - before)
assert len(page.entries) == count, page
"""


def item(number: int, size: int, word: str, fault: str = "") -> str:
    head = f"<title>Story {number}{fault}</title><link>https://a.example/story/{number}</link><guid>g{number}</guid>"
    text = word * (size // len(word.encode()))
    date = "<pubDate>Mon, 24 Sep 2018 22:42:40 GMT</pubDate>"
    return f"<item>{head}{date}<description>{text}</description></item>"


def json_item(number: int, size: int, word: str) -> str:
    text = word * (size // len(word.encode()))
    return f'{{"id": "g{number}", "url": "https://a.example/story/{number}", "content_text": "{text}"}}'


def rss(items: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>R</title>{items}</channel></rss>'


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="THE PEAK OF MEMORY IS MEASURED ON LINUX ONLY")
@pytest.mark.politeness("19", "a feed of 10 MB takes less than 32 MB")
@pytest.mark.parametrize(
    ("name", "body", "count"),
    [
        ("one text with emoji.xml", lambda: rss(item(0, MEGABYTES * 1_000_000, "moor \N{FOX FACE} ")), 1),
        (
            "many broken items.xml",
            lambda: rss("".join(item(n, 2_500, "moor \N{FOX FACE} ", " & more <") for n in range(4_000))),
            4_000,
        ),
    ],
)
def test_large_feed_takes_little_memory(tmp_path: Path, name: str, body: object, count: int) -> None:
    path = tmp_path / name
    path.write_bytes(body().encode())  # type: ignore[operator]
    assert path.stat().st_size > 0.95 * MEGABYTES * 1_000_000
    program = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), str(count)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert program.returncode == 0, program.stderr[-2000:]
    assert int(program.stdout) < BOUND * 1000, f"{int(program.stdout) / 1000:.1f} MB"
