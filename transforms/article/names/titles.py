"""The word that a person's name follows: a form of address, a rank, an office, a place on the field."""

from typing import Final

#: Forms that count only as they are written here.
_FORMS: Final = frozenset(
    {
        "Mr", "Mrs", "Ms", "Dr", "Prof", "Sen", "Gov", "Gen", "Col", "Capt", "Lt", "Sgt", "Maj", "Rep", "Rev", "Fr",
        "Sir", "Dame", "Lord", "Lady", "M.", "MM.", "Mme", "Mlle", "General", "Captain",
    }
)  # fmt: skip

#: Words that count with a capital and without.
_WORDS: Final = frozenset(
    {
        "president", "vice-president", "minister", "chancellor", "senator", "governor", "colonel", "lieutenant",
        "sergeant", "brigadier", "admiral", "marshal", "congressman", "congresswoman", "ambassador", "professor",
        "archbishop", "bishop", "cardinal", "pope", "spokesman", "spokeswoman", "spokesperson", "secretary-general",
        "coach", "midfielder", "striker", "goalkeeper", "forward", "prince", "princess", "king", "queen", "mayor",
        "commissioner", "judge", "sheriff", "doctor",
        "président", "présidente", "ministre", "chancelier", "chancelière", "sénateur", "gouverneur", "général",
        "ambassadeur", "ambassadrice", "porte-parole", "princesse", "roi", "reine", "maire",
    }
)  # fmt: skip


def follows_title(before: str) -> bool:
    """Tell whether the text that ends right before a name ends in a title and one space."""
    if not before.endswith(" ") or before.endswith("  "):
        return False
    word = before[:-1].rpartition(" ")[2].lstrip("\"“‘'’(«[")
    return word in _FORMS or word.rstrip(".") in _FORMS or word.lower() in _WORDS


def opens_with_office(surface: str) -> bool:
    """Tell whether a surface of several words begins with an office in lower case (`ministre de la Défense`)."""
    word, space, _ = surface.partition(" ")
    return bool(space) and word.islower() and word in _WORDS
