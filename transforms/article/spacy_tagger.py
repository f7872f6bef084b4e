"""Tag with spaCy: entity recognition only, twice the speed of the full pipeline."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.language import Language
from spacy.util import load_config

from schemas.errors import SettingsError
from transforms.article.char_classes import compiled_once
from transforms.article.spacy_models import Model
from transforms.article.tagger import Tag

BATCH: Final = 64


class SpacyTagger:
    """A `Tagger` that runs the `ner` component of one model."""

    def __init__(self, model: Model) -> None:
        """Load the model; takes one to three seconds and 40 to 270 MB."""
        self._nlp = load_ner(model)

    def tag(self, texts: list[str]) -> list[list[Tag]]:
        """Return the names of each text; what spaCy has built for them is freed before it returns."""
        with self._nlp.memory_zone():
            return [
                [Tag(entity.start_char, entity.end_char, str(entity.label_)) for entity in document.ents]
                for document in self._nlp.pipe(texts, batch_size=BATCH)
            ]


@cache
def spacy_tagger(model: Model) -> SpacyTagger:
    """Return this process's tagger for the model."""
    return SpacyTagger(model)


def load_ner(model: Model) -> Language:
    """Load `ner` and what it listens to, and nothing else; raises `SettingsError` where the model has none."""
    config = load_config(Path(model.path) / "config.cfg")
    pipeline = list(config["nlp"]["pipeline"])
    if "ner" not in pipeline:
        raise SettingsError(f"spaCy model {model.name!r} has no entity recogniser; choose another")
    needed = {"ner", *_upstream(config)}
    with compiled_once():
        return spacy.load(model.path, exclude=[name for name in pipeline if name not in needed])


def _upstream(config: dict[str, Any]) -> list[str]:
    """Name the components whose vectors `ner` listens to (`tok2vec`, `transformer`); often none."""
    embedding = config["components"]["ner"].get("model", {}).get("tok2vec", {})
    if "Listener" not in embedding.get("@architectures", ""):
        return []
    names = [name for name in config["nlp"]["pipeline"] if "tok2vec" in name or "transformer" in name]
    upstream = embedding.get("upstream", "*")
    return names if upstream == "*" else [upstream]
