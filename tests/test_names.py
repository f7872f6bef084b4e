"""Each step after the model by itself: a page with names in, a page with other names out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.article.entities import STEPS
from transforms.article.names.acronyms import acronyms, join_acronyms
from transforms.article.names.appositions import read_appositions
from transforms.article.names.boundaries import trim_boundaries
from transforms.article.names.canonical import name_entities
from transforms.article.names.contexts import read_contexts
from transforms.article.names.datelines import mark_dateline
from transforms.article.names.garbage import drop_garbage
from transforms.article.names.gazetteer import mark_known
from transforms.article.names.heads import read_heads
from transforms.article.names.labels import LABELS, vocabulary
from transforms.article.names.page import Name, make_page
from transforms.article.names.pairs import read_pairs
from transforms.article.names.persons import full_names, join_surnames, merge_parts
from transforms.article.names.places import part_places
from transforms.article.names.propagate import propagate
from transforms.article.names.votes import vote_on_types

MARKED = re.compile(r"\[([^\]|]*)\|(\w+)\]")


def page_of(marked, title="", language="en"):
    """Read a page from text with names marked as `[Niger|GPE]`."""
    page = make_page(title, "", language)
    text, names, position = page.text, [], 0
    for found in MARKED.finditer(marked):
        text += marked[position : found.start()]
        names.append(Name(len(text), len(text) + len(found[1]), found[2], found[2]))
        text += found[1]
        position = found.end()
    return page._replace(text=text + marked[position:]).with_names(names)


def marked(page):
    """Write a page as `page_of` reads it, without its title."""
    out, position = "", page.body
    for name in (name for name in page.names if name.start >= page.body):
        out += page.text[position : name.start] + f"[{page.surface(name)}|{name.label}]"
        position = name.end
    return out + page.text[position:]


def becomes(step, before, after, **options):
    assert marked(step(page_of(before, **options))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("in [the Sahel|LOC] region", "in the [Sahel|LOC] region"),
        ("[The French|NORP] left", "The [French|NORP] left"),
        ("a court in [The Hague|GPE] said", "a court in [The Hague|GPE] said"),
        ("with [Niger's|GPE] army", "with [Niger|GPE]'s army"),
        ("with [Niger’s|GPE] army", "with [Niger|GPE]’s army"),
        ("by “[Reuters”|ORG] said", "by “[Reuters|ORG]” said"),
        ("[“Macbeth|WORK_OF_ART]” opened", "“[Macbeth|WORK_OF_ART]” opened"),
        ("of [Acme Corp.|ORG] it", "of [Acme Corp.|ORG] it"),
        ("of [U.S.|GPE] it", "of [U.S.|GPE] it"),
        ("to [Paris.|GPE]", "to [Paris|GPE]."),
        ("([Mali)|GPE]", "([Mali|GPE])"),
        ("the [Union (Sudan)|ORG] said", "the [Union (Sudan)|ORG] said"),
        ("[Ann Lee and|PERSON] others", "[Ann Lee|PERSON] and others"),
        ("[Brigadier General Ann Lee|PERSON] said", "Brigadier General [Ann Lee|PERSON] said"),
        ("[the|ORG] end", "[the|ORG] end"),
        ("by [...|ORG]", "by ..."),
    ],
)
def test_boundaries(before, after):
    becomes(trim_boundaries, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("de [la France|LOC] a", "de la [France|LOC] a"),
        ("vers [l'Allemagne|LOC] et", "vers l'[Allemagne|LOC] et"),
        ("selon [Le Monde|ORG] et", "selon [Le Monde|ORG] et"),
    ],
)
def test_boundaries_in_french(before, after):
    becomes(trim_boundaries, before, after, language="fr")


@pytest.mark.parametrize(
    "surface", ["airfield", "x", "A", "http://a.example/B", "@Someone", "#Topic", "CEO", "COVID-19", "B" * 101, "1500"]
)
def test_garbage_goes(surface):
    becomes(drop_garbage, f"the [{surface}|ORG] is", f"the {surface} is")


@pytest.mark.parametrize(
    ("surface", "label"),
    [("iPhone", "PRODUCT"), ("UN", "ORG"), ("北京", "GPE"), ("الرياض", "GPE"), ("July 26", "DATE"), ("1999", "DATE")],
)
def test_names_stay(surface, label):
    becomes(drop_garbage, f"the [{surface}|{label}] is", f"the [{surface}|{label}] is")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[School|ORG] is out, the school said", "[School|ORG] is out, the school said"),
        ("[School|ORG] is out, a school is a school", "School is out, a school is a school"),
        ("[Turkish|NORP] is as turkish, turkish does", "[Turkish|NORP] is as turkish, turkish does"),
        ("Le [ministre de la Défense|ORG] a dit", "Le ministre de la Défense a dit"),
        ("Le [ministère de la Défense|ORG] a dit", "Le [ministère de la Défense|ORG] a dit"),
        ("Le [président Idi|PERSON] a dit", "Le [président Idi|PERSON] a dit"),
    ],
)
def test_common_words_and_offices_go(before, after):
    becomes(drop_garbage, before, after)


@pytest.mark.parametrize("surface", ["Today", "12 months", "Earlier this year", "43-year-old"])
def test_a_date_needs_a_calendar(surface):
    becomes(drop_garbage, f"[{surface}|DATE] is", f"{surface} is")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("in [Debden, England|ORG].", "in [Debden|GPE], [England|GPE]."),
        ("in [Portland, Maine|GPE].", "in [Portland|GPE], [Maine|GPE]."),
        ("of [Smith, Jones|ORG].", "of [Smith, Jones|ORG]."),
    ],
)
def test_places_are_parted(before, after):
    becomes(part_places, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[Ali Moussa|PERSON] [Lamine Idi|PERSON] said", "[Ali Moussa Lamine Idi|PERSON] said"),
        ("[Faisal|PERSON] bin [Turki|PERSON] said", "[Faisal bin Turki|PERSON] said"),
        ("[Ann|PERSON], [Bob|PERSON] said", "[Ann|PERSON], [Bob|PERSON] said"),
        ("[Ann|PERSON]\n[Bob|PERSON] said", "[Ann|PERSON]\n[Bob|PERSON] said"),
        ("[Acme|ORG] [Ann|PERSON] said", "[Acme|ORG] [Ann|PERSON] said"),
    ],
)
def test_parts_of_a_person_are_merged(before, after):
    becomes(merge_parts, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("at [Bishop Garrigan High School|PERSON].", "at [Bishop Garrigan High School|ORG]."),
        ("on the [Niger River|ORG].", "on the [Niger River|LOC]."),
        ("with [Fiona Hill|PERSON].", "with [Fiona Hill|PERSON]."),
        ("in the [West Bank|GPE].", "in the [West Bank|GPE]."),
        ("in [Kaya Province|PERSON].", "in [Kaya Province|GPE]."),
        ("the [University|FAC].", "the [University|FAC]."),
    ],
)
def test_heads(before, after):
    becomes(read_heads, before, after)


def test_most_mentions_decide_on_the_type():
    becomes(
        vote_on_types,
        "[Idi|PERSON] met. [Idi|ORG] said. [Idi|PERSON] left.",
        "[Idi|PERSON] met. [Idi|PERSON] said. [Idi|PERSON] left.",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[Karmin|ORG] is a small village in Poland", "[Karmin|GPE] is a small village in Poland"),
        ("[Sanda|PERSON] (Somali: Saanta) was a river", "[Sanda|LOC] (Somali: Saanta) was a river"),
        ("[Zeine|GPE], a Paris-trained economist, left", "[Zeine|PERSON], a Paris-trained economist, left"),
        ("[Zaka|PERSON], a chain of shops. [Zaka|PERSON] grew", "[Zaka|ORG], a chain of shops. [Zaka|ORG] grew"),
        ("In [Kigali|GPE], a newspaper was sold", "In [Kigali|GPE], a newspaper was sold"),
        ("[Ann Arroyo|PERSON], a member of the group", "[Ann Arroyo|PERSON], a member of the group"),
        ("[Omar|ORG], a band-leader, sang", "[Omar|ORG], a band-leader, sang"),
        ("[Omar|ORG]\n, a singer", "[Omar|ORG]\n, a singer"),
        ("[Polish|NORP], a language of a village", "[Polish|NORP], a language of a village"),
        ("[Kano|ORG] is a city. [Kano|ORG], a singer, said", "[Kano|GPE] is a city. [Kano|PERSON], a singer, said"),
    ],
)
def test_what_the_text_says_that_a_name_is(before, after):
    becomes(read_appositions, before, after)


@pytest.mark.parametrize(
    ("dateline", "before", "after"),
    [
        ("Agadez", "In [Agadez|ORG] and from Agadez,", "In [Agadez|GPE] and from [Agadez|GPE],"),
        ("Agadez, Niger", "The [Agadez|PERSON] airfield", "The [Agadez|GPE] airfield"),
        ("Kigali/Goma", "[Kigali|ORG] and Goma", "[Kigali|GPE] and [Goma|GPE]"),
        ("Paris", "[Paris Saint-Germain|ORG] beat Paris United", "[Paris Saint-Germain|ORG] beat Paris United"),
        ("Paris", "[Ann Paris|PERSON] left. [Paris|PERSON] was", "[Ann Paris|PERSON] left. [Paris|PERSON] was"),
        ("Berlin", "the [Berlin|DATE] of", "the [Berlin|DATE] of"),
        ("", "the [Agadez|ORG] of", "the [Agadez|ORG] of"),
    ],
)
def test_the_place_of_the_dateline(dateline, before, after):
    made = mark_dateline(page_of(before)._replace(dateline=dateline))
    assert marked(made) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("in [Niamey|GPE] and [Lyon|ORG].", "in [Niamey|GPE] and [Lyon|GPE]."),
        ("in [Lyon|ORG] or [Texas|GPE].", "in [Lyon|GPE] or [Texas|GPE]."),
        ("talks of [Israel|GPE] and [Hamas|ORG] in", "talks of [Israel|GPE] and [Hamas|ORG] in"),
        ("in [Dune|GPE] and [Lyon|ORG].", "in [Dune|GPE] and [Lyon|ORG]."),
        ("in [Niamey|GPE] and [AFP|ORG].", "in [Niamey|GPE] and [AFP|ORG]."),
        ("in [Niamey|GPE] and [Lyon|ORG] Club", "in [Niamey|GPE] and [Lyon|ORG] Club"),
        ("in [Niamey|GPE], [Lyon|ORG] said", "in [Niamey|GPE], [Lyon|ORG] said"),
    ],
)
def test_a_name_beside_a_place(before, after):
    becomes(read_pairs, before, after)


def test_one_voice_against_one_is_for_the_place_and_against_the_organisation():
    becomes(vote_on_types, "[Idi|PERSON] and [Idi|GPE]", "[Idi|GPE] and [Idi|GPE]")
    becomes(vote_on_types, "[Idi|LOC] and [Idi|GPE]", "[Idi|LOC] and [Idi|GPE]")
    becomes(vote_on_types, "[Idi|ORG] and [Idi|GPE]", "[Idi|GPE] and [Idi|GPE]")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("President [Idi|ORG] spoke", "President [Idi|PERSON] spoke"),
        ("Mr. [Idi|ORG] spoke", "Mr. [Idi|PERSON] spoke"),
        ("The [Idi|ORG] spoke", "The [Idi|ORG] spoke"),
        ("In [Idi|ORG], Mr [Idi|GPE] spoke", "In [Idi|PERSON], Mr [Idi|PERSON] spoke"),
        ('it is," [Idi|ORG] said', 'it is," [Idi|PERSON] said'),
        ('it is," [AFP|ORG] said', 'it is," [AFP|ORG] said'),
        ("[Idi|ORG], 51, was", "[Idi|PERSON], 51, was"),
        ("the capital [Kaya|ORG] fell", "the capital [Kaya|GPE] fell"),
        ("the city of [Kaya|PERSON] fell", "the city of [Kaya|GPE] fell"),
        ("in the [Kaya|PERSON] province", "in the [Kaya|GPE] province"),
        ("the [Gao|ORG] region", "the [Gao|LOC] region"),
        ("[French|NORP] president", "[French|NORP] president"),
        ("the president [French|NORP]", "the president [French|NORP]"),
        ("[Defence|ORG] Minister", "Defence Minister"),
        ("[Interior|ORG] ministry", "Interior ministry"),
        ("[NATO|ORG] Secretary", "[NATO|ORG] Secretary"),
        ("President\n[Acme|ORG] spoke", "President\n[Acme|ORG] spoke"),
    ],
)
def test_contexts(before, after):
    becomes(read_contexts, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("le président [Idi|LOC] a", "le président [Idi|PERSON] a"),
        ("avec M. [Idi|ORG] a", "avec M. [Idi|PERSON] a"),
        ("la ville de [Kaya|PERSON] a", "la ville de [Kaya|GPE] a"),
        ("dans la capitale [Kaya|ORG] a", "dans la capitale [Kaya|GPE] a"),
    ],
)
def test_contexts_in_french(before, after):
    becomes(read_contexts, before, after, language="fr")


def test_a_last_name_is_the_person_known_in_full():
    becomes(
        join_surnames,
        "[Mariam Idi|PERSON] met. Later [Idi|ORG] said.",
        "[Mariam Idi|PERSON] met. Later [Idi|PERSON] said.",
    )
    becomes(join_surnames, "[Acme Idi|ORG] met. [Idi|ORG] said.", "[Acme Idi|ORG] met. [Idi|ORG] said.")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("with [Niger|ORG] and", "with [Niger|GPE] and"),
        ("with Niger and", "with [Niger|GPE] and"),
        ("[Burkina|GPE] Faso and", "[Burkina Faso|GPE] and"),
        ("the Niger Delta is", "the Niger Delta is"),
        ("in South America now", "in [South America|LOC] now"),
        ("the [Sahel|GPE] is", "the [Sahel|LOC] is"),
        ("told [AFP|PERSON] on", "told [AFP|ORG] on"),
        ("[NIGER|PERSON] wins", "[NIGER|GPE] wins"),
        ("with [Michael Jordan|PERSON]; [Jordan|PERSON] won", "with [Michael Jordan|PERSON]; [Jordan|PERSON] won"),
        ("with [Chad|PERSON] and Chad", "with [Chad|PERSON] and Chad"),
        ("in [Jordan|ORG] now", "in [Jordan|GPE] now"),
        ("niger and mali", "niger and mali"),
        ("@Niger #Mali Niger.com Nigerien", "@Niger #Mali Niger.com Nigerien"),
        ("for [Paris|ORG] and", "for [Paris|ORG] and"),
        ("in [Paris|LOC] and", "in [Paris|GPE] and"),
    ],
)
def test_what_everyone_knows(before, after):
    becomes(mark_known, before, after)


def test_known_names_come_in_the_language():
    becomes(mark_known, "avec l'Allemagne en Afrique", "avec l'[Allemagne|GPE] en [Afrique|LOC]", language="fr")
    becomes(mark_known, "avec l'Allemagne en Afrique", "avec l'Allemagne en Afrique", language="en")


def test_acronyms_follow_their_long_form():
    page = page_of("the [Central Bank of Kaya|ORG] ([CBK|GPE]) said. [CBK|PERSON] again")
    assert acronyms(page) == {"CBK": "Central Bank of Kaya"}
    becomes(
        join_acronyms,
        "the [Central Bank of Kaya|ORG] ([CBK|GPE]) said. [CBK|PERSON] again",
        "the [Central Bank of Kaya|ORG] ([CBK|ORG]) said. [CBK|ORG] again",
    )
    becomes(join_acronyms, "the [Kaya Peace Lab|EVENT] ([KPL|ORG])", "the [Kaya Peace Lab|ORG] ([KPL|ORG])")
    becomes(join_acronyms, "[Northern Kaya|GPE] ([NK|ORG])", "[Northern Kaya|GPE] ([NK|GPE])")
    assert acronyms(page_of("[Central Bank|ORG] ([XYZ|ORG])")) == {}
    assert acronyms(page_of("[Ann Lee|PERSON] ([AL|ORG])")) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[Kaya|GPE] fell. They left Kaya.", "[Kaya|GPE] fell. They left [Kaya|GPE]."),
        ("[Mariam Idi|PERSON] met. Then Idi left.", "[Mariam Idi|PERSON] met. Then [Idi|PERSON] left."),
        ("[Kaya|GPE] fell. The Kaya Times said.", "[Kaya|GPE] fell. The Kaya Times said."),
        ("[Kaya|GPE] fell. President Kaya said.", "[Kaya|GPE] fell. President [Kaya|GPE] said."),
        ("[Jobs|PERSON] left. New jobs. Jobs matter.", "[Jobs|PERSON] left. New jobs. Jobs matter."),
        ("[May|DATE] came. They said May fell.", "[May|DATE] came. They said May fell."),
        ("[Kaya|GPE] and Kayas, kaya, Kaya-led, Kaya.", "[Kaya|GPE] and Kayas, kaya, Kaya-led, Kaya."),
        ("[al-Tanf|GPE] and base al-Tanf now", "[al-Tanf|GPE] and base [al-Tanf|GPE] now"),
    ],
)
def test_known_names_are_found_again(before, after):
    becomes(propagate, before, after)


def test_what_is_propagated_has_no_label_of_the_model():
    page = propagate(page_of("[Kaya|GPE] fell. They left Kaya."))
    assert [name.raw_label for name in page.names] == ["GPE", ""]


def test_the_title_lends_its_names():
    page = page_of("They met Idi there.", title="Mariam Idi wins")
    page = page.with_names([Name(0, 10, "PERSON", "PERSON")])
    assert marked(propagate(page)) == "They met [Idi|PERSON] there."


def entities_of(marked_text):
    return [name.entity for name in name_entities(page_of(marked_text)).names]


def test_canonical_names():
    assert entities_of("[U.S.|GPE] [America|GPE] [United States|GPE]") == ["United States"] * 3
    assert entities_of("[Idi|PERSON] [Mariam Idi|PERSON]") == ["Mariam Idi"] * 2
    assert entities_of("[Hague|GPE] [The Hague|GPE]") == ["The Hague"] * 2
    assert entities_of("[KAYA|GPE] [Kaya|GPE]") == ["Kaya"] * 2
    assert entities_of("[Big Bank of Kaya|ORG] ([BBK|ORG]) [BBK|ORG]") == ["Big Bank of Kaya"] * 3
    assert entities_of("[Paris|GPE] [Paris|ORG]") == ["Paris", "Paris"]


def test_full_names():
    assert full_names(["Donald Trump", "Trump", "Donald J. Trump"]) == {
        "Donald Trump": "Donald J. Trump",
        "Trump": "Donald J. Trump",
    }
    assert full_names(["Jill Biden", "Joe Biden", "Joe Biden", "Biden"]) == {"Biden": "Joe Biden"}
    assert full_names(["Ann", "Ann Lee"]) == {}


@pytest.mark.parametrize(
    ("label", "known"),
    [("PER", "PERSON"), ("GPE", "GPE"), ("LOC", "LOC"), ("CARDINAL", ""), ("MISC", "MISC"), ("SOMETHING", "MISC")],
)
def test_one_vocabulary(label, known):
    assert vocabulary(label) == known


def test_of_two_that_overlap_the_longer_stays():
    page = make_page("", "Ann Lee Kaya", "en").with_names(
        [Name(4, 12, "ORG", ""), Name(0, 7, "PERSON", ""), Name(0, 3, "PERSON", ""), Name(5, 5, "ORG", "")]
    )
    assert [(name.start, name.end) for name in page.names] == [(4, 12)]


WORDS = [
    "Niger",
    "the",
    "The",
    "Idi",
    "Mariam Idi",
    "U.S.",
    "(",
    ")",
    "IMF",
    "’s",
    "'s",
    ",",
    ".",
    "\n",
    '"',
    "said",
    "é",
    "İ",
]


@st.composite
def pages(draw):
    pieces = draw(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=30))
    text = draw(st.sampled_from(["", " "])).join(pieces)
    page = make_page(draw(st.sampled_from(["", "Mariam Idi in Niger"])), text, draw(st.sampled_from(["en", "fr", ""])))
    size = len(page.text)
    spans = draw(st.lists(st.tuples(st.integers(0, size), st.integers(0, 40), st.sampled_from(LABELS)), max_size=12))
    names = [Name(start, min(size, start + length), label, label) for start, length, label in spans]
    return page.with_names(name for name in names if "\n" not in page.surface(name))


@given(pages())
def test_no_step_breaks_a_page(page):
    for step in STEPS:
        after = step(page)
        assert (after.text, after.body, after.language) == (page.text, page.body, page.language)
        assert all(0 <= name.start < name.end <= len(page.text) for name in after.names)
        assert all(one.end <= two.start for one, two in zip(after.names, after.names[1:], strict=False))
        assert all("\n" not in after.surface(name) and name.label in LABELS for name in after.names)
        page = after
    assert all(name.entity for name in page.names)
