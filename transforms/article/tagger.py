"""What finds names in texts, and how it is chosen by a string."""

from typing import Final, NamedTuple, Protocol

from schemas.errors import SettingsError
from schemas.settings import ProcessSettings
from transforms.article.spacy_models import Model, best_model, named_model

#: Stands for a language that could not be told (BCP 47).
UNKNOWN_LANGUAGE: Final = "und"


class Tag(NamedTuple):
    """One name that a model found: offsets in characters within the text it was given, and the model's own label."""

    start: int
    end: int
    label: str


class Tagger(Protocol):
    """Finds names. An implementation loads its model when it is made, once a process."""

    def tag(self, texts: list[str]) -> list[list[Tag]]:
        """Return the names of each text, in order, without overlaps."""
        ...


class Choice(NamedTuple):
    """What a document will be tagged with: a name for its row, and the model behind it (`None`: nothing)."""

    name: str  # "spacy:en_core_web_md", "gliner:<folder or name>", "none", "none:<language>"
    version: str  # the model and its version, such as en_core_web_md-3.8.0; "" without one
    model: Model | str | None  # of spaCy, the name of one of GLiNER, nothing


def choose(language: str, settings: ProcessSettings) -> Choice:
    """Choose what tags a document of the language, without loading it.

    A language that no installed model is made for is not tagged (`none:<language>`), rather than with the wrong
    model. Raises `SettingsError` when the settings name a model that is not installed, or a tagger that is none.
    """
    language = primary(language)
    kind, colon, wanted = settings.tagger.partition(":")
    if settings.tagger == "none":
        return Choice("none", "", None)
    if kind == "gliner":
        return _gliner(wanted)
    if kind != "spacy" or (colon and not wanted):
        raise SettingsError(f"tagger {settings.tagger!r} is unknown; use spacy, spacy:<model>, gliner:<model> or none")
    overrides = dict(settings.models)
    if language in overrides:
        return _choice(named_model(overrides[language]))
    if wanted:
        model = named_model(wanted)
        return _choice(model) if model.language == language else _nothing(language)
    best = best_model(language)
    return _choice(best) if best else _nothing(language)


def primary(language: str) -> str:
    """Return the language itself of a tag such as `en-GB`, `""` for what is no language tag."""
    code = language.replace("_", "-").partition("-")[0].lower()
    return code if code.isascii() and code.isalpha() else ""


def check_settings(settings: ProcessSettings) -> None:
    """Raise `SettingsError` when the settings name a tagger or a model that can not be had; loads nothing."""
    for language in (main_language(settings), *(language for language, _ in settings.models)):
        choose(language, settings)


def main_language(settings: ProcessSettings) -> str:
    """Return the language that most documents will be in: that of the one model the settings name, else English."""
    kind, _, wanted = settings.tagger.partition(":")
    return named_model(wanted).language if kind == "spacy" and wanted else "en"


def load(choice: Choice) -> Tagger | None:
    """Load what was chosen; the second call of a process returns the same object."""
    if choice.model is None:
        return None
    if isinstance(choice.model, str):
        from transforms.article.gliner_tagger import gliner_tagger

        return gliner_tagger(choice.model)
    from transforms.article.spacy_tagger import spacy_tagger

    return spacy_tagger(choice.model)


def _choice(model: Model) -> Choice:
    return Choice(f"spacy:{model.name}", f"{model.name}-{model.version}", model)


def _gliner(model: str) -> Choice:
    from transforms.article.gliner_tagger import check_gliner, gliner_version

    check_gliner(model)
    return Choice(f"gliner:{model}", gliner_version(model), model)


def _nothing(language: str) -> Choice:
    return Choice(f"none:{language or UNKNOWN_LANGUAGE}", "", None)
