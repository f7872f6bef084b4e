"""Write docs/politeness.md from the marks of the tests; with `--check` say whether it is what they say.

The marks: `@pytest.mark.politeness("17", "what")` proves a rule, `@pytest.mark.fault("redir_loop")` plays a server's
behaviour; both stand in scripts/politeness.toml. What no test proves is listed, and is no error.
"""

import argparse
import contextlib
import io
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "politeness.md"
NAMES = ROOT / "scripts" / "politeness.toml"

INTRO = """\
<!-- made by scripts/generate_politeness.py; do not edit -->
# Politeness

How newsbeam behaves towards those whose pages it reads, and which test proves it.

It says who it is: `newsbeam/VERSION (+contact)`, and fetches nothing public before a contact is set. It asks robots.txt
(as `newsbeam`, RFC 9309) before each page and on every hop of a redirect, and `/.well-known/tdmrep.json` with it; what
is disallowed or reserved is not asked for. A feed is asked for without, since somebody subscribed to it, and
conditionally: what has not changed is not sent again.

It asks one host for one thing at a time (`per_host`), waits between the starts of two requests to one registrable
domain (`delay`, or its Crawl-delay up to `max_crawl_delay`), and takes Retry-After as the wish of the whole domain:
what is short (`patience`) is waited for, what is long (up to `max_retry_after`) closes the domain until then, in later
runs too. Failures that may pass are tried again (`tries`) with growing, random pauses. A host that fails
`host_failures` times in a row is left alone for the rest of the run.

It keeps no cookies beyond one chain of redirects, sends no Referer, changes no address, poses as nobody else, and never
goes on without a valid certificate. Every refusal is a row of `outcomes`.
"""


class Marks:
    """A pytest plugin that gathers the marks: kind → name → tests."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, set[str]]] = {"politeness": defaultdict(set), "fault": defaultdict(set)}
        self.broken: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the marks of all tests."""
        for item in items:
            test = item.nodeid.partition("[")[0].removeprefix("tests/")
            for kind, names in self.found.items():
                for mark in item.iter_markers(kind):
                    names[str(mark.args[0])].add(test)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note the files that could not be read."""
        if report.failed:
            self.broken.append(report.nodeid)


def collect() -> Marks:
    """Read the marks of all tests under tests/, without running any.

    Raises `SystemExit` when a file can not be read, since its marks would be missing.
    """
    marks = Marks()
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", str(ROOT / "tests")], plugins=[marks])
    if marks.broken:
        sys.exit(f"can not be collected: {', '.join(marks.broken)}\n{told.getvalue()[-3000:]}")
    return marks


def section(title: str, head: tuple[str, str], names: dict[str, str], tests: dict[str, set[str]]) -> Iterator[str]:
    """Yield the lines of one table."""
    yield from (f"## {title}", "", f"| {head[0]} | {head[1]} | tests |", "|---|---|---|")
    for name, text in names.items():
        proofs = "<br>".join(f"`{test.removesuffix('.py')}`" for test in sorted(tests.get(name, ()))) or "**none yet**"
        yield f"| {name} | {text} | {proofs} |"
    yield ""


def page(names: dict[str, dict[str, str]], marks: Marks) -> str:
    """Write the page."""
    rules, faults = marks.found["politeness"], marks.found["fault"]
    lines = [
        INTRO,
        *section("Rules", ("", "rule"), names["checks"], rules),
        *section("What servers do", ("behaviour", "what comes of it"), names["faults"], faults),
    ]
    return "\n".join(lines).rstrip() + "\n"


def missing(names: dict[str, dict[str, str]], marks: Marks) -> Iterator[str]:
    """Yield a line for what has no test, and for marks that name nothing."""
    for title, known, tests in (
        ("rules", names["checks"], marks.found["politeness"]),
        ("behaviours", names["faults"], marks.found["fault"]),
    ):
        yield from _line(f"{title} without a test", known.keys() - tests.keys())
        yield from _line(f"marks that name no {title[:-1]}", tests.keys() - known.keys())


def _line(title: str, names: Iterable[str]) -> Iterator[str]:
    ordered = sorted(names, key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))
    if ordered:
        yield f"{title} ({len(ordered)}): {', '.join(ordered)}"


def main() -> int:
    """Write or check the page; 1 when it is stale."""
    options: Any = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is stale")
    chosen = options.parse_args()
    names = tomllib.loads(NAMES.read_text())
    marks = collect()
    text = page(names, marks)
    for line in missing(names, marks):
        print(line)
    if not chosen.check:
        PAGE.write_text(text)
        return 0
    if PAGE.exists() and PAGE.read_text() == text:
        return 0
    print(f"{PAGE.relative_to(ROOT)} is stale: run python scripts/generate_politeness.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
