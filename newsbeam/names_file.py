"""Read `names.toml`: corrections of the names that articles are tagged with."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from schemas.errors import SettingsError
from schemas.records import Correction
from transforms.article.names.labels import LABELS

DEFAULT_FILE: Final = "names.toml"

#: Keys of each kind of entry: those it must have one of, and those it may have.
KINDS: Final = {
    "drop": ((), ("label",)),
    "retype": (("to",), ("label",)),
    "merge": (("into",), ("label",)),
    "link": (("country", "link"), ("label",)),
}


def read_names(path: Path | None) -> tuple[Correction, ...]:
    """Read the corrections; without a path those of the working folder's file, if there is one.

    Raises:
        SettingsError: the file is missing, is no TOML, or has an entry that can not be.

    """
    if path is None:
        path = Path(DEFAULT_FILE)
        if not path.is_file():
            return ()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the corrections of names {path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    unknown = next((kind for kind in table if kind not in KINDS or not isinstance(table[kind], list)), "")
    if unknown:
        raise SettingsError(f"{path}: {unknown} is no kind of correction; known are [[{']], [['.join(KINDS)}]]")
    return tuple(
        _correction(f"{path}: [[{kind}]] {number}", kind, entry)
        for kind, entries in table.items()
        for number, entry in enumerate(entries, 1)
    )


def _correction(where: str, kind: str, entry: Any) -> Correction:
    needed, allowed = KINDS[kind]
    if not isinstance(entry, dict):
        raise SettingsError(f"{where} is no table")
    unknown = next((key for key in entry if key not in ("name", "names", *needed, *allowed)), "")
    if unknown:
        raise SettingsError(f"{where}: unknown key {unknown}")
    names = entry.get("names", [entry["name"]] if "name" in entry else [])
    if not (isinstance(names, list) and names and all(isinstance(name, str) and name.strip() for name in names)):
        raise SettingsError(f"{where}: name must be a name, or names a list of them")
    if needed and not any(isinstance(entry.get(key), str) and entry[key].strip() for key in needed):
        raise SettingsError(f"{where} needs {' or '.join(needed)}")
    labels = [entry["label"]] if "label" in entry else []
    wrong = next((label for label in (*labels, *([entry["to"]] if "to" in entry else [])) if label not in LABELS), "")
    if wrong:
        raise SettingsError(f"{where}: {wrong} is no label; labels are {', '.join(LABELS)}")
    country = entry.get("country", "")
    if country and not re.fullmatch("[A-Z]{2}", country):
        raise SettingsError(f"{where}: country must be two capital letters (ISO 3166-1), not {country!r}")
    to = entry.get("to") or entry.get("into") or entry.get("link") or ""
    return Correction(kind, tuple(" ".join(name.split()) for name in names), tuple(labels), to, country)
