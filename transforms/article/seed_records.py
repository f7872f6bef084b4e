"""What one record of a seed file says, under the names that `Payload.data` uses."""

import json
import re
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from schemas.records import Refusal
from transforms.article.line_files import DOCUMENT_CAP
from transforms.article.own_url import usable_url
from transforms.article.sniff import sniff

#: Bytes of a refused record that are kept.
REFUSED_CAP: Final = 1 << 20

#: Names that JSON input may use, compared in lower case without `_` and `-`; the first that holds something counts.
SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("title", "headline"),
    "text": ("text", "body", "content", "maintext", "articlebody"),
    "html": ("html", "contenthtml", "rawhtml"),
    "url": ("url", "link"),
    "published_at": ("publishedat", "published", "datepublished", "datepublish", "pubdate", "date"),
    "modified_at": ("modifiedat", "modified", "datemodified", "datemodify", "updatedat", "updated"),
    "language": ("language", "lang", "inlanguage"),
    "authors": ("authors", "author", "byline"),
    "description": ("description", "summary"),
    "tags": ("tags", "keywords"),
    "section": ("section", "category", "articlesection"),
    "image_url": ("imageurl", "image"),
}
_LISTS: Final = ("authors", "tags")
_TIMES: Final = ("published_at", "modified_at")


class Record(NamedTuple):
    """One record of a file: `raw` is what its hash is made of, `data` what the next step gets."""

    kind: str  # as in `Reference`
    position: int  # as in `Reference`
    raw: bytes
    data: bytes
    url: str = ""  # usable as a key, else ""
    site: str = ""  # domain of its feed
    refusal: Refusal | None = None


def json_record(raw: bytes, position: int) -> Record:
    """Read one JSON object (UTF-8); malformed, too large or without text and html, it comes with a `Refusal`."""
    if len(raw) > DOCUMENT_CAP:
        return _refused(raw[:DOCUMENT_CAP], position, "too_large", f"the record is longer than {DOCUMENT_CAP:,} bytes")
    try:
        value = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _refused(
            raw, position, "bad_record", f"the record is not UTF-8: byte {error.start} is {raw[error.start]:#x}"
        )
    except json.JSONDecodeError as error:
        return _refused(raw, position, "bad_record", f"the record is not JSON: {error.msg}, character {error.pos}")
    except (ValueError, RecursionError) as error:
        return _refused(raw, position, "bad_record", f"the record is not usable JSON: {error}"[:200])
    return element_record(value, position, raw)


def element_record(value: object, position: int, raw: bytes = b"") -> Record:
    """Make a record of a decoded JSON value; `raw` are the bytes it was decoded from, else its shortest form."""
    raw = raw or json.dumps(value, separators=(",", ":")).encode()
    if not isinstance(value, dict):
        return _refused(raw, position, "bad_record", "the record is not a JSON object")
    fields = document_fields(value)
    url = usable_url(fields.get("url"))
    if fields.get("text") or fields.get("html"):
        return Record("json", position, raw, to_json(fields), url)
    given = {name for key in value if (name := _plain(key)) in SYNONYMS["text"] + SYNONYMS["html"]}
    if given and not any(_filled(value, given)):
        return _refused(raw, position, "empty", "the text of the record is empty", url)
    return _refused(raw, position, "bad_record", "the record has neither text nor html", url)


def document_fields(value: dict[str, Any]) -> dict[str, Any]:
    """Bring a JSON object to our own field names: strings, and lists of strings for authors and tags.

    Values of an unexpected type are left out. A text that is HTML becomes `html` where there is none.
    """
    given: dict[str, Any] = {}
    for key, inner in value.items():
        given.setdefault(_plain(key), inner)
    fields: dict[str, Any] = {}
    for name, synonyms in SYNONYMS.items():
        for synonym in synonyms:
            if synonym in given and (found := _clean(name, given[synonym])):
                fields[name] = found
                break
    if "<" in fields.get("text", "") and "html" not in fields and sniff(fields["text"].encode()) == "html":
        fields["html"] = fields.pop("text")
    return fields


def to_json(fields: dict[str, Any]) -> bytes:
    """Write fields as one JSON object in UTF-8, always the same way."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _refused(raw: bytes, position: int, outcome: str, reason: str, url: str = "") -> Record:
    return Record("json", position, raw, raw[:REFUSED_CAP], url, refusal=Refusal(outcome, reason))


def _filled(value: dict[str, Any], names: set[str]) -> list[object]:
    return [
        inner
        for key, inner in value.items()
        if _plain(key) in names and not (isinstance(inner, str) and not inner.strip())
    ]


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


def _clean(name: str, value: object) -> str | list[str]:
    if name in _LISTS:
        return _names(value, name)
    if name in _TIMES and isinstance(value, int | float) and not isinstance(value, bool):
        return _time(value)
    if name == "image_url":
        value = value[0] if isinstance(value, list) and value else value
        value = value.get("url") if isinstance(value, dict) else value
    return _text(value)


def _text(value: object) -> str:
    """Return a string without outer white space and NUL; half a surrogate pair becomes a replacement character."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def _names(value: object, name: str) -> list[str]:
    if isinstance(value, str):
        parts = re.split(r"[,;]", value) if name == "tags" else [re.sub(r"^\s*by\s+", "", value, flags=re.IGNORECASE)]
    elif isinstance(value, dict):
        parts = [value.get("name", "")]
    elif isinstance(value, list):
        parts = [part.get("name", "") if isinstance(part, dict) else part for part in value]
    else:
        return []
    return list(dict.fromkeys(text for part in parts if (text := _text(part))))


def _time(value: float) -> str:
    """Return ISO 8601 of seconds or milliseconds since 1970; "" when neither makes sense (1973 to 2096)."""
    if not 1e8 < value < 4e12:
        return ""
    seconds = value / 1000 if value > 1e11 else value
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds < 4e9 else ""
