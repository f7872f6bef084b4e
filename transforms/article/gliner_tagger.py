"""Tag with GLiNER, which finds the kinds of names that it is asked for, in many languages; an optional extra.

https://github.com/urchade/GLiNER: Zaratiana et al., GLiNER: Generalist Model for Named Entity Recognition (2023).
"""

from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Final

from schemas.errors import SettingsError
from transforms.article.names.labels import EVENT, FAC, GPE, LOC, NORP, ORG, PERSON
from transforms.article.tagger import Tag

#: What the model is asked for, and the label that its answer becomes.
ASKED: Final = {
    "person": PERSON,
    "organization": ORG,
    "country": GPE,
    "city": GPE,
    "state or province": GPE,
    "region, mountain, river or sea": LOC,
    "nationality, religion or political group": NORP,
    "building, airport or bridge": FAC,
    "event": EVENT,
}

#: Sureness from which on an answer counts, as GLiNER's own examples have it.
THRESHOLD: Final = 0.5


class GlinerTagger:
    """A `Tagger` over one GLiNER model."""

    def __init__(self, name: str) -> None:
        """Load the model from a folder, or from what was downloaded before; never from the network.

        Raises SettingsError when it is not there.
        """
        check_gliner(name)
        try:
            self._model: Any = import_module("gliner").GLiNER.from_pretrained(name, local_files_only=True)
        except (OSError, ValueError) as error:
            raise SettingsError(f"the GLiNER model {name!r} can not be loaded: {error}") from error

    def tag(self, texts: list[str]) -> list[list[Tag]]:
        """Return the names of each text, in order, without overlaps."""
        return [self._tags(text) for text in texts]

    def _tags(self, text: str) -> list[Tag]:
        found = self._model.predict_entities(text, list(ASKED), flat_ner=True, threshold=THRESHOLD)
        tags = sorted(Tag(entity["start"], entity["end"], ASKED[entity["label"]]) for entity in found)
        return [tag for number, tag in enumerate(tags) if not number or tag.start >= tags[number - 1].end]


def check_gliner(name: str) -> None:
    """Raise SettingsError when the package is not installed or no model is named; loads nothing."""
    if not name:
        raise SettingsError("tagger 'gliner:' names no model; write gliner:<folder or name>")
    if find_spec("gliner") is None:
        raise SettingsError(f"tagger 'gliner:{name}' needs the package gliner: pip install gliner")


def gliner_version(name: str) -> str:
    """Name a model and the version of the package that runs it."""
    try:
        return f"{name}-gliner-{version('gliner')}"
    except PackageNotFoundError:
        return f"{name}-gliner"


@cache
def gliner_tagger(name: str) -> GlinerTagger:
    """Return this process's tagger for the model."""
    return GlinerTagger(name)
