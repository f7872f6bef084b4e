"""Tagging an article: the model, the steps and what comes out, with the real models and with one that tags anything."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import SettingsError
from schemas.settings import ProcessSettings
from transforms.article import entities as module
from transforms.article.entities import LIMIT, find_names, tag_article, tagger_for, warm_up
from transforms.article.names.labels import LABELS
from transforms.article.names.page import make_page
from transforms.article.tagger import Choice, Tag

BEST = ProcessSettings()
SMALL = ProcessSettings(tagger="spacy:en_core_web_sm")

STORY = """Peru has agreed to lend Bolivia two rescue helicopters, a defence ministry source told Reuters on Tuesday.
The deal was signed in the capital La Paz by President Ramiro Quispe Mamani and Peru's Defence Minister Elena Tovar.
Tovar said the aircraft would fly from Arequipa. Bolivian pilots are being trained in Peru, she said.
"We thank our neighbour," Quispe said. The opposition in Bolivia wants the treaty to go before parliament.
Relations between Peru and Bolivia have been good since May 2019, when Lima and La Paz settled a dispute over fishing.
Quispe Mamani will travel to Brazil and the United States next week. The U.S. has an airfield in South America."""

RECIT = """La Bolivie et le Pérou ont signé mardi un accord de secours, a annoncé l'AFP à La Paz.
Le président Ramiro Quispe a remercié les États-Unis et l'Allemagne pour leur aide. M. Quispe se rendra à Bruxelles.
« Le Pérou est un ami », a déclaré la ministre Elena Tovar devant l'ONU. Elle a ensuite quitté la Bolivie pour Paris."""


def named(tagged):
    return {(entity.name, entity.label): entity for entity in tagged.entities}


def holds(tagged, text):
    """Assert everything that a row promises of entities and mentions."""
    position = 0
    for mention in tagged.mentions:
        assert text[mention.start : mention.end] == mention.text
        assert position <= mention.start < mention.end
        position = mention.end
        assert mention.paragraph == text.count("\n", 0, mention.start)
        assert "\n" not in mention.text
        assert mention.label in LABELS
    groups = {}
    for mention in tagged.mentions:
        groups.setdefault((mention.entity, mention.label), []).append(mention)
    assert [(entity.name, entity.label) for entity in tagged.entities] == list(groups)
    for entity in tagged.entities:
        first = groups[entity.name, entity.label][0]
        assert (entity.text, entity.start, entity.end) == (first.text, first.start, first.end)
        assert entity.count == len(groups[entity.name, entity.label])


@pytest.mark.parametrize("tagger", [BEST, SMALL], ids=["best", "sm"])
def test_an_english_article(tagger):
    tagged = tag_article("Peru lends Bolivia helicopters", STORY, "en", tagger)
    holds(tagged, STORY)
    found = named(tagged)
    assert found["Peru", "GPE"].count == 4
    assert found["Peru", "GPE"].in_title
    assert found["Peru", "GPE"].country == "PE"
    assert found["Bolivia", "GPE"].count == 3
    assert found["La Paz", "GPE"].country == "BO"
    assert found["Reuters", "ORG"].country == ""
    assert found["Elena Tovar", "PERSON"].count == 2
    assert found["United States", "GPE"].count == 2
    assert found["United States", "GPE"].text == "United States"
    assert found["South America", "LOC"].count == 1
    assert not {"Defence", "airfield", "The"} & {entity.text for entity in tagged.entities}
    assert {mention.text for mention in tagged.mentions if mention.entity == "United States"} == {
        "U.S.",
        "United States",
    }


def test_a_person_by_full_name_and_by_part_of_it():
    found = named(tag_article("", STORY, "en", BEST))
    assert ("Ramiro Quispe Mamani", "PERSON") in found
    assert not found["Ramiro Quispe Mamani", "PERSON"].in_title


def test_a_french_article():
    tagged = tag_article("", RECIT, "fr", BEST)
    holds(tagged, RECIT)
    found = named(tagged)
    assert tagged.tagger.startswith("spacy:fr_core_news_")
    assert found["Bolivia", "GPE"].text == "Bolivie"
    assert found["Bolivia", "GPE"].count == 2
    assert found["Germany", "GPE"].country == "DE"
    assert found["United States", "GPE"].country == "US"
    assert found["La Paz", "GPE"].country == "BO"
    assert found["Paris", "GPE"].country == "FR"
    assert found["AFP", "ORG"]
    assert found["ONU", "ORG"]
    assert found["Ramiro Quispe", "PERSON"].count == 2


def test_what_stands_in_the_title_alone_is_left_out():
    tagged = tag_article("Angela Merkel visits Ghana", "The chancellor met ministers and left.", "en", BEST)
    assert tagged.entities == tagged.mentions == []


def test_the_title_lends_its_full_names():
    tagged = tag_article("Emmanuel Macron in Accra", "Talks went well, Macron told reporters.", "en", BEST)
    assert [(entity.name, entity.text, entity.in_title) for entity in tagged.entities] == [
        ("Emmanuel Macron", "Macron", True)
    ]


@pytest.mark.parametrize(
    ("language", "tagger", "name"),
    [("sw", "spacy", "none:sw"), ("", "spacy", "none:und"), ("en", "none", "none"), ("fr", SMALL.tagger, "none:fr")],
)
def test_without_a_model_nothing_is_tagged(language, tagger, name):
    chosen = ProcessSettings(tagger=tagger)
    assert tag_article("Peru", STORY, language, chosen) == (name, "", [], [], ())
    assert tagger_for(language, chosen) == name


def test_the_row_says_what_tagged_it():
    tagged = tag_article("", STORY, "en", SMALL)
    assert tagged.tagger == tagger_for("en", SMALL)
    assert tagged.tagger_version.startswith(tagged.tagger.removeprefix("spacy:"))
    assert tagged.tagger_version.endswith(f"+{module.STEPS_VERSION}")


def test_a_missing_model_is_refused():
    with pytest.raises(SettingsError):
        tag_article("", STORY, "en", ProcessSettings(tagger="spacy:en_core_web_xxl"))
    with pytest.raises(SettingsError):
        warm_up(ProcessSettings(tagger="spacy:en_core_web_xxl"))


def test_the_same_article_gives_the_same_names_whatever_came_before():
    first = tag_article("", STORY, "en", SMALL)
    tag_article("Other", "Ramiro Tovar of Reuters met Peru Quispe in Kenya.", "en", SMALL)
    assert tag_article("", STORY, "en", SMALL) == first


@pytest.mark.parametrize(
    "text", ["", "\n", " \n\n ", "\ufeff", "\ud800 Peru \udfff", "Peru\r\nKenya\x85Peru\u2028Mali"]
)
def test_odd_texts(text):
    tagged = tag_article(text, text, "en", SMALL)
    holds(tagged, text)


def test_blank_lines_count_as_paragraphs():
    text = "Nothing.\n\n\nKenya and Ghana met in Accra."
    tagged = tag_article("", text, "en", SMALL)
    holds(tagged, text)
    assert {mention.paragraph for mention in tagged.mentions} == {3}


def test_a_name_never_runs_over_a_line():
    tagged = tag_article("", "Niamey\nFrance has begun talks.", "en", BEST)
    holds(tagged, "Niamey\nFrance has begun talks.")
    assert named(tagged)["France", "GPE"].country == "FR"


def test_a_long_text_is_tagged_up_to_a_limit():
    text = "x" * 6_000 + " Kenya\n" + ("word " * 1_000 + "\n") * 50 + "Ghana"
    assert len(text) > LIMIT

    class Counting:
        seen = 0

        def tag(self, texts):
            assert all(len(stretch) <= 5_000 for stretch in texts)
            self.seen = sum(map(len, texts))
            return [[] for _ in texts]

    tagger = Counting()
    find_names(make_page("", text, "en"), tagger)
    assert LIMIT - 100 < tagger.seen <= LIMIT


PIECES = st.sampled_from(
    [
        "Peru",
        "U.S.",
        "President ",
        "Ana Quispe",
        " said",
        ".",
        "\n",
        "\r\n",
        "’s",
        "(",
        ")",
        "IMF",
        "é",
        "日本",
        "😀",
        "\u2028",
        " ",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, TEXTS)
def test_offsets_hold_with_a_real_model(title, text):
    holds(tag_article(title, text, "en", SMALL), text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXTS, text=TEXTS, data=st.data())
def test_offsets_hold_whatever_a_model_says(monkeypatch, title, text, data):
    class Random:
        def tag(self, texts):
            return [sorted(self.spans(stretch)) for stretch in texts]

        def spans(self, stretch):
            size = len(stretch)
            for start in data.draw(st.lists(st.integers(0, size), max_size=5)):
                yield Tag(start, min(size, start + data.draw(st.integers(0, 20))), data.draw(st.sampled_from(LABELS)))

    monkeypatch.setattr(module, "choose", lambda language, settings: Choice("spacy:random", "random-1", None))
    monkeypatch.setattr(module, "load", lambda choice: Random())
    holds(tag_article(title, text, data.draw(st.sampled_from(["en", "fr", ""])), BEST), text)


def test_a_worker_imports_neither_beam_nor_pyarrow():
    code = (
        "import sys; from schemas.settings import ProcessSettings; from transforms.article.entities import warm_up;"
        " warm_up(ProcessSettings(tagger='spacy:en_core_web_sm'));"
        " sys.exit(bool({'apache_beam', 'pyarrow', 'duckdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
