"""Every `newsbeam` line of the README and of the pages that are read first does what it says, typed in their order.

One process runs them, as `newsbeam` would; what they name (feeds, an archive, a list of pages) is made here.
"""

import gzip
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import S3Server
from newsbeam_command import ROOT, WITHOUT_MODEL, start
from publisher import Publisher, page, response, rss

PAGES = ("README.md", "docs/tutorial.md", "docs/archive.md", "docs/mend.md", "docs/hand-over.md", "docs/law.md")
FEED = "https://globalvoices.org/feed/"
TEXT = "The council of Alba voted on Monday to build a new school at the harbour, the mayor said after the meeting. "
RUNNER = """
import json, os, sys
from newsbeam.cli import main
if __name__ == "__main__":
    for line in json.load(open(sys.argv[1])):
        print("$", line, flush=True)
        try:
            code = main(line)
        except SystemExit as ended:
            code = ended.code
        print("exit", code, flush=True)
        print(json.dumps([line, code]), file=open(sys.argv[2], "a"))
"""


class World(NamedTuple):
    """A folder in which the pages' commands can be typed."""

    folder: Path
    environment: dict[str, str]
    replaced: dict[str, str]  # what stands in a page → what is there instead


def newsbeam_lines(name: str) -> list[list[str]]:
    """List the arguments of every `newsbeam` line in the shell blocks of a page, in their order."""
    shells = re.findall(r"(?ms)^ *```sh\n(.*?)^ *```", (ROOT / name).read_text("utf-8"))
    lines = [shlex.split(line, comments=True) for block in shells for line in block.splitlines()]
    return [line[1:] for line in lines if line[:1] == ["newsbeam"]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, minio: S3Server) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("pages")
    for name in ("seeds", "examples", "deploy"):
        (folder / name).symlink_to(ROOT / name)
    for name in ("press", "archive", "incoming"):
        (folder / name).mkdir()
        (folder / name / "school.txt").write_text(f"A school for {name}\n\n{TEXT * 4}\n", "utf-8")
    record = {"url": "https://alba.example/news/harbour-school", "title": "A school at the harbour", "text": TEXT * 4}
    (folder / "archive.jsonl.gz").write_bytes(gzip.compress(json.dumps(record).encode()))
    warc = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    (folder / "crawl.warc.gz").write_bytes(gzip.compress(warc.encode()))
    (folder / "newsbeam.toml").write_text(WITHOUT_MODEL + "[fetch]\nallow_private = true\n", "utf-8")
    with Publisher() as publisher:
        publisher.add("/feed", response(rss(2, publisher.url + "/news"), "200 OK", "Content-Type: application/rss+xml"))
        for path in ("/news/0", "/news/1", "/page"):
            publisher.add(path, response(page(f"News of {path}"), "200 OK", "Content-Type: text/html"))
        (folder / "pages.txt").write_text(publisher.url + "/page\n", "utf-8")
        (folder / "feeds.opml").write_text(
            f'<opml version="2.0"><body><outline type="rss" xmlUrl="{publisher.url}/feed"/></body></opml>', "utf-8"
        )
        environment = {
            "PYTHONPATH": str(ROOT),
            "NEWSBEAM_CONTACT": "you@example.org",
            "NEWSBEAM_S3_ENDPOINT": minio.endpoint,
        }
        yield World(folder, environment, {FEED: publisher.url + "/feed", "s3://news/lake": "s3://pages-of-docs/lake"})


@pytest.mark.timeout(600)
def test_every_line_of_the_pages_does_what_it_says(world: World) -> None:
    lines = [line for name in PAGES for line in newsbeam_lines(name) if "stream" not in line]
    typed = [[world.replaced.get(word, word) for word in line] for line in lines]
    (world.folder / "lines.json").write_text(json.dumps(typed), "utf-8")
    (world.folder / "runner.py").write_text(RUNNER, "utf-8")
    command = [sys.executable, "runner.py", "lines.json", "codes.jsonl"]
    ran = subprocess.run(
        command,
        cwd=world.folder,
        env=os.environ | world.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=560,
    )
    ended = [json.loads(line) for line in (world.folder / "codes.jsonl").read_text("utf-8").splitlines()]
    assert [line for line, _ in ended] == typed, ran.stderr
    wrong = [(line, code) for line, code in ended if code not in ((0, 1) if line[-1] == "status" else (0,))]
    assert wrong == [], ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("line", [line for line in newsbeam_lines("README.md") if "stream" in line], ids=" ".join)
def test_a_stream_of_the_readme_begins_and_ends(world: World, line: list[str]) -> None:
    process = start(world.folder, "--lake", "streamed", *line, environment=world.environment)
    assert process.stderr
    said = process.stderr.readline()
    process.terminate()
    out, err = process.communicate(timeout=120)
    assert (process.returncode, "Traceback" in said + err) == (0, False), said + out + err
