"""Write docs/tables.md and docs/cli.md from the code; with `--check` say whether they are what the code says.

The text depends on the code alone: not on the width of a terminal, the version of Python or the time of day.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from newsbeam.cli import parser  # noqa: E402
from newsbeam.config import KEYS, SECRETS  # noqa: E402
from schemas.outcomes import DEAD_LETTERS, OUTCOMES, TRANSIENT  # noqa: E402
from schemas.settings import FeedSettings, FetchSettings, LakeSettings, ProcessSettings, RetentionSettings, Settings  # noqa: E402
from schemas.tables import RUNS, SCHEMA_VERSION, SORTED_BY, TABLES  # noqa: E402

TABLE_SENTENCES = {
    "articles": "One row for every stored revision of every article. View `articles` shows the latest of each article, "
    "view `article_revisions` all of them.",
    "mentions": "One row for each place in a text that names something.",
    "outcomes": "The ledger: one row for every document that came to an end, with one word that says how.",
    "dead_letters": "What could not be stored, with its bytes, so that it can be looked at and tried again.",
    "sightings": "One row for each entry of a feed, when it is first seen and when it is changed, whatever becomes of "
    "its article. View `sightings` adds the `outcome` of the article.",
    "feeds": "Subscriptions, a row for each change. View `feeds` shows the last word on each, with the state that its "
    "last poll has left.",
    "feed_fetches": "One row for each poll of a feed, with the state after it. The validators count only with the "
    "commit of what the poll brought.",
    "clusters": "Which story an article tells: near-duplicates within 7 days are one story, whose id never changes. "
    "View `stories` shows one row a story.",
    "lines": "Lines that are no part of any article at a publisher, a row for each change: learned, added, forgotten. "
    "View `lines` shows the last word on each.",
    "blocks": "What was erased and is refused since (`newsbeam forget --block`), as salted hashes.",
    "runs": "The log: one row for each commit. Only files that a `commit` row names belong to the lake.",
}

EXIT_CODES = (
    (0, "done"),
    (1, "done, but something needs attention (`--strict` and a document could not be stored)"),
    (2, "cannot start: something has to be changed first, a retry will not help"),
    (3, "interrupted; what was in hand is committed, run it again for the rest"),
    (4, "failed midway; what was committed stays, a retry is safe"),
)

ENVIRONMENT = (
    ("NEWSBEAM_LAKE", "the lake, where `--lake` is not given"),
    ("NEWSBEAM_CONTACT", "mail address or page of the person who answers for the traffic; part of the User-Agent"),
    ("NEWSBEAM_S3_ENDPOINT", "`http://host:port` or `https://host:port` of the S3 server"),
    ("AWS_ENDPOINT_URL", "the same, where neither `NEWSBEAM_S3_ENDPOINT` nor newsbeam.toml names a server"),
    ("AWS_REGION", "region of the bucket"),
    ("AWS_DEFAULT_REGION", "the same, where `AWS_REGION` is not set"),
    ("AWS_ACCESS_KEY_ID", "key of the store, first choice"),
    ("AWS_SECRET_ACCESS_KEY", "its secret"),
    ("AWS_SESSION_TOKEN", "its token, for keys that pass"),
    ("MINIO_ACCESS_KEY", "key of the store, second choice"),
    ("MINIO_SECRET_KEY", "its secret"),
    ("AWS_SHARED_CREDENTIALS_FILE", "file with keys, third choice (`~/.aws/credentials`)"),
    ("AWS_PROFILE", "section of that file (`default`)"),
    ("MINIO_ROOT_USER", "key of the store, last choice, after `[s3]` in newsbeam.toml"),
    ("MINIO_ROOT_PASSWORD", "its secret"),
)

#: Where the defaults of newsbeam.toml stand, by its sections.
DEFAULTS: dict[str, tuple[Any, ...]] = {
    "": (LakeSettings(), FetchSettings(), Settings()),
    "s3": (LakeSettings(),),
    "fetch": (FetchSettings(),),
    "feeds": (FeedSettings(),),
    "process": (ProcessSettings(),),
    "retention": (RetentionSettings(),),
}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the lines of one Markdown table."""
    names = list(head)
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"
    yield ""


def kind_name(kind: pa.DataType) -> str:
    """Name a column's type, without the layout that Arrow adds to it."""
    if pa.types.is_list(kind):
        return f"list<{kind_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {kind_name(field.type)}' for field in kind)}>"
    return "timestamp[us, UTC]" if pa.types.is_timestamp(kind) else str(kind)


def tables_page() -> str:
    """Write the page of the tables and of the words of the ledger."""
    lines = ["<!-- made by scripts/generate_docs.py; do not edit -->", "# Tables", ""]
    lines += [
        f"Version {SCHEMA_VERSION}. Every table is plain Parquet in hive folders, "
        "`<lake>/<table>/date=YYYY-MM-DD/*.parquet`; `date` is the UTC day of publication, else the day of the run. "
        "Times are UTC, offsets count characters. Only columns marked `null` may be null.",
        "",
    ]
    for name, schema in {**TABLES, "runs": RUNS}.items():
        lines += [f"## {name}", "", TABLE_SENTENCES[name], ""]
        if name in SORTED_BY:
            lines += [f"Rows within a file are sorted by {', '.join(f'`{key}`' for key in SORTED_BY[name])}.", ""]
        rows = [
            (f"`{field.name}`", kind_name(field.type), "yes" if field.nullable else "", field.metadata[b"doc"].decode())
            for field in schema
        ]
        if name in TABLES:
            rows.append(("`date`", "date32", "", "from the name of the folder"))
        lines += table(("column", "type", "null", "meaning"), rows)
    lines += ["## Outcomes", "", "The words of `outcomes.outcome`, a closed list. A document ends in exactly one.", ""]
    lines += table(
        ("outcome", "meaning", "tried again", "dead letter"),
        (
            (f"`{word}`", meaning, "yes" if word in TRANSIENT else "", "yes" if word in DEAD_LETTERS else "")
            for word, meaning in OUTCOMES.items()
        ),
    )
    return "\n".join(lines).rstrip() + "\n"


def subcommands(top: argparse.ArgumentParser) -> dict[str, tuple[str, argparse.ArgumentParser]]:
    """List the commands of a parser: name → (what it does, its own parser)."""
    (action,) = (action for action in top._actions if isinstance(action, argparse._SubParsersAction))
    help_of = {choice.dest: choice.help or "" for choice in action._get_subactions()}
    return {name: (help_of[name], command) for name, command in action.choices.items()}


def options(command: argparse.ArgumentParser) -> list[argparse.Action]:
    """List the arguments and flags of a parser but for its help and its commands."""
    hidden = (argparse._HelpAction, argparse._SubParsersAction)
    return [action for action in command._actions if not isinstance(action, hidden)]


def spelled(action: argparse.Action) -> str:
    """Write an argument as the user types it."""
    value = str(action.metavar or (f"{{{'|'.join(map(str, action.choices))}}}" if action.choices else action.dest))
    more = {"*": f"[{value} …]", "+": f"{value} …", "?": f"[{value}]"}.get(str(action.nargs), value)
    if not action.option_strings:
        return more
    return ", ".join(action.option_strings) + ("" if action.nargs == 0 else f" {more}")


def default_of(action: argparse.Action) -> str:
    """Write an option's default where its help does not name one and it says something."""
    silent = action.default in (None, False, "", 0, argparse.SUPPRESS) or isinstance(action.default, list)
    return "" if silent or action.nargs == 0 else f"`{action.default}`"


def options_table(actions: Iterable[argparse.Action]) -> Iterator[str]:
    """Yield the table of arguments."""
    rows = ((f"`{spelled(action)}`", action.help or "", default_of(action)) for action in actions)
    return table(("argument", "meaning", "default"), rows)


def cli_page() -> str:
    """Write the page of commands, exit codes, environment and settings file."""
    top = parser()
    lines = ["<!-- made by scripts/generate_docs.py; do not edit -->", "# Command line", ""]
    lines += ["Flags > environment > `newsbeam.toml` > defaults. Errors are one line on standard error.", ""]
    lines += ["```", "newsbeam [FLAGS] COMMAND …", "```", "", "Flags that stand before or after any command:", ""]
    lines += options_table(options(top))
    shared = {flag for action in options(top) for flag in action.option_strings}
    for name, (what, command) in subcommands(top).items():
        own = [action for action in options(command) if not shared.intersection(action.option_strings)]
        lines += [f"## {name}", "", f"{what[:1].upper()}{what[1:]}.", ""]
        lines += options_table(own) if own else []
        for action, (does, part) in subcommands(command).items() if command._subparsers else ():
            lines += [f"### {name} {action}", "", f"{does[:1].upper()}{does[1:]}.", ""]
            more = [option for option in options(part) if not shared.intersection(option.option_strings)]
            lines += options_table(more) if more else []
        if name == "ingest":
            lines += ["What stands after `--` goes to Beam.", ""]
    lines += ["## Exit codes", ""]
    lines += table(("code", "meaning"), EXIT_CODES)
    lines += ["## Environment", ""]
    lines += table(("variable", "meaning"), ((f"`{name}`", meaning) for name, meaning in ENVIRONMENT))
    return "\n".join([*lines, *settings_lines()]).rstrip() + "\n"


def settings_lines() -> Iterator[str]:
    """Yield the part on newsbeam.toml."""
    yield from ("## newsbeam.toml", "")
    yield from (
        "Read from the working folder, or from `--config FILE`. An example with comments: `deploy/newsbeam.toml`.",
        "",
    )
    for section, keys in KEYS.items():
        yield from (f"### [{section}]" if section else "### top of the file", "")
        rows = (
            (f"`{key}`", kind.__name__ if kind is not dict else "table", setting(section, key))
            for key, kind in keys.items()
        )
        yield from table(("key", "type", "default"), rows)


def setting(section: str, key: str) -> str:
    """Write the default of a key of newsbeam.toml."""
    if key in SECRETS:
        return "none; never logged or stored"
    name = "uri" if (section, key) == ("", "lake") else key
    value = next(getattr(settings, name) for settings in DEFAULTS[section] if hasattr(settings, name))
    if isinstance(value, tuple):
        return f"`{list(value)}`" if value else ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`" if value != "" else ""


PAGES = {"docs/tables.md": tables_page, "docs/cli.md": cli_page}


def main() -> int:
    """Write the pages, or with `--check` name the first that is stale and return 1."""
    arguments = argparse.ArgumentParser(description="Write the generated pages of docs/.")
    arguments.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    check = arguments.parse_args().check
    for name, page in PAGES.items():
        path = ROOT / name
        text = page()
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
            print(f"{name} is stale: run `make docs`", file=sys.stderr)
            return 1
        if not check:
            path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
