"""The GLiNER tagger against a model of the same interface; the real one is too large a dependency for the tests."""

import sys
from types import ModuleType
from typing import Any

import pytest

from schemas.errors import SettingsError
from schemas.settings import ProcessSettings
from transforms.article import gliner_tagger
from transforms.article.entities import tag_article
from transforms.article.tagger import check_settings, choose

SETTINGS = ProcessSettings(tagger="gliner:/models/small")
TEXT = "Isla Renwick counts owls for the Glen Trust.\nShe lives in Carrow."


class Model:
    """Answers as `gliner.GLiNER` does, out of a list of names."""

    NAMES = (("Isla Renwick", "person"), ("Renwick", "person"), ("Glen Trust", "organization"), ("Carrow", "city"))

    @classmethod
    def from_pretrained(cls, name: str, local_files_only: bool) -> "Model":
        assert local_files_only
        if name != "/models/small":
            raise OSError("no such model")
        return cls()

    def predict_entities(self, text: str, labels: list[str], flat_ner: bool, threshold: float) -> list[dict[str, Any]]:
        assert flat_ner
        assert 0 < threshold < 1
        return [
            {"start": text.index(name), "end": text.index(name) + len(name), "label": label}
            for name, label in self.NAMES
            if name in text and label in labels
        ]


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("gliner")
    module.GLiNER = Model  # type: ignore[attr-defined]
    module.__spec__ = pytest.__spec__
    monkeypatch.setitem(sys.modules, "gliner", module)
    gliner_tagger.gliner_tagger.cache_clear()


@pytest.mark.usefixtures("package")
def test_names_come_out_in_our_vocabulary() -> None:
    tagged = tag_article("Owls", TEXT, "en", SETTINGS)
    assert [(mention.text, mention.label) for mention in tagged.mentions] == [
        ("Isla Renwick", "PERSON"),
        ("Glen Trust", "ORG"),
        ("Carrow", "GPE"),
    ]
    assert all(TEXT[mention.start : mention.end] == mention.text for mention in tagged.mentions)
    assert tagged.tagger == "gliner:/models/small"
    assert tagged.tagger_version.startswith("/models/small-gliner")


@pytest.mark.usefixtures("package")
def test_it_serves_every_language() -> None:
    assert choose("sw", SETTINGS).name == choose("", SETTINGS).name == "gliner:/models/small"


@pytest.mark.usefixtures("package")
def test_a_model_that_is_not_there_is_told() -> None:
    with pytest.raises(SettingsError, match="'/models/none' can not be loaded"):
        tag_article("", TEXT, "en", ProcessSettings(tagger="gliner:/models/none"))


def test_without_the_package_the_run_does_not_start() -> None:
    with pytest.raises(SettingsError, match="needs the package gliner"):
        check_settings(SETTINGS)
    with pytest.raises(SettingsError, match="names no model"):
        check_settings(ProcessSettings(tagger="gliner:"))
