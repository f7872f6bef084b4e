"""Values of the lake as HTML, as CSV, as JSON for a chart.

What a publisher wrote is never markup here: it is escaped, cut, rid of control characters and of those that override
the direction of writing (U+202D, U+202E), and isolated, so that what is written from right to left stays in its cell.
"""

import base64
import csv
import io
import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

LONGEST: Final = 500  # characters of a text

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufffe\uffff]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # https://owasp.org/www-community/attacks/CSV_Injection


def text(value: str) -> str:
    """Return a text for people: no control characters, 500 characters at most."""
    clean = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value[: LONGEST + 1])
    return clean if len(value) <= LONGEST else clean[:LONGEST] + "…"


def html(value: Any) -> str:
    """Return a value as HTML."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f'<time datetime="{value.isoformat()}">{value:%Y-%m-%d %H:%M}</time>'
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return "<ul>" + "".join(f"<li>{html(one)}</li>" for one in value) + "</ul>" if value else ""
    return f"<bdi>{escape(text(str(value)))}</bdi>"


def link(address: str, label: str) -> str:
    """Return a link to a page of the web; what is no such address is shown without one."""
    if not re.fullmatch(r"https?://[^\s\x00-\x20]+", address) or not _host(address):
        return html(label)
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{html(label)}</a>'


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def csv_link(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a `data:` address that holds the rows as CSV, in UTF-8 with a byte order mark, as spreadsheets want it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_csv(value) for value in row] for row in rows)
    data = base64.b64encode(b"\xef\xbb\xbf" + out.getvalue().encode())
    return f"data:text/csv;charset=utf-8;base64,{data.decode()}"


def _csv(value: Any) -> Any:
    """Return a value of CSV; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, int | float):
        return value
    words = "; ".join(map(str, value)) if isinstance(value, list | tuple) else text(str(value))
    return f"'{words}" if words.startswith(_FORMULA) else words


def plain(value: Any) -> Any:
    """Return a value for the JSON of a chart."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return text(value) if isinstance(value, str) else value


def json_block(value: Any) -> str:
    """Return JSON that can stand in a `script` element: nothing in it ends the element or begins a comment."""
    told = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return told.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
