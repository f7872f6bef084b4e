"""`newsbeam rules`: the lines that are taken out of articles: built-in, learned, own; and those that may be."""

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from lake.lines import TAKEN, LineBook, LineState, change_lines, line_states
from lake.query import connect
from lake.run import begin
from lake.store import Store, checked_store, open_store
from newsbeam.config import settings_from
from schemas.errors import SettingsError
from schemas.settings import Settings
from transforms.article.line_hash import LONGEST_LEARNED, line_hash, line_id
from transforms.article.lines import explain
from transforms.article.rules import load_rules

#: Characters of a line that the table shows.
WIDTH = 100


def run(arguments: argparse.Namespace) -> int:
    """Run one of the actions."""
    settings = settings_from(arguments)
    actions: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
        "list": _list,
        "add": _add,
        "test": _test,
        "forget": _forget,
    }
    return actions[arguments.action](arguments, settings)


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    store = open_store(replace(settings.lake, patience=0.0))
    states = line_states(store)
    behind = _articles_behind(store, arguments.source)
    rows = [_described(state, behind) for state in states.values() if state.line_hash]
    rows += [_built_in(rule.name, rule.examples[0], states.values(), behind) for rule in load_rules()]
    if arguments.source:
        rows = [row for row in rows if row["publisher"] in ("", arguments.source)]
    order = ("own", "learned", "candidate", "built-in", "off", "forgotten")
    rows.sort(key=lambda row: (order.index(row["status"]), row["publisher"], -row["articles"], row["id"]))
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print(rows)
    return 0


def _articles_behind(store: Store, source: str) -> dict[str, int]:
    """Count the latest revisions from which each rule has taken something."""
    query = "SELECT rule, count(DISTINCT article_id) FROM removed_lines WHERE $source IN ('', publisher) GROUP BY rule"
    return dict(connect(store).execute(query, {"source": source}).fetchall())


def _described(state: LineState, behind: dict[str, int]) -> dict[str, Any]:
    articles = behind.get(state.rule, 0) if state.status in TAKEN else 0
    return {
        "status": state.status,
        "id": state.line_id[:8],
        "articles": max(articles, state.articles),
        "publisher": state.publisher,
        "line": state.line,
    }


def _built_in(name: str, example: str, states: Iterable[LineState], behind: dict[str, int]) -> dict[str, Any]:
    off = [state.publisher for state in states if state.line_id == name and state.status == "forgotten"]
    publisher = "" if "" in off else ", ".join(sorted(off))
    status = "off" if off else "built-in"
    return {
        "status": status,
        "id": name,
        "articles": behind.get(name, 0),
        "publisher": publisher,
        "line": f"such as: {example}",
    }


def _print(rows: list[dict[str, Any]]) -> None:
    head = {"status": "STATUS", "id": "ID", "articles": "ARTICLES", "publisher": "PUBLISHER", "line": "LINE"}
    table = [[str(row[name]) for name in head] for row in (head, *rows)]
    widths = [max(len(cells[number]) for cells in table) for number in range(len(head) - 1)]
    for status, name, articles, publisher, line in table:
        cells = (status.ljust(widths[0]), name.ljust(widths[1]), articles.rjust(widths[2]), publisher.ljust(widths[3]))
        print("  ".join((*cells, line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…")))


def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    line = " ".join(arguments.line.split())
    if line in {rule.name for rule in load_rules()}:
        return _turn_on(line, arguments.source, settings)
    if not any(map(str.isalpha, line)):
        raise SettingsError(f"{arguments.line!r} has no letter; a rule needs a line of words")
    if len(line) > LONGEST_LEARNED:
        raise SettingsError(f"the line has {len(line)} characters; no line of more than {LONGEST_LEARNED} is taken out")
    store = checked_store(settings.lake)
    name = line_id(arguments.source, line_hash(line))
    before = line_states(store).get((arguments.source, name))
    state = LineState(name, arguments.source, line_hash(line), line, "own", before.articles if before else 0)
    if before is None or before.status != "own":
        with begin(settings.lake) as run:
            change_lines(store, run, [state])
    if not arguments.quiet:
        whose = f"articles of {arguments.source}" if arguments.source else "all articles"
        print(f"{name[:8]}: taken out of {whose} from now on; `newsbeam replay text` takes it out of what is stored")
    return 0


def _turn_on(name: str, source: str, settings: Settings) -> int:
    store = checked_store(settings.lake)
    before = line_states(store).get((source, name))
    if before is None or before.status != "forgotten":
        raise SettingsError(f"{name} is on already")
    with begin(settings.lake) as run:
        change_lines(store, run, [before._replace(status="own")])
    print(f"{name}: used again from now on")
    return 0


def _test(arguments: argparse.Namespace, settings: Settings) -> int:
    store = open_store(replace(settings.lake, patience=0.0))
    rules = LineBook(line_states(store).values()).rules_for(arguments.source)
    found = explain(arguments.line, rules, arguments.source)
    if arguments.json:
        print(json.dumps([why._asdict() for why in found], ensure_ascii=False, indent=2))
        return 0
    for why in found:
        print(f"{why.rule}  {'takes it' if why.takes else 'leaves it'}: {why.reason}")
    if not found:
        print("no rule takes it; `newsbeam rules add` makes one")
    return 0


def _forget(arguments: argparse.Namespace, settings: Settings) -> int:
    store = checked_store(settings.lake)
    states = line_states(store)
    changed = [_forgotten(name, arguments.source, states.values()) for name in arguments.ids]
    with begin(settings.lake) as run:
        change_lines(store, run, changed)
    if not arguments.quiet:
        for state in changed:
            print(f"{state.line_id if not state.line_hash else state.line_id[:8]}: left in from now on: {state.line}")
        print("`newsbeam replay text` puts what was taken out back into what is stored")
    return 0


def _forgotten(name: str, source: str, states: Iterable[LineState]) -> LineState:
    """Return the state of a rule after it was forgotten.

    Raises:
        SettingsError: there is no such rule, or several.

    """
    for rule in load_rules():
        if name == rule.name:
            return LineState(rule.name, source, b"", f"such as: {rule.examples[0]}", "forgotten")
    short = name.rpartition(".")[2]
    found = [
        state
        for state in states
        if state.line_hash and len(short) >= 4 and state.line_id.startswith(short) and source in ("", state.publisher)
    ]
    if not found:
        raise SettingsError(f"there is no rule {name!r}; see `newsbeam rules list`")
    if len(found) > 1:
        raise SettingsError(f"{name!r} names {len(found)} rules; write more of the id, or --source")
    return found[0]._replace(status="forgotten")
