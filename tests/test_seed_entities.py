"""What the seeds, and a French article of the same kind, name: whole lists, with the best model of each language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.records import Article, Payload, Reference
from schemas.settings import ProcessSettings
from transforms.article.process import process
from transforms.article.spacy_models import best_model

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SEEDS = Path(__file__).parents[1] / "seeds"

RECIT = """N'Djamena
Le Tchad et la France ont ouvert mardi à N'Djamena des discussions sur un pont aérien, a appris l'AFP de source sûre.
Le président Idrissa Kelloumé a reçu l'ambassadrice de France, Solène Varenghien, pendant près d'une heure.
« Nous voulons un accord simple, que tout le monde puisse lire », a déclaré Kelloumé à la sortie.
Depuis le retrait des avions français du Mali et du Burkina Faso, le Tchad sert d'escale à l'aide envoyée au Sahel.
Le ministre de la Défense, Brahim Ngarbaye, a dit à l'AFP que l'aérodrome d'Abéché ne serait pas concerné.
Selon Mme Varenghien, Paris est prêt à payer la moitié des travaux, et l'Allemagne étudie sa part.
Ngarbaye se rendra jeudi à Paris, puis à Bruxelles, où l'Union européenne doit voter un crédit.
L'opposition, par la voix de Mahamat Saleh Dobio, réclame que l'accord passe devant le parlement du Tchad.
En Afrique de l'Ouest, ajoute Dobio, « personne ne signe plus sans lire ».
(Avec AFP)
"""


def named(data: bytes, language: str) -> dict[tuple[str, str], tuple[str, int]]:
    """Return (country, count) by name and label, dates left out."""
    made = process(Payload(Reference("", "", "", "", "text", 0, "", "", ""), data, NOW), ProcessSettings())
    assert isinstance(made, Article)
    assert made.language == language
    assert all(made.text[mention.start : mention.end] == mention.text for mention in made.mentions)
    return {
        (entity.name, entity.label): (entity.country, entity.count)
        for entity in made.entities
        if entity.label != "DATE"
    }


@pytest.mark.skipif(best_model("fr") is None, reason="NO FRENCH MODEL: THE FRENCH ARTICLE IS NOT CHECKED")
def test_a_french_article_of_the_seeds_kind() -> None:
    assert named(RECIT.encode(), "fr") == {
        ("Chad", "GPE"): ("TD", 3),
        ("France", "GPE"): ("FR", 2),
        ("N'Djamena", "GPE"): ("TD", 1),
        ("AFP", "ORG"): ("", 2),
        ("Idrissa Kelloumé", "PERSON"): ("", 2),
        ("Solène Varenghien", "PERSON"): ("", 2),
        ("Mali", "GPE"): ("ML", 1),
        ("Burkina Faso", "GPE"): ("BF", 1),
        ("Sahel", "LOC"): ("", 1),
        ("Brahim Ngarbaye", "PERSON"): ("", 2),
        ("Paris", "GPE"): ("FR", 2),
        ("Germany", "GPE"): ("DE", 1),
        ("Bruxelles", "GPE"): ("BE", 1),
        ("Union européenne", "ORG"): ("", 1),
        ("Mahamat Saleh Dobio", "PERSON"): ("", 2),
        ("Afrique de l'Ouest", "LOC"): ("", 1),
    }


@pytest.mark.skipif(best_model("fr") is None, reason="NO FRENCH MODEL: THE FRENCH SEED IS NOT CHECKED")
def test_the_french_seed() -> None:
    assert named((SEEDS / "vendanges.txt").read_bytes(), "fr") == {
        ("Alsace", "LOC"): ("", 1),
        ("Odile Kestenholz", "PERSON"): ("", 1),
        ("Strasbourg", "GPE"): ("", 1),
        ("Poland", "GPE"): ("PL", 1),
        ("Romania", "GPE"): ("RO", 1),
        ("Bastien Froehly", "PERSON"): ("", 1),
        ("Germany", "GPE"): ("DE", 1),
        ("Belgium", "GPE"): ("BE", 1),
    }


def test_the_english_seed() -> None:
    found = named((SEEDS / "niamey-embassies.txt").read_bytes(), "en")
    expected = {
        ("Niger", "GPE"): ("NE", 2),
        ("France", "GPE"): ("FR", 2),
        ("Niamey", "GPE"): ("NE", 2),
        ("Paris", "GPE"): ("FR", 1),
        ("Lyon", "GPE"): ("", 1),
        ("Togo", "GPE"): ("TG", 1),
        ("Algeria", "GPE"): ("DZ", 1),
        ("Benin", "GPE"): ("BJ", 1),
        ("Addis Ababa", "GPE"): ("ET", 1),
        ("African Union", "ORG"): ("", 1),
        ("AFP", "ORG"): ("", 3),
        ("French", "NORP"): ("", 2),
        ("Souleymane Adarou", "PERSON"): ("", 2),
        ("Laurent Vasserot", "PERSON"): ("", 2),
        ("Hadiza Mounkeila", "PERSON"): ("", 1),
        ("Ibrahim Tassaou", "PERSON"): ("", 1),
    }
    assert expected.items() <= found.items()
    assert {name for name, _ in found.keys() - expected.keys()} <= {"Agadez"}  # named once, without a sign of its kind
