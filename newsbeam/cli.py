"""The command line: read it, build the settings, call the command, turn errors into one line and an exit code.

Exit codes: 0 done; 1 done, needs attention; 2 cannot start, a retry will not help; 3 interrupted and committed;
4 failed midway, a retry is safe.
"""

import argparse
import logging
import os
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
    _sql(commands.add_parser("sql", parents=[shared], help="ask the lake a question"))
    _inspect(commands.add_parser("inspect", parents=[shared], help="show one document's way"))
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
    command.add_argument("paths", metavar="PATH", nargs="*", help="file, folder or glob; kinds are told by content")
    command.add_argument("--feeds", metavar="X", nargs="+", default=[], help="feed URL, OPML file, list or feed file")
    command.add_argument("--urls", metavar="FILE", type=Path, help="addresses: one a line, or CSV/JSONL with `url`")
    command.add_argument("--source", metavar="NAME", default="", help="publisher of the local files")
    command.add_argument("--run-date", metavar="D", type=_date, help="date of undated input (today, UTC)")
    command.add_argument("--limit", metavar="N", type=_count, default=0, help="read at most N documents")
    command.add_argument("--allow-private", action="store_true", help="fetch from private addresses too")
    command.add_argument("--pool-size", metavar="N", type=_count, default=0, help="worker processes (one a core)")
    command.add_argument("--strict", action="store_true", help="exit 1 when a document could not be stored")
    command.add_argument("--json", action="store_true", help="print one object at the end")


def _sql(command: argparse.ArgumentParser) -> None:
    command.add_argument("query", metavar="QUERY", nargs="?", default="-", help="SQL, or - for standard input")
    command.add_argument("--file", metavar="F", type=Path, help="read the query from a file")
    command.add_argument("--format", choices=("table", "csv", "json"), default="table")


def _inspect(command: argparse.ArgumentParser) -> None:
    command.add_argument("document", metavar="FILE|URL|ID", help="a file, or an address or id of the lake")
    command.add_argument("--json", action="store_true", help="print one object")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-23") from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
