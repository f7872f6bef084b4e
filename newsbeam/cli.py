"""The command line: read it, build the settings, call the command, turn errors into one line and an exit code.

Exit codes: 0 done; 1 done, needs attention; 2 cannot start, a retry will not help; 3 interrupted and committed;
4 failed midway, a retry is safe.
"""

import argparse
import logging
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from schemas.errors import SettingsError, StoreError


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"newsbeam: {message}; see `{self.prog} --help`\n")


def parser() -> _Parser:
    """Build the whole command line; imports nothing heavy."""
    shared = _shared(argparse.SUPPRESS)
    top = _Parser(
        prog="newsbeam",
        description="News from feeds and files to clean, tagged articles in Parquet.",
        epilog="exit: 0 done, 1 needs attention, 2 cannot start, 3 interrupted and committed, 4 failed midway",
        parents=[_shared(None)],
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    _ingest(commands.add_parser("ingest", parents=[shared], help="read feeds, files or addresses into the lake"))
    _stream(commands.add_parser("stream", parents=[shared], help="go on and on: read what is due, watch a folder"))
    _feeds(commands.add_parser("feeds", help="list, add, change, remove, check, export feeds"), shared)
    _replay(commands.add_parser("replay", parents=[shared], help="make what is stored again with today's rules"))
    _rules(commands.add_parser("rules", help="show, add, test, forget lines that are left out"), shared)
    _sql(commands.add_parser("sql", parents=[shared], help="ask the lake a question"))
    _forget(commands.add_parser("forget", parents=[shared], help="erase articles everywhere, old versions too"))
    _export(commands.add_parser("export", parents=[shared], help="write articles to files"))
    _maintain(commands.add_parser("maintain", parents=[shared], help="put small files together, delete old ones"))
    _inspect(commands.add_parser("inspect", parents=[shared], help="show one document's way"))
    _status(commands.add_parser("status", parents=[shared], help="say how the lake is, and what needs attention"))
    _report(commands.add_parser("report", parents=[shared], help="write one HTML file about the last days"))
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    beam_flags = given[given.index("--") + 1 :] if "--" in given else []
    arguments = parser().parse_args(given[: given.index("--")] if "--" in given else given)
    arguments.beam_flags = beam_flags
    _log(arguments)
    try:
        command = import_module(f"newsbeam.commands.{arguments.command}")
        return int(command.run(arguments))
    except SettingsError as error:
        return _say(error, 2)
    except StoreError as error:
        return _say(error, 4)
    except KeyboardInterrupt:
        return _say("interrupted", 3)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _say(what: object, code: int) -> int:
    print(f"newsbeam: {' '.join(str(what).split())}", file=sys.stderr)
    return code


def _log(arguments: argparse.Namespace) -> None:
    level = logging.ERROR if arguments.quiet else logging.DEBUG if arguments.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr, force=True)


def _shared(default: object) -> _Parser:
    """Make the flags that stand before or after the command."""
    flags = _Parser(add_help=False)
    flags.add_argument("--lake", metavar="URI", default=default, help="a folder or s3://bucket/prefix (data/news)")
    flags.add_argument("--config", metavar="FILE", default=default, help="settings file (newsbeam.toml)")
    quiet = False if default is None else default
    flags.add_argument("-q", "--quiet", action="store_true", default=quiet, help="print errors only")
    flags.add_argument("-v", "--verbose", action="store_true", default=quiet, help="print everything")
    return flags


def _ingest(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", metavar="PATH", nargs="*", help="file, folder, glob or -; kinds are told by content")
    command.add_argument(
        "--feeds",
        metavar="X",
        nargs="+",
        default=[],
        help="feed or site URL, OPML file, list, feed file: subscribe, poll",
    )
    command.add_argument("--urls", metavar="FILE", type=Path, help="addresses: one a line, or CSV/JSONL with `url`")
    command.add_argument("--source", metavar="NAME", default="", help="publisher of the local files")
    command.add_argument("--run-date", metavar="D", type=_date, help="date of undated input (today, UTC)")
    command.add_argument("--since", metavar="D", type=_date, help="store nothing published before this day (UTC)")
    command.add_argument("--until", metavar="D", type=_date, help="store nothing published after this day (UTC)")
    command.add_argument("--domain", metavar="D", nargs="+", default=[], help="read only from these domains")
    command.add_argument("--limit", metavar="N", type=_count, default=0, help="read at most N documents")
    command.add_argument(
        "--max-time", metavar="T", type=_duration, default=0.0, help="begin nothing after 90s, 30m, 2h"
    )
    command.add_argument(
        "--raw-days", metavar="N", type=_days, help="keep fetched pages for N days (30; 0: not at all)"
    )
    command.add_argument(
        "--extract", choices=("standard", "quality"), default="", help="how the text of a page is found (standard)"
    )
    command.add_argument("--force", action="store_true", help="poll and try again what is not due")
    command.add_argument("--dry-run", action="store_true", help="say what is due, and do nothing")
    command.add_argument("--allow-private", action="store_true", help="fetch from private addresses too")
    command.add_argument("--pool-size", metavar="N", type=_count, default=0, help="worker processes (one a core)")
    command.add_argument("--runner", choices=("direct", "prism"), default="direct", help="what runs the pipeline")
    command.add_argument("--strict", action="store_true", help="exit 1 when a document could not be stored")
    command.add_argument("--json", action="store_true", help="print one object at the end")


def _stream(command: argparse.ArgumentParser) -> None:
    _ingest(command)
    command.add_argument(
        "--every", metavar="T", type=_pause, default=300.0, help="look for what is due every 30s, 5m, 1h (5m)"
    )
    command.add_argument("--watch", metavar="DIR", type=Path, help="read the files that come into this folder")


def _feeds(command: argparse.ArgumentParser, shared: _Parser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    listed = actions.add_parser("list", parents=[shared], help="show the subscribed feeds and how they are")
    which = listed.add_mutually_exclusive_group()
    which.add_argument("--due", action="store_true", help="only those that are due now")
    which.add_argument("--failing", action="store_true", help="only those that do not work")
    listed.add_argument("--json", action="store_true", help="print one array")
    added = actions.add_parser("add", parents=[shared], help="subscribe; the next ingest polls")
    added.add_argument("feeds", metavar="X", nargs="+", help="feed or site URL, OPML file or list")
    changed = actions.add_parser("set", parents=[shared], help="change a subscription")
    changed.add_argument("feed", metavar="URL", help="the feed as it is subscribed")
    changed.add_argument("--url", metavar="NEW", help="its new address; it stays the same feed")
    changed.add_argument("--name", metavar="NAME", help="what it is called")
    changed.add_argument("--tag", metavar="TAG", nargs="*", help="its tags, in place of those it has")
    changed.add_argument("--every", metavar="T", type=_duration, help="poll every 90s, 30m, 2h; 0s: by its own rhythm")
    state = changed.add_mutually_exclusive_group()
    state.add_argument("--pause", action="store_true", help="do not poll it")
    state.add_argument("--resume", action="store_true", help="poll it again")
    removed = actions.add_parser("remove", parents=[shared], help="end a subscription; what is stored stays")
    removed.add_argument("feeds", metavar="URL", nargs="+", help="the feed as it is subscribed")
    checked = actions.add_parser("check", parents=[shared], help="read a feed or site and say what is wrong with it")
    checked.add_argument("feeds", metavar="URL|SITE|FILE", nargs="+", help="feed, site or feed file")
    checked.add_argument("--allow-private", action="store_true", help="fetch from private addresses too")
    checked.add_argument("--json", action="store_true", help="print one array")
    actions.add_parser("export", parents=[shared], help="print the subscribed feeds as OPML")


def _replay(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "what",
        choices=("text", "entities", "failures"),
        help="text: articles, from their raw pages; entities: the names in them; failures: the dead letters",
    )
    command.add_argument("--since", metavar="D", type=_date, help="only what was published (failed) from this day on")
    command.add_argument("--until", metavar="D", type=_date, help="only what was published (failed) up to this day")
    command.add_argument("--domain", metavar="D", nargs="+", default=[], help="only from these domains")
    command.add_argument("--dry-run", action="store_true", help="print the first ten changes, and write nothing")
    command.add_argument(
        "--extract", choices=("standard", "quality"), default="", help="how the text of a page is found (as it was)"
    )
    command.add_argument("--tagger", metavar="T", default="", help="spacy, spacy:<model> or none (as the settings say)")
    command.add_argument("--pool-size", metavar="N", type=_count, default=0, help="worker processes (one a core)")
    command.add_argument("--json", action="store_true", help="print one object at the end")


def _rules(command: argparse.ArgumentParser, shared: _Parser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    source = {"metavar": "S", "default": "", "help": "only of this publisher: its domain, else its source"}
    listed = actions.add_parser("list", parents=[shared], help="show all lines and the articles behind each")
    listed.add_argument("--source", **source)  # type: ignore[arg-type]
    listed.add_argument("--json", action="store_true", help="print one array")
    added = actions.add_parser("add", parents=[shared], help="take a line out of articles from now on")
    added.add_argument("line", metavar="LINE", help="the whole line; digits and case make no difference")
    added.add_argument("--source", **source)  # type: ignore[arg-type]
    tested = actions.add_parser("test", parents=[shared], help="say which rules would take a line, and why")
    tested.add_argument("line", metavar="LINE", help="the whole line")
    tested.add_argument("--source", **source)  # type: ignore[arg-type]
    tested.add_argument("--json", action="store_true", help="print one array")
    forgotten = actions.add_parser("forget", parents=[shared], help="leave a line in articles from now on")
    forgotten.add_argument("ids", metavar="ID", nargs="+", help="as `rules list` shows it; or a built-in rule's name")
    forgotten.add_argument("--source", **source)  # type: ignore[arg-type]


def _sql(command: argparse.ArgumentParser) -> None:
    command.add_argument("query", metavar="QUERY", nargs="?", help="SQL, or - for standard input")
    command.add_argument("--file", metavar="F", type=Path, help="read the query from a file")
    command.add_argument("--format", choices=("table", "csv", "json", "parquet"), default="table")
    command.add_argument(
        "--emit-init", action="store_true", help="print the views and macros for a DuckDB of your own (duckdb -init)"
    )


def _export(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-o",
        metavar="FILE|DIR",
        dest="output",
        required=True,
        help=".parquet, .jsonl, .csv, the last two with .gz, a folder (by date), or - (JSON Lines)",
    )
    command.add_argument("--query", metavar="SQL", default="FROM articles", help="what to write (FROM articles)")
    command.add_argument("--since", metavar="D", type=_date, help="only what is dated from this day on (UTC)")
    command.add_argument("--until", metavar="D", type=_date, help="only what is dated up to this day (UTC)")
    command.add_argument(
        "--no-text", action="store_true", help="leave out the text of publishers; addresses, hashes and names stay"
    )


def _forget(command: argparse.ArgumentParser) -> None:
    command.add_argument("documents", metavar="URL|ID", nargs="*", help="address, article_id or revision_id")
    command.add_argument("--domain", metavar="D", nargs="+", default=[], help="everything of these domains")
    command.add_argument("--block", action="store_true", help="refuse it from now on; only a salted hash of it is kept")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--json", action="store_true", help="print one object at the end")


def _maintain(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dry-run", action="store_true", help="say what it would do, and do nothing")
    command.add_argument("--json", action="store_true", help="print one object at the end")


def _inspect(command: argparse.ArgumentParser) -> None:
    command.add_argument("document", metavar="FILE|URL|ID", help="a file, or an address or id of the lake")
    command.add_argument("--json", action="store_true", help="print one object")


def _status(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one object")
    command.add_argument("--prometheus", metavar="FILE", type=Path, help="write metrics for the textfile collector")


def _report(command: argparse.ArgumentParser) -> None:
    command.add_argument("--days", metavar="N", type=_count, default=7, help="the last N days (7)")
    command.add_argument("-o", "--output", metavar="FILE", type=Path, help="where it goes (newsbeam-report-<day>.html)")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-23") from None


def _duration(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip().lower())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 90s, 30m, 2h or 1d")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}[found[2]]


def _pause(text: str) -> float:
    seconds = _duration(text)
    if seconds < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is less than a second")
    return seconds


def _days(text: str) -> float:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of days")
    return float(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
