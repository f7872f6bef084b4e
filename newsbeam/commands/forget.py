"""`newsbeam forget`: erase articles everywhere, old versions of the tables too, and prove it."""

import argparse
import json
import re
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from lake.forget import Erased, Prospect, Request, forget, keeps_versions, prospect
from newsbeam.config import settings_from
from newsbeam.lake_there import check_lake
from schemas.errors import SettingsError
from schemas.settings import LakeSettings
from transforms.article.ids import article_id
from transforms.fetch.urls import url_key

#: Titles that are shown before the question.
MOST_TITLES = 10

_ID = re.compile(r"[0-9a-f]{32}")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost|\d+(?:\.\d+){3}")


def run(arguments: argparse.Namespace) -> int:
    """Show what is meant, ask, erase, and say what came of it; 4 where something is left."""
    settings = settings_from(arguments)
    request = request_of(arguments.documents, arguments.domain, arguments.block)
    check_lake(settings.lake)
    if not arguments.yes and not sys.stdin.isatty():
        raise SettingsError("this erases for ever: add --yes, or run it in a terminal, where it asks")
    found = prospect(settings.lake, request)
    if found.is_nothing and not request.block:
        return _nothing(arguments)
    if not arguments.yes and not _agreed(found, request):
        print("nothing is erased")
        return 0
    steps = (lambda _: None) if arguments.quiet or arguments.json else _say
    erased = forget(settings.lake, request, steps)
    _report(arguments, settings.lake, request, erased)
    return 4 if erased.left else 0


def _nothing(arguments: argparse.Namespace) -> int:
    if arguments.json:
        print(json.dumps({"rows": {}, "pages": 0, "left": [], "blocked": False}))
    elif not arguments.quiet:
        print("nothing of it is in the lake")
    return 0


def request_of(documents: list[str], domains: list[str], block: bool) -> Request:
    """Make the request of the words of the command line.

    Raises:
        SettingsError: one of them is neither an address nor an id, or no domain, or there is none.

    """
    if not documents and not domains:
        raise SettingsError("nothing is named: give addresses, ids or --domain; see `newsbeam forget --help`")
    if documents and domains:
        raise SettingsError("give addresses and ids, or --domain, not both")
    names = tuple(_domain(name) for name in domains)
    if names:
        return Request((), _of_domains(names), names, block)
    ids = [word for word in documents if _ID.fullmatch(word)]
    keys = {_key(word) for word in documents if not _ID.fullmatch(word)}
    return Request((*ids, *(article_id(key, "") for key in sorted(keys))), _of_keys(keys), (), block)


def _key(word: str) -> str:
    try:
        return url_key(word)
    except ValueError as error:
        raise SettingsError(f"{word} is neither an address (https://…) nor an id of 32 hex digits") from error


def _domain(word: str) -> str:
    name = word.lower().strip(".")
    if not _DOMAIN.fullmatch(name):
        raise SettingsError(f"{word} is no domain: write it as example.org")
    return name


def _of_keys(keys: set[str]) -> Callable[[str], bool]:
    def is_meant(url: str) -> bool:
        try:
            return url.startswith("http") and url_key(url) in keys
        except ValueError:
            return False

    return is_meant


def _of_domains(names: tuple[str, ...]) -> Callable[[str], bool]:
    def is_meant(url: str) -> bool:
        try:
            host = (urlsplit(url).hostname or "").rstrip(".")
        except ValueError:
            return False
        return any(host == name or host.endswith(f".{name}") for name in names)

    return is_meant


def _agreed(found: Prospect, request: Request) -> bool:
    for title in found.titles[:MOST_TITLES]:
        print(f"  {title}")
    if len(found.titles) > MOST_TITLES:
        print(f"  … and {len(found.titles) - MOST_TITLES:,} more")
    print(
        f"erases {_counts(found.rows, found.pages) or 'nothing that is there now'}, and every old version of the tables"
    )
    if request.block:
        print("it is refused from then on")
    print("runs that are going on are stopped: they lose what they have not committed, and are to be started again")
    return input("this can not be undone. Type yes to erase: ").strip().lower() == "yes"


def _say(step: str) -> None:
    words = {
        "stopped": "nobody writes",
        "rows": "rows and pages are erased",
        "traces": "old versions are erased; reading all",
    }
    if step in words:
        print(f"newsbeam: {words[step]}", file=sys.stderr)


def _report(arguments: argparse.Namespace, lake: LakeSettings, request: Request, erased: Erased) -> None:
    if keeps_versions(lake):
        print(f"newsbeam: the bucket of {lake.uri} keeps old versions of objects: erase those there", file=sys.stderr)
    if arguments.json:
        print(json.dumps(_described(erased, request), ensure_ascii=False))
        return
    for line in erased.left:
        print(f"left: {line}")
    if arguments.quiet:
        return
    if erased.stopped:
        print(f"stopped, to be started again: {', '.join(erased.stopped)}")
    print(f"erased: {_counts(erased.rows, erased.pages) or 'nothing of it was there'}")
    if request.block:
        print("refused from now on")
    if erased.shared:
        print(f"{erased.shared} of its sentences stand in other articles too, which are as they were")
    if erased.left:
        print("it is not all gone: run the same command again")
    else:
        print("the whole store was read afterwards: nothing is left")


def _counts(rows: dict[str, int], pages: int) -> str:
    named = {name.replace("_", " "): count for name, count in {**rows, "raw pages": pages}.items() if count}
    return ", ".join(f"{name} {count:,}" for name, count in named.items())


def _described(erased: Erased, request: Request) -> dict[str, Any]:
    return {**erased._asdict(), "blocked": request.block}
